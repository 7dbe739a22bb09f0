"""Quotes and conversions on real PostgreSQL: taken once, given back once, rounded under one lock."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from domain.errors import DelTranError, IdempotencyConflict, NotFound, QuoteExhausted, QuoteExpired
from domain.fx import ConversionState, Exchanged
from domain.ids import new_id
from domain.money import Money
from schema.tables.accounts import participants
from schema.tables.accounts.participants import ParticipantStatus
from schema.tables.common.session import Database
from schema.tables.exchange import fx_conversions, fx_quotes
from schema.tables.exchange.fx_conversions import NewConversion
from schema.tables.exchange.fx_quotes import NewQuote, QuoteView
from schema.tables.payment import payments
from tests.schema.tables.world import AT, BERLIN, PARIS, TOKYO, later, order, taken_in

DEALER = "DEALUS33XXX"
RATE = Decimal("163.125")


@pytest_asyncio.fixture
async def dealt(db: Database) -> AsyncIterator[Database]:
    """A database with its banks, a dealer, and no rounding yet."""
    async with db.write() as session:
        for bic in (BERLIN, PARIS, TOKYO, DEALER):
            await participants.register(session, bic=bic, name=bic, country=bic[4:6], at=AT)
            await participants.set_status(session, bic, ParticipantStatus.ACTIVE)
        await session.run(text("DELETE FROM fx_roundings"))
    yield db


def quote(**changes: Any) -> NewQuote:
    plain = NewQuote(
        new_id("quo"), DEALER, "EUR", "JPY", RATE, 100, 10_000, None, "deal-system", AT, later(60), idempotency_key=None
    )
    return replace(plain, **changes)


async def given(db: Database, **changes: Any) -> str:
    async with db.write() as session:
        made, fresh = await fx_quotes.give(session, quote(**changes))
    assert fresh
    return made.id


async def take(db: Database, quote_id: str, minor: int, *, by: str = BERLIN, at: datetime = AT) -> QuoteView:
    async with db.write() as session:
        return await fx_quotes.take(session, quote_id, Money(minor, "EUR"), by=by, at=at)


async def converted(db: Database, quote_id: str, minor: int = 1_000, residue: Fraction = Fraction(1, 4)) -> str:
    """A payment with its conversion."""
    await take(db, quote_id, minor)
    fx = Exchanged(quote_id, DEALER, str(RATE), Money(1_631, "JPY"))
    payment_id = await taken_in(db, amount=Money(minor, "EUR"), fx=fx)
    made = NewConversion(payment_id, quote_id, DEALER, "EUR", minor, "JPY", 1_631, RATE, residue, AT)
    async with db.write() as session:
        await fx_conversions.lock(session, made)
    return payment_id


async def left(db: Database, quote_id: str) -> int:
    async with db.read() as session:
        return (await fx_quotes.find(session, quote_id)).left_minor


async def test_the_best_rate_comes_first_and_only_what_can_be_taken(dealt: Database) -> None:
    best, fair = [await given(dealt, rate=Decimal(rate), bought="USD") for rate in ("1.2", "1.1")]
    private = await given(dealt, rate=Decimal("1.3"), bought="USD", offered_to=(PARIS,))
    for gone in ({"expires_at": AT}, {"sold": "JPY", "bought": "EUR"}, {"dealer_bic": BERLIN, "bought": "CHF"}):
        await given(dealt, **gone)
    used = await given(dealt, bought="USD")
    await take(dealt, used, 10_000)
    async with dealt.write() as session:
        withdrawn = await fx_quotes.withdraw(session, await given(dealt, bought="USD"), AT)
    assert withdrawn.withdrawn_at == AT
    async with dealt.read() as session:
        asked: dict[str, Any] = {"sold": "EUR", "bought": "USD", "at": AT, "limit": 50}
        assert [one.id for one in await fx_quotes.offers(session, participant=BERLIN, **asked)] == [best, fair]
        assert [one.id for one in await fx_quotes.offers(session, participant=PARIS, **asked)] == [private, best, fair]
        pairs = [one.bought for one in await fx_quotes.offers(session, participant=PARIS, **asked | {"bought": None})]
        assert pairs == ["CHF", "USD", "USD", "USD"]
        assert (await fx_quotes.find(session, private, participant=PARIS)).offered_to == (PARIS,)
        with pytest.raises(NotFound):
            await fx_quotes.find(session, private, participant=BERLIN)
    async with dealt.write() as session:
        await participants.set_status(session, DEALER, ParticipantStatus.SUSPENDED)
    async with dealt.read() as session:
        assert await fx_quotes.offers(session, participant=PARIS, **asked) == []
    with pytest.raises(QuoteExpired):
        await take(dealt, best, 100)


@pytest.mark.parametrize(
    ("changes", "minor", "refusal"),
    [
        ({"expires_at": AT}, 100, QuoteExpired),
        ({"offered_to": (PARIS,)}, 100, NotFound),
        ({}, 10_001, QuoteExhausted),
    ],
)
async def test_a_quote_is_taken_in_time_and_by_whom_it_is_for(
    dealt: Database, changes: dict[str, Any], minor: int, refusal: type[DelTranError]
) -> None:
    quote_id = await given(dealt, **changes)
    with pytest.raises(refusal):
        await take(dealt, quote_id, minor)
    assert await left(dealt, quote_id) == 10_000


async def test_many_takers_never_get_more_than_there_is(dealt: Database) -> None:
    quote_id = await given(dealt)

    async def one() -> bool:
        try:
            await take(dealt, quote_id, 1_500)
        except QuoteExhausted:
            return False
        return True

    taken = await asyncio.gather(*(one() for _ in range(12)))
    assert (sum(taken), await left(dealt, quote_id)) == (6, 1_000)


async def test_the_same_key_is_the_same_quote(dealt: Database) -> None:
    first = quote(idempotency_key="morning")
    async with dealt.write() as session:
        assert (await fx_quotes.give(session, first))[1]
        again, fresh = await fx_quotes.give(session, replace(first, id="quo_other", expires_at=later(90)))
        assert (again.id, fresh) == (first.id, False)
        with pytest.raises(IdempotencyConflict):
            await fx_quotes.give(session, replace(first, id="quo_third", rate=Decimal("163.126")))


async def test_a_payment_that_ends_unpaid_gives_its_amount_back_once(dealt: Database) -> None:
    quote_id = await given(dealt)
    payment_id = await converted(dealt, quote_id)
    assert await left(dealt, quote_id) == 9_000
    for _ in range(2):
        async with dealt.write() as session:
            assert await fx_conversions.abandon(session, payment_id, AT, begun=False), (
                "only locked: there is nothing to leave"
            )
    assert await left(dealt, quote_id) == 9_000
    for _ in range(2):
        async with dealt.write() as session:
            await fx_conversions.release(session, payment_id, later(1))
            await fx_conversions.release(session, "pay_without_exchange", later(1))
    assert await left(dealt, quote_id) == 10_000
    async with dealt.read() as session:
        found = await fx_conversions.of(session, payment_id)
    assert found is not None
    assert (found.state, found.ended_at) == (ConversionState.RELEASED, later(1))


async def test_once_the_rounding_is_taken_in_it_only_goes_forward(dealt: Database) -> None:
    payment_id = await converted(dealt, await given(dealt))
    async with dealt.write() as session:
        await fx_conversions.begin(session, payment_id)
        begun = await fx_conversions.hold(session, payment_id)
        assert (begun.state, begun.residue, begun.rate) == (ConversionState.RESERVING, Fraction(1, 4), RATE)
    async with dealt.write() as session:
        held = await fx_conversions.hold(session, payment_id)
        assert await fx_conversions.rounding(session, DEALER, "JPY") == 0
        await fx_conversions.settle(session, held, Fraction(-3, 8), 1)
    async with dealt.write() as session:
        assert not await fx_conversions.abandon(session, payment_id, AT, begun=False)
        assert not await fx_conversions.put_off(session, payment_id)
        await fx_conversions.release(session, payment_id, AT)
        assert await fx_conversions.rounding(session, DEALER, "JPY") == Fraction(-3, 8)
        await fx_conversions.paid(session, payment_id, later(2))
    async with dealt.read() as session:
        (account,) = await fx_conversions.roundings(session)
        assert (account.residue, account.moved_minor, account.conversions) == (Fraction(-3, 8), 1, 1)
        page = await fx_conversions.listing(session, participant=DEALER, page=1, limit=10)
        (shown,) = [one for one in page.conversions if one.payment_id == payment_id]
        assert (shown.state, shown.rounding_minor) == (ConversionState.PAID, 1)
        assert (await fx_conversions.listing(session, participant=TOKYO, page=1, limit=10)).total == 0


async def test_residues_are_taken_in_one_after_the_other(dealt: Database) -> None:
    quote_id = await given(dealt)
    waiting = [await converted(dealt, quote_id, 100) for _ in range(8)]

    async def one() -> None:
        payment_id = waiting.pop()
        async with dealt.write() as session:
            await fx_conversions.begin(session, payment_id)
        async with dealt.write() as session:
            held = await fx_conversions.hold(session, payment_id)
            total = await fx_conversions.rounding(session, DEALER, "JPY") + held.residue
            await fx_conversions.settle(session, held, total, 0)

    await asyncio.gather(*(one() for _ in range(8)))
    async with dealt.read() as session:
        (account,) = await fx_conversions.roundings(session)
    assert (account.residue, account.conversions) == (Fraction(2), 8)


async def test_a_payment_shows_what_its_receiver_gets(dealt: Database) -> None:
    payment_id = await converted(dealt, await given(dealt))
    async with dealt.read() as session:
        shown = await payments.detail(session, payment_id)
        assert (shown.received, shown.dealer_bic) == (Money(1_631, "JPY"), DEALER)
        assert await payments.left_to_return(session, payment_id) == Money(1_631, "JPY")
        kept = await payments.order(session, payment_id)
        assert kept.onward == replace(
            kept, amount=Money(1_631, "JPY"), instructed=Money(1_000, "EUR"), exchange_rate="163.125", fx=None
        )
        told = await payments.instruction(session, payment_id)
        assert (told.received_currency, told.dealer_status) == ("JPY", "active")
    plain = order()
    assert (plain.onward, plain.received) == (plain, plain.amount)
