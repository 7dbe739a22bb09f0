from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.exchange import Act, Leg, Movement, Pair, Single, hold, match, mismatches, release, settle

A, B, C = "AAAADEFFXXX", "BBBBUS33XXX", "CCCCGB2LXXX"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
EUROS = Leg("pay_1", "R1", A, B, "EUR", 100_00, "USD", 110_00, NOON, NOON + timedelta(hours=1))
DOLLARS = Leg("pay_2", "R1", B, A, "USD", 110_00, "EUR", 100_00, NOON + timedelta(minutes=1), NOON + timedelta(hours=2))
SECURITIES = Leg("pay_3", "R2", C, A, "DE0001102580", 500, "EUR", 490_00, NOON, NOON + timedelta(hours=1))
CASH = Leg("pay_4", "R2", A, C, "EUR", 490_00, "DE0001102580", 500, NOON, NOON + timedelta(hours=1))


@pytest.mark.parametrize(("first", "second"), [(EUROS, DOLLARS), (SECURITIES, CASH)])
def test_legs_that_mirror_one_another_match(first: Leg, second: Leg) -> None:
    for legs in ([first, second], [second, first]):
        matching = match(legs, NOON)
        assert matching.pairs == (Pair(first, second),)
        assert (matching.waiting, matching.expired) == ((), ())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"amount_minor": 109_99}, ["amount: 11000 expected, 10999 found"]),
        ({"asset": "GBP"}, ["asset: USD expected, GBP found"]),
        ({"wanted_minor": 100_01}, ["wanted amount: 10000 expected, 10001 found"]),
        ({"wanted_asset": "CHF"}, ["wanted asset: EUR expected, CHF found"]),
        ({"giver": C}, [f"giver: {B} expected, {C} found"]),
        ({"taker": C}, [f"taker: {A} expected, {C} found"]),
    ],
)
def test_what_does_not_match_is_told_and_waits(change: dict[str, object], told: list[str]) -> None:
    other = replace(DOLLARS, **change)  # type: ignore[arg-type]
    matching = match([EUROS, other], NOON)
    assert matching.pairs == ()
    first, second = matching.waiting
    assert [str(mismatch) for mismatch in first.mismatches] == told
    assert first.nearest == other.payment_id
    assert second.nearest == EUROS.payment_id


def test_a_leg_without_a_partner_waits_without_complaint() -> None:
    other_reference = replace(DOLLARS, reference="R9")
    assert match([EUROS, other_reference], NOON).waiting == (Single(EUROS), Single(other_reference))
    assert match([EUROS, replace(EUROS, payment_id="pay_9")], NOON).waiting[0].mismatches == ()


def test_a_leg_that_came_too_late_never_settles() -> None:
    at = EUROS.expires_at
    matching = match([EUROS, DOLLARS], at)
    assert matching.expired == (EUROS,)
    assert matching.waiting == (Single(DOLLARS),)
    assert match([EUROS, DOLLARS], at - timedelta(microseconds=1)).pairs


def test_of_three_legs_the_oldest_two_that_match_are_taken() -> None:
    wrong = replace(DOLLARS, payment_id="pay_0", amount_minor=1, arrived_at=NOON)
    again = replace(DOLLARS, payment_id="pay_5", arrived_at=NOON + timedelta(minutes=2))
    matching = match([again, wrong, DOLLARS, EUROS], NOON)
    assert matching.pairs == (Pair(EUROS, DOLLARS),)
    assert [one.leg for one in matching.waiting] == [wrong, again]


def test_the_plans_are_both_or_neither() -> None:
    euros = Movement(Act.PAY, "pay_1", A, B, "EUR", 100_00)
    dollars = Movement(Act.PAY, "pay_2", B, A, "USD", 110_00)
    assert settle(Pair(EUROS, DOLLARS)) == (euros, dollars)
    assert hold(EUROS) == (replace(euros, act=Act.HOLD),)
    assert release(EUROS, DOLLARS) == (replace(euros, act=Act.RELEASE), replace(dollars, act=Act.RELEASE))
    with pytest.raises(AssertionError):
        settle(Pair(EUROS, replace(DOLLARS, amount_minor=1)))


_leg = st.builds(
    Leg,
    payment_id=st.uuids().map(str),
    reference=st.sampled_from(["R1", "R2"]),
    giver=st.sampled_from([A, B]),
    taker=st.sampled_from([A, B]),
    asset=st.sampled_from(["EUR", "USD"]),
    amount_minor=st.integers(1, 2),
    wanted_asset=st.sampled_from(["EUR", "USD"]),
    wanted_minor=st.integers(1, 2),
    arrived_at=st.integers(0, 3).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    expires_at=st.integers(0, 9).map(lambda minutes: NOON + timedelta(minutes=minutes)),
)


@given(st.lists(_leg, max_size=20, unique_by=lambda leg: leg.payment_id), st.randoms(use_true_random=False))
def test_every_leg_has_one_end_whatever_the_order(legs: list[Leg], chance: Random) -> None:
    now = NOON + timedelta(minutes=2)
    matching = match(legs, now)
    ends = [leg for pair in matching.pairs for leg in (pair.first, pair.second)]
    ends += [one.leg for one in matching.waiting] + list(matching.expired)
    assert sorted(leg.payment_id for leg in ends) == sorted(leg.payment_id for leg in legs)
    assert not any(mismatches(pair.first, pair.second) for pair in matching.pairs)
    assert all(leg.expires_at > now for pair in matching.pairs for leg in (pair.first, pair.second))
    chance.shuffle(legs)
    assert match(legs, now) == matching
