"""Why a name hit: computed again from the archived list, so that an audit sees the same numbers as the day it happened."""

from dataclasses import dataclass

from domain.screening import Hit
from screening.features import BIAS, FEATURES, score
from screening.index import Index, Query


@dataclass(frozen=True, slots=True)
class Line:
    """One feature of an explanation: its value, what it adds to the points, and what it means."""

    name: str
    value: float
    points: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A hit computed again. `same` tells whether it comes out as it was stored."""

    score: float
    points: float
    bias: float
    lines: tuple[Line, ...]
    same: bool


def explain(hit: Hit, index: Index, *, kind: str | None = None) -> Explanation | None:
    """Compute a name's hit again against the index of the list it was found on; `kind` as it was asked.

    None when the index holds no such entity or name: it is another version of the list.
    """
    row = index.row_of((hit.list_name, hit.entity_id), hit.matched)
    if row is None:
        return None
    match = index.judge(Query(hit.queried, kind), row)
    lines = tuple(
        Line(feature.name, value, feature.weight * value, feature.meaning)
        for feature, value in zip(FEATURES, match.values, strict=True)
    )
    stored = hit.evidence.points if hit.evidence else match.points
    return Explanation(score(match.points), match.points, BIAS, lines, abs(stored - match.points) < 1e-9)
