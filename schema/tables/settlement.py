"""Net settlement: the queue, its windows, and the batches that come of them. No payment is missed or counted twice."""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from domain.errors import IllegalTransition, NotFound
from domain.ids import new_id
from domain.settlement import NetPosition, NetTransfer, Obligation
from schema.tables import outbox
from schema.tables.base import MOMENT, Table, one_of, to_json
from schema.tables.outbox import StartKind
from schema.tables.session import Line, ReadSession, WriteSession, typed


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


class BatchState(StrEnum):
    """Where a batch stands."""

    NETTING = "netting"
    """Its payments are claimed."""
    EXECUTING = "executing"
    """Its transfers are computed and being posted."""
    FINAL = "final"
    """Posted: cannot be unwound."""
    DEFERRED = "deferred"
    """Refused as a whole."""


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


class SettlementBatch(Table, table=True):
    """The payments of one closed window, settled together or not at all."""

    __tablename__ = "settlement_batches"
    __table_args__ = (one_of("state", BatchState), Index("ix_settlement_batches_opened_at_id", "opened_at", "id"))

    id: str = Field(primary_key=True)
    window_id: str = Field(foreign_key="settlement_windows.id", unique=True)
    currency: str
    method: str
    state: str
    payment_count: int
    gross_minor: int = Field(sa_type=BigInteger)
    net_minor: int | None = Field(sa_type=BigInteger)
    transfer_count: int | None
    opened_at: datetime = Field(sa_type=MOMENT)
    closed_at: datetime | None = Field(sa_type=MOMENT)
    final_at: datetime | None = Field(sa_type=MOMENT)
    reason: str | None


class SettlementItem(Table, table=True):
    """A payment in the queue: what its sender's bank owes to its receiver's."""

    __tablename__ = "settlement_items"
    __table_args__ = (
        one_of("state", ItemState),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_settlement_items_window_id_queued", "window_id", postgresql_where=text("state = 'queued'")),
    )

    payment_id: str = Field(primary_key=True, foreign_key="payments.id")
    window_id: str = Field(foreign_key="settlement_windows.id")
    batch_id: str | None = Field(foreign_key="settlement_batches.id", index=True)
    state: str
    debtor_bic: str
    creditor_bic: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    deferrals: int
    reason: str | None
    enqueued_at: datetime = Field(sa_type=MOMENT)


class NetPositionRow(Table, table=True):
    """What one participant is owed and owes in a batch."""

    __tablename__ = "net_positions"

    batch_id: str = Field(primary_key=True, foreign_key="settlement_batches.id")
    participant_bic: str = Field(primary_key=True)
    owed_minor: int = Field(sa_type=BigInteger)
    owing_minor: int = Field(sa_type=BigInteger)


class SettlementTransfer(Table, table=True):
    """One movement that settles the batch, numbered from 1."""

    __tablename__ = "settlement_transfers"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_minor"),)

    batch_id: str = Field(primary_key=True, foreign_key="settlement_batches.id")
    number: int = Field(primary_key=True)
    debtor_bic: str
    creditor_bic: str
    amount_minor: int = Field(sa_type=BigInteger)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is listed; amounts in minor units. Deferred batches tell the reason."""

    id: str
    window_id: str
    currency: str
    method: str
    state: BatchState
    payment_count: int
    gross_minor: int
    net_minor: int | None
    transfer_count: int | None
    opened_at: datetime
    closed_at: datetime | None
    final_at: datetime | None
    reason: str | None
    positions: tuple[NetPosition, ...] = ()
    transfers: tuple[NetTransfer, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some batches, the newest first, and how many there are in all."""

    batches: tuple[Batch, ...]
    total: int


async def enqueue(
    session: WriteSession,
    owed: Obligation,
    *,
    currency: str,
    window_s: float,
    at: datetime,
    window_input: Mapping[str, Any] | None = None,
) -> str:
    """Put a payment into its currency's open window, opening one if there is none; answers the window.

    The window cannot close before the session ends. A payment that is in the queue already stays where it is.
    A new window's workflow is told window_id, batch_id, currency, window_s and whatever `window_input` adds.
    """
    facts = {
        "payment_id": owed.payment_id,
        "debtor": owed.debtor,
        "creditor": owed.creditor,
        "amount_minor": owed.amount_minor,
        "currency": currency,
        "at": at,
    }
    while True:
        if placed := await session.first(_ENQUEUE, facts):
            return str(placed.window_id)
        # No window is open, or it closed while we waited for it: the next round finds the one that we open now.
        await _open_window(session, currency, window_s, at, window_input or {})


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
    await session.run(_CLOSE, {"window_id": window_id, "at": at})
    claimed = await session.one(_CLAIM, {"window_id": window_id, "batch_id": batch_id, "at": at})
    if claimed.payment_count is None:
        raise NotFound("no such settlement window", window_id=window_id)
    return int(claimed.payment_count)


async def claimed(session: ReadSession, batch_id: str) -> list[Obligation]:
    """What the batch settles, in the order in which it was queued."""
    return [Obligation(*row) for row in await session.all(_CLAIMED, {"batch_id": batch_id})]


async def store_net(
    session: WriteSession, batch_id: str, positions: Iterable[NetPosition], transfers: Iterable[NetTransfer]
) -> None:
    """Store what netting came to; the batch is executing from now on. The first result stands."""
    by_bic, moves = list(positions), list(transfers)
    facts = {
        "batch_id": batch_id,
        "participants": [position.participant for position in by_bic],
        "owed": [position.owed_minor for position in by_bic],
        "owing": [position.owing_minor for position in by_bic],
        "debtors": [move.debtor for move in moves],
        "creditors": [move.creditor for move in moves],
        "amounts": [move.amount_minor for move in moves],
        "net_minor": sum(move.amount_minor for move in moves),
        "transfer_count": len(moves),
    }
    await session.run(_STORE_NET, facts)


async def transfers(session: ReadSession, batch_id: str) -> list[NetTransfer]:
    """The batch's transfers, by number."""
    return [NetTransfer(*row) for row in await session.all(_TRANSFERS, {"batch_id": batch_id})]


async def finish(session: WriteSession, batch_id: str, at: datetime) -> None:
    """The ledger has the batch: it, its window and its payments are final. Raises IllegalTransition when deferred."""
    if not await session.run(_FINISH, {"batch_id": batch_id, "at": at}):
        await _expect(session, batch_id, BatchState.FINAL)


async def defer(
    session: WriteSession,
    batch_id: str,
    *,
    reason: str,
    at: datetime,
    window_s: float,
    window_input: Mapping[str, Any] | None = None,
) -> int:
    """Put every payment of a refused batch into the next window, each with an event that tells the reason.

    Answers how many; 0 when it was done before. Raises IllegalTransition when the batch is final.
    """
    await session.run(_LOCK_PAYMENTS, {"batch_id": batch_id})
    currency = await session.first(_DEFER, {"batch_id": batch_id, "reason": reason, "at": at})
    if currency is None:
        await _expect(session, batch_id, BatchState.DEFERRED)
        return 0
    while not (window := await session.first(_LOCK_WINDOW, {"currency": currency.currency})):
        await _open_window(session, currency.currency, window_s, at, window_input or {})
    facts = {"batch_id": batch_id, "window_id": window.id, "reason": reason, "at": at}
    return await session.run(_REQUEUE, {**facts, "detail": to_json({"batch_id": batch_id, "reason": reason})})


async def batches(session: ReadSession, *, page: int, limit: int) -> Page:
    """A page of batches, newest first, pages counted from 1."""
    rows = await session.all(_BATCHES, {"limit": limit, "offset": (page - 1) * limit})
    counted = await session.one(_COUNT)
    return Page(tuple(_batch(row) for row in rows), counted.total)


async def batch(session: ReadSession, batch_id: str) -> Batch:
    """One batch with its positions and transfers. Raises NotFound."""
    row = await session.first(_BATCH, {"batch_id": batch_id})
    if row is None:
        raise NotFound("no such batch", batch_id=batch_id)
    positions = await session.all(_POSITIONS, {"batch_id": batch_id})
    return _batch(row, tuple(NetPosition(*p) for p in positions), tuple(await transfers(session, batch_id)))


async def _open_window(
    session: WriteSession, currency: str, window_s: float, at: datetime, window_input: Mapping[str, Any]
) -> None:
    """Open the currency's window and have its workflow started; nothing when there is one."""
    window_id = new_id("win")
    closes_at = at + timedelta(seconds=window_s)
    if not await session.run(_OPEN, {"id": window_id, "currency": currency, "at": at, "closes_at": closes_at}):
        return
    own = {
        "window_id": window_id,
        "batch_id": f"bat_{window_id.removeprefix('win_')}",
        "currency": currency,
        "window_s": window_s,
    }
    await outbox.add(
        session,
        workflow_id=f"settlement/{window_id}",
        kind=StartKind.SETTLEMENT,
        subject=window_id,
        input={**window_input, **own},
        at=at,
    )


async def _expect(session: ReadSession, batch_id: str, state: BatchState) -> None:
    """A repeat finds the batch where the first time left it."""
    found = await session.first(_BATCH, {"batch_id": batch_id})
    if found is None:
        raise NotFound("no such batch", batch_id=batch_id)
    if found.state != state:
        raise IllegalTransition(f"a batch that is {found.state} cannot become {state}", now=found.state, to=str(state))


def _batch(row: Line, positions: tuple[NetPosition, ...] = (), transfers: tuple[NetTransfer, ...] = ()) -> Batch:
    return Batch(**typed(row, state=BatchState), positions=positions, transfers=transfers)


_COLUMNS: Final = (
    "id, window_id, currency, method, state, payment_count, gross_minor, net_minor, transfer_count,"
    " opened_at, closed_at, final_at, reason"
)
# The share lock makes a closing window wait for us, and us for it; a window that closed meanwhile is no longer found.
_ENQUEUE: Final = text(
    """
    WITH open AS MATERIALIZED (
        SELECT id FROM settlement_windows WHERE currency = :currency AND state = 'open' FOR SHARE
    ), placed AS (
        INSERT INTO settlement_items (
            payment_id, window_id, state, debtor_bic, creditor_bic, amount_minor, currency, deferrals, enqueued_at
        )
        SELECT :payment_id, id, 'queued', :debtor, :creditor, CAST(:amount_minor AS bigint), :currency, 0, :at FROM open
        ON CONFLICT DO NOTHING
        RETURNING window_id
    )
    SELECT window_id FROM placed
    UNION ALL
    SELECT window_id FROM settlement_items WHERE payment_id = :payment_id
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
_CLAIM: Final = text(
    """
    WITH taken AS (
        UPDATE settlement_items SET state = 'claimed', batch_id = :batch_id
        WHERE window_id = :window_id AND state = 'queued'
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
_CLAIMED: Final = text(
    """
    SELECT payment_id, debtor_bic, creditor_bic, amount_minor
    FROM settlement_items WHERE batch_id = :batch_id ORDER BY enqueued_at, payment_id
    """
)
_STORE_NET: Final = text(
    """
    WITH batch AS (
        UPDATE settlement_batches
        SET state = 'executing', net_minor = :net_minor, transfer_count = :transfer_count
        WHERE id = :batch_id AND state = 'netting'
        RETURNING id, window_id
    ), positions AS (
        INSERT INTO net_positions (batch_id, participant_bic, owed_minor, owing_minor)
        SELECT batch.id, net.* FROM batch, unnest(
            CAST(:participants AS text[]), CAST(:owed AS bigint[]), CAST(:owing AS bigint[])
        ) AS net
    ), transfers AS (
        INSERT INTO settlement_transfers (batch_id, number, debtor_bic, creditor_bic, amount_minor)
        SELECT batch.id, net.number, net.debtor, net.creditor, net.amount FROM batch, unnest(
            CAST(:debtors AS text[]), CAST(:creditors AS text[]), CAST(:amounts AS bigint[])
        ) WITH ORDINALITY AS net (debtor, creditor, amount, number)
    )
    UPDATE settlement_windows AS w SET state = 'executing' FROM batch WHERE w.id = batch.window_id
    """
)
_TRANSFERS: Final = text(
    "SELECT debtor_bic, creditor_bic, amount_minor FROM settlement_transfers WHERE batch_id = :batch_id ORDER BY number"
)
_POSITIONS: Final = text(
    """
    SELECT participant_bic, owed_minor, owing_minor
    FROM net_positions WHERE batch_id = :batch_id ORDER BY participant_bic
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
_BATCHES: Final = text(
    f"SELECT {_COLUMNS} FROM settlement_batches ORDER BY opened_at DESC, id DESC LIMIT :limit OFFSET :offset"
)
_BATCH: Final = text(f"SELECT {_COLUMNS} FROM settlement_batches WHERE id = :batch_id")
_COUNT: Final = text("SELECT count(*) AS total FROM settlement_batches")
