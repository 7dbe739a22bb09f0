"""Names somewhere in a text: remittance information, purposes, charter notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from screening.index import Index
from screening.levels import Found, Settings
from screening.text.tokens import Kind, of_organisation, plain

LONGEST: Final = 6
"""Words of a window."""

ANCHOR: Final = 4.2
"""A window must hold a word at least so rare."""

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

    def accepts(self, found: Found, settings: Settings) -> bool:
        """Whether a match is good enough for a window: a text is long, and something in it always resembles somebody."""
        if found.weak and not (self.kind == "vessel" and found.same):
            return False
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
    """Windows worth searching: what follows "M/V", and two to six words around a rare one that a list knows."""
    for mark in _VESSEL.finditer(text):
        following = plain(text[mark.end() :])[:5]
        for length in range(len(following), 0, -1):
            yield Window(" ".join(following[:length]), "vessel", "vessel")
    words = plain(text)
    known = [_anchors(word, index) for word in words]
    for start in range(len(words)):
        for length in range(2, LONGEST + 1):
            end = start + length
            if end <= len(words) and _worth(known[start:end]):
                yield Window(" ".join(words[start:end]))


def _anchors(word: str, index: Index) -> float:
    """How rare a word of the text is on the lists; 0 when no list has a word like it."""
    if len(word) < 2 or word.isdigit():
        return 0.0
    kind = of_organisation(word).kinds[0]
    if kind is Kind.FORM:
        return 0.1
    near = index.vocabulary.near(word)
    if not near or max(near.values()) < 0.85:
        return 0.1 if kind is Kind.GENERIC else 0.0
    return index.vocabulary.weight(word, kind)


def _worth(rarities: list[float]) -> bool:
    """A name begins and ends with words that a list knows, and at least one of its words is rare."""
    return (
        rarities[0] > 0
        and rarities[-1] > 0
        and max(rarities) >= ANCHOR
        and sum(r > 0 for r in rarities) >= len(rarities) - 1
    )
