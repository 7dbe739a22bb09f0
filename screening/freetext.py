"""Names somewhere in a text: remittance information, purposes, charter notes."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from screening.index import Index
from screening.levels import Found, Settings
from screening.text.scripts import is_arabic
from screening.text.tokens import TELLING, Kind, Words, of_organisation, of_person, plain

LONGEST: Final = 6
"""Words of a window."""

FEW: Final = 60
"""Entities that may share the outermost words of a window: more, and the words tell nothing."""

NEAR: Final = 0.85
"""How alike the words at the ends of a window are to listed ones."""

_NOBODY: Final = np.empty(0, dtype=np.int32)

_IMO: Final = re.compile(r"\bIMO\b[\s:.#No]*(\d{7})\b|\b(\d{7})\b", re.IGNORECASE)
_VESSEL: Final = re.compile(
    r"\b(?:M/?V|M/?T|M/?Y|S/?S|MOTOR VESSEL|MOTOR TANKER|MOTOR YACHT|VESSEL|VSL|TANKER|SHIP)\b[\s.:\"']+", re.IGNORECASE
)
_BIC: Final = re.compile(r"\b[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
_WALLET: Final = re.compile(
    r"\b(?:0x[0-9a-fA-F]{40}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[0-9a-z]{25,60}|T[1-9A-HJ-NP-Za-km-z]{33})\b"
)
_LEI: Final = re.compile(r"\b[A-Z0-9]{18}\d\d\b")


@dataclass(frozen=True, slots=True)
class Window:
    """A few neighbouring words of a text that may be a name."""

    text: str
    kind: str | None = None
    reason: str = "text"
    exact: bool = False
    """Whether it says so little that only the whole name will do."""

    def accepts(self, found: Found, settings: Settings) -> bool:
        """Whether a match is good enough for a window: a text is long, and something in it always resembles somebody."""
        if found.weak and not (self.kind == "vessel" and found.same):
            return False
        if self.exact:
            return found.same
        return found.same or (found.edits <= 1 and found.within) or found.score >= settings.text_hold


def imo_valid(number: str) -> bool:
    """Whether seven digits are an IMO number: the last is the check digit of the six others (IMO Resolution A.1117(30))."""
    return (
        len(number) == 7
        and number.isdigit()
        and sum(int(digit) * weight for digit, weight in zip(number, range(7, 1, -1), strict=False)) % 10
        == int(number[6])
    )


def identifiers_in(text: str) -> Iterator[str]:
    """IMO numbers with a valid check digit, BICs, LEIs and wallet addresses in a text."""
    for named, bare in _IMO.findall(text):
        if imo_valid(named or bare):
            yield named or bare
    for pattern in (_BIC, _WALLET, _LEI):
        yield from (found.group() for found in pattern.finditer(text))


def windows(text: str, index: Index) -> Iterator[Window]:
    """Windows worth searching: what follows "M/V", and what stands between two words that one listed entity bears."""
    for mark in _VESSEL.finditer(text):
        following = plain(text[mark.end() :])[:LONGEST]
        for length in range(len(following), 0, -1):
            yield Window(" ".join(following[:length]), "vessel", "vessel")
    spans: dict[tuple[int, int], bool] = {}
    for words in (of_organisation(text), of_person(text)):
        spans |= {(start, end): exact for start, end, exact in _spans(words, index)}
    pieces = plain(text)
    written = _arabic_words(text, pieces) if is_arabic(text) else {}
    for (start, end), exact in sorted(spans.items()):
        shown = dict.fromkeys(written.get(place, (place, pieces[place])) for place in range(start, end))
        yield Window(" ".join(word for _, word in shown), exact=exact)


def _arabic_words(text: str, pieces: Sequence[str]) -> dict[int, tuple[int, str]]:
    """The words that stand in Arabic letters, by the places of their plain words, with where each begins.

    Without its letters nobody sees that a word's vowels are missing, and it is compared as if there were none.
    """
    found: dict[int, tuple[int, str]] = {}
    begin = 0
    for word in text.split():
        parts = len(plain(word))
        if is_arabic(word):
            found |= dict.fromkeys(range(begin, begin + parts), (begin, word))
        begin += parts
    return found if begin == len(pieces) else {}


def _spans(words: Words, index: Index) -> Iterator[tuple[int, int, bool]]:
    """Where the words stand that few entities bear together, with the legal forms beside them; as places of plain words."""
    starts = [0, *itertools.accumulate(words.spans)]
    bearers = [_bearers(word, kind, index) for word, kind in zip(words.words, words.kinds, strict=True)]
    for start, owners in enumerate(bearers):
        left = owners
        for end in range(min(len(bearers), start + LONGEST), start + 1, -1):
            if len(left) and len(bearers[end - 1]):
                common = np.intersect1d(left, bearers[end - 1], assume_unique=True)
                if 0 < len(common) <= FEW:
                    telling = any(kind in TELLING for kind in words.kinds[start:end])
                    yield from ((*span, not telling) for span in _stretched(start, end, words.kinds, starts))
                    left = np.setdiff1d(left, common, assume_unique=True)
        if 0 < len(owners) <= FEW and words.kinds[start] is Kind.NAME and index.vocabulary.telling(words.words[start]):
            alone = (starts[start], starts[start + 1])
            beside = _stretched(start, start + 1, words.kinds, starts) - {alone}
            yield from ((*span, False) for span in beside)


def _stretched(start: int, end: int, kinds: Sequence[Kind], starts: Sequence[int]) -> set[tuple[int, int]]:
    """A span by itself, with the legal forms beside it, and with the numbers after it too, as places of plain words.

    "Wanderer 2" is a ship's name, and "for J. Doe 2026" is a name and a year: which it is, only the list knows.
    """
    return {
        (starts[start], starts[end]),
        _with_beside(start, end, kinds, starts, Kind.FORM),
        _with_beside(start, end, kinds, starts, Kind.FORM, Kind.NUMBER),
    }


def _with_beside(start: int, end: int, kinds: Sequence[Kind], starts: Sequence[int], *after: Kind) -> tuple[int, int]:
    while start > 0 and kinds[start - 1] is Kind.FORM:
        start -= 1
    while end < len(kinds) and kinds[end] in after:
        end += 1
    return starts[start], starts[end]


def _bearers(word: str, kind: Kind, index: Index) -> NDArray[np.int32]:
    """The entities that bear a word like this one; nobody for forms, numbers and particles."""
    if kind not in (Kind.NAME, Kind.GENERIC, Kind.PATRONYMIC):
        return _NOBODY
    near = [other for other, likeness in index.vocabulary.near(word).items() if likeness >= NEAR]
    return index.bearers(near) if near else _NOBODY
