"""What screening found, in the shape that is stored, decided on and explained."""

from dataclasses import dataclass
from enum import StrEnum


class RiskLevel(StrEnum):
    """How much a hit weighs; it orders the reviewers' queue."""

    CRITICAL = "CRITICAL"
    """The same name after normalisation, words in any order, or the same identifier."""
    HIGH = "HIGH"
    """One edit away, all but the same, or near and confirmed by a date of birth or a country."""
    MEDIUM = "MEDIUM"
    """Two or three edits away on a name long enough to bear them, or alike in most of its words."""
    LOW = "LOW"
    """A weak alias, a partial resemblance, or one that the attributes speak against. Recorded, and holds nothing up."""


class Field(StrEnum):
    """What a subject is, which decides how it is compared."""

    PARTY = "party"
    """A name of a person or an organisation."""
    AGENT = "agent"
    """A bank: by its BIC first, then by its name."""
    ADDRESS = "address"
    """A postal address or a country, against the embargo table."""
    TEXT = "text"
    """Remittance information: names and vessels somewhere in it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who or what in the payment is screened, and where it stands in it ("debtor", "creditor" …).

    `kind` is "person", "organisation" or "vessel", None when nobody knows. Births are ISO dates or years, countries ISO 3166
    alpha-2 codes; identifiers are BICs, LEIs, documents and wallet addresses. The account tells two bearers of a name apart.
    """

    role: str
    name: str
    field: Field = Field.PARTY
    kind: str | None = None
    births: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    account: str = ""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Words of the payment that stand for listed words, and how alike they are (0 to 1)."""

    queried: str
    listed: str
    likeness: float


class EditRule(StrEnum):
    """Which listed names a payment is held for because only so many edits lie between."""

    BY_WORD = "by_word"
    """As many as the name's length bears; two or three only where the words that differ are long enough for them."""
    BY_LENGTH = "by_length"
    """As many as the name's length bears, wherever in it they fall."""
    LITERAL = "literal"
    """Three, whatever the length."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a hit rests on, so that it can be explained and computed again from the archived list."""

    reason: str
    """Why it is a hit: "name", "identifier", "country" …"""
    queried_as: str = ""
    """The payment's name as it was compared."""
    matched_as: str = ""
    """The listed name as it was compared."""
    matched_kind: str = ""
    """How the list gives the name: primary, strong, weak …"""
    pairs: tuple[Pairing, ...] = ()
    features: tuple[tuple[str, float, float], ...] = ()
    """Name, value and points of each feature."""
    points: float = 0.0
    agreements: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    thresholds: tuple[tuple[str, float], ...] = ()
    edit_rule: EditRule = EditRule.BY_LENGTH
    """There was no other before it was noted."""
    list_version: str = ""
    entity_hash: str = ""
    engine_version: str = ""
    programmes: tuple[str, ...] = ()
    """What the entity is listed under."""
    scope: str = ""
    """How far the listing goes: "blocking", "restricted"; empty where it was not noted."""


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
    evidence: Evidence | None = None
    suppressed_by: str = ""
    """The good-guy decision that keeps this hit from holding the payment; it is stored all the same."""

    @property
    def holds(self) -> bool:
        """Whether a person must decide before the payment goes on."""
        return self.level is not RiskLevel.LOW and not self.suppressed_by


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """All hits of one payment against one version of the lists. `score` is 0 to 100."""

    hits: tuple[Hit, ...]
    list_version: str
    engine_version: str
    milliseconds: float = 0.0
    risk: int = 0
    """The risk score for which a person must decide, 0 when it is none to stop for."""

    @property
    def score(self) -> int:
        """The heaviest hit or a risk to stop for, 0 when clear."""
        return max(self.risk, *(hit.score for hit in self.hits), 0)

    @property
    def requires_review(self) -> bool:
        """Whether a person must decide."""
        return self.risk > 0 or any(hit.holds for hit in self.hits)
