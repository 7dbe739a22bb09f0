"""How far apart two normalised names are, and how far they may be to count as the same."""

from dataclasses import dataclass
from typing import Final, Self

from rapidfuzz.distance import Levenshtein

ALLOWED: Final = ((13, 3), (9, 2), (5, 1), (0, 0))
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


def allowed(length: int) -> int:
    """Edits that a name of so many characters can bear."""
    return next(edits for floor, edits in ALLOWED if length >= floor)


def distance(one: Form, other: Form) -> int | None:
    """The fewest edits between the names, words in either order; None when they are too far apart to be the same."""
    if not (one.written and other.written):
        return None
    limit = allowed(min(len(one.written), len(other.written)))
    edits = min(
        Levenshtein.distance(one.written, other.written, score_cutoff=limit),
        Levenshtein.distance(one.ordered, other.ordered, score_cutoff=limit),
    )
    return edits if edits <= limit else None
