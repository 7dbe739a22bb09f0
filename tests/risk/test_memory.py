from dataclasses import astuple
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.risk import Trace
from risk import features
from risk.memory import Memory, Recollection
from risk.windows import DAY, HOUR
from tests.risk.worlds import case, moment, trace, traces


def remembered(told: list[Trace]) -> Memory:
    memory = Memory()
    for each in told:
        memory.remember(each)
    return memory


def seen(past: Recollection) -> tuple[object, ...]:
    return (*astuple(past)[:-1], past.scores.known, past.scores.quantile(995))


@given(traces(), st.integers(0, 23))
def test_velocity_is_what_counting_by_hand_gives(told: list[Trace], hours: int) -> None:
    now = case(taken_in=moment(hours=hours))
    found, _ = features.of(now, remembered(told))
    for name, span in (("1h", HOUR), ("24h", DAY), ("7d", 7 * DAY)):
        recent = [each for each in told if now.taken_in - span < each.taken_in <= now.taken_in]
        own = [each for each in recent if each.debtor == now.debtor]
        assert found[f"debtor_count_{name}"] == len(own) + 1
        assert found[f"debtor_amount_{name}"] == sum(each.amount for each in own) + 10_000
        assert found[f"corridor_count_{name}"] == len(recent) + 1
    paid = [each for each in told if each.taken_in <= now.taken_in and each.creditor == now.creditor]
    assert found["first_seen_counterparty"] == (now.debtor not in {each.debtor for each in paid})
    assert found["new_to_participant"] == (now.participant not in {each.participant for each in paid})


@given(traces(), st.integers(0, 99))
def test_memory_depends_on_what_it_was_told_and_not_on_the_order(told: list[Trace], seed: int) -> None:
    again = [*told, *told]
    Random(seed).shuffle(again)
    now = case()
    assert seen(remembered(told).recollect(now, 5_000)) == seen(remembered(again).recollect(now, 5_000))


@given(traces())
def test_a_payment_that_is_remembered_does_not_count_twice(told: list[Trace]) -> None:
    own = trace(payment_id="pay_own", near_threshold=True)
    before, after = remembered(told), remembered([*told, own])
    past, known = before.recollect(case(), 10_000), after.recollect(case(), 10_000, own=own)
    assert (known.debtor, known.corridor, known.structured) == (past.debtor, past.corridor, past.structured)
    assert (known.pair_count, known.participant_count) == (past.pair_count, past.participant_count)


def test_what_is_older_than_thirty_days_no_longer_counts_even_of_a_bank_that_was_silent_since() -> None:
    memory = remembered(
        [trace(payment_id=f"pay_{number}", taken_in=moment(days=31), score=90) for number in range(250)]
    )
    past = memory.recollect(case(taken_in=moment(days=30.5)), 10_000)
    assert (past.known, past.pair_count, past.scores.known) == (250, 250, 250)
    past = memory.recollect(case(), 10_000)
    assert (past.known, past.pair_count, past.scores.known) == (0, 0, 0)
