from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.risk import Condition, Feature, Operator, Rule
from risk.defaults import RULES
from risk.rules import MOST_CONDITIONS, RuleSet, evaluate
from risk.sketch import Scores
from risk.thresholds import Bounds, hold_at

CONDITIONS = st.builds(Condition, st.sampled_from(list(Feature)[:4]), st.sampled_from(Operator), st.integers(-2, 5))
RULE = st.builds(
    Rule,
    st.just("XX-00"),
    st.just("a rule"),
    st.integers(0, 100),
    st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple),
    st.booleans(),
    st.booleans(),
)
RULESETS = st.lists(RULE, max_size=12).map(
    lambda rules: tuple(replace(rule, id=f"XX-{number:02}") for number, rule in enumerate(rules))
)
FEATURES = st.dictionaries(st.sampled_from([str(name) for name in Feature][:4]), st.integers(-2, 5))
MANY = Rule("VL-01", "many", 30, (Condition(Feature.DEBTOR_COUNT_1H, Operator.AT_LEAST, 3),))


@given(RULESETS, FEATURES)
def test_the_score_is_bounded_and_is_its_contributions(rules: tuple[Rule, ...], known: dict[str, int]) -> None:
    outcome = evaluate(rules, known)
    assert 0 <= outcome.score <= 100
    assert outcome.score == min(100, sum(given.points for given in outcome.contributions))
    counted = {rule.id for rule in rules if rule.enabled and not rule.shadow}
    shadows = {rule.id for rule in rules if rule.enabled and rule.shadow}
    assert {given.rule for given in outcome.contributions} <= counted
    assert {given.rule for given in outcome.shadows} <= shadows


@given(RULESETS, FEATURES, st.integers(0, 11), st.integers(0, 100))
def test_more_points_never_lower_the_score(
    rules: tuple[Rule, ...], known: dict[str, int], which: int, more: int
) -> None:
    raised = tuple(
        replace(rule, points=min(100, rule.points + more)) if number == which else rule
        for number, rule in enumerate(rules)
    )
    assert evaluate(raised, known).score >= evaluate(rules, known).score


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        (Operator.AT_LEAST, 3, True),
        (Operator.AT_LEAST, 4, False),
        (Operator.AT_MOST, 3, True),
        (Operator.AT_MOST, 2, False),
        (Operator.EQUALS, 3, True),
        (Operator.EQUALS, 2, False),
        (Operator.DIFFERS, 3, False),
        (Operator.DIFFERS, 2, True),
    ],
)
def test_a_condition_compares(operator: Operator, value: int, met: bool) -> None:
    rule = replace(MANY, conditions=(Condition(Feature.DEBTOR_COUNT_1H, operator, value),))
    outcome = evaluate([rule], {"debtor_count_1h": 3})
    assert outcome.score == (30 if met else 0)
    if met:
        assert outcome.contributions[0].because == {"debtor_count_1h": 3}


@pytest.mark.parametrize(
    "rules",
    [
        [MANY, MANY],
        [replace(MANY, id="many")],
        [replace(MANY, points=-1)],
        [replace(MANY, points=101)],
        [replace(MANY, conditions=())],
        [replace(MANY, conditions=MANY.conditions * (MOST_CONDITIONS + 1))],
        [replace(MANY, id=f"XX-{number:03}") for number in range(201)],
    ],
)
def test_rules_that_cannot_be_are_refused(rules: list[Rule]) -> None:
    with pytest.raises(InvalidValue):
        RuleSet(1, tuple(rules))


def test_what_is_ordinary_but_much_is_not_held_by_the_rules_we_come_with() -> None:
    busy: dict[str, int] = {
        Feature.DEBTOR_COUNT_1H: 10_000,
        Feature.DEBTOR_AMOUNT_24H: 10**15,
        Feature.CORRIDOR_BURST_PERCENT: 16_800,
        Feature.CORRIDOR_COUNT_7D: 10_000,
        Feature.KNOWN_PAYMENTS: 10_000,
        Feature.FIRST_SEEN_COUNTERPARTY: 1,
        Feature.ROUND_ZEROS: 6,
        Feature.COUNTRY_RISK: 60,
        Feature.WARNINGS: 9,
        Feature.AMOUNT: 10_000_00,
    }
    assert evaluate(RULES.rules, busy).score < Bounds().lowest


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], 80),
        ([99] * 199, 80),
        ([0] * 200, 70),
        ([75] * 200, 76),
        ([100] * 500, 95),
        ([0] * 497 + [85] * 3, 86),
    ],
)
def test_the_threshold_follows_the_bank_within_bounds(scores: list[int], expected: int) -> None:
    known = Scores()
    for at, score in enumerate(scores):
        known.add(at, f"pay_{at}", score)
    assert hold_at(known, Bounds()) == expected


@given(st.lists(st.integers(0, 100), max_size=300))
def test_the_threshold_keeps_its_bounds(scores: list[int]) -> None:
    known = Scores()
    for at, score in enumerate(scores):
        known.add(at, f"pay_{at}", score)
    assert 70 <= hold_at(known, Bounds()) <= 95


@pytest.mark.parametrize("bounds", [(60, 70, 95), (80, 0, 95), (80, 70, 101), (96, 70, 95)])
def test_bounds_out_of_order_are_refused(bounds: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidValue):
        Bounds(*bounds)
