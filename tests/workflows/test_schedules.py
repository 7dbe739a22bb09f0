"""Windows that close by schedule: Temporal's Schedules follow SQL, and a lost one loses nothing."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from temporalio.client import Client, Schedule, ScheduleActionStartWorkflow
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from domain.calendars import Hours, line_of
from domain.ids import new_id
from domain.payment import SettlementMethod
from domain.schedules import Schedule as Wanted
from domain.status import PaymentStatus
from schema.tables.common import outbox
from schema.tables.common.session import Database, create_engine
from schema.tables.settlement import calendars, schedules, windows
from tests.workflows.world import ALPHA, BETA, GAMMA, World, eventually
from workers.schedules import WindowSchedules
from workflows import ids
from workflows.payloads import Terms
from workflows.settlement import SettlementWorkflow

NET = SettlementMethod.NET
S = PaymentStatus
SECONDLY = Wanted("USD", every_s=1, business_days=False)
NOON = Wanted("USD", times=(time(12),), business_days=False)
TWICE = Wanted("USD", times=(time(9), time(15, 30)))
LATER = Terms(window_s=3600)
BRIEF = Terms(window_s=0.1)
ZONE = ZoneInfo("Europe/Brussels")


@pytest.fixture
async def db(fresh_url: str) -> AsyncIterator[Database]:
    database = Database(create_engine(fresh_url))
    yield database
    await database.close()


@pytest.fixture(autouse=True)
async def nothing_left(client: Client) -> AsyncIterator[None]:
    """Schedules belong to the server and would outlive their test."""
    yield
    for currency in ("USD", "JPY"):
        with suppress(RPCError):
            await client.get_schedule_handle(ids.schedule(currency)).delete()


async def put(db: Database, schedule: Wanted) -> None:
    async with db.write() as session:
        await schedules.put(session, schedule, at=datetime.now(UTC), actor_id="otto", comment="a test")


async def described(client: Client, currency: str = "USD", deployment: str = "") -> Schedule | None:
    try:
        return (await client.get_schedule_handle(ids.schedule(currency, deployment)).describe()).schedule
    except RPCError:
        return None


def hours(schedule: Schedule | None) -> list[tuple[int, int]]:
    """The times of the day, as Temporal knows them."""
    assert schedule is not None
    return [(at.hour[0].start, at.minute[0].start) for at in schedule.spec.calendars]


async def becomes(world: World, expected: list[tuple[int, int]] | None) -> None:
    """Wait until a world's schedule for the dollar has these times; None: until there is none."""

    async def there() -> bool | None:
        found = await described(world.client, deployment=world.task_queue)
        return (None if found is None else hours(found)) == expected or None

    await eventually(there)


async def test_temporal_follows_sql(db: Database, client: Client) -> None:
    follower = WindowSchedules(db, client, "nobody")
    await put(db, TWICE)
    await follower.follow("USD")
    made = await described(client)
    assert hours(made) == [(9, 0), (15, 30), (22, 0)], "the cut-off of the dollar is its last closing"
    assert made is not None
    assert made.spec.time_zone_name == "Europe/Brussels"
    assert isinstance(made.action, ScheduleActionStartWorkflow)
    assert (made.action.workflow, made.action.id) == ("WindowClose", "settlement-window/USD")
    await put(db, Wanted("USD", every_s=900, business_days=False, paused=True))
    await follower.follow("USD")
    changed = await described(client)
    assert changed is not None
    assert [interval.every for interval in changed.spec.intervals] == [timedelta(minutes=15)]
    assert (hours(changed), changed.state.paused) == ([], True)
    async with db.write() as session:
        await schedules.delete(session, "USD", datetime.now(UTC))
    for _ in range(2):
        await follower.follow("USD")
        assert await described(client) is None


async def test_what_was_lost_is_found_at_the_start(db: Database, client: Client) -> None:
    """Somebody deleted one in Temporal, and one is left of a currency that has none: a worker that starts mends both."""
    follower = WindowSchedules(db, client, "nobody")
    await put(db, Wanted("JPY", every_s=60, business_days=False))
    await follower.follow("JPY")
    async with db.write() as session:
        await session.run(text("DELETE FROM settlement_schedules"))
    await put(db, NOON)
    listed: list[str] = []
    while ids.schedule("JPY") not in listed:  # a listing follows a moment later
        listed = [entry.id async for entry in await client.list_schedules()]
    await follower.follow_all()
    assert await described(client, "JPY") is None
    assert hours(await described(client)) == [(12, 0)]


async def test_followers_that_overtake_one_another_end_with_what_sql_says(db: Database, client: Client) -> None:
    follower = WindowSchedules(db, client, "nobody")
    for hour in range(1, 7):
        await put(db, Wanted("USD", times=(time(hour),), business_days=False))
        await asyncio.gather(*(follower.follow("USD") for _ in range(3)), put(db, NOON))
        await follower.follow("USD")
        assert hours(await described(client)) == [(12, 0)]


async def test_a_worker_that_died_between_sql_and_temporal(fresh_url: str, db: Database, client: Client) -> None:
    """The row is committed, and whoever had claimed it is gone: the next worker makes the schedule."""
    await put(db, NOON)
    async with db.write() as session:
        (lost,) = await outbox.claim(session, limit=1, lease_s=0.5, now=datetime.now(UTC))
    assert (lost.kind, lost.subject) == ("schedule", "USD")
    assert await described(client) is None
    async with World.open(fresh_url, client) as world:
        await becomes(world, [(12, 0)])
        await put(db, TWICE)  # and a change is followed as well
        await becomes(world, [(9, 0), (15, 30), (22, 0)])
        early = replace(line_of("USD"), hours=Hours(time(3), time(20)))  # another cut-off is another last closing
        async with db.write() as session:
            await calendars.put(session, early, at=datetime.now(UTC), actor_id="otto")
        await becomes(world, [(9, 0), (15, 30), (20, 0)])
        async with world.db.write() as session:
            await schedules.delete(session, "USD", datetime.now(UTC))
        await becomes(world, None)


async def test_a_schedule_that_is_triggered_closes_the_window(world: World) -> None:
    await put(world.db, NOON)
    await becomes(world, [(12, 0)])
    payment = await world.submit(method=NET, terms=LATER)
    await world.reaches(payment, S.QUEUED)
    handle = world.client.get_schedule_handle(ids.schedule("USD", world.task_queue))
    await handle.trigger()
    await world.reaches(payment, S.COMPLETED)
    await handle.delete()


async def test_two_deployments_in_one_namespace_have_their_own(db: Database, client: Client) -> None:
    """Whoever looks after the schedules of one lets those of the other be."""
    await put(db, NOON)
    blue = new_id("blue")
    other, own = (WindowSchedules(db, client, "nobody", deployment=name) for name in (blue, ""))
    await other.follow("USD")
    await put(db, TWICE)
    await own.follow_all()
    assert hours(await described(client, deployment=blue)) == [(12, 0)]
    assert hours(await described(client)) == [(9, 0), (15, 30), (22, 0)]
    await client.get_schedule_handle(ids.schedule("USD", blue)).delete()


async def test_a_window_whose_schedule_is_lost_closes_by_itself(
    patient_world: World, skipping: WorkflowEnvironment
) -> None:
    """That server knows nothing of Schedules: the window is told by nobody, and waits a little longer than its time."""
    world, in_an_hour = patient_world, datetime.now(UTC) + timedelta(hours=1)
    await put(world.db, Wanted("USD", times=(in_an_hour.astimezone(ZONE).time(),), business_days=False))
    payment = await world.submit(method=NET, terms=BRIEF)
    await world.reaches(payment, S.QUEUED)
    window = world.client.get_workflow_handle(ids.settlement(await world.window(payment)))
    await world.started(window.id)
    await skipping.sleep(timedelta(minutes=50))
    assert (await window.query(SettlementWorkflow.state)).phase == "open"
    await skipping.sleep(timedelta(minutes=11))
    await world.reaches(payment, S.COMPLETED)


async def test_closings_and_arrivals_at_the_same_time_lose_nothing(world: World) -> None:
    """A window closes every second while payments arrive: each is in exactly one batch, and all of them settle."""
    await put(world.db, SECONDLY)

    async def arrive(lane: int) -> list[str]:
        sender, receiver = ((ALPHA, BETA), (BETA, GAMMA), (GAMMA, ALPHA))[lane % 3]
        return [await world.submit(method=NET, sender=sender, receiver=receiver, terms=LATER) for _ in range(12)]

    made = [payment for lane in await asyncio.gather(*map(arrive, range(3))) for payment in lane]
    for payment in made:
        await world.reaches(payment, S.COMPLETED)
    async with world.db.read() as session:
        batches = (await windows.batches(session, page=1, limit=500)).batches
        settled = [owed.payment_id for batch in batches for owed in await windows.claimed(session, batch.id)]
    assert Counter(settled) == Counter(made)
    assert sum(batch.payment_count for batch in batches) == len(made)
