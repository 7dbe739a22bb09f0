"""A dry run: what other rules would have done to payments that were assessed already. Nothing is changed by it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.risk import Assessment, Rule
from risk.rules import evaluate

EXAMPLES: Final = 20
"""So many payments are named of those that would have been held, and of those that would not."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What would have become of past payments. `deltas` counts payments by how their score would have changed."""

    assessed: int
    held_before: int
    held_after: int
    newly_held: tuple[str, ...]
    released: tuple[str, ...]
    newly_held_count: int
    released_count: int
    score_before: int
    score_after: int
    """Both the sum of all scores."""
    deltas: Mapping[int, int]
    met: Mapping[str, int]
    """How many payments each rule would have met, shadow rules too."""


def run(rules: Sequence[Rule], past: Iterable[Assessment]) -> Trial:
    """Hold payments, as they were known when they were assessed, against other rules and the threshold they had then."""
    newly, released = [], []
    held = after = score_before = score_after = assessed = 0
    deltas: Counter[int] = Counter()
    met = Counter({rule.id: 0 for rule in rules})
    for made in past:
        outcome = evaluate(rules, made.features)
        holds = outcome.score >= made.hold_at
        assessed, held, after = assessed + 1, held + made.holds, after + holds
        score_before, score_after = score_before + made.score, score_after + outcome.score
        deltas[outcome.score - made.score] += 1
        met.update(given.rule for given in (*outcome.contributions, *outcome.shadows))
        if holds and not made.holds:
            newly.append(made.trace.payment_id)
        if made.holds and not holds:
            released.append(made.trace.payment_id)
    return Trial(
        assessed=assessed,
        held_before=held,
        held_after=after,
        newly_held=tuple(newly[:EXAMPLES]),
        released=tuple(released[:EXAMPLES]),
        newly_held_count=len(newly),
        released_count=len(released),
        score_before=score_before,
        score_after=score_after,
        deltas=dict(sorted(deltas.items())),
        met=dict(met),
    )
