"""All strings within three edits of a string, and no guessing: segments that must survive the edits, looked up by hash.

A string of length n is cut in four. Three edits leave one of the four whole, moved by at most three places (PassJoin, Li et
al., VLDB 2011). Hashes may collide, which only adds candidates; the distance is measured on the strings themselves.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

MOST: Final = 3
"""Edits that the index is complete for."""

_BASE: Final = 0x9E3779B97F4A7C15
_WIDTH: Final = 512
_MASK: Final = (1 << 64) - 1


def _powers(base: int, count: int) -> NDArray[np.uint64]:
    powers, power = np.empty(count, dtype=np.uint64), 1
    for place in range(count):
        powers[place] = power
        power = power * base & _MASK
    return powers


_POWERS: Final = _powers(_BASE, _WIDTH + 1)
_INVERSE: Final = _powers(pow(_BASE, -1, 1 << 64), _WIDTH + 1)


def _prefixes(text: str) -> NDArray[np.uint64]:
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64) + np.uint64(1)
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(codes * _POWERS[: len(codes)], out=sums[1:])
    return sums


def _segments(length: int) -> list[tuple[int, int]]:
    """Start and size of the four segments of a string so long."""
    size, longer = divmod(length, MOST + 1)
    sizes = [size + (place > MOST - longer) for place in range(MOST + 1)]
    return [(sum(sizes[:place]), sizes[place]) for place in range(MOST + 1)]


def _salt(length: int, place: int) -> int:
    return (length * 8 + place + 1) * 0xD1B54A32D192ED03 & _MASK


@cache
def _windows(length: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.uint64]]:
    """Where the segments of a near string may stand in a string so long: starts, ends and salts."""
    starts, ends, salts = [], [], []
    for other in range(max(MOST + 1, length - MOST), length + MOST + 1):
        shift = length - other
        for place, (begin, size) in enumerate(_segments(other)):
            low = max(0, begin - place, begin + shift - (MOST - place))
            high = min(length - size, begin + place, begin + shift + (MOST - place))
            for start in range(low, high + 1):
                starts.append(start)
                ends.append(start + size)
                salts.append(_salt(other, place))
    return np.array(starts, dtype=np.intp), np.array(ends, dtype=np.intp), np.array(salts, dtype=np.uint64)


class PassJoin:
    """An index of strings, complete for three edits. Strings longer than 500 letters are cut there."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._strings = [text[: _WIDTH - 12] for text in strings]
        self._short: dict[int, list[int]] = {}
        by_length: dict[int, list[int]] = {}
        for number, text in enumerate(self._strings):
            (by_length if len(text) > MOST else self._short).setdefault(len(text), []).append(number)
        keys, owners = [np.empty(0, dtype=np.uint64)], [np.empty(0, dtype=np.int32)]
        for length, members in by_length.items():
            hashes = self._hashes(length, members)
            for place in range(MOST + 1):
                keys.append(hashes[:, place])
                owners.append(np.array(members, dtype=np.int32))
        key, owner = np.concatenate(keys), np.concatenate(owners)
        order = np.argsort(key, kind="stable")
        self._keys, first = np.unique(key[order], return_index=True)
        self._starts = np.append(first, len(key)).astype(np.int32)
        self._numbers = owner[order]

    def _hashes(self, length: int, members: list[int]) -> NDArray[np.uint64]:
        text = "".join(self._strings[number] for number in members)
        codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64) + np.uint64(1)
        grid = codes.reshape(len(members), length)
        columns = [
            (grid[:, begin : begin + size] * _POWERS[:size]).sum(axis=1, dtype=np.uint64)
            + np.uint64(_salt(length, place))
            for place, (begin, size) in enumerate(_segments(length))
        ]
        return np.stack(columns, axis=1)

    def candidates(self, text: str) -> list[int]:
        """Numbers of all strings that may be within three edits, and some more."""
        text = text[: _WIDTH - 12]
        found: set[int] = set()
        for length in range(max(0, len(text) - MOST), MOST + 1):
            found.update(self._short.get(length, ()))
        if len(self._keys):
            starts, ends, salts = _windows(len(text))
            sums = _prefixes(text)
            wanted = (sums[ends] - sums[starts]) * _INVERSE[starts] + salts
            places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
            for place in places[self._keys[places] == wanted].tolist():
                found.update(self._numbers[self._starts[place] : self._starts[place + 1]].tolist())
        return list(found)

    def within(self, text: str, edits: int) -> list[tuple[int, int]]:
        """Number and distance of every string within so many edits (at most three)."""
        assert edits <= MOST, "the index is complete for three edits only"
        text = text[: _WIDTH - 12]
        numbers = self.candidates(text)
        if not numbers:
            return []
        others = [*map(self._strings.__getitem__, numbers)]
        distances = process.cdist([text], others, scorer=Levenshtein.distance, score_cutoff=edits, dtype=np.uint16)[0]
        return [(numbers[place], int(distances[place])) for place in np.flatnonzero(distances <= edits).tolist()]
