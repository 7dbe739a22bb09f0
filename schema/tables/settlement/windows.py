"""Net settlement: the queue and its windows. No payment is missed or counted twice. What comes of it: `batches`."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, text
from sqlmodel import Field

from domain.errors import NotFound
from domain.ids import new_id
from domain.settlement import Backing, Obligation
from schema.tables.common import outbox
from schema.tables.common.base import MOMENT, Table, one_of, to_json
from schema.tables.common.outbox import StartKind
from schema.tables.common.session import ReadSession, WriteSession
from schema.tables.compliance import reviews
from schema.tables.initiation.batches import Batch as Batch
from schema.tables.initiation.batches import BatchState as BatchState
from schema.tables.initiation.batches import Page as Page
from schema.tables.initiation.batches import Phase as Phase
from schema.tables.initiation.batches import batch as batch
from schema.tables.initiation.batches import batches as batches
from schema.tables.initiation.batches import claimed as claimed
from schema.tables.initiation.batches import expect
from schema.tables.initiation.batches import store_net as store_net
from schema.tables.initiation.batches import transfers as transfers
from schema.tables.payment import turns

NextClosing: TypeAlias = Callable[[ReadSession, str, datetime], Awaitable[datetime | None]]
"""When a currency's windows close next after a moment; None: it has no schedule."""


class WindowState(StrEnum):
    """Where a window stands."""

    OPEN = "open"
    """Takes payments."""
    CLOSED = "closed"
    """Takes no more; its payments are claimed."""
    NETTING = "netting"
    """Its transfers are being computed."""
    EXECUTING = "executing"
    """Its transfers are being posted."""
    FINAL = "final"
    """Everything in it is final, or it was empty."""
    DEFERRED = "deferred"
    """Refused as a whole; its payments went to the next window."""


class ItemState(StrEnum):
    """Where a queued payment stands."""

    QUEUED = "queued"
    """In an open window; can be withdrawn."""
    CLAIMED = "claimed"
    """Member of a batch."""
    FINAL = "final"
    """Settled with its batch."""
    WITHDRAWN = "withdrawn"
    """Taken out before its window closed."""


class SettlementWindow(Table, table=True):
    """A stretch of time in which payments of one currency gather."""

    __tablename__ = "settlement_windows"
    __table_args__ = (
        one_of("state", WindowState),
        Index("uq_settlement_windows_currency_open", "currency", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: str = Field(primary_key=True)
    currency: str
    state: str
    opened_at: datetime = Field(sa_type=MOMENT)
    closes_at: datetime = Field(sa_type=MOMENT)
    closed_at: datetime | None = Field(sa_type=MOMENT)


class SettlementItem(Table, table=True):
    """A payment in a queue: what its sender's bank owes to its receiver's. Without a window it is in the gross queue."""

    __tablename__ = "settlement_items"
    __table_args__ = (
        one_of("state", ItemState),
        one_of("backing", Backing),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_settlement_items_window_id_queued", "window_id", postgresql_where=text("state = 'queued'")),
        Index("ix_settlement_items_batch_id_payment_id", "batch_id", "payment_id"),
        Index(
            "ix_settlement_items_currency_debtor_bic_queue",
            "currency",
            "debtor_bic",
            postgresql_where=text("window_id IS NULL AND state IN ('queued', 'claimed')"),
        ),
    )

    payment_id: str = Field(primary_key=True, foreign_key="payments.id")
    window_id: str | None = Field(foreign_key="settlement_windows.id")
    batch_id: str | None = Field(foreign_key="settlement_batches.id")
    state: str
    debtor_bic: str
    creditor_bic: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    deferrals: int
    reason: str | None
    priority: int = Field(sa_type=SmallInteger, sa_column_kwargs={"server_default": "0"})
    backing: str = Field(sa_column_kwargs={"server_default": "held"})
    turn: int = Field(sa_type=SmallInteger, sa_column_kwargs={"server_default": "0"})
    hold_turn: int = Field(sa_type=SmallInteger, sa_column_kwargs={"server_default": "0"})
    enqueued_at: datetime = Field(sa_type=MOMENT)


async def enqueue(
    session: WriteSession,
    owed: Obligation,
    *,
    currency: str,
    window_s: float,
    at: datetime,
    window_input: Mapping[str, Any] | None = None,
    closing: NextClosing | None = None,
    backing: Backing = Backing.HELD,
    turn: int = 0,
) -> str:
    """Put a payment into its currency's open window, opening one if there is none; answers the window.

    The window cannot close before the session ends. A payment that is in the queue already stays where it is; one that
    was taken out comes back only in a later `turn`: after it was pulled back and screened again.
    A new window's workflow is told window_id, batch_id, currency, window_s and whatever `window_input` adds; where
    `closing` knows a time, the window closes then and not after `window_s`.
    Raises IllegalTransition when a late try of an earlier turn finds the payment over, or held, or in a later one.
    """
    if turn:
        await reviews.require_free(session, owed.payment_id)
    facts = {
        "payment_id": owed.payment_id,
        "debtor": owed.debtor,
        "creditor": owed.creditor,
        "amount_minor": owed.amount_minor,
        "currency": currency,
        "priority": owed.priority,
        "backing": backing,
        "turn": turn,
        "hold_turn": owed.hold_turn,
        "at": at,
    }
    while True:
        if placed := await session.first(_ENQUEUE, facts):
            return str(placed.window_id)
        await turns.require(session, owed.payment_id, owed.hold_turn)
        # No window is open, or it closed while we waited for it: the next round finds the one that we open now.
        await _open_window(session, currency, window_s, at, window_input or {}, closing)


async def withdraw(session: WriteSession, payment_id: str) -> bool:
    """Take a payment out of the queue; False when its window has closed and it will settle.

    True also when it was withdrawn before, or was never queued: nothing stands in the way of its end.
    """
    if await session.run(_WITHDRAW, {"payment_id": payment_id}):
        return True
    item = await session.first(_ITEM_STATE, {"payment_id": payment_id})
    return item is None or item.state == ItemState.WITHDRAWN


async def close(session: WriteSession, window_id: str, batch_id: str, at: datetime) -> int:
    """Close the window and claim everything queued in it for the batch; answers how many payments that is.

    A repeat answers the same. A window with nothing in it is final at once, without a batch. Raises NotFound.
    """
    # Two statements: closing waits for every payment that is just being queued, and only a statement that begins
    # afterwards sees them all.
    await shut(session, window_id, at)
    return await claim(session, window_id, batch_id, at)


async def shut(session: WriteSession, window_id: str, at: datetime) -> bool:
    """Let no more payments into the window; False when it was shut before. It is to be claimed in the same session."""
    return bool(await session.run(_CLOSE, {"window_id": window_id, "at": at}))


async def claim(session: WriteSession, window_id: str, batch_id: str, at: datetime) -> int:
    """Make a batch of what is queued in a window that is shut; answers as `close`. Raises NotFound."""
    claimed = await session.one(_CLAIM, {"window_id": window_id, "batch_id": batch_id, "at": at})
    if claimed.payment_count is None:
        raise NotFound("no such settlement window", window_id=window_id)
    return int(claimed.payment_count)


async def finish(session: WriteSession, batch_id: str, at: datetime) -> bool:
    """The ledger has the batch: it, its window and its payments are final; False when they were before.

    Raises IllegalTransition when the batch was deferred.
    """
    if await session.run(_FINISH, {"batch_id": batch_id, "at": at}):
        return True
    await expect(session, batch_id, BatchState.FINAL)
    return False


async def defer(
    session: WriteSession,
    batch_id: str,
    *,
    reason: str,
    at: datetime,
    window_s: float,
    window_input: Mapping[str, Any] | None = None,
    closing: NextClosing | None = None,
) -> int:
    """Put every payment of a refused batch into the next window, each with an event that tells the reason.

    Answers how many; 0 when it was done before. Raises IllegalTransition when the batch is final.
    """
    await session.run(_LOCK_PAYMENTS, {"batch_id": batch_id})
    currency = await session.first(_DEFER, {"batch_id": batch_id, "reason": reason, "at": at})
    if currency is None:
        await expect(session, batch_id, BatchState.DEFERRED)
        return 0
    window_id = await next_window(
        session, currency.currency, window_s=window_s, at=at, window_input=window_input, closing=closing
    )
    facts = {"batch_id": batch_id, "window_id": window_id, "reason": reason, "at": at}
    return await session.run(_REQUEUE, {**facts, "detail": to_json({"batch_id": batch_id, "reason": reason})})


async def next_window(
    session: WriteSession,
    currency: str,
    *,
    window_s: float,
    at: datetime,
    window_input: Mapping[str, Any] | None = None,
    closing: NextClosing | None = None,
) -> str:
    """The currency's open window, which cannot close before the session ends; opened if there is none."""
    while not (window := await session.first(_LOCK_WINDOW, {"currency": currency})):
        await _open_window(session, currency, window_s, at, window_input or {}, closing)
    return str(window.id)


async def _open_window(
    session: WriteSession,
    currency: str,
    window_s: float,
    at: datetime,
    window_input: Mapping[str, Any],
    closing: NextClosing | None,
) -> None:
    """Open the currency's window and have its workflow started; nothing when there is one."""
    window_id = new_id("win")
    scheduled = None if closing is None else await closing(session, currency, at)
    closes_at = scheduled or at + timedelta(seconds=window_s)
    if not await session.run(_OPEN, {"id": window_id, "currency": currency, "at": at, "closes_at": closes_at}):
        return
    own: dict[str, Any] = {
        "window_id": window_id,
        "batch_id": f"bat_{window_id.removeprefix('win_')}",
        "currency": currency,
        "window_s": window_s,
    }
    if scheduled is not None:
        own["closes_at"] = scheduled.isoformat()
    await outbox.add(
        session,
        workflow_id=f"settlement/{window_id}",
        kind=StartKind.SETTLEMENT,
        subject=window_id,
        input={**window_input, **own},
        at=at,
    )


# The share lock makes a closing window wait for us, and us for it; a window that closed meanwhile is no longer found.
_ENQUEUE: Final = text(
    """
    WITH own AS MATERIALIZED (
        SELECT id FROM payments WHERE id = :payment_id AND hold_turn <= :hold_turn FOR NO KEY UPDATE
    ), open AS MATERIALIZED (
        SELECT w.id FROM own JOIN settlement_windows AS w ON w.currency = :currency AND w.state = 'open' FOR SHARE OF w
    ), placed AS (
        INSERT INTO settlement_items (
            payment_id, window_id, state, debtor_bic, creditor_bic, amount_minor, currency, deferrals, priority,
            backing, turn, hold_turn, enqueued_at
        )
        SELECT :payment_id, id, 'queued', :debtor, :creditor, CAST(:amount_minor AS bigint), :currency, 0,
            CAST(:priority AS smallint), :backing, CAST(:turn AS smallint), CAST(:hold_turn AS smallint), :at FROM open
        ON CONFLICT (payment_id) DO UPDATE SET
            state = 'queued', window_id = excluded.window_id, turn = excluded.turn, hold_turn = excluded.hold_turn,
            reason = NULL, enqueued_at = excluded.enqueued_at
        WHERE settlement_items.state = 'withdrawn' AND settlement_items.turn < excluded.turn
        RETURNING window_id
    )
    SELECT window_id FROM placed
    UNION ALL
    SELECT window_id FROM settlement_items
    WHERE payment_id IN (SELECT id FROM own) AND NOT (state = 'withdrawn' AND turn < CAST(:turn AS smallint))
    """
)
_OPEN: Final = text(
    """
    INSERT INTO settlement_windows (id, currency, state, opened_at, closes_at)
    VALUES (:id, :currency, 'open', :at, :closes_at) ON CONFLICT DO NOTHING
    """
)
_WITHDRAW: Final = text(
    "UPDATE settlement_items SET state = 'withdrawn' WHERE payment_id = :payment_id AND state = 'queued'"
)
_ITEM_STATE: Final = text("SELECT state FROM settlement_items WHERE payment_id = :payment_id")
_CLOSE: Final = text(
    "UPDATE settlement_windows SET state = 'closed', closed_at = :at WHERE id = :window_id AND state = 'open'"
)
# What a change of a list has pulled back is not claimed, though its workflow has not yet taken it out.
_CLAIM: Final = text(
    """
    WITH taken AS (
        UPDATE settlement_items AS i SET state = 'claimed', batch_id = :batch_id
        WHERE window_id = :window_id AND state = 'queued'
          AND NOT EXISTS (SELECT FROM pull_backs WHERE payment_id = i.payment_id AND outcome IS NULL)
        RETURNING amount_minor
    ), batch AS (
        INSERT INTO settlement_batches (
            id, window_id, currency, method, state, payment_count, gross_minor, opened_at, closed_at
        )
        SELECT :batch_id, w.id, w.currency, 'multilateral', 'netting', t.count, t.total, w.opened_at, w.closed_at
        FROM settlement_windows AS w, (SELECT count(*) AS count, sum(amount_minor) AS total FROM taken) AS t
        WHERE w.id = :window_id AND t.count > 0
        RETURNING payment_count
    ), emptied AS (
        UPDATE settlement_windows
        SET state = CASE WHEN EXISTS (SELECT FROM taken) THEN 'netting' ELSE 'final' END
        WHERE id = :window_id AND state = 'closed'
        RETURNING 0 AS payment_count
    )
    SELECT coalesce(
        (SELECT payment_count FROM batch),
        (SELECT payment_count FROM settlement_batches WHERE window_id = :window_id),
        (SELECT 0 FROM settlement_windows WHERE id = :window_id)
    ) AS payment_count
    """
)
_FINISH: Final = text(
    """
    WITH batch AS (
        UPDATE settlement_batches SET state = 'final', final_at = :at WHERE id = :batch_id AND state = 'executing'
        RETURNING id, window_id
    ), items AS (
        UPDATE settlement_items AS i SET state = 'final' FROM batch WHERE i.batch_id = batch.id AND i.state = 'claimed'
    )
    UPDATE settlement_windows AS w SET state = 'final' FROM batch WHERE w.id = batch.window_id
    """
)
# Payments before items, as everywhere, and in one order: nobody waits for somebody who waits for him.
_LOCK_PAYMENTS: Final = text(
    """
    SELECT id FROM payments WHERE id IN (SELECT payment_id FROM settlement_items WHERE batch_id = :batch_id)
    ORDER BY id FOR NO KEY UPDATE
    """
)
_DEFER: Final = text(
    """
    WITH batch AS (
        UPDATE settlement_batches SET state = 'deferred', reason = :reason
        WHERE id = :batch_id AND state IN ('netting', 'executing')
        RETURNING window_id, currency
    )
    UPDATE settlement_windows AS w SET state = 'deferred' FROM batch WHERE w.id = batch.window_id
    RETURNING batch.currency
    """
)
_LOCK_WINDOW: Final = text("SELECT id FROM settlement_windows WHERE currency = :currency AND state = 'open' FOR SHARE")
_REQUEUE: Final = text(
    """
    WITH requeued AS (
        UPDATE settlement_items
        SET state = 'queued', batch_id = NULL, window_id = :window_id, deferrals = deferrals + 1, reason = :reason
        WHERE batch_id = :batch_id AND state = 'claimed'
        RETURNING payment_id
    ), counted AS (
        UPDATE payments AS p SET event_count = event_count + 1, updated_at = greatest(updated_at, :at)
        FROM requeued WHERE p.id = requeued.payment_id
        RETURNING p.id, p.event_count
    )
    INSERT INTO payment_events (payment_id, number, kind, at, actor, detail, dedupe_key)
    SELECT id, event_count, 'deferred', :at, 'network', CAST(:detail AS jsonb), 'deferred/' || CAST(:batch_id AS text)
    FROM counted
    """
)
