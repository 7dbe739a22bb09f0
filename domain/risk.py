"""How risky a payment is, in the shapes that are stored, proposed as rules and shown to reviewers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FULL_SCORE = 100


class Feature(StrEnum):
    """What the engine knows of a payment. All are whole numbers; reference cents are hundredths of a US dollar."""

    DEBTOR_COUNT_1H = "debtor_count_1h"
    """The debtor's payments within an hour, this one included."""
    DEBTOR_COUNT_24H = "debtor_count_24h"
    """Within a day."""
    DEBTOR_COUNT_7D = "debtor_count_7d"
    """Within seven days."""
    DEBTOR_AMOUNT_1H = "debtor_amount_1h"
    """What they come to, in reference cents."""
    DEBTOR_AMOUNT_24H = "debtor_amount_24h"
    """Within a day."""
    DEBTOR_AMOUNT_7D = "debtor_amount_7d"
    """Within seven days."""
    CORRIDOR_COUNT_1H = "corridor_count_1h"
    """Payments between the two banks' countries, in this direction, within an hour, this one included."""
    CORRIDOR_COUNT_24H = "corridor_count_24h"
    """Within a day."""
    CORRIDOR_COUNT_7D = "corridor_count_7d"
    """Within seven days."""
    CORRIDOR_AMOUNT_1H = "corridor_amount_1h"
    """What they come to, in reference cents."""
    CORRIDOR_AMOUNT_24H = "corridor_amount_24h"
    """Within a day."""
    CORRIDOR_AMOUNT_7D = "corridor_amount_7d"
    """Within seven days."""
    CORRIDOR_BURST_PERCENT = "corridor_burst_percent"
    """The corridor's last hour against the mean hour of its last seven days; 100 is as ever."""
    FIRST_SEEN_COUNTERPARTY = "first_seen_counterparty"
    """1 when this debtor has not paid this creditor within 30 days."""
    NEW_TO_PARTICIPANT = "new_to_participant"
    """1 when nobody at the sending bank has paid this creditor within 30 days."""
    KNOWN_PAYMENTS = "known_payments"
    """How many payments of the sending bank its distribution rests on, those of 30 days."""
    AMOUNT = "amount"
    """The amount, in reference cents."""
    AMOUNT_RANK = "amount_rank"
    """Per cent of the sending bank's payments that are smaller; 50 while too few are known."""
    AMOUNT_OVER_P95_PERCENT = "amount_over_p95_percent"
    """The amount in per cent of what 95 of 100 payments of the sending bank stay under; 0 while too few are known."""
    NEAR_THRESHOLD = "near_threshold"
    """1 when the amount lies within a tenth under a reporting threshold of its currency."""
    STRUCTURING_COUNT_24H = "structuring_count_24h"
    """The debtor's payments just under a threshold within a day, this one included."""
    COUNTRY_RISK = "country_risk"
    """The riskiest country of both parties and both banks, 0 to 100."""
    CORRIDOR_RISK = "corridor_risk"
    """The risk of the way from one bank's country to the other's, 0 to 100."""
    LOCAL_HOUR = "local_hour"
    """The hour in the sending bank's country, 0 to 23, standard time."""
    ROUND_ZEROS = "round_zeros"
    """Zeros at the end of the amount's whole units; 0 when it has a fraction."""
    WARNINGS = "warnings"
    """What was found wrong with the message, without refusing it."""


class Operator(StrEnum):
    """How a feature is compared with a rule's value."""

    AT_LEAST = "at_least"
    """As much or more."""
    AT_MOST = "at_most"
    """As much or less."""
    EQUALS = "equals"
    """Exactly as much."""
    DIFFERS = "differs"
    """Anything else."""


class RulesState(StrEnum):
    """Where a version of the rules stands."""

    DRAFT = "draft"
    """Proposed; counts for nothing."""
    APPROVED = "approved"
    """Approved by a second person; may come into force."""
    ACTIVE = "active"
    """In force. One version at most."""
    RETIRED = "retired"
    """Out of force for good."""


class AssessmentKind(StrEnum):
    """When a payment was assessed."""

    HOT = "hot"
    """On its way: this assessment decides."""
    RECALCULATED = "recalculated"
    """After settlement, with all that came to be known since; it decides nothing."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison."""

    feature: Feature
    operator: Operator
    value: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for a payment that meets every condition. A shadow rule is recorded and counts for nothing."""

    id: str
    text: str
    points: int
    conditions: tuple[Condition, ...]
    enabled: bool = True
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a rule gave to a payment, and the values that it went by."""

    rule: str
    text: str
    points: int
    because: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Case:
    """A payment as the engine sees it. Debtor and creditor are pseudonyms; `taken_in` is microseconds since 1970, UTC."""

    payment_id: str
    taken_in: int
    participant: str
    debtor: str
    creditor: str
    origin: str
    destination: str
    countries: tuple[str, ...]
    """Everybody's: of the banks, and of the parties where they are told."""
    amount_minor: int
    currency: str
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """What a payment leaves in memory; `amount` is in reference cents, for comparison and never for booking."""

    payment_id: str
    taken_in: int
    participant: str
    debtor: str
    creditor: str
    origin: str
    destination: str
    amount: int
    near_threshold: bool
    score: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """How risky a payment is: the score, what it is made of, and the score from which a person must decide.

    `with_memory` is False when it was made, by setting, without knowing what went before.
    """

    trace: Trace
    kind: AssessmentKind
    hold_at: int
    rules_version: int
    engine_version: str
    features: Mapping[str, int]
    contributions: tuple[Contribution, ...]
    shadows: tuple[Contribution, ...]
    with_memory: bool = True

    @property
    def score(self) -> int:
        """0 to 100."""
        return self.trace.score

    @property
    def holds(self) -> bool:
        """Whether a person must decide."""
        return self.score >= self.hold_at
