"""The steps of an exchange of values, on real PostgreSQL, the ledger in memory."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import text

from activities.exchanges import (
    MOST_LEGS,
    Claim,
    LegRef,
    PairRef,
)
from activities.fences import is_fence
from domain.calendars import CalendarLine, Hours, Observance
from domain.errors import ExchangeCrowded, InsufficientFunds
from domain.money import Money
from domain.payment import hold_id
from domain.status import PaymentStatus
from ledger.book import HoldState
from schema.tables.common.session import Database
from schema.tables.exchange import exchange_views
from schema.tables.exchange.exchanges import LegState
from schema.tables.payment import events, payments
from schema.tables.payment.payments import Step
from schema.tables.settlement import calendars
from tests.activities.counter import DOLLARS, EUROS, FUNDS, Counter, nobody
from tests.schema.tables.world import AT, PARIS

S = PaymentStatus


async def test_every_step_may_be_repeated(counter: Counter) -> None:
    entries = [await counter.send(EUROS, DOLLARS), await counter.send(DOLLARS, EUROS, giver=PARIS)]
    first, second = (entry.reservation.payment_id for entry in entries)
    for _ in range(2):
        for entry in entries:
            await counter.till.enter_exchange(entry)
    pair = await counter.pair_of(first)
    assert pair == await counter.pair_of(second)
    for _ in range(2):
        assert (await counter.desk.claim_pair(PairRef(pair))).claim is Claim.TAKEN
    assert not (await counter.desk.leave_exchange(LegRef(first, datetime.now(UTC)))).left
    for _ in range(2):
        await counter.till.execute_pair(pair)
    news = [await counter.desk.record_pair(pair) for _ in range(2)]
    assert news[0] == news[1]
    assert b'settlement_payments_total{method="pvp"} 2.0' in counter.metrics.exposition(), "a repeat counts once"
    assert [await counter.hold(payment) for payment in (first, second)] == [HoldState.POSTED] * 2
    assert not (await counter.desk.leave_exchange(LegRef(second, datetime.now(UTC)))).left
    async with counter.db.read() as session:
        told = [event.kind for event in await events.of(session, first) if event.kind != "status"]
        starts = await session.one(text("SELECT count(*) AS rows FROM workflow_starts WHERE kind = 'exchange'"))
    assert told == ["exchange_matched"]
    assert starts.rows == 1


async def test_without_funds_nobody_enters(counter: Counter) -> None:
    entry = await counter.send(Money(FUNDS + 1, "EUR"), DOLLARS)
    with pytest.raises(InsufficientFunds):
        await counter.till.enter_exchange(entry)
    async with counter.db.read() as session:
        assert await exchange_views.leg_of(session, entry.reservation.payment_id) is None


async def test_whoever_leaves_frees_its_partner_for_another(counter: Counter) -> None:
    first, second = await counter.enter(EUROS, DOLLARS), await counter.enter(DOLLARS, EUROS, giver=PARIS)
    third = await counter.enter(DOLLARS, EUROS, giver=PARIS)
    pair = await counter.pair_of(first)
    assert pair == await counter.pair_of(second)
    for _ in range(2):
        assert (await counter.desk.leave_exchange(LegRef(second, datetime.now(UTC)))).left
    assert (await counter.desk.claim_pair(PairRef(pair))).claim is Claim.GONE
    assert await counter.pair_of(first) == await counter.pair_of(third) != pair
    assert (await counter.desk.claim_pair(PairRef(await counter.pair_of(first)))).claim is Claim.TAKEN


async def test_a_leg_that_was_pulled_back_enters_anew(counter: Counter) -> None:
    entry = await counter.send(EUROS, DOLLARS)
    first = entry.reservation.payment_id
    await counter.till.enter_exchange(entry)
    second = await counter.enter(DOLLARS, EUROS, giver=PARIS)
    before = await counter.pair_of(second)
    word = LegRef(first, datetime.now(UTC))
    assert (await counter.desk.leave_exchange(word)).left
    with pytest.raises(AssertionError):
        await counter.till.enter_exchange(entry)  # a first try that comes late: it has left since
    await counter.till.enter_exchange(replace(entry, asked_at=datetime.now(UTC)))
    assert not (await counter.desk.leave_exchange(word)).left, "asked before it entered anew"
    assert await counter.pair_of(first) == await counter.pair_of(second) != before
    assert await counter.hold(first) is HoldState.PENDING


async def test_a_pair_of_which_one_is_too_late_is_not_executed(counter: Counter) -> None:
    first = await counter.enter(EUROS, DOLLARS)
    second = await counter.enter(DOLLARS, EUROS, giver=PARIS)
    pair = await counter.pair_of(first)
    async with counter.db.write() as session:
        late = text("UPDATE exchange_legs SET expires_at = now() WHERE payment_id = :id")
        await session.run(late, {"id": first})
    assert (await counter.desk.claim_pair(PairRef(pair))).claim is Claim.GONE
    assert (await counter.desk.leave_exchange(LegRef(first, datetime.now(UTC)))).left
    async with counter.db.read() as session:
        left, waits = await exchange_views.leg_of(session, first), await exchange_views.leg_of(session, second)
    assert left is not None
    assert waits is not None
    assert (left.state, waits.state) == (LegState.EXPIRED, LegState.WAITING)


async def test_a_payment_that_stopped_is_taken_out_of_its_pair(counter: Counter) -> None:
    first = await counter.enter(EUROS, DOLLARS)
    second = await counter.enter(DOLLARS, EUROS, giver=PARIS)
    pair = await counter.pair_of(first)
    async with counter.db.write() as session:
        await payments.advance(session, first, Step(S.CANCELLED, AT, "network"))
    assert (await counter.desk.claim_pair(PairRef(pair))).claim is Claim.GONE
    async with counter.db.read() as session:
        waits = await exchange_views.leg_of(session, second)
    assert waits is not None
    assert waits.state is LegState.WAITING


async def test_under_one_reference_so_many_wait_and_no_more(counter: Counter) -> None:
    waiting = [await counter.send(Money(number, "EUR"), DOLLARS) for number in range(1, MOST_LEGS + 2)]
    *entered, last = waiting
    for entry in entered:
        await counter.till.enter_exchange(entry)
    with pytest.raises(ExchangeCrowded):
        await counter.till.enter_exchange(last)
    refused = await counter.ledger.hold(hold_id(last.reservation.payment_id))
    assert refused is not None
    assert is_fence(refused), "a try that stands still cannot reserve afterwards"
    await counter.till.enter_exchange(entered[0])  # a repeat is no newcomer
    assert (await counter.desk.leave_exchange(LegRef(entered[0].reservation.payment_id, datetime.now(UTC)))).left
    with pytest.raises(ExchangeCrowded):
        await counter.till.enter_exchange(last)  # what was refused stays refused; there is room for another
    await counter.enter(Money(MOST_LEGS + 2, "EUR"), DOLLARS)


async def test_legs_are_told_of_the_nearest_in_the_words_of_banks(counter: Counter) -> None:
    first = await counter.enter(EUROS, DOLLARS)
    await counter.enter(Money(10_999, "USD"), EUROS, giver=PARIS)
    said = (await counter.desk.leave_exchange(LegRef(first, datetime.now(UTC)))).contradiction
    assert said == "amount: 110.00 expected, 109.99 found"


async def test_a_pair_waits_until_both_its_currencies_are_open(db: Database) -> None:
    counter = Counter(db, await nobody(), Observance.OBSERVED)
    await counter.found()
    now = datetime.now(UTC)
    offset = 12 - now.hour  # a zone where it is about noon, so that no midnight comes between
    zone = f"Etc/GMT{-offset:+d}"
    closed, open_ = Hours(time(14), time(15)), Hours(time(0), time(23, 59))
    first = await counter.enter(EUROS, DOLLARS)
    await counter.enter(DOLLARS, EUROS, giver=PARIS)
    pair = await counter.pair_of(first)

    async def claim(euro: Hours, dollar: Hours, *, meeting: bool = True) -> Claim:
        async with db.write() as session:
            for currency, hours in (("EUR", euro), ("USD", dollar)):
                line = CalendarLine(currency, "EVERY-DAY", hours, zone=zone)
                await calendars.put(session, line, at=AT, actor_id="otto")
        claimed = await counter.desk.claim_pair(PairRef(pair))
        if claimed.until is not None and meeting:
            opens = datetime(now.year, now.month, now.day, 14, tzinfo=UTC) - timedelta(hours=offset)
            assert abs(claimed.until - opens) in (timedelta(0), timedelta(days=1))
            async with db.read() as session:
                leg = await exchange_views.leg_of(session, first)
                assert leg is not None
                _, (shown,) = await exchange_views.detail(session, leg.exchange_id)
            assert (shown.waits_until, shown.waits_for) == (claimed.until, "EUR and USD to be open")
        return claimed.claim

    assert await claim(open_, closed) is Claim.WAIT
    assert await claim(closed, open_) is Claim.WAIT
    assert await claim(closed, Hours(time(15), time(16)), meeting=False) is Claim.WAIT
    assert await claim(open_, open_) is Claim.TAKEN
