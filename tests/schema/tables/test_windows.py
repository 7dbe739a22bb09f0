import asyncio
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain.errors import IllegalTransition, NotFound
from domain.settlement import NetPosition, NetTransfer, Obligation
from schema.tables.common import outbox
from schema.tables.common.session import Database, ReadSession
from schema.tables.payment import events
from schema.tables.settlement import steering, windows
from schema.tables.settlement.windows import BatchState
from tests.schema.tables.world import AT, BERLIN, PARIS, all_at_once, later, taken_in


async def queued(db: Database, currency: str, *, amount: int = 100, at: datetime = AT) -> tuple[str, str]:
    """A queued payment and its window."""
    payment_id = await taken_in(db)
    return payment_id, await enqueue(db, payment_id, currency, amount=amount, at=at)


async def enqueue(db: Database, payment_id: str, currency: str, *, amount: int = 100, at: datetime = AT) -> str:
    async with db.write() as session:
        return await windows.enqueue(
            session,
            Obligation(payment_id, BERLIN, PARIS, amount),
            currency=currency,
            window_s=5.0,
            at=at,
            window_input={"ledger_task_queue": "ledger"},
        )


async def close(db: Database, window_id: str, batch_id: str) -> int:
    async with db.write() as session:
        return await windows.close(session, window_id, batch_id, later(5))


async def net(db: Database, batch_id: str, amount: int) -> None:
    async with db.write() as session:
        await windows.store_net(
            session,
            batch_id,
            [NetPosition(BERLIN, 0, amount), NetPosition(PARIS, amount, 0)],
            [NetTransfer(BERLIN, PARIS, amount)],
        )


async def test_a_window_from_open_to_final(db: Database) -> None:
    (first, window), (second, same) = await queued(db, "EUR", at=later(1)), await queued(db, "EUR", amount=50, at=AT)
    assert window == same
    for _ in range(2):
        assert await close(db, window, "bat_eur") == 2
        async with db.read() as session:
            owed = await windows.claimed(session, "bat_eur")
        assert owed == [Obligation(second, BERLIN, PARIS, 50), Obligation(first, BERLIN, PARIS, 100)]
        await net(db, "bat_eur", 150)
    for _ in range(2):
        async with db.write() as session:
            await windows.finish(session, "bat_eur", later(6))
        assert await close(db, window, "bat_eur") == 2
    async with db.read() as session:
        batch = await windows.batch(session, "bat_eur")
        assert await windows.claimed(session, "bat_eur") == owed
        page = await windows.batches(session, page=1, limit=50)
    assert (batch.state, batch.payment_count, batch.gross_minor, batch.net_minor) == (BatchState.FINAL, 2, 150, 150)
    assert (batch.closed_at, batch.final_at, batch.currency) == (later(5), later(6), "EUR")
    assert batch.positions == (NetPosition(PARIS, 150, 0), NetPosition(BERLIN, 0, 150))
    assert batch.transfers == (NetTransfer(BERLIN, PARIS, 150),)
    assert "bat_eur" in [listed.id for listed in page.batches]
    assert page.total == len(page.batches)


async def test_a_new_window_has_its_workflow_started_once(db: Database) -> None:
    joined = {window for _, window in await asyncio.gather(*(queued(db, "SEK") for _ in range(8)))}
    assert len(joined) == 1
    async with db.write() as session:
        starts = await outbox.claim(session, limit=1000, lease_s=0, now=AT)
    window_id = joined.pop()
    batch_id = window_id.replace("win_", "bat_")
    told = {"window_id": window_id, "batch_id": batch_id, "currency": "SEK", "window_s": 5.0}
    assert [(start.workflow_id, start.kind, start.input) for start in starts if start.subject == window_id] == [
        (f"settlement/{window_id}", "settlement", {**told, "ledger_task_queue": "ledger"})
    ]


async def test_a_payment_is_queued_once(db: Database) -> None:
    payment_id = await taken_in(db)
    joined = await asyncio.gather(*(enqueue(db, payment_id, "DKK") for _ in range(6)))
    assert len(set(joined)) == 1
    assert await close(db, joined[0], "bat_dkk") == 1
    assert await enqueue(db, payment_id, "DKK") == joined[0]


async def test_withdrawing_ends_with_the_close(db: Database) -> None:
    (out, window), (stays, _) = await queued(db, "NOK"), await queued(db, "NOK")
    never_queued = await taken_in(db)
    async with db.write() as session:
        assert await windows.withdraw(session, out)
        assert await windows.withdraw(session, out)
        assert await windows.withdraw(session, never_queued)
    assert await close(db, window, "bat_nok") == 1
    async with db.write() as session:
        assert not await windows.withdraw(session, stays)
        assert await windows.withdraw(session, out)


async def test_an_empty_window_is_final_without_a_batch(db: Database) -> None:
    only, window = await queued(db, "CHF")
    async with db.write() as session:
        await windows.withdraw(session, only)
    assert await close(db, window, "bat_chf") == 0
    assert await close(db, window, "bat_chf") == 0
    async with db.read() as session:
        with pytest.raises(NotFound):
            await windows.batch(session, "bat_chf")
    with pytest.raises(NotFound):
        await close(db, "win_unknown", "bat_unknown")


async def test_a_deferred_batch_goes_to_the_next_window(db: Database) -> None:
    made = [await queued(db, "PLN") for _ in range(3)]
    window = made[0][1]
    await close(db, window, "bat_pln")
    await net(db, "bat_pln", 300)

    async def defer() -> int:
        async with db.write() as session:
            return await windows.defer(session, "bat_pln", reason="insufficient_funds", at=later(7), window_s=5.0)

    assert sorted(await asyncio.gather(defer(), defer())) == [0, 3]
    following = await enqueue(db, made[0][0], "PLN")
    assert following != window
    async with db.read() as session:
        batch = await windows.batch(session, "bat_pln")
        told = [event for event in await events.of(session, made[0][0]) if event.kind == "deferred"]
    assert (batch.state, batch.reason) == (BatchState.DEFERRED, "insufficient_funds")
    assert [event.detail for event in told] == [{"batch_id": "bat_pln", "reason": "insufficient_funds"}]
    assert await close(db, following, "bat_pln_2") == 3
    with pytest.raises(IllegalTransition):
        async with db.write() as session:
            await windows.finish(session, "bat_pln", later(8))


async def test_a_final_batch_is_not_deferred(db: Database) -> None:
    _, window = await queued(db, "HUF")
    await close(db, window, "bat_huf")
    await net(db, "bat_huf", 100)
    async with db.write() as session:
        await windows.finish(session, "bat_huf", later(6))
    for batch_id, refusal in (("bat_huf", IllegalTransition), ("bat_unknown", NotFound)):
        with pytest.raises(refusal):
            async with db.write() as session:
                await windows.defer(session, batch_id, reason="x", at=AT, window_s=5.0)
    with pytest.raises(NotFound):
        async with db.write() as session:
            await windows.finish(session, "bat_unknown", AT)


async def test_closing_while_payments_arrive_loses_none(db: Database) -> None:
    """Payments are queued and withdrawn while their windows are closed again and again: each counts exactly once."""
    made = [await taken_in(db) for _ in range(60)]
    seen: set[str] = set()
    withdrawn: set[str] = set()
    chance = random.Random(7)

    async def arrive(lane: list[str]) -> None:
        for payment_id in lane:
            seen.add(await enqueue(db, payment_id, "USD"))
            if chance.random() < 0.3:
                async with db.write() as session:
                    if await windows.withdraw(session, payment_id):
                        withdrawn.add(payment_id)

    async def close_some() -> None:
        while not arriving.done():
            for window in list(seen):
                await close(db, window, f"bat_{window}")
            await asyncio.sleep(0)

    arriving = asyncio.gather(*(arrive(made[lane::6]) for lane in range(6)))
    await asyncio.gather(arriving, close_some(), close_some())
    for window in seen:
        await close(db, window, f"bat_{window}")
    async with db.read() as session:
        owed = [o.payment_id for window in seen for o in await windows.claimed(session, f"bat_{window}")]
    assert len(owed) == len(set(owed))
    assert set(owed) == set(made) - withdrawn
    assert len(seen) > 1


async def test_one_of_two_closes_claims(db: Database) -> None:
    _, window = await queued(db, "CZK")
    assert await all_at_once(db, 4, lambda s: windows.close(s, window, "bat_czk", AT)) == [1] * 4


async def test_a_window_of_a_scheduled_currency_knows_its_closing(db: Database) -> None:
    """Whoever opens it, a payment or the payments that a batch has left, tells its workflow when it closes."""

    async def closing(_: ReadSession, currency: str, at: datetime) -> datetime | None:
        return at + timedelta(hours=1) if currency == "ILS" else None

    async def told(window_id: str) -> tuple[Any, datetime]:
        async with db.read() as session:
            view = await steering.window(session, window_id)
            start = await session.one(text("SELECT input FROM workflow_starts WHERE subject = :id"), {"id": window_id})
        return start.input.get("closes_at"), view.closes_at

    async def opened_by(currency: str) -> tuple[str, str]:
        payment_id = await taken_in(db)
        owed = Obligation(payment_id, BERLIN, PARIS, 100)
        async with db.write() as session:
            window = await windows.enqueue(session, owed, currency=currency, window_s=5.0, at=AT, closing=closing)
        return payment_id, window

    _, fixed = await opened_by("ZAR")
    assert await told(fixed) == (None, later(5))
    payment_id, scheduled = await opened_by("ILS")
    assert await told(scheduled) == (later(3600).isoformat(), later(3600))
    await close(db, scheduled, "bat_ils")
    await net(db, "bat_ils", 100)
    async with db.write() as session:
        await windows.defer(session, "bat_ils", reason="x", at=later(7), window_s=5.0, closing=closing)
    following = await enqueue(db, payment_id, "ILS")
    assert await told(following) == (later(3607).isoformat(), later(3607))
