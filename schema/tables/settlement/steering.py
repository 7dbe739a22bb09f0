"""What operators do to the queue: pause a currency, change a payment's priority; and how the queue stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlmodel import Field

from domain.errors import NotFound, Refused
from domain.settlement import Backing, Priority
from schema.tables.common.base import MOMENT, Table
from schema.tables.common.session import ReadSession, WriteSession, typed
from schema.tables.settlement.windows import WindowState


class SettlementPause(Table, table=True):
    """A currency whose windows do not close for the time being."""

    __tablename__ = "settlement_pauses"

    currency: str = Field(primary_key=True)
    at: datetime = Field(sa_type=MOMENT)
    actor_id: str
    comment: str


@dataclass(frozen=True, slots=True)
class PauseView:
    """Since when a currency is paused, by whom and why."""

    currency: str
    at: datetime
    actor_id: str
    comment: str


@dataclass(frozen=True, slots=True)
class WindowView:
    """A window as it is listed, with what is queued in it now and its batch if it has one; amounts in minor units."""

    id: str
    currency: str
    state: WindowState
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    queued: int
    queued_minor: int
    batch_id: str | None


@dataclass(frozen=True, slots=True)
class WindowPage:
    """Some windows, the newest first, and how many there are in all."""

    windows: tuple[WindowView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Queued:
    """What a participant has in the queue of one currency, in minor units; `due_out` takes liquidity only at the close."""

    currency: str
    out_count: int
    out_minor: int
    due_out_minor: int
    in_minor: int
    deferred_count: int


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How many payments of a currency wait for a window, and when the oldest of them was queued."""

    currency: str
    payments: int
    oldest_at: datetime


async def pause(session: WriteSession, currency: str, *, at: datetime, actor_id: str, comment: str) -> bool:
    """Have no window of the currency close until it is resumed; False when it is paused already."""
    facts = {"currency": currency, "at": at, "actor_id": actor_id, "comment": comment}
    return bool(await session.run(_PAUSE, facts))


async def resume(session: WriteSession, currency: str) -> bool:
    """Let windows close again; False when the currency was not paused."""
    return bool(await session.run(_RESUME, {"currency": currency}))


async def is_paused(session: ReadSession, currency: str) -> bool:
    """Whether the currency's windows stay open."""
    return await session.first(_PAUSED, {"currency": currency}) is not None


async def pauses(session: ReadSession) -> list[PauseView]:
    """Every paused currency, by code."""
    return [PauseView(**row._mapping) for row in await session.all(_PAUSES)]


async def prioritise(
    session: WriteSession, payment_id: str, priority: Priority, *, at: datetime, actor_id: str
) -> bool:
    """Change a queued payment's priority, with an event; False when it has that one. Raises NotFound, Refused.

    Refused: its window has closed, or it was withdrawn.
    """
    await session.run(_LOCK_PAYMENT, {"payment_id": payment_id})
    item = await session.first(_ITEM, {"payment_id": payment_id})
    if item is None:
        raise NotFound("the payment is not in a settlement queue", payment_id=payment_id)
    if item.state != "queued":
        raise Refused("the payment no longer waits in its queue", payment_id=payment_id, state=item.state)
    if item.priority == priority:
        return False
    facts = {"payment_id": payment_id, "priority": int(priority), "at": at, "actor_id": actor_id}
    await session.run(_PRIORITISE, {**facts, "name": priority.name.lower()})
    return True


async def windows(session: ReadSession, *, currency: str | None, page: int, limit: int) -> WindowPage:
    """A page of windows, newest first, pages counted from 1."""
    rows = await session.all(_WINDOWS, {"currency": currency, "limit": limit, "offset": (page - 1) * limit})
    counted = await session.one(_COUNT, {"currency": currency})
    return WindowPage(
        tuple(WindowView(**typed(row, state=WindowState, queued_minor=int)) for row in rows), counted.total
    )


async def window(session: ReadSession, window_id: str) -> WindowView:
    """One window. Raises NotFound."""
    row = await session.first(_WINDOW, {"window_id": window_id})
    if row is None:
        raise NotFound("no such settlement window", window_id=window_id)
    return WindowView(**typed(row, state=WindowState, queued_minor=int))


async def open_windows(
    session: ReadSession, currency: str | None = None, *, before: datetime | None = None
) -> list[str]:
    """The currency's open window, if there is one and it was opened before that time. No currency: of every one."""
    return [str(row.id) for row in await session.all(_OPEN, {"currency": currency, "before": before})]


async def queued(session: ReadSession, bic: str) -> dict[str, Queued]:
    """What a participant has in the queues, by currency."""
    rows = await session.all(_QUEUED, {"bic": bic, "due": Backing.DUE})
    return {row.currency: Queued(**typed(row, out_minor=int, due_out_minor=int, in_minor=int)) for row in rows}


async def queues(session: ReadSession) -> list[QueueDepth]:
    """Every queue in which payments wait for a window."""
    return [QueueDepth(**row._mapping) for row in await session.all(_QUEUES)]


_PAUSE: Final = text(
    """
    INSERT INTO settlement_pauses (currency, at, actor_id, comment)
    VALUES (:currency, :at, :actor_id, :comment) ON CONFLICT DO NOTHING
    """
)
_RESUME: Final = text("DELETE FROM settlement_pauses WHERE currency = :currency")
_PAUSED: Final = text("SELECT currency FROM settlement_pauses WHERE currency = :currency")
_PAUSES: Final = text("SELECT currency, at, actor_id, comment FROM settlement_pauses ORDER BY currency")
_LOCK_PAYMENT: Final = text("SELECT id FROM payments WHERE id = :payment_id FOR NO KEY UPDATE")
_ITEM: Final = text("SELECT state, priority FROM settlement_items WHERE payment_id = :payment_id FOR UPDATE")
_PRIORITISE: Final = text(
    """
    WITH item AS (
        UPDATE settlement_items SET priority = CAST(:priority AS smallint) WHERE payment_id = :payment_id
    ), counted AS (
        UPDATE payments SET event_count = event_count + 1, updated_at = greatest(updated_at, :at)
        WHERE id = :payment_id RETURNING id, event_count
    )
    INSERT INTO payment_events (payment_id, number, kind, at, actor, detail)
    SELECT id, event_count, 'prioritised', :at, :actor_id, jsonb_build_object('priority', CAST(:name AS text)) FROM counted
    """
)
_SELECT_WINDOWS: Final = """
    SELECT w.id, w.currency, w.state, w.opened_at, w.closes_at, w.closed_at, q.queued, q.queued_minor, b.id AS batch_id
    FROM settlement_windows AS w
    LEFT JOIN settlement_batches AS b ON b.window_id = w.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS queued, coalesce(sum(amount_minor), 0) AS queued_minor
        FROM settlement_items AS i WHERE i.window_id = w.id AND i.state = 'queued'
    ) AS q
"""
_OF_CURRENCY: Final = "WHERE CAST(:currency AS text) IS NULL OR w.currency = :currency"
_WINDOWS: Final = text(
    f"{_SELECT_WINDOWS} {_OF_CURRENCY} ORDER BY w.opened_at DESC, w.id DESC LIMIT :limit OFFSET :offset"
)
_WINDOW: Final = text(f"{_SELECT_WINDOWS} WHERE w.id = :window_id")
_COUNT: Final = text(f"SELECT count(*) AS total FROM settlement_windows AS w {_OF_CURRENCY}")  # noqa: S608
_OPEN: Final = text(
    """
    SELECT id FROM settlement_windows
    WHERE (CAST(:currency AS text) IS NULL OR currency = :currency)
      AND state = 'open' AND opened_at < coalesce(CAST(:before AS timestamptz), 'infinity')
    """
)
_QUEUED: Final = text(
    """
    SELECT currency,
           count(*) FILTER (WHERE debtor_bic = :bic) AS out_count,
           coalesce(sum(amount_minor) FILTER (WHERE debtor_bic = :bic), 0) AS out_minor,
           coalesce(sum(amount_minor) FILTER (WHERE debtor_bic = :bic AND backing = :due), 0) AS due_out_minor,
           coalesce(sum(amount_minor) FILTER (WHERE creditor_bic = :bic), 0) AS in_minor,
           count(*) FILTER (WHERE debtor_bic = :bic AND deferrals > 0) AS deferred_count
    FROM settlement_items
    WHERE state IN ('queued', 'claimed') AND (debtor_bic = :bic OR creditor_bic = :bic)
    GROUP BY currency
    """
)
_QUEUES: Final = text(
    """
    SELECT currency, count(*) AS payments, min(enqueued_at) AS oldest_at
    FROM settlement_items WHERE state = 'queued' AND window_id IS NOT NULL GROUP BY currency ORDER BY currency
    """
)
