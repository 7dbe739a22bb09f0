"""From a match to its level: a table that a reviewer can read aloud."""

from dataclasses import dataclass

from domain.screening import EditRule, RiskLevel


@dataclass(frozen=True, slots=True)
class Settings:
    """What a bank may set. Scores are 0 to 100.

    The literal rule of edits catches little more than that by length and raises six times as many false alarms.
    """

    record: float = 70.0
    """From here a resemblance is recorded."""
    hold: float = 80.0
    """From here it holds the payment."""
    high: float = 93.0
    """From here it is all but the same name."""
    edit_rule: EditRule = EditRule.BY_WORD
    text_hold: float = 90.0
    """From here a window of free text is a hit."""
    limit: int = 25
    """Hits kept per subject."""

    @property
    def length_scaled(self) -> bool:
        """Whether a short name bears fewer edits."""
        return self.edit_rule is not EditRule.LITERAL


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a match when its level is decided."""

    score: float
    same: bool
    """The words are the same, in any order."""
    edits: int
    within: bool
    """So few edits leave the names the same by the product's rule."""
    weak: bool
    agreements: int
    contradictions: int
    borne: bool = True
    """The words that differ are long enough for the edits."""
    misplaced: bool = False
    """A ship's or an aircraft's name where a party or a bank stands."""


LEVELS = (RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH, RiskLevel.CRITICAL)


def level(found: Found, settings: Settings) -> RiskLevel | None:
    """The level of a match, None below the record.

    Attributes re-rank and never suppress: a confirmed MEDIUM becomes HIGH, a MEDIUM or HIGH that two attributes speak against
    or that is a ship's goes down by one, and CRITICAL stays.
    """
    if found.same and not found.weak:
        return RiskLevel.CRITICAL
    reached = _by_name(found, settings)
    if reached is None or reached is RiskLevel.LOW:
        return reached
    if reached is RiskLevel.MEDIUM and found.agreements and not found.contradictions:
        return RiskLevel.HIGH
    if (found.contradictions >= 2 or found.misplaced) and not found.agreements:
        return LEVELS[LEVELS.index(reached) - 1]
    return reached


def _by_name(found: Found, settings: Settings) -> RiskLevel | None:
    if found.weak:
        return RiskLevel.LOW if found.same or found.within or found.score >= settings.record else None
    if (found.within and found.edits <= 1) or found.score >= settings.high:
        return RiskLevel.HIGH
    if (found.within and found.borne) or found.score >= settings.hold:
        return RiskLevel.MEDIUM
    return RiskLevel.LOW if found.within or found.score >= settings.record else None
