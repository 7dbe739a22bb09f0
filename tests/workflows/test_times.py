"""A payment settles from the time that its sender asks for, and is rejected if it has not by another."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.decision import Verdict
from domain.payment import SettlementMethod
from domain.settlement import AtCutOff, Backing
from domain.status import PaymentStatus
from tests.workflows.dated_scenarios import hours, story, warehoused
from tests.workflows.gross_scenarios import MORE, waits_because
from tests.workflows.test_cut_off import (
    AFTER_CUT_OFF,
    PAID,
    ROLLS,
    WAITED,
    WINDOW_AND_MORE,
    at_rest,
    open_world,
    replays,
)
from tests.workflows.world import ALIKE, ALPHA, World
from workflows.payment import PaymentWorkflow

S = PaymentStatus
HALF_AN_HOUR: Final = timedelta(minutes=30)
NET: Final = SettlementMethod.NET
ENDS_AT_NIGHT: Final = replace(ROLLS, cut_off="23:59")

__all__ = ["open_world"]


async def net(world: World, by: datetime) -> str:
    return await world.submit(method=NET, terms=ROLLS, reject_at=by)


async def net_due(world: World, by: datetime) -> str:
    return await world.submit(method=NET, terms=ROLLS, backing=Backing.DUE, reject_at=by)


async def gross(world: World, by: datetime) -> str:
    payment = await world.submit(amount=MORE, terms=ROLLS, reject_at=by)
    await waits_because(world, payment, "short")
    return payment


Sent = Callable[[World, datetime], Awaitable[str]]


def as_wanted(by: datetime) -> str:
    return f"not settled by {by:%Y-%m-%d %H:%M:%S} UTC, as its sender wants"


@pytest.mark.parametrize("sent", [net, net_due, gross], ids=lambda sent: sent.__name__)
async def test_what_still_waits_then_is_rejected(
    open_world: World, today: WorkflowEnvironment, sent: Sent, record_histories: bool
) -> None:
    """It leaves its queue before its day ends, whatever its terms say of the cut-off, and its funds are free."""
    world, by = open_world, datetime.now(UTC) + HALF_AN_HOUR
    payment = await sent(world, by)
    await world.reaches(payment, S.QUEUED)
    await at_rest(world, payment)
    await today.sleep(HALF_AN_HOUR)
    ended = await world.reaches(payment, S.REJECTED)
    assert (ended.reason_codes, ended.reason_text) == (("TM01",), as_wanted(by))
    assert await story(world, payment) == [*WAITED, "rejected"]
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    await replays(world.workflow(payment), f"{sent.__name__}_rejected_at_its_time", record=record_histories)


async def test_it_waits_for_no_other_day(open_world: World, today: WorkflowEnvironment) -> None:
    """Its time is between the cut-off and the next opening: at the cut-off it is clear that it cannot settle."""
    world, by = open_world, datetime.now(UTC) + timedelta(hours=5)
    payment = await net(world, by)
    await world.reaches(payment, S.QUEUED)
    await at_rest(world, payment)
    await today.sleep(AFTER_CUT_OFF)
    ended = await world.reaches(payment, S.REJECTED)
    assert (ended.reason_codes, ended.reason_text) == (("TM01",), as_wanted(by))
    assert await story(world, payment) == [*WAITED, "warehoused", "rejected"]
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)


async def test_where_it_never_closes_it_is_rejected_all_the_same(fresh_url: str, today: WorkflowEnvironment) -> None:
    async with World.open(fresh_url, today.client) as world:
        terms = replace(ROLLS, window_s=48 * 3600, at_cut_off=AtCutOff.ROLL)
        payment = await world.submit(method=NET, terms=terms, reject_at=datetime.now(UTC) + HALF_AN_HOUR)
        await world.reaches(payment, S.QUEUED)
        await at_rest(world, payment)
        await today.sleep(HALF_AN_HOUR)
        assert (await world.reaches(payment, S.REJECTED)).reason_codes == ("TM01",)


async def test_what_is_being_settled_then_goes_on(open_world: World, today: WorkflowEnvironment) -> None:
    """Its batch was claimed in time; the payment asks again, and is paid."""
    world = open_world
    payment = await net(world, datetime.now(UTC) + HALF_AN_HOUR)
    await world.reaches(payment, S.QUEUED)
    await at_rest(world, payment)
    await world.claim_behind_its_back(payment)
    await today.sleep(HALF_AN_HOUR + timedelta(minutes=5))
    await today.sleep(WINDOW_AND_MORE)
    await world.reaches(payment, S.COMPLETED)
    assert await story(world, payment) == [*WAITED, *PAID]


async def test_what_settles_before_is_paid(world: World) -> None:
    payment = await world.submit(reject_at=datetime.now(UTC) + timedelta(hours=1))
    await world.reaches(payment, S.COMPLETED)


async def test_what_comes_later_is_refused_at_once(world: World) -> None:
    payment = await world.submit(reject_at=datetime.now(UTC) - timedelta(seconds=1))
    assert (await world.reaches(payment, S.REJECTED)).reason_codes == ("TM01",)
    assert await story(world, payment) == ["initiated", "rejected"]


async def test_one_that_was_reviewed_for_too_long_is_not_paid(open_world: World, today: WorkflowEnvironment) -> None:
    """It ends when its turn comes, and reserved nothing."""
    world, by = open_world, datetime.now(UTC) + HALF_AN_HOUR
    payment = await world.submit(method=NET, creditor=ALIKE, terms=ENDS_AT_NIGHT, reject_at=by)
    await world.held(payment)
    await today.sleep(HALF_AN_HOUR)
    await world.decide(payment, Verdict.APPROVE)
    ended = await world.reaches(payment, S.REJECTED)
    assert (ended.reason_codes, ended.reason_text) == (("TM01",), as_wanted(by))
    assert "approved" not in await story(world, payment)


async def test_it_waits_for_the_time_that_its_sender_wants(open_world: World, today: WorkflowEnvironment) -> None:
    world, begins = open_world, datetime.now(UTC) + HALF_AN_HOUR
    payment = await world.submit(terms=ROLLS, settle_from=begins)
    await warehoused(world, payment)
    waiting = await world.payment(payment)
    assert (waiting.release_at, waiting.date_moved) == (begins, None)
    await at_rest(world, payment)
    await today.sleep(HALF_AN_HOUR)
    await world.reaches(payment, S.COMPLETED)
    told = await story(world, payment)
    assert told[2:6] == ["screened", "warehoused", "released", "approved"], told
    await replays(world.workflow(payment), "gross_from_its_time", record=False)


async def test_it_can_be_withdrawn_until_then(world: World) -> None:
    payment = await world.submit(settle_from=datetime.now(UTC) + HALF_AN_HOUR)
    await warehoused(world, payment)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)


async def test_hours_are_the_networks(observed_world: World) -> None:
    """A time before the day opens asks for nothing more."""
    world = observed_world
    await hours(world)
    payment = await world.submit(settle_from=datetime.now(UTC) - timedelta(hours=2))
    await world.reaches(payment, S.COMPLETED)
