"""How assessments, rules and dry runs are shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.common.shapes import Shape
from domain.risk import AssessmentKind, Feature, Operator, RulesState
from risk.defaults import RULES
from risk.trial import Trial
from schema.tables.compliance.risk_assessments import Kept


class ContributionShape(Shape):
    """What a rule gave, and the values that it went by."""

    rule: str
    text: str
    points: int
    because: Mapping[str, int]


class RiskShape(Shape):
    """An assessment: the score, the score from which this bank's payments are held, and what the score is made of."""

    kind: AssessmentKind
    score: int
    hold_at: int
    holds: bool
    rules_version: int
    engine_version: str
    with_memory: bool
    contributions: list[ContributionShape]
    shadows: list[ContributionShape]
    features: Mapping[str, int]
    at: datetime


class ConditionShape(Shape):
    """A feature compared with a whole number."""

    feature: Feature
    operator: Operator
    value: int


class RuleShape(Shape):
    """A rule."""

    id: str
    text: str
    points: int
    conditions: list[ConditionShape]
    enabled: bool
    shadow: bool


class RulesShape(Shape):
    """A version of the rules: what is in it, where it stands, who brought it there."""

    version: int
    state: RulesState
    rules: list[RuleShape]
    note: str
    trial: Mapping[str, Any] | None = None
    proposed_by: str
    proposed_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    activated_by: str | None = None
    activated_at: datetime | None = None
    retired_by: str | None = None
    retired_at: datetime | None = None


class RulesList(Shape):
    """Every version, newest first, the engine's own last; `in_force` is the number of the one that counts."""

    in_force: int
    versions: list[RulesShape]


class TrialShape(Shape):
    """What rules would have done to past payments. `deltas`: payments by how their score would have changed."""

    assessed: int
    held_before: int
    held_after: int
    newly_held_count: int
    released_count: int
    newly_held: list[str]
    released: list[str]
    mean_score_before: float
    mean_score_after: float
    deltas: Mapping[int, int]
    met: Mapping[str, int]


def shown(kept: Kept) -> RiskShape:
    """A stored assessment as it is shown to reviewers."""
    made = kept.assessment
    facts = {name: getattr(made, name) for name in RiskShape.model_fields if name != "at"}
    return RiskShape.model_validate({**facts, "at": kept.at})


def own_rules() -> RulesShape:
    """Version 0: what the engine comes with. It is nobody's proposal and always ready."""
    rules = [RuleShape.model_validate(rule) for rule in RULES.rules]
    return RulesShape(
        version=0, state=RulesState.APPROVED, rules=rules, note="the engine's own rules", proposed_by="network"
    )


def trial_shape(found: Trial) -> TrialShape:
    """A dry run as it is shown."""
    facts = {name: getattr(found, name) for name in TrialShape.model_fields if not name.startswith("mean_")}
    count = max(found.assessed, 1)
    means = {
        "mean_score_before": round(found.score_before / count, 2),
        "mean_score_after": round(found.score_after / count, 2),
    }
    return TrialShape.model_validate(facts | means)
