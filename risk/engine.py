"""The engine: a payment, what is remembered, the rules in force; out comes an assessment. No I/O, no clock, no chance."""

from typing import Final

from domain.risk import Assessment, AssessmentKind, Case, Feature, Trace
from risk import features, tables
from risk.memory import Memory
from risk.rules import RuleSet, evaluate
from risk.thresholds import Bounds, hold_at

ENGINE_VERSION: Final = f"1 {tables.VERSION}"
"""The engine's own version and those of its tables."""


def assess(
    case: Case,
    memory: Memory,
    rules: RuleSet,
    bounds: Bounds,
    *,
    kind: AssessmentKind = AssessmentKind.HOT,
    own: Trace | None = None,
    with_memory: bool = True,
) -> Assessment:
    """How risky a payment is. The memory learns nothing of it; `own` is the payment's trace when memory holds it already."""
    found, past = features.of(case, memory, own=own)
    outcome = evaluate(rules.rules, found)
    return Assessment(
        trace=Trace(
            payment_id=case.payment_id,
            taken_in=case.taken_in,
            participant=case.participant,
            debtor=case.debtor,
            creditor=case.creditor,
            origin=case.origin,
            destination=case.destination,
            amount=found[Feature.AMOUNT],
            near_threshold=bool(found[Feature.NEAR_THRESHOLD]),
            score=outcome.score,
        ),
        kind=kind,
        hold_at=hold_at(past.scores, bounds),
        rules_version=rules.version,
        engine_version=ENGINE_VERSION,
        features=found,
        contributions=outcome.contributions,
        shadows=outcome.shadows,
        with_memory=with_memory,
    )
