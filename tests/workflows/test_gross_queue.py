"""The owner of a gross queue: what becomes of the queue when it is ended, or remembers nothing."""

from datetime import UTC, datetime

from temporalio.client import Client

from domain.payment import settlement_account
from domain.status import PaymentStatus
from ledger.book import Transfer
from runtime.metrics import Metrics
from tests.workflows.gross_scenarios import MORE, PATIENT, fund, gross_queue_funded, waits_because
from tests.workflows.world import ALPHA, World
from workers.strays import Strays

S = PaymentStatus


async def test_one_that_was_terminated_is_started_anew(world: World) -> None:
    payment = await world.submit(amount=MORE, terms=PATIENT)
    await waits_because(world, payment, "nothing queued makes up for that")
    await world.client.get_workflow_handle(world.gross_queue()).terminate()
    # The money comes by a way that tells nobody; once a minute somebody looks after queues nevertheless.
    account = settlement_account(ALPHA, "USD")
    await world.ledger.submit([Transfer("quietly", "NETWORK/USD", account, "USD", 1_000_000)])
    await Strays(world.db, world.client, Metrics()).look(datetime.now(UTC))
    await world.reaches(payment, S.COMPLETED)


async def test_money_for_a_queue_without_an_owner_finds_one(world: World) -> None:
    payment = await world.submit(amount=MORE, terms=PATIENT)
    await waits_because(world, payment, "nothing queued makes up for that")
    await world.client.get_workflow_handle(world.gross_queue()).terminate()
    await fund(world, ALPHA, 1_000_000)
    await world.reaches(payment, S.COMPLETED)


async def test_two_networks_on_one_server_do_not_wake_one_anothers_owner(
    world: World, other_url: str, client: Client
) -> None:
    """Each has a payment that waits in the same currency, and settles it when its own bank has money."""
    async with World.open(other_url, client) as other:
        waiting = [await one.submit(amount=MORE, terms=PATIENT) for one in (world, other)]
        for one, payment in zip((world, other), waiting, strict=True):
            await waits_because(one, payment, "nothing queued makes up for that")
        await fund(other, ALPHA, 1_000_000)
        await other.reaches(waiting[1], S.COMPLETED)
        assert (await world.payment(waiting[0])).status is S.QUEUED
        await fund(world, ALPHA, 1_000_000)
        await world.reaches(waiting[0], S.COMPLETED)


async def test_an_owner_that_remembers_nothing_between_its_tasks(forgetful_world: World) -> None:
    await gross_queue_funded(forgetful_world)
