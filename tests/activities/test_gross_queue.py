"""Gross payments that queue for liquidity: the steps on real PostgreSQL, the ledger in memory."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import text

from activities.gross_queue import Found, GrossOutcome
from activities.settlement import Unpayable
from domain.errors import AccountClosed, IllegalTransition, Unavailable
from domain.ids import PaymentId
from domain.payment import dues_account, settlement_account
from domain.settlement import Priority
from domain.status import PaymentStatus
from ledger.book import HoldState, Transfer
from schema.tables.common import outbox
from schema.tables.common.session import Database, create_engine
from schema.tables.payment import payments
from schema.tables.settlement import gross_queue, releases, steering, windows
from tests.activities.gross_desk import BANKS, Desk
from tests.schema.tables.databases import fresh_database, migrated_template
from tests.schema.tables.world import AT, BERLIN, PARIS, TOKYO, later

S = PaymentStatus


@pytest_asyncio.fixture(scope="module")
async def desk(postgres_url: str) -> AsyncIterator[Desk]:
    async with migrated_template(postgres_url) as template, fresh_database(postgres_url, template=template) as url:
        db = Database(create_engine(url))
        yield Desk(db)
        await db.close()


async def test_a_covered_payment_is_paid_at_once(desk: Desk) -> None:
    await desk.found("EUR", 100, 0, 0)
    payment, outcome = await desk.pay("EUR", BERLIN, PARIS, 100)
    assert outcome == GrossOutcome()
    assert await desk.has("EUR") == (0, 100, 0)
    assert await desk.hold(payment) is HoldState.POSTED
    async with desk.db.read() as session:
        assert (await payments.detail(session, payment)).status is S.COMPLETED
    assert await desk.wakes("EUR") == 0


async def test_one_without_funds_waits_and_says_why(desk: Desk) -> None:
    await desk.found("GBP", 30, 0, 0)
    payment, outcome = await desk.pay("GBP", BERLIN, PARIS, 100)
    assert outcome.queued_at is not None
    assert outcome.reason == f"{BERLIN} is 0.70 GBP short of it"
    assert await desk.has("GBP") == (30, 0, 0)
    assert await desk.wakes("GBP") == 1
    async with desk.db.read() as session:
        assert (await payments.detail(session, payment)).status is S.QUEUED
    behind, outcome = await desk.pay("GBP", BERLIN, TOKYO, 10)
    assert outcome.reason == f"waits behind {payment} in the queue of {BERLIN}"
    _, outcome = await desk.pay("GBP", BERLIN, TOKYO, 20, Priority.URGENT)
    assert outcome.queued_at is None, "what is more urgent overtakes"
    found = await desk.look("GBP")
    assert (found.batch_ids, found.waiting) == ((), 2)
    assert await desk.waiting("GBP") == {
        payment: f"{BERLIN} is 0.90 GBP short of it, and nothing queued makes up for that",
        behind: f"waits behind {payment} in the queue of {BERLIN}",
    }


async def test_a_circle_settles_though_nobody_can_pay(desk: Desk) -> None:
    await desk.found("CHF", 0, 0, 5)
    for debtor, creditor, amount in ((BERLIN, PARIS, 100), (PARIS, TOKYO, 100), (TOKYO, BERLIN, 105)):
        await desk.pay("CHF", debtor, creditor, amount)
    found = await desk.look("CHF")
    assert await desk.methods(found) == [("multilateral", 3)]
    await desk.settle(found)
    assert await desk.has("CHF") == (5, 0, 0)
    assert await desk.waiting("CHF") == {}
    for bic in BANKS:
        dues = await desk.ledger.balance(dues_account(bic, "CHF"))
        assert (dues.debits_pending, dues.credits_pending) == (0, 0)
    async with desk.db.read() as session:
        batch = await windows.batch(session, found.batch_ids[0])
        told = await releases.to_tell(session, found.batch_ids)
    assert (batch.gross_minor, batch.net_minor, batch.transfer_count, batch.window_id) == (305, 5, 1, None)
    assert batch.state == "final"
    assert len(told) == 3
    assert await desk.look("CHF") == Found((), 0)
    measured = desk.metrics.exposition().decode()
    assert 'gross_queue_liquidity_minor_total{currency="CHF",way="as_released"} 5.0' in measured
    assert 'gross_queue_liquidity_minor_total{currency="CHF",way="one_by_one"} 105.0' in measured
    assert 'gross_queue_released_total{currency="CHF",how="multilateral"} 3.0' in measured


async def test_two_banks_offset_and_what_comes_in_pays_on(desk: Desk) -> None:
    await desk.found("SEK", 10, 0, 0)
    await desk.pay("SEK", BERLIN, PARIS, 100)
    await desk.pay("SEK", PARIS, BERLIN, 95)
    await desk.pay("SEK", TOKYO, BERLIN, 50)
    assert await desk.has("SEK") == (10, 0, 0)
    await desk.fund(TOKYO, "SEK", 50, "more")
    found = await desk.look("SEK")
    assert await desk.methods(found) == [("alone", 1), ("bilateral", 2)]
    await desk.settle(found)
    assert await desk.has("SEK") == (55, 5, 0)


async def test_a_plan_stands_until_it_is_made(desk: Desk) -> None:
    """The worker dies after the plan, and again after the ledger has it: nothing is made twice, nothing is lost."""
    await desk.found("NOK", 0, 0, 0)
    for debtor, creditor in ((BERLIN, PARIS), (PARIS, TOKYO), (TOKYO, BERLIN)):
        await desk.pay("NOK", debtor, creditor, 100)
    found = await desk.look("NOK")
    assert (await desk.look("NOK")).batch_ids == found.batch_ids
    desk.ledger.dies = 1
    with pytest.raises(Unavailable):
        await desk.make(found)
    assert (await desk.look("NOK")).batch_ids == found.batch_ids
    head = await desk.ledger.head()
    assert (await desk.make(found)).final == found.batch_ids
    assert (await desk.look("NOK")).batch_ids == found.batch_ids, "they are still to be told"
    await desk.settle(found)
    assert await desk.ledger.head() == head
    assert (await desk.look("NOK")) == Found((), 0)


async def test_what_the_ledger_refuses_waits_again(desk: Desk) -> None:
    await desk.found("DKK", 0, 0, 0)
    payment, _ = await desk.pay("DKK", BERLIN, PARIS, 100)
    later_one, _ = await desk.pay("DKK", PARIS, TOKYO, 100)
    await desk.fund(BERLIN, "DKK", 100, "more")
    found = await desk.look("DKK")
    assert await desk.methods(found) == [("alone", 1), ("alone", 1)]
    away = Transfer("away", settlement_account(BERLIN, "DKK"), settlement_account(TOKYO, "DKK"), "DKK", 1)
    await desk.ledger.submit([away])
    made = await desk.make(found)
    assert (made.final, made.refusal, made.barred) == ((), "insufficient_funds", "")
    waiting = await desk.waiting("DKK")
    assert waiting[payment] == "the ledger refused its release: insufficient_funds"
    assert waiting[later_one] == "planned together with a release that the ledger refused"
    async with desk.db.read() as session:
        assert (await windows.batch(session, found.batch_ids[0])).state == "deferred"
    assert (await desk.make(found)).refusal == "", "nothing of it is under way"
    assert (await desk.look("DKK")).batch_ids == ()
    await desk.fund(BERLIN, "DKK", 1, "still more")
    again = await desk.look("DKK")
    assert set(again.batch_ids).isdisjoint(found.batch_ids)
    await desk.settle(again)
    assert await desk.has("DKK") == (0, 0, 101)


async def test_a_closed_account_stops_nobody_else(desk: Desk) -> None:
    await desk.found("PLN", 0, 0, 0)
    lost, _ = await desk.pay("PLN", BERLIN, TOKYO, 10)
    fine, _ = await desk.pay("PLN", BERLIN, PARIS, 20)
    await desk.fund(BERLIN, "PLN", 30, "more")
    planned = await desk.look("PLN")
    await desk.ledger.close_account(settlement_account(TOKYO, "PLN"))
    made = await desk.make(planned)
    assert (made.final, made.barred) == ((), TOKYO)
    found = await desk.look("PLN", TOKYO)
    assert found.unpayable == (Unpayable(lost, f"the ledger refuses entries on the account of {TOKYO}"),)
    await desk.settle(found)
    assert await desk.hold(fine) is HoldState.DISCHARGED
    assert (await desk.look("PLN")).unpayable == found.unpayable, "as long as it was not told"
    await desk.told(found)
    assert await desk.waiting("PLN") == {lost: f"the ledger refuses entries on the account of {TOKYO}"}
    assert (await desk.look("PLN")).unpayable == ()
    with pytest.raises(AccountClosed):
        await desk.pay("PLN", PARIS, TOKYO, 5)


async def test_a_paused_currency_lets_nothing_go(desk: Desk) -> None:
    await desk.found("CZK", 100, 0, 0)
    async with desk.db.write() as session:
        await steering.pause(session, "CZK", at=AT, actor_id="otto", comment="a test")
    payment, outcome = await desk.pay("CZK", BERLIN, PARIS, 100)
    assert outcome.reason == "CZK is paused"
    assert await desk.look("CZK") == Found((), 1)
    async with desk.db.write() as session:
        await steering.resume(session, "CZK")
        assert await gross_queue.wake(session, "CZK", at=AT)
    assert (await desk.make(await desk.look("CZK"))).final
    assert await desk.hold(payment) is HoldState.DISCHARGED


@pytest.mark.parametrize("covered", [True, False])
async def test_a_lost_answer_changes_nothing(desk: Desk, covered: bool) -> None:
    """The step is repeated after the ledger took it, when the bank's funds are no longer what they were."""
    currency = "HUF" if covered else "RON"
    await desk.found(currency, 100 if covered else 0, 0, 0)
    order = await desk.order(currency, BERLIN, PARIS, 100)
    payment = order.reservation.payment_id
    desk.ledger.dies = 1
    with pytest.raises(Unavailable):
        await desk.steps.pay_or_queue(order)
    if not covered:
        await desk.fund(BERLIN, currency, 100, "more")
    outcome = await desk.steps.pay_or_queue(order)
    assert await desk.steps.pay_or_queue(order) == outcome or outcome.reason == "waits for its turn"
    assert (outcome.queued_at is None) == covered
    assert await desk.hold(payment) is (HoldState.POSTED if covered else HoldState.PENDING)
    if not covered:
        assert (await desk.make(await desk.look(currency))).final
    assert await desk.has(currency) == (0, 100, 0)


async def test_money_for_somebody_who_waits_wakes_the_queue(desk: Desk) -> None:
    await desk.found("ISK", 0, 100, 0)
    await desk.pay("ISK", BERLIN, TOKYO, 100)
    assert await desk.wakes("ISK") == 1
    await desk.pay("ISK", PARIS, TOKYO, 10)
    assert await desk.wakes("ISK") == 0, "nobody waits for Tokyo's money"
    await desk.pay("ISK", PARIS, BERLIN, 90)
    assert await desk.wakes("ISK") == 1


async def test_what_was_taken_out_comes_back_in_a_later_turn_only(desk: Desk) -> None:
    await desk.found("MXN", 0, 0, 0)
    order = await desk.order("MXN", BERLIN, PARIS, 100)
    first = order.reservation.payment_id
    since = (await desk.steps.pay_or_queue(order)).queued_at
    second, _ = await desk.pay("MXN", BERLIN, PARIS, 50)
    async with desk.db.write() as session:
        assert await windows.withdraw(session, first)
    await desk.look("MXN")
    assert "short" in str((await desk.waiting("MXN"))[second])
    assert (await desk.steps.pay_or_queue(order)).queued_at == since
    assert list(await desk.waiting("MXN")) == [second], "an old try that comes late"
    again = await desk.steps.pay_or_queue(replace(order, turn=1))
    assert again.queued_at is not None
    assert since is not None
    assert again.queued_at > since
    assert list(await desk.waiting("MXN")) == [second, first]
    async with desk.db.write() as session:
        assert await windows.withdraw(session, first)
    assert not (await desk.money.release(first)).moved
    async with desk.db.write() as session:
        await payments.advance(session, first, payments.Step(S.CANCELLED, later(10**9), "otto"))
    with pytest.raises(IllegalTransition):
        await desk.steps.pay_or_queue(replace(order, turn=2))
    assert list(await desk.waiting("MXN")) == [second]


async def test_what_is_to_be_screened_again_does_not_go(desk: Desk) -> None:
    await desk.found("THB", 0, 0, 0)
    pulled, _ = await desk.pay("THB", BERLIN, PARIS, 100)
    other, _ = await desk.pay("THB", BERLIN, TOKYO, 10)
    await desk.fund(BERLIN, "THB", 110, "more")
    async with desk.db.write() as session:
        await session.run(text(VERSION))
        await session.run(text(PULLED), {"payment_id": pulled, "at": AT})
    assert await desk.look("THB") == Found((), 2), "while a list changes nothing goes"
    assert set((await desk.waiting("THB")).values()) == {"a sanctions list is changing"}
    async with desk.db.write() as session:
        await session.run(text("UPDATE rescreenings SET state = 'done'"))
    found = await desk.look("THB")
    await desk.settle(found)
    assert await desk.waiting("THB") == {pulled: "waits for its turn"}, "its bank learns nothing of the list"
    assert await desk.hold(other) is HoldState.DISCHARGED


VERSION = """
    WITH version AS (
        INSERT INTO list_versions (
            id, list_name, version, sha256, size, entities, state, source, content, imported_by, imported_at, added,
            changed, removed
        ) VALUES ('lst_1', 'NETWORK', '1', '', 0, 0, 'current', 'test', '', 'test', now(), 0, 0, 0) RETURNING id
    )
    INSERT INTO rescreenings (id, list_name, state, begun_at) SELECT id, 'NETWORK', 'pending', now() FROM version
"""
PULLED = """
    INSERT INTO pull_backs (payment_id, rescreening_id, reason, entities, at)
    VALUES (:payment_id, 'lst_1', 'listed', '{}', :at)
"""


async def test_a_reservation_that_is_over_is_barred(desk: Desk) -> None:
    await desk.found("ZAR", 0, 0, 0)
    payment, _ = await desk.pay("ZAR", BERLIN, PARIS, 100)
    await desk.money.release(payment)
    await desk.fund(BERLIN, "ZAR", 100, "more")
    made = await desk.make(await desk.look("ZAR"))
    assert (made.refusal, made.barred) == ("hold_already_resolved", payment)
    assert (await desk.look("ZAR", payment)).batch_ids == ()
    assert await desk.waiting("ZAR") == {payment: "its reservation is over"}


async def test_a_cap_is_liquidity_too(desk: Desk) -> None:
    await desk.found("TRY", 0, 0, 0, floor=-50)
    await desk.pay("TRY", BERLIN, PARIS, 70)
    await desk.pay("TRY", PARIS, TOKYO, 110)
    assert await desk.waiting("TRY")
    await desk.fund(BERLIN, "TRY", 20, "more")
    found = await desk.look("TRY")
    await desk.settle(found)
    assert await desk.has("TRY") == (-50, -40, 110)


async def test_wakes_are_rows_of_their_own(desk: Desk) -> None:
    await desk.found("AUD", 0, 0, 0)
    async with desk.db.write() as session:
        assert not await gross_queue.wake(session, "AUD", at=AT)
    payment, _ = await desk.pay("AUD", BERLIN, PARIS, 100)
    async with desk.db.write() as session:
        assert await gross_queue.wake_for(session, payment, at=AT)
        assert not await gross_queue.wake_for(session, PaymentId.new(), at=AT)
    async with desk.db.write() as session:
        claims = await outbox.claim(session, limit=100, lease_s=5, now=later(10**9))
    assert len([claim for claim in claims if claim.subject == "AUD"]) == 2
