"""SQL follows the ledger: every entry, every movement with the balance it left, whoever copies it and how often."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from deltran.shown import differences
from ledger.book import Discharge, Operation, Post, Reserve, Transfer, Void
from ledger.memory import MemoryLedger
from schema.tables.accounts import heads, ledger_entries, participants
from schema.tables.accounts.ledger_entries import EntryKind, Movement, Side
from schema.tables.common.session import Database
from tests.ledger.worlds import ACCOUNTS, ALPHA, BETA, GAMMA, NETWORK, Ticks, furnish
from workers import projection
from workers.journal import line
from workers.projection import LEDGER, Projection

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT_US = int(AT.timestamp()) * 1_000_000
FAR = AT + timedelta(days=400)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few dozen entries take several transactions."""
    monkeypatch.setattr(projection, "CHUNK", 7)


async def busy(ledger: MemoryLedger, ticks: Ticks, days: int, *, seed: int) -> None:
    """Some days of holds, payments, voids and a net batch each."""
    chance = random.Random(seed)
    for day in range(days):
        ticks.now_us += 86_400_000_000
        holds = [Reserve(f"{seed}/{day}/{n}", ALPHA, BETA, "USD", chance.randint(1, 9)) for n in range(6)]
        for hold in holds:
            await ledger.submit([hold])
        ticks.now_us += 3_600_000_000
        await ledger.submit([Post(f"{holds[0].id}/post", holds[0].id), Post(f"{holds[1].id}/post", holds[1].id, 1)])
        await ledger.submit([Void(f"{holds[2].id}/void", holds[2].id)])
        net: list[Operation] = [Discharge(f"{hold.id}/net/bat_{seed}{day}", hold.id) for hold in holds[3:5]]
        total = sum(hold.amount_minor for hold in holds[3:5])
        await ledger.submit([*net, Transfer(f"bat_{seed}{day}/1", ALPHA, BETA, "USD", total)])
        await ledger.submit([Transfer(f"back/{seed}/{day}", BETA, ALPHA, "USD", chance.randint(1, 9))])


async def everything(db: Database) -> list[object]:
    async with db.read() as session:
        entries = await session.all(text("SELECT * FROM ledger_entries ORDER BY sequence"))
        moved = await session.all(text("SELECT * FROM ledger_movements ORDER BY account_id, sequence"))
        return [*map(tuple, entries), *map(tuple, moved), await ledger_entries.position(session)]


async def booked(db: Database, account: str, from_at: datetime = AT, to_at: datetime = FAR) -> list[Movement]:
    async with db.read() as session:
        return (await ledger_entries.movements(session, [account], from_at=from_at, to_at=to_at))[account]


async def posted(db: Database, account: str, at: datetime) -> int:
    async with db.read() as session:
        return (await ledger_entries.posted_before(session, [account], at))[account]


async def test_sql_shows_every_entry_and_the_mark(db: Database) -> None:
    ticks = Ticks(AT_US)
    ledger = MemoryLedger(ticks)
    await furnish(ledger)
    await ledger.submit([Reserve("h", ALPHA, BETA, "USD", 100), Post("p", "h", 30)])
    await ledger.close_account(GAMMA)
    await Projection(db, ledger).catch_up()
    head = await ledger.head()
    async with db.read() as session:
        assert await ledger_entries.position(session) == (head.sequence, AT)
        mark = await heads.get(session, LEDGER)
        rows = await session.all(text("SELECT * FROM ledger_entries ORDER BY sequence"))
    assert mark is not None
    assert (mark.sequence, mark.hash) == (head.sequence, head.hash)
    sealed = await ledger.entries(0, 100)
    assert [(row.sequence, row.at, bytes(row.body), bytes(row.hash)) for row in rows] == [
        (one.entry.sequence, one.entry.at, one.body, one.hash) for one in sealed
    ]
    assert [row.account_id for row in rows if row.kind == "opening"] == [account.id for account in ACCOUNTS]
    hold, post, closing = rows[-3:]
    assert (hold.kind, hold.operation_id, hold.amount_minor, hold.held_minor) == ("reserve", "h", 0, 100)
    assert (post.kind, post.pending_id, post.debit_account, post.credit_account) == ("post", "h", ALPHA, BETA)
    assert (post.asset, post.amount_minor, post.held_minor) == ("USD", 30, 100)
    assert (closing.kind, closing.account_id, closing.amount_minor) == ("closing", GAMMA, 0)


async def test_movements_tell_the_balance_after_each_and_before_any_moment(db: Database) -> None:
    ticks = Ticks(AT_US)
    ledger = MemoryLedger(ticks)
    await furnish(ledger)
    await busy(ledger, ticks, 5, seed=1)
    await Projection(db, ledger).catch_up()
    for account in (ALPHA, BETA, NETWORK):
        moved = await booked(db, account)
        running = 0
        for movement in moved:
            running += movement.amount_minor if movement.side is Side.CREDIT else -movement.amount_minor
            assert movement.posted_after_minor == running
            assert movement.kind in (EntryKind.POST, EntryKind.TRANSFER)
        assert running == (await ledger.balance(account)).posted_minor == await posted(db, account, FAR)
        days = [(AT + timedelta(days=day), AT + timedelta(days=day + 1)) for day in range(400)]
        assert [m for day in days[:8] for m in await booked(db, account, *day)] == moved
        for begin, end in days[:8]:
            inside = await booked(db, account, begin, end)
            opening, closing = await posted(db, account, begin), await posted(db, account, end)
            assert closing == (inside[-1].posted_after_minor if inside else opening)
    assert await posted(db, ALPHA, AT) == 0
    assert await posted(db, "NOBODY", FAR) == 0


async def test_late_and_repeated_projections_change_nothing(db: Database) -> None:
    ticks = Ticks(AT_US)
    ledger = MemoryLedger(ticks)
    await furnish(ledger)
    early = [line(sealed) for sealed in await ledger.entries(0, 5)]
    first, second = Projection(db, ledger), Projection(db, ledger)
    for seed in range(3):
        await busy(ledger, ticks, 1, seed=seed)
        await asyncio.gather(first.catch_up(), second.catch_up())
    shown = await everything(db)
    head = await ledger.head()
    async with db.write() as session:
        assert await ledger_entries.project(session, early) == head.sequence
        assert await ledger_entries.project(session, []) == head.sequence
    await Projection(db, ledger).catch_up()
    await first.catch_up()
    assert await everything(db) == shown

    async with db.write() as session:
        await ledger_entries.clear(session)
        assert await ledger_entries.position(session) == (0, None)
        assert await ledger_entries.project(session, early[2:]) == 0  # a gap: not shown
    await first.catch_up()  # one that has been there all the time fills it again
    assert await everything(db) == shown


async def test_one_after_the_other_and_all_at_once_come_to_the_same(db: Database) -> None:
    ticks = Ticks(AT_US)
    ledger = MemoryLedger(ticks)
    await furnish(ledger)
    await busy(ledger, ticks, 3, seed=4)
    for sealed in await ledger.entries(0, 1000):
        async with db.write() as session:
            assert await ledger_entries.project(session, [line(sealed)]) == sealed.entry.sequence
    piecemeal = await everything(db)
    async with db.write() as session:
        await ledger_entries.clear(session)
        await participants.forget_balances(session)
        await ledger_entries.project(session, [line(sealed) for sealed in await ledger.entries(0, 1000)])
    assert await everything(db) == piecemeal


ANOTHER = "SQL shows another entry"
TAMPERED = [
    ("UPDATE ledger_entries SET body = body || 'x' WHERE sequence = 9", [ANOTHER]),
    ("UPDATE ledger_entries SET debit_account = 'BETA/USD' WHERE sequence = 16", [ANOTHER]),
    ("UPDATE ledger_entries SET operation_id = 'x' WHERE kind = 'transfer' AND sequence = 8", [ANOTHER]),
    ("UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE sequence = 8", [ANOTHER]),
    ("UPDATE ledger_entries SET at = at + interval '1 second' WHERE sequence = 20", [ANOTHER]),
    ("DELETE FROM ledger_entries WHERE sequence = 8", [ANOTHER]),
    ("UPDATE ledger_movements SET posted_after_minor = posted_after_minor + 1 WHERE account_id = 'BETA/USD'", [BETA]),
    ("UPDATE ledger_movements SET amount_minor = amount_minor + 1 WHERE account_id = 'BETA/USD'", [BETA]),
    ("DELETE FROM ledger_movements WHERE account_id = 'BETA/USD' AND sequence < 9", [BETA]),
    ("UPDATE ledger_movements SET side = 'debit' WHERE account_id = 'GAMMA/USD'", [GAMMA]),
    ("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE id = 'ALPHA/USD'", [ALPHA]),
    ("UPDATE accounts SET debits_pending = debits_pending + 1 WHERE id = 'ALPHA/USD'", [ALPHA]),
    ("UPDATE accounts SET ledger_sequence = ledger_sequence + 999 WHERE id = 'ALPHA/USD'", [ALPHA]),
    ("UPDATE accounts SET floor_minor = floor_minor - 1 WHERE id = 'ALPHA/USD'", [ALPHA]),
    ("UPDATE ledger_subtrees SET hash = hash || 'x' WHERE number = 1", ["node 1 on level 8"]),
    ("DELETE FROM ledger_subtrees WHERE level = 9", ["node 0 on level 9"]),
]


@pytest.mark.parametrize(("tamper", "names"), TAMPERED)
async def test_what_sql_shows_is_held_against_the_journal(
    db: Database, monkeypatch: pytest.MonkeyPatch, tamper: str, names: list[str]
) -> None:
    monkeypatch.setattr(projection, "CHUNK", 300)
    ticks = Ticks(AT_US)
    ledger = MemoryLedger(ticks)
    await furnish(ledger)
    await busy(ledger, ticks, 42, seed=5)  # more than two blocks of the tree
    async with db.write() as session:
        await participants.register(session, bic="ALPHA", name="Alpha", country="DE", at=AT)
        await participants.add_account(session, bic="ALPHA", currency="USD", floor_minor=0, at=AT)
    await Projection(db, ledger).catch_up()
    url = db._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    await ledger.submit([Transfer("not shown yet", ALPHA, BETA, "USD", 1)])
    assert await differences(url, ledger) == []
    async with db.write() as session:
        await session.run(text(tamper))
    found = await differences(url, ledger)
    assert [finding.check for finding in found] == ["projection"] * len(names), found
    assert all(name in finding.detail for name, finding in zip(names, found, strict=True))


async def test_entries_without_a_time_are_the_oldest(db: Database) -> None:
    ledger = MemoryLedger(Ticks(AT_US))
    await furnish(ledger)
    told = [line(sealed) for sealed in await ledger.entries(0, 100)]
    async with db.write() as session:
        await ledger_entries.project(session, [replace(one, at=None) for one in told])
        assert await ledger_entries.position(session) == (len(told), None)
    assert await posted(db, ALPHA, AT - timedelta(days=9999)) == 1000
