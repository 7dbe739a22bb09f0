"""Holds whose time is over are given back, once, whoever looks and whatever else became of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import InsufficientFunds
from ledger.book import Post, Reserve, Void, moment
from ledger.memory import MemoryLedger
from schema.tables.accounts import ledger_entries, ledger_expiries
from schema.tables.common.session import Database
from tests.ledger.worlds import ALPHA, BETA, Ticks, furnish
from workers.expiry import Expiry
from workers.projection import Projection

HOUR_US = 3_600_000_000


async def due(db: Database, at: datetime) -> list[str]:
    async with db.read() as session:
        return await ledger_expiries.due(session, at, 10)


async def test_what_is_due_is_given_back(db: Database) -> None:
    ticks = Ticks()
    ledger = MemoryLedger(ticks)
    await furnish(ledger)
    plain = Reserve("h", ALPHA, BETA, "USD", 10)
    end_us = ticks.now_us + HOUR_US
    for n in range(4):
        await ledger.submit([replace(plain, id=f"h{n}", expires_us=end_us + n)])
    await ledger.submit([plain, Post("h0/post", "h0")])
    await ledger.submit([replace(plain, id="never", expires_us=2**63 - 1)])
    projection, expiry = Projection(db, ledger), Expiry(db, ledger)
    await projection.catch_up()
    end = moment(end_us)
    assert await due(db, end - timedelta(seconds=1)) == []
    assert await due(db, end + timedelta(seconds=1)) == ["h1", "h2", "h3"]

    await expiry.give_back(["h1", "h2"])  # by somebody whose clock is ahead
    hold = await ledger.hold("h1")
    assert hold is not None
    assert hold.state == "pending"
    ticks.now_us = end_us + 9
    await ledger.submit([Void("h2/void", "h2")])
    for _ in range(2):
        await expiry.give_back(["h1", "h2", "h3"])
    told = [await ledger.hold(f"h{n}") for n in range(4)]
    assert [hold.state for hold in told if hold] == ["posted", "expired", "voided", "expired"]
    assert (await ledger.balance(ALPHA)).debits_pending == 20
    await projection.catch_up()
    assert await due(db, datetime(9000, 1, 1, tzinfo=UTC)) == []
    assert await due(db, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)) == ["never"]

    async with db.write() as session:
        await ledger_entries.clear(session)
    assert await due(db, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)) == []
    await projection.catch_up()
    assert await due(db, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)) == ["never"]


async def test_refusals_are_shown(db: Database) -> None:
    ticks = Ticks()
    ledger = MemoryLedger(ticks)
    await furnish(ledger)
    for _ in range(2):
        with pytest.raises(InsufficientFunds):
            await ledger.submit([Reserve("pay_1/hold", ALPHA, BETA, "USD", 5000)])
    await ledger.submit([Reserve("pay_1/hold", ALPHA, BETA, "USD", 50), Post("pay_1/post", "pay_1/hold")])
    await Projection(db, ledger).catch_up()
    async with db.read() as session:
        told = await ledger_entries.of_payment(session, "pay_1")
        refused = await ledger_entries.refusals(session, "pay_1/hold")
        assert await ledger_entries.posted_at(session, BETA, told[0].sequence) == 500
        assert await ledger_entries.posted_at(session, BETA, told[1].sequence) == 550
        assert await ledger_entries.posted_at(session, BETA, 3) == 0
    assert [row.kind for row in told] == ["reserve", "post"]
    assert refused == [
        (10, moment(ticks.now_us), "insufficient_funds"),
        (11, moment(ticks.now_us), "insufficient_funds"),
    ]
