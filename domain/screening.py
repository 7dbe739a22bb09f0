"""What screening found, in the shape that is stored, decided on and explained."""

from dataclasses import dataclass
from enum import StrEnum


class RiskLevel(StrEnum):
    """How much a hit weighs; it orders the reviewers' queue."""

    CRITICAL = "CRITICAL"
    """The same name, letter for letter after normalisation."""
    HIGH = "HIGH"
    """One edit away."""
    MEDIUM = "MEDIUM"
    """Two or three edits away, on a name long enough to bear them."""
    LOW = "LOW"
    """A weak alias or a partial resemblance."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A name in the payment to be screened, and where it stands in it ("debtor", "creditor" …)."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed entity that a subject resembles, with what it takes to explain it later."""

    role: str
    queried: str
    matched: str
    list_name: str
    entity_id: str
    level: RiskLevel
    score: int
    distance: int


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """All hits of one payment against one version of the lists. `score` is 0 to 100."""

    hits: tuple[Hit, ...]
    list_version: str
    engine_version: str

    @property
    def score(self) -> int:
        """The heaviest hit, 0 when clear."""
        return max((hit.score for hit in self.hits), default=0)

    @property
    def requires_review(self) -> bool:
        """Whether a person must decide."""
        return bool(self.hits)
