"""Whom we may not pay: compares the names in a payment with the lists."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from typing import Final, Self

from domain.screening import Hit, RiskLevel, ScreeningResult, Subject
from screening.distance import Form, distance
from screening.entries import Entry, read
from screening.normalise import normalise

ENGINE_VERSION: Final = "levenshtein-1"
"""Changes whenever the same names and lists could give another result."""

WEIGHTS: Final = {
    0: (RiskLevel.CRITICAL, 100),
    1: (RiskLevel.HIGH, 90),
    2: (RiskLevel.MEDIUM, 80),
    3: (RiskLevel.MEDIUM, 70),
}
"""Level and score by edit distance."""


class Screener:
    """Screens names against one version of the lists. Immutable, so threads may share it.

    Raises ValueError for an empty list: letting everybody through is not screening.
    """

    def __init__(self, entries: Iterable[Entry], list_version: str) -> None:
        self._listed = tuple((entry, name, Form.of(normalise(name))) for entry in entries for name in entry.names)
        if not self._listed:
            raise ValueError("a sanctions list must not be empty")
        self.list_version = list_version

    @classmethod
    def load(cls) -> Self:
        """The screener of the packaged list; its version is the beginning of the file's SHA-256."""
        raw = (resources.files("screening") / "lists" / "network.tsv").read_bytes()
        return cls(read(raw.decode().splitlines()), hashlib.sha256(raw).hexdigest()[:12])

    def screen(self, subjects: Sequence[Subject]) -> ScreeningResult:
        """All hits, heaviest first; each listed entity once per subject, by the name that comes nearest."""
        hits = [hit for subject in subjects for hit in self._hits(subject)]
        hits.sort(key=lambda hit: (-hit.score, hit.role, hit.list_name, hit.entity_id))
        return ScreeningResult(tuple(hits), self.list_version, ENGINE_VERSION)

    def _hits(self, subject: Subject) -> Iterator[Hit]:
        queried = Form.of(normalise(subject.name))
        nearest: dict[tuple[str, str], Hit] = {}
        for entry, name, form in self._listed:
            edits = distance(queried, form)
            identity = (entry.list_name, entry.entity_id)
            if edits is None or (identity in nearest and nearest[identity].distance <= edits):
                continue
            level, score = WEIGHTS[edits]
            nearest[identity] = Hit(
                role=subject.role,
                queried=subject.name,
                matched=name,
                list_name=entry.list_name,
                entity_id=entry.entity_id,
                level=level,
                score=score,
                distance=edits,
            )
        yield from nearest.values()
