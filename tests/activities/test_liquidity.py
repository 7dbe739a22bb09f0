"""Net batches by what the banks can cover: the steps on real PostgreSQL, the ledger in memory."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import text

from activities.ledger import QueueEntry, Reservation
from activities.liquidity import PlanRequest
from domain.money import MAX_DIGITS
from domain.payment import dues_account, settlement_account
from domain.status import PaymentStatus
from ledger.book import Transfer
from schema.tables.accounts import participants
from schema.tables.common.session import Database, create_engine
from schema.tables.settlement import steering, windows
from tests.activities.desk import Desk
from tests.schema.tables.databases import fresh_database, migrated_template
from tests.schema.tables.world import BERLIN, PARIS, TOKYO, later

S = PaymentStatus
MOST = 10**MAX_DIGITS - 1


@pytest_asyncio.fixture(scope="module")
async def desk(postgres_url: str) -> AsyncIterator[Desk]:
    async with migrated_template(postgres_url) as template, fresh_database(postgres_url, template=template) as url:
        db = Database(create_engine(url))
        yield Desk(db)
        await db.close()


async def test_due_payments_need_their_net_only(desk: Desk) -> None:
    await desk.found("GBP", berlin=10, paris=0, tokyo=0)
    first = await desk.queue(desk.due, "GBP", BERLIN, PARIS, 1000)
    await desk.queue(desk.due, "GBP", PARIS, BERLIN, 990)
    assert await desk.has("GBP") == (10, 0, 0)
    ref = await desk.claim(first)
    planned = await desk.liquidity.plan_batch(PlanRequest(ref, 1))
    assert (planned.payments, planned.transfers, planned.deferred) == (2, 1, 0)
    for _ in range(2):
        assert (await desk.due.execute_batch(ref.batch_id)).final
    assert await desk.has("GBP") == (0, 10, 0)
    dues = await desk.ledger.balance(dues_account(BERLIN, "GBP"))
    assert (dues.posted_minor, dues.debits_pending) == (-10, 0)


async def test_a_plan_stands_until_the_ledger_refuses_it(desk: Desk) -> None:
    await desk.found("CHF", berlin=100, paris=0, tokyo=50)
    large = await desk.queue(desk.due, "CHF", BERLIN, PARIS, 90)
    small = await desk.queue(desk.due, "CHF", BERLIN, PARIS, 60)
    other = await desk.queue(desk.due, "CHF", TOKYO, PARIS, 50)
    ref = await desk.claim(large)
    assert (await desk.liquidity.plan_batch(PlanRequest(ref, 1))).deferred == 1
    assert await desk.deferred(ref) == {small: 50}
    # The money goes elsewhere; a repeat of the plan is still the plan, and the ledger refuses it as a whole.
    away = Transfer("away", settlement_account(BERLIN, "CHF"), settlement_account(TOKYO, "CHF"), "CHF", 20)
    await desk.ledger.submit([away])
    assert (await desk.liquidity.plan_batch(PlanRequest(ref, 1))).payments == 2
    assert (await desk.due.execute_batch(ref.batch_id)).refusal == "insufficient_funds"
    planned = await desk.liquidity.plan_batch(PlanRequest(ref, 2))
    assert (planned.payments, planned.deferred) == (1, 2)
    assert await desk.deferred(ref) == {small: 50, large: 10}
    assert (await desk.due.execute_batch(ref.batch_id)).final
    assert await desk.has("CHF") == (80, 50, 20)
    assert other not in await desk.deferred(ref)


async def test_held_and_due_payments_may_meet_in_one_batch(desk: Desk) -> None:
    """What comes in for a held payment pays for a due one."""
    await desk.found("SEK", berlin=100, paris=0, tokyo=0)
    held = await desk.queue(desk.held, "SEK", BERLIN, PARIS, 100)
    await desk.queue(desk.due, "SEK", PARIS, TOKYO, 70)
    ref = await desk.claim(held)
    planned = await desk.liquidity.plan_batch(PlanRequest(ref, 1))
    assert (planned.payments, planned.transfers, planned.deferred) == (2, 2, 0)
    assert (await desk.held.execute_batch(ref.batch_id)).final
    assert await desk.has("SEK") == (0, 30, 70)


async def test_a_closed_account_stops_nobody_else(desk: Desk) -> None:
    await desk.found("NOK", berlin=100, paris=100, tokyo=0)
    lost = await desk.queue(desk.held, "NOK", BERLIN, TOKYO, 10)
    fine = await desk.queue(desk.held, "NOK", PARIS, BERLIN, 20)
    await desk.ledger.close_account(settlement_account(TOKYO, "NOK"))
    ref = await desk.claim(fine)
    await desk.liquidity.plan_batch(PlanRequest(ref, 1))
    refused = await desk.held.execute_batch(ref.batch_id)
    assert (refused.refusal, refused.account) == ("account_closed", settlement_account(TOKYO, "NOK"))
    planned = await desk.liquidity.plan_batch(PlanRequest(ref, 2, (TOKYO,)))
    assert (planned.payments, planned.deferred) == (1, 1)
    assert list(await desk.deferred(ref)) == [lost]
    assert (await desk.held.execute_batch(ref.batch_id)).final


async def test_a_payment_keeps_the_backing_of_its_first_try(desk: Desk) -> None:
    await desk.found("DKK", berlin=5, paris=0, tokyo=0)
    payment = await desk.queue(desk.due, "DKK", BERLIN, PARIS, 100)
    await desk.held.queue_net(QueueEntry(Reservation(payment, BERLIN, PARIS, "DKK", 100), 5.0))
    async with desk.db.read() as session:
        found = await session.one(text("SELECT backing FROM settlement_items WHERE payment_id = :id"), {"id": payment})
    assert found.backing == "due"
    assert not (await desk.held.release(payment)).moved


async def test_more_than_64_bits_hold_stops_nobody(desk: Desk) -> None:
    """Whoever orders without funds may order as much as it likes: others settle, and so does it once it is paid as much."""
    await desk.found("MXN", berlin=10, paris=0, tokyo=0)
    fine = await desk.queue(desk.due, "MXN", BERLIN, TOKYO, 10)
    too_much = [await desk.queue(desk.due, "MXN", PARIS, BERLIN, MOST) for _ in range(10)]
    async with desk.db.write() as session:
        await participants.project(session, await desk.ledger.balances(), later(9))
        assert (await steering.queued(session, PARIS))["MXN"].out_minor == 10 * MOST
        (listed,) = (await steering.windows(session, currency="MXN", page=1, limit=5)).windows
        assert listed.queued_minor == 10 * MOST + 10
    ref = await desk.claim(fine)
    planned = await desk.liquidity.plan_batch(PlanRequest(ref, 1))
    assert (planned.payments, planned.deferred) == (1, 10)
    assert (await desk.due.execute_batch(ref.batch_id)).final
    assert await desk.has("MXN") == (0, 0, 10)
    assert (await desk.deferred(ref)).keys() == set(too_much)
    for _ in range(10):
        last = await desk.queue(desk.due, "MXN", BERLIN, PARIS, MOST)
    again = await desk.claim(last)
    planned = await desk.liquidity.plan_batch(PlanRequest(again, 1))
    assert (planned.payments, planned.transfers, planned.deferred) == (20, 0, 0)
    assert (await desk.due.execute_batch(again.batch_id)).final
    async with desk.db.read() as session:
        batch = await windows.batch(session, again.batch_id)
    assert batch.gross_minor == 20 * MOST
    assert {position.owed_minor for position in batch.positions} == {10 * MOST}
