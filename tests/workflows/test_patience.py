"""How long a payment waits for liquidity: its time stands still while people look at it, and goes on in whatever turn."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.status import PaymentStatus
from tests.lists import LIST
from tests.workflows.gross_scenarios import MORE, waits_because
from tests.workflows.list_changes import AFTER, BEFORE, LATELY, approve, asked_again, change
from tests.workflows.test_cut_off import at_rest, replays
from tests.workflows.turn_scenarios import back_in_its_window
from tests.workflows.world import ALPHA, World
from workflows.payloads import Terms

S = PaymentStatus
HOUR: Final = timedelta(hours=1)
TEN_HOURS: Final = Terms(gross_queue_s=36_000)


@pytest.fixture
async def watching_today(fresh_url: str, today: WorkflowEnvironment) -> AsyncIterator[World]:
    """A world that screens by a list of the test's own, on a server that skips time. It looks seldom after queues."""
    async with World.open(fresh_url, today.client, lists=LIST, gross_look_s=3600.0) as world:
        yield world


async def test_what_people_take_does_not_count_and_what_it_waited_does(
    watching_today: World, today: WorkflowEnvironment, record_histories: bool
) -> None:
    """Seven hours in the queue, two under review: three are left, and not ten."""
    world = watching_today
    await change(world, BEFORE)
    payment = await world.submit(amount=MORE, creditor=LATELY, terms=TEN_HOURS)
    await waits_because(world, payment, "short of it")
    await at_rest(world, payment)
    await today.sleep(7 * HOUR)
    assert (await world.payment(payment)).status is S.QUEUED
    await change(world, AFTER)
    await asked_again(world, payment)
    await today.sleep(2 * HOUR)
    await approve(world, payment)
    await back_in_its_window(world, payment)
    await at_rest(world, payment)
    await today.sleep(2 * HOUR)
    assert (await world.payment(payment)).status is S.QUEUED
    await today.sleep(2 * HOUR)
    ended = await world.reaches(payment, S.REJECTED)
    assert (ended.reason_codes, ended.reason_text) == (("AM04",), "not covered within 36000 seconds")
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    await replays(world.workflow(payment), "gross_comes_back_with_the_time_left", record=record_histories)
