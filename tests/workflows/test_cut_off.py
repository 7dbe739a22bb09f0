"""What waits in a queue when its day ends goes to the next day or back to its sender, as was agreed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import text
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from domain.calendars import Observance, value_day
from domain.money import Money
from domain.payment import SettlementMethod
from domain.settlement import AtCutOff, Backing
from domain.status import PaymentStatus
from schema.tables.payment import events
from schema.tables.payment.payments import PaymentView
from tests.replay import histories
from tests.workflows.dated_scenarios import hours, story, warehoused
from tests.workflows.exchanges import BOND, leg, list_security, other_leg
from tests.workflows.gross_scenarios import MORE, fund, waits_because
from tests.workflows.world import ALPHA, QUICK, World, eventually
from workers.payments import WORKFLOWS
from workflows.payloads import Terms
from workflows.payment import PaymentWorkflow
from workflows.plugin import plugin

S = PaymentStatus
DAY: Final = timedelta(days=1)
WINDOW: Final = timedelta(hours=1.5)
"""Longer than until the cut-off, shorter than a day."""
WINDOW_AND_MORE: Final = WINDOW + timedelta(minutes=15)
ROLLS: Final = replace(QUICK, window_s=WINDOW.total_seconds(), gross_queue_s=5 * 24 * 3600, at_cut_off=AtCutOff.ROLL)
RETURNS: Final = replace(ROLLS, at_cut_off=AtCutOff.RETURN)
WAITED: Final = ("initiated", "validated", "screened", "approved", "queued")
PAID: Final = ("settling", "settled", "completed")
AFTER_CUT_OFF: Final = timedelta(hours=1, minutes=2)
UNTIL_OPENING: Final = timedelta(hours=22)


@pytest.fixture
async def open_world(fresh_url: str, today: WorkflowEnvironment) -> AsyncIterator[World]:
    """A world that settles for another hour today, and tomorrow from an hour before this one. It looks seldom after queues."""
    observed: dict[str, Any] = {"calendars": Observance.OBSERVED, "calendars_max_age_s": 0, "gross_look_s": 1200.0}
    async with World.open(fresh_url, today.client, **observed) as world:
        await hours(world)
        yield world


async def net(world: World, terms: Terms) -> str:
    return await world.submit(method=SettlementMethod.NET, terms=terms)


async def net_due(world: World, terms: Terms) -> str:
    return await world.submit(method=SettlementMethod.NET, terms=terms, backing=Backing.DUE)


async def gross(world: World, terms: Terms) -> str:
    payment = await world.submit(amount=MORE, terms=terms)
    await waits_because(world, payment, "short")
    return payment


async def alone(world: World, terms: Terms) -> str:
    """A leg that waits for its partner, longer than its day."""
    await list_security(world)
    return await leg(world, Money(10_000, "USD"), BOND, within=2 * DAY, terms=terms)


Sent = Callable[[World, Terms], Awaitable[str]]


async def waiting_at_the_cut_off(
    world: World, today: WorkflowEnvironment, sent: Sent, terms: Terms
) -> tuple[str, date]:
    """A payment that waited in its queue until its day was over; and that day."""
    payment = await sent(world, terms)
    day = (await world.reaches(payment, S.QUEUED)).settlement_date
    assert day is not None
    await at_rest(world, payment, ruled=terms.at_cut_off is not None)
    await today.sleep(AFTER_CUT_OFF)
    return payment, day


async def replays(handle: WorkflowHandle[Any, Any], scenario: str, *, record: bool) -> None:
    await handle.result()
    history = await handle.fetch_history()
    await Replayer(workflows=WORKFLOWS, plugins=[plugin()]).replay_workflow(history)
    if record:
        histories.store("payment", scenario, history)


@pytest.mark.parametrize("sent", [net, net_due, gross], ids=lambda sent: sent.__name__)
async def test_it_goes_to_the_next_day(
    open_world: World, today: WorkflowEnvironment, sent: Sent, record_histories: bool
) -> None:
    """It leaves its queue, keeps what is reserved for it, and comes back when its day begins."""
    world = open_world
    payment, day = await waiting_at_the_cut_off(world, today, sent, ROLLS)
    await warehoused(world, payment)
    moved = await world.payment(payment)
    assert (moved.status, moved.settlement_date, moved.date_moved) == (S.QUEUED, day + DAY, "after_cut_off")
    assert (await world.funds(ALPHA))[1] == (1_000_000 - 10_000 if sent is net else 1_000_000)
    assert await told(world, payment, "warehoused") == {
        "settlement_date": str(day + DAY),
        "instead_of": str(day),
        "moved": "after_cut_off",
        "release_at": moved.release_at and moved.release_at.isoformat(),
    }
    if sent is gross:
        await fund(world, ALPHA, 5_000_000)
    await at_rest(world, payment)
    await today.sleep(UNTIL_OPENING)
    paid = await settles(world, today, payment)
    assert await story(world, payment) == [*WAITED, "warehoused", "released", *PAID]
    assert told_onward(paid) == day + DAY
    await replays(world.workflow(payment), f"{sent.__name__}_rolled_at_the_cut_off", record=record_histories)


async def test_on_its_next_day_it_waits_for_liquidity_as_long_as_on_the_first(
    open_world: World, today: WorkflowEnvironment, record_histories: bool
) -> None:
    """An hour of its hour and a half was over at the cut-off; on the next day it has an hour and a half again."""
    world = open_world
    payment, _ = await waiting_at_the_cut_off(world, today, gross, replace(ROLLS, gross_queue_s=90 * 60))
    await warehoused(world, payment)
    await at_rest(world, payment)
    await today.sleep(UNTIL_OPENING)
    await queued_again(world, payment)
    await at_rest(world, payment)
    await today.sleep(timedelta(minutes=75))
    assert (await world.payment(payment)).status is S.QUEUED
    await today.sleep(timedelta(minutes=30))
    assert (await world.reaches(payment, S.REJECTED)).reason_codes == ("AM04",)
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    await replays(world.workflow(payment), "gross_not_covered_on_its_second_day", record=record_histories)


@pytest.mark.parametrize("sent", [net, net_due, gross, alone], ids=lambda sent: sent.__name__)
async def test_it_is_returned(
    open_world: World, today: WorkflowEnvironment, sent: Sent, record_histories: bool
) -> None:
    world = open_world
    payment, day = await waiting_at_the_cut_off(world, today, sent, RETURNS)
    ended = await world.reaches(payment, S.REJECTED)
    assert (ended.reason_codes, ended.reason_text) == (("TM01",), f"not settled by the cut-off of {day}")
    assert await story(world, payment) == [*WAITED, "rejected"]
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    await replays(world.workflow(payment), f"{sent.__name__}_returned_at_the_cut_off", record=record_histories)


async def test_a_leg_stays_with_its_exchange(
    open_world: World, today: WorkflowEnvironment, record_histories: bool
) -> None:
    """It has the next day, and meets the partner that comes then."""
    world = open_world
    payment, day = await waiting_at_the_cut_off(world, today, alone, ROLLS)
    moved = await redated(world, payment)
    assert (moved.status, moved.settlement_date, moved.date_moved) == (S.QUEUED, day + DAY, "after_cut_off")
    other = await other_leg(world, BOND, Money(10_000, "USD"), within=2 * DAY)
    await warehoused(world, other)
    await at_rest(world, other)
    await at_rest(world, payment)
    await today.sleep(UNTIL_OPENING)
    assert told_onward(await world.reaches(payment, S.COMPLETED)) == day + DAY
    assert await story(world, payment) == [*WAITED, "redated", "exchange_matched", *PAID]
    await replays(world.workflow(payment), "leg_rolled_at_the_cut_off", record=record_histories)


async def test_what_is_rolled_can_be_withdrawn(open_world: World, today: WorkflowEnvironment) -> None:
    world = open_world
    payment, _ = await waiting_at_the_cut_off(world, today, net, ROLLS)
    await warehoused(world, payment)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)


async def test_what_is_rolled_can_be_let_go_the_same_day(open_world: World, today: WorkflowEnvironment) -> None:
    world = open_world
    payment, _ = await waiting_at_the_cut_off(world, today, net, ROLLS)
    await warehoused(world, payment)
    await world.act(payment, PaymentWorkflow.release, comment="the cut-off was late")
    await settles(world, today, payment)
    assert await story(world, payment) == [*WAITED, "warehoused", "released", *PAID]


async def test_what_is_being_settled_keeps_its_day(open_world: World, today: WorkflowEnvironment) -> None:
    """Its batch was claimed in time, and takes its time: the cut-off is no reason to stop it."""
    world = open_world
    payment = await net(world, ROLLS)
    day = (await world.reaches(payment, S.QUEUED)).settlement_date
    await at_rest(world, payment)
    await world.claim_behind_its_back(payment)
    await today.sleep(AFTER_CUT_OFF)
    assert (await world.payment(payment)).settlement_date == day
    await today.sleep(WINDOW_AND_MORE)
    paid = await world.reaches(payment, S.COMPLETED)
    assert (paid.settlement_date, await story(world, payment)) == (day, [*WAITED, *PAID])


@pytest.mark.parametrize("terms", [ROLLS, RETURNS], ids=["rolls", "returns"])
async def test_where_it_never_closes_a_payment_stays_and_has_the_new_day(
    fresh_url: str, today: WorkflowEnvironment, terms: Terms
) -> None:
    """Midnight is no cut-off, so nobody has its payment returned."""
    async with World.open(fresh_url, today.client) as world:
        payment = await net(world, replace(terms, window_s=48 * 3600))
        day = (await world.reaches(payment, S.QUEUED)).settlement_date
        window = await world.window(payment)
        assert day is not None
        await at_rest(world, payment)
        await today.sleep(DAY + timedelta(minutes=2))
        assert (await redated(world, payment)).settlement_date in (day + DAY, day + 2 * DAY)
        assert await world.window(payment) == window


async def test_without_terms_it_stays_as_it_did(open_world: World, today: WorkflowEnvironment) -> None:
    world = open_world
    payment, day = await waiting_at_the_cut_off(world, today, net, replace(ROLLS, at_cut_off=None))
    await today.sleep(WINDOW_AND_MORE)
    assert (await world.reaches(payment, S.COMPLETED)).settlement_date == day


async def redated(world: World, payment: str) -> PaymentView:
    """Wait until it has another day."""

    async def there() -> PaymentView | None:
        return (await world.payment(payment)) if "redated" in await story(world, payment) else None

    return await eventually(there)


async def settles(world: World, today: WorkflowEnvironment, payment: str) -> PaymentView:
    """Let a payment that is in its queue again settle there: in the gross queue by itself, else when its window closes."""
    await queued_again(world, payment)
    async with world.db.read() as session:
        in_window = (await session.one(_ITEM, {"payment_id": payment})).window_id is not None
    if in_window:
        await at_rest(world, payment)
        await today.sleep(WINDOW_AND_MORE)
    return await world.reaches(payment, S.COMPLETED)


async def queued_again(world: World, payment: str) -> None:
    """Wait until a payment that was rolled is in its queue."""

    async def there() -> bool | None:
        async with world.db.read() as session:
            return (await session.one(_ITEM, {"payment_id": payment})).state != "withdrawn" or None

    await eventually(there)


async def at_rest(world: World, payment: str, *, ruled: bool = True) -> None:
    """Wait until nothing but time is waited for, so that time may be skipped: by the payment if it minds its day, and by its window."""
    async with world.db.read() as session:
        row = await session.first(_ITEM, {"payment_id": payment})
    window = None if row is None or row.state == "withdrawn" else row.window_id
    if window is not None:
        await world.started(f"settlement/{window}")
        await _ticks(world.client.get_workflow_handle(f"settlement/{window}"))
    if ruled:
        await _ticks(world.workflow(payment))


async def _ticks(handle: WorkflowHandle[Any, Any]) -> None:
    """Wait until a timer of a workflow runs, and nobody is about to say what comes next: it may stop that one and start another."""

    async def there() -> bool | None:
        kinds = [str(event.WhichOneof("attributes")) for event in (await handle.fetch_history()).events]
        over = kinds.count("timer_fired_event_attributes") + kinds.count("timer_canceled_event_attributes")
        runs = kinds.count("timer_started_event_attributes") > over
        tasks = [kind for kind in kinds if kind.startswith("workflow_task_")]
        return (runs and tasks[-1] == "workflow_task_completed_event_attributes") or None

    await eventually(there)


_ITEM = text("SELECT state, window_id FROM settlement_items WHERE payment_id = :payment_id")


async def told(world: World, payment: str, kind: str) -> Mapping[str, Any]:
    """What an event of its story tells."""
    async with world.db.read() as session:
        return next(event.detail for event in await events.of(session, payment) if event.kind == kind)


def told_onward(paid: PaymentView) -> date:
    """IntrBkSttlmDt of the message that its receiver gets."""
    assert paid.settled_at is not None
    return value_day(paid.settled_at, paid.settlement_date, paid.settle_until)
