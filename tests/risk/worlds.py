"""Payments as the engine sees them, made up by hypothesis or one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.risk import Case, Trace

NOON: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)
SPAN_S = 9 * 24 * 3600

_CASE = Case("pay_0", 0, "ALPHDEFFXXX", "d0", "c0", "DE", "FR", ("DE", "FR"), 10_000, "USD")


def moment(**ago: float) -> int:
    """Microseconds of a moment before noon."""
    return int((NOON - timedelta(**ago)).timestamp() * 1_000_000)


def case(**changes: Any) -> Case:
    """An ordinary payment at noon: 100 dollars from Germany to France."""
    return replace(_CASE, **{"taken_in": moment(), **changes})


def trace(**changes: Any) -> Trace:
    """What an ordinary payment at noon leaves behind."""
    facts = {"amount": 10_000, "near_threshold": False, "score": 0, **changes}
    plain = ("payment_id", "taken_in", "participant", "debtor", "creditor", "origin", "destination")
    return Trace(**{**{name: getattr(case(), name) for name in plain}, **facts})


@st.composite
def traces(draw: st.DrawFn) -> list[Trace]:
    """Some payments of a few parties within nine days, in any order."""
    facts = st.tuples(
        st.integers(0, SPAN_S),
        st.sampled_from(["ALPHDEFFXXX", "BETAGB2LXXX"]),
        st.sampled_from(["d0", "d1"]),
        st.sampled_from(["c0", "c1", "c2"]),
        st.integers(1, 10**12),
        st.booleans(),
        st.integers(0, 100),
    )
    return [
        trace(
            payment_id=f"pay_{number}",
            taken_in=moment(seconds=ago),
            participant=bank,
            debtor=debtor,
            creditor=creditor,
            amount=amount,
            near_threshold=near,
            score=score,
        )
        for number, (ago, bank, debtor, creditor, amount, near, score) in enumerate(draw(st.lists(facts, max_size=60)))
    ]
