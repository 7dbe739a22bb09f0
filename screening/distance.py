"""The product's rule: how many letters apart two names are, and how far apart they may be to count as the same."""

from collections import Counter
from dataclasses import dataclass
from typing import Final, Self

from rapidfuzz.distance import OSA, Levenshtein

MOST: Final = 3
"""Edits at which the literal rule stops."""

ALLOWED: Final = ((12, 3), (8, 2), (5, 1), (0, 0))
"""Length from which a name may differ by so many letters; three edits turn a short name into any other."""


@dataclass(frozen=True, slots=True)
class Form:
    """A normalised name, as written and with its words in alphabetical order."""

    written: str
    ordered: str

    @classmethod
    def of(cls, normalised: str) -> Self:
        """Both forms of one normalised name."""
        return cls(normalised, " ".join(sorted(normalised.split())))


def same(one: Form, other: Form) -> bool:
    """Whether the names are the same, words in any order or blanks left out."""
    return one.ordered == other.ordered or one.written.replace(" ", "") == other.written.replace(" ", "")


def allowed(length: int, *, scaled: bool = True) -> int:
    """Edits that a name of so many characters can bear; three whatever its length when not scaled."""
    return next(edits for floor, edits in ALLOWED if length >= floor) if scaled else MOST


def distance(one: Form, other: Form) -> int:
    """The fewest edits between the names, words in either order."""
    return min(
        Levenshtein.distance(one.written, other.written),
        Levenshtein.distance(one.ordered, other.ordered),
    )


def within(one: Form, other: Form, edits: int, *, scaled: bool = True) -> bool:
    """Whether so many edits leave the two the same by the product's rule."""
    shorter = min(len(one.written), len(other.written))
    return shorter > 0 and edits <= allowed(shorter, scaled=scaled)


def bears(one: Form, other: Form, edits: int) -> bool:
    """Whether the words that differ are long enough for so many edits; words that both names share bear none.

    "Orlo Fenn" is two edits from "Orlo Finz", and both are in a word of four letters: that is another word. Two letters that
    changed places are two edits and one slip, which any word may suffer.
    """
    mine, theirs = Counter(one.ordered.split()), Counter(other.ordered.split())
    left, right = (" ".join((all_ - shared).elements()) for all_, shared in ((mine, theirs), (theirs, mine)))
    return edits <= allowed(min(len(left), len(right))) or OSA.distance(left, right, score_cutoff=1) <= 1
