import pytest

from domain.risk import Feature
from risk import features, tables
from risk.defaults import RULES
from risk.engine import assess
from risk.features import local_hour, round_zeros
from risk.memory import Memory
from risk.rules import RuleSet
from risk.tables import corridor_risk, country_risk, near_threshold, reference_cents
from risk.thresholds import Bounds
from tests.risk.worlds import case, moment, trace


def test_every_feature_is_told_and_no_other() -> None:
    found, _ = features.of(case(), Memory())
    assert set(found) == set(Feature)
    assert all(type(value) is int for value in found.values())


@pytest.mark.parametrize(
    ("minor", "currency", "cents"),
    [(12_550, "USD", 12_550), (10_000, "EUR", 11_000), (1_000, "JPY", 670), (1_000, "KWD", 325), (100, "XPF", 10_000)],
)
def test_amounts_are_made_comparable_with_their_own_decimals(minor: int, currency: str, cents: int) -> None:
    assert reference_cents(minor, currency) == cents


@pytest.mark.parametrize(
    ("minor", "currency", "near"),
    [
        (899_999, "USD", False),
        (900_000, "USD", True),
        (999_999, "USD", True),
        (1_000_000, "USD", False),
        (1_999_999, "JPY", True),
        (999_999, "XPF", False),
    ],
)
def test_just_under_a_threshold_is_the_last_tenth(minor: int, currency: str, near: bool) -> None:
    assert near_threshold(minor, currency) is near


@pytest.mark.parametrize(
    ("minor", "currency", "zeros"),
    [
        (1_000_000, "USD", 4),
        (1_000_001, "USD", 0),
        (1_230_000, "USD", 2),
        (5_000, "JPY", 3),
        (1, "USD", 0),
        (0, "USD", 0),
    ],
)
def test_round_amounts_are_counted_by_their_zeros(minor: int, currency: str, zeros: int) -> None:
    assert round_zeros(minor, currency) == zeros


@pytest.mark.parametrize(("country", "hour"), [("GB", 12), ("DE", 13), ("IN", 17), ("US", 7), ("NZ", 0), ("ZZ", 12)])
def test_the_hour_is_the_senders(country: str, hour: int) -> None:
    assert local_hour(moment(), country) == hour


def test_places_are_as_risky_as_the_tables_say() -> None:
    assert [country_risk(country) for country in ("DE", "VN", "IR", "ZZ")] == [10, 60, 100, 20]
    assert [corridor_risk(*way) for way in (("DE", "FR"), ("RU", "KZ"), ("KZ", "RU"), ("DE", "IR"))] == [
        10,
        60,
        50,
        100,
    ]


def test_amounts_are_large_for_whoever_sends_them() -> None:
    memory = Memory()
    for number in range(100):
        memory.remember(trace(payment_id=f"pay_{number}", amount=10_000 + number, taken_in=moment(days=2)))
    found, _ = features.of(case(amount_minor=1_000_000), memory)
    assert found[Feature.AMOUNT_RANK] == 100
    assert 9_000 < found[Feature.AMOUNT_OVER_P95_PERCENT] < 10_000
    other, _ = features.of(case(amount_minor=1_000_000, participant="BETAGB2LXXX"), memory)
    assert (other[Feature.AMOUNT_RANK], other[Feature.AMOUNT_OVER_P95_PERCENT]) == (50, 0)


def test_structuring_towards_a_country_of_the_highest_risk_is_held_and_an_ordinary_payment_is_not() -> None:
    memory = Memory()
    risky = case(amount_minor=990_000, destination="MM", countries=("DE", "MM"))
    for number in range(2):
        assert not assess(risky, memory, RULES, Bounds()).holds
        memory.remember(trace(payment_id=f"pay_{number}", near_threshold=True, taken_in=moment(hours=2)))
    held = assess(risky, memory, RULES, Bounds())
    assert held.holds
    assert [given.rule for given in held.contributions] == ["ST-01", "ST-02", "CT-01", "CT-02", "CR-01"]
    assert (assess(case(), memory, RULES, Bounds()).score, held.score) == (0, 100)


def test_an_assessment_says_what_it_was_made_with() -> None:
    made = assess(case(), Memory(), RuleSet(7, RULES.rules), Bounds(base=90), with_memory=False)
    assert (made.rules_version, made.hold_at, made.with_memory) == (7, 90, False)
    assert tables.VERSION in made.engine_version
