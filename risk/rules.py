"""Rules: what may be proposed, which of them a payment meets, and the score that comes of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, le, ne
from typing import Final

from domain.errors import InvalidValue
from domain.risk import FULL_SCORE, Condition, Contribution, Operator, Rule

MOST_RULES: Final = 200
MOST_CONDITIONS: Final = 10

_ID: Final = re.compile(r"[A-Z]{2,8}-[0-9]{2,4}")
_COMPARE: Final[dict[Operator, Callable[[int, int], bool]]] = {
    Operator.AT_LEAST: ge,
    Operator.AT_MOST: le,
    Operator.EQUALS: eq,
    Operator.DIFFERS: ne,
}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A version of the rules. Version 0 is the one that the engine comes with."""

    version: int
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        check(self.rules)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The score, the rules it is made of, and the shadow rules that would have added to it."""

    score: int
    contributions: tuple[Contribution, ...]
    shadows: tuple[Contribution, ...]


def evaluate(rules: Sequence[Rule], features: Mapping[str, int]) -> Outcome:
    """Hold a payment against every rule. A feature that is not told is 0. The score is the sum of points, 100 at most."""
    met = [(rule, _contribution(rule, features)) for rule in rules if rule.enabled and _meets(rule, features)]
    counted = tuple(given for rule, given in met if not rule.shadow)
    score = min(FULL_SCORE, sum(given.points for given in counted))
    return Outcome(score, counted, tuple(given for rule, given in met if rule.shadow))


def check(rules: Sequence[Rule]) -> None:
    """Raises InvalidValue when the rules cannot be: ids twice, no conditions, points that are none."""
    if len(rules) > MOST_RULES:
        raise InvalidValue(f"there are at most {MOST_RULES} rules")
    ids = [rule.id for rule in rules]
    if len(set(ids)) != len(ids):
        raise InvalidValue("two rules have the same id")
    for rule in rules:
        if not _ID.fullmatch(rule.id):
            raise InvalidValue("a rule's id is like VL-01")
        if not 0 <= rule.points <= FULL_SCORE:
            raise InvalidValue(f"a rule gives 0 to {FULL_SCORE} points", rule=rule.id)
        if not 1 <= len(rule.conditions) <= MOST_CONDITIONS:
            raise InvalidValue(f"a rule has 1 to {MOST_CONDITIONS} conditions", rule=rule.id)


def _meets(rule: Rule, features: Mapping[str, int]) -> bool:
    return all(_holds(condition, features) for condition in rule.conditions)


def _holds(condition: Condition, features: Mapping[str, int]) -> bool:
    return _COMPARE[condition.operator](features.get(condition.feature, 0), condition.value)


def _contribution(rule: Rule, features: Mapping[str, int]) -> Contribution:
    because = {str(each.feature): features.get(each.feature, 0) for each in rule.conditions}
    return Contribution(rule.id, rule.text, rule.points, because)
