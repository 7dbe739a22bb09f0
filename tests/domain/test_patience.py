from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.patience import A_MOMENT, Patience, resumed

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("kept", "until"),
    [
        (None, after(700)),
        (Patience(600, NOON), after(600)),
        (Patience(200), after(300)),
        (Patience(0), after(100) + A_MOMENT),
    ],
    ids=["comes for the first time", "never left", "has what was left", "has a moment"],
)
def test_who_comes_into_the_queue(kept: Patience | None, until: datetime) -> None:
    assert resumed(kept, timedelta(minutes=10), after(100)).until == until


def test_out_of_the_queue_its_time_stands_still() -> None:
    waited = Patience(600, NOON).stopped(after(400))
    assert waited == Patience(200)
    assert waited.stopped(after(5000)) == waited, "it left once"


def test_a_moment_is_no_longer_than_its_whole_time() -> None:
    assert resumed(Patience(0), timedelta(seconds=1), NOON).until == after(1)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=8))
def test_it_waits_no_longer_than_it_may(stays: list[tuple[int, int]]) -> None:
    """So many seconds in the queue, then out of it, again and again: but for the moments, as long as in one go."""
    whole, at, kept, waited = timedelta(seconds=600), NOON, None, timedelta(0)
    for inside, outside in stays:
        kept = resumed(kept, whole, at)
        leaves = min(at + timedelta(seconds=inside), kept.until)
        waited += leaves - at
        kept = kept.stopped(leaves)
        at = leaves + timedelta(seconds=outside)
    assert waited <= whole + len(stays) * A_MOMENT
