"""The words of the list that are spelt like a word: by deleted letters, by sound and by consonants."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MASK: Final = (1 << 64) - 1
_LONGEST: Final = 24
_WEIGHTS: Final = np.array([pow(0x9E3779B97F4A7C15, place + 1, 1 << 64) for place in range(_LONGEST)], dtype=np.uint64)


def deletions(length: int) -> int:
    """How many letters may be deleted from a word so long."""
    return 1 if length < 6 else 2


@cache
def _kept(length: int, deleted: int) -> NDArray[np.intp]:
    kept = [[place for place in range(length) if place not in gone] for gone in combinations(range(length), deleted)]
    return np.array(kept, dtype=np.intp)


def _codes(words: Sequence[str]) -> NDArray[np.uint64]:
    text = "".join(words).encode("utf-32-le")
    return np.frombuffer(text, dtype=np.uint32).astype(np.uint64).reshape(len(words), -1) + np.uint64(1)


def _hashes(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One row of hashes per word: itself, and it without each choice of deleted letters."""
    length = codes.shape[1]
    parts = []
    for deleted in range(deletions(length) + 1):
        kept = _kept(length, deleted)
        parts.append((codes[:, kept] * _WEIGHTS[: length - deleted]).sum(axis=2, dtype=np.uint64))
    return np.concatenate(parts, axis=1)


class Deletions:
    """Words that become the same when each loses a letter or two (SymSpell), as one sorted array of hashes."""

    def __init__(self, words: Sequence[str], numbers: Sequence[int]) -> None:
        by_length: dict[int, list[tuple[str, int]]] = {}
        for word, number in zip(words, numbers, strict=True):
            if 3 <= len(word) <= _LONGEST:
                by_length.setdefault(len(word), []).append((word, number))
        keys, owners = [np.empty(0, dtype=np.uint64)], [np.empty(0, dtype=np.int32)]
        for members in by_length.values():
            hashes = _hashes(_codes([word for word, _ in members]))
            keys.append(hashes.ravel())
            owners.append(np.repeat(np.array([number for _, number in members], dtype=np.int32), hashes.shape[1]))
        key, owner = np.concatenate(keys), np.concatenate(owners)
        order = np.argsort(key)
        self._keys, first = np.unique(key[order], return_index=True)
        self._starts = np.append(first, len(key)).astype(np.int32)
        self._owners = owner[order]

    def near(self, word: str) -> set[int]:
        """Numbers of the words that may be within one or two edits."""
        if not 3 <= len(word) <= _LONGEST:
            return set()
        wanted = _hashes(_codes([word]))[0]
        found: set[int] = set()
        if len(self._keys):
            places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
            for place in places[self._keys[places] == wanted].tolist():
                found.update(self._owners[self._starts[place] : self._starts[place + 1]].tolist())
        return found
