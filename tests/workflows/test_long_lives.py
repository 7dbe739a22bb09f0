"""A payment whose history grows long begins a new one, and nothing of its life is lost or done twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import text
from temporalio.client import Client
from temporalio.service import RPCError

from devstack.place import throwaway_state
from devstack.ports import choose
from devstack.process import Command
from devstack.temporal import Temporal, kinds
from domain.status import PaymentStatus
from schema.tables.payment import events
from tests.lists import LIST
from tests.workflows.gross_scenarios import MORE, PATIENT, fund, waits_because
from tests.workflows.list_changes import (
    AFTER,
    BEFORE,
    LATELY,
    approve,
    asked_again,
    change,
    close_window,
    followed_up,
    queued,
)
from tests.workflows.turn_scenarios import back_in_its_window
from tests.workflows.world import ALPHA, NEWCOMER, World, eventually
from workflows import attributes
from workflows.payment import PaymentWorkflow
from workflows.plugin import plugin
from workflows.ways import GROSS_QUEUE

T = TypeVar("T")


class Impatient(Temporal):
    """A server that finds a history long after a few events."""

    def command(self) -> Command:
        """As ever, with a low limit."""
        command = super().command()
        limit = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=8")
        return replace(command, argv=(*command.argv, *limit))


@pytest.fixture
async def impatient() -> AsyncIterator[Client]:
    port, ui_port = (choose(0, option="") for _ in range(2))
    with (
        throwaway_state() as state,
        Impatient(state, port=port, ui_port=ui_port, attributes=kinds(attributes.ALL)) as server,
    ):
        yield await Client.connect(server.address, plugins=[plugin(repair_attempts=1)])


@pytest.fixture
async def long_lived_world(fresh_url: str, impatient: Client) -> AsyncIterator[World]:
    async with World.open(fresh_url, impatient) as world:
        yield world


@pytest.fixture
async def long_watching(fresh_url: str, impatient: Client) -> AsyncIterator[World]:
    """A world that screens by a list of the test's own."""
    async with World.open(fresh_url, impatient, lists=LIST) as world:
        yield world


async def test_a_story_told_anew_goes_on_where_it_was(long_lived_world: World) -> None:
    world = long_lived_world
    before = await world.funds(ALPHA)
    payment = await world.submit(receiver=NEWCOMER)
    await world.parked(payment)
    first_run = (await world.workflow(payment).describe()).run_id
    await world.act(payment, PaymentWorkflow.redrive)  # nothing was repaired: it parks again, in a new run
    await world.parked(payment)
    assert (await world.workflow(payment).describe()).run_id != first_run
    await world.open_account(NEWCOMER, 0)
    await world.act(payment, PaymentWorkflow.redrive)
    await world.reaches(payment, PaymentStatus.COMPLETED)
    async with world.db.read() as session:
        told = await events.of(session, payment)
    assert [event.number for event in told] == list(range(1, len(told) + 1))
    assert [event.kind for event in told if event.kind != "status"] == ["dead_letter", "redriven"] * 2
    assert (await world.funds(ALPHA))[0] == before[0] - 10_000


async def heard(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer; asked again when a run ended in the moment in which it was asked."""

    async def once() -> T | None:
        with suppress(RPCError):
            return await ask()
        return None

    async with asyncio.timeout(90):
        return await eventually(once)


async def test_neither_a_long_wait_nor_those_who_wait_for_its_word_keep_it_from_beginning_anew(
    long_watching: World,
) -> None:
    """As long as a list is changing it asks every second; whoever waits for the payment's word has it before it begins anew."""
    world = long_watching
    await change(world, BEFORE)
    await followed_up(world)
    async with world.db.write() as session:
        assert await session.run(text("UPDATE rescreenings SET state = 'pending', ended_at = NULL"))
    payment = await world.submit(quote=await world.quote("150.125"))
    await world.started(f"payment/{payment}")
    first_run = (await world.workflow(payment).describe()).run_id
    word = await heard(lambda: world.workflow(payment).execute_update(PaymentWorkflow.verdict))
    assert word.status is PaymentStatus.SCREENED

    async def anew() -> bool | None:
        return (await world.workflow(payment).describe()).run_id != first_run or None

    await eventually(anew)
    async with world.db.write() as session:
        await session.run(text("UPDATE rescreenings SET state = 'done', ended_at = now()"))
    await world.reaches(payment, PaymentStatus.COMPLETED)


async def test_who_cannot_leave_its_batch_begins_anew_and_settles_with_it(long_watching: World) -> None:
    """Its window has closed when a list changes: it tries again and again to leave, for its batch may defer it."""
    world = long_watching
    payment = await queued(world)
    await followed_up(world)
    await world.claim_behind_its_back(payment)
    first_run = (await world.workflow(payment).describe()).run_id
    await change(world, AFTER)

    async def anew() -> bool | None:
        return (await world.workflow(payment).describe()).run_id != first_run or None

    await eventually(anew)
    await close_window(world, payment)
    await world.reaches(payment, PaymentStatus.COMPLETED)


async def test_who_comes_back_to_the_gross_queue_in_a_new_history_has_the_time_that_was_left(
    long_watching: World,
) -> None:
    """It is pulled back, approved, and begins anew while another list changes; in the queue its clock is where it was."""
    world = long_watching
    await change(world, BEFORE)
    payment = await world.submit(amount=MORE, creditor=LATELY, terms=PATIENT)
    await waits_because(world, payment, "short of it")
    queued_at = datetime.now(UTC)
    await followed_up(world)
    waited = datetime.now(UTC) - queued_at
    await change(world, AFTER)
    await asked_again(world, payment)
    await followed_up(world)
    async with world.db.write() as session:
        assert await session.run(text("UPDATE rescreenings SET state = 'pending', ended_at = NULL"))
    pulled_run = (await world.workflow(payment).describe()).run_id
    await approve(world, payment)

    async def anew() -> bool | None:
        return (await world.workflow(payment).describe()).run_id != pulled_run or None

    await eventually(anew)
    async with world.db.write() as session:
        await session.run(text("UPDATE rescreenings SET state = 'done', ended_at = now()"))
    await back_in_its_window(world, payment)
    left = await eventually(lambda: timer(world, payment))
    assert timedelta(0) < left < timedelta(seconds=PATIENT.gross_queue_s) - waited
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, PaymentStatus.CANCELLED)


async def timer(world: World, payment: str) -> timedelta | None:
    """How long the payment was to wait in the gross queue, by the timer of its last run; None: it does not wait there yet."""
    state = await world.state(payment, lambda state: state.step == GROSS_QUEUE)
    assert state.status is PaymentStatus.QUEUED
    history = await world.workflow(payment).fetch_history()
    timers = [event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() for event in history.events]
    long = [wait for wait in timers if wait > timedelta(minutes=1)]  # the others look after the list that changes
    return long[-1] if long else None


async def test_the_owner_of_a_gross_queue_begins_anew_and_loses_no_news(long_lived_world: World) -> None:
    world = long_lived_world
    waiting = await world.submit(amount=MORE, terms=PATIENT)
    await waits_because(world, waiting, "nothing queued makes up for that")
    owner = world.client.get_workflow_handle(world.gross_queue())
    first_run = (await owner.describe()).run_id

    async def anew() -> bool | None:
        return (await owner.describe()).run_id != first_run or None

    await eventually(anew)
    await fund(world, ALPHA, 1_000_000)
    await world.reaches(waiting, PaymentStatus.COMPLETED)
    assert await owner.result() == 1
