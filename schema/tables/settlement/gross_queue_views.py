"""The gross queue as it is shown: who waits where and why, what has left it, and what that saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from domain.settlement import Priority
from schema.tables.common.session import Line, ReadSession, typed
from schema.tables.settlement.windows import ItemState


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A payment in a queue, net or gross, in minor units. `position` counts from 1 in its own bank's gross queue."""

    payment_id: str
    window_id: str | None
    debtor_bic: str
    creditor_bic: str
    currency: str
    amount_minor: int
    priority: Priority
    state: ItemState
    since: datetime
    deferrals: int
    reason: str | None
    position: int | None


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Some of those that wait in a currency, bank by bank in the order in which they leave, and how many there are."""

    waiting: tuple[WaitingView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class QueueView:
    """What waits in a currency, in minor units."""

    currency: str
    payments: int
    amount_minor: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class ReleasedView:
    """What has left a currency's queue in one way: what was owed, and what had to be moved for it, in minor units."""

    how: str
    releases: int
    payments: int
    gross_minor: int
    net_minor: int


async def waits(session: ReadSession, payment_id: str) -> WaitingView | None:
    """Where and why a payment waits; None when it is in no queue."""
    row = await session.first(_WAITS, {"payment_id": payment_id})
    return None if row is None else _view(row)


async def waiting(
    session: ReadSession, currency: str, *, page: int, limit: int, debtor: str | None = None
) -> WaitingPage:
    """A page of a currency's gross queue, pages counted from 1; a participant sees what it is to pay itself."""
    facts = {"currency": currency, "debtor": debtor}
    rows = await session.all(_WAITING, {**facts, "limit": limit, "offset": (page - 1) * limit})
    counted = await session.one(_COUNT, facts)
    return WaitingPage(tuple(map(_view, rows)), counted.total)


async def queues(session: ReadSession, debtor: str | None = None) -> list[QueueView]:
    """Every currency in which gross payments wait, or in which one bank's do."""
    return [QueueView(**typed(row, amount_minor=int)) for row in await session.all(_QUEUES, {"debtor": debtor})]


async def released(session: ReadSession) -> Mapping[str, list[ReleasedView]]:
    """What has left the queues so far, by currency and by how it came together."""
    found: dict[str, list[ReleasedView]] = {}
    for row in await session.all(_RELEASED):
        found.setdefault(row.currency, []).append(ReleasedView(row.method, *map(int, row[2:])))
    return found


async def depths(session: ReadSession) -> dict[tuple[str, str], tuple[int, datetime]]:
    """How many wait, and since when the oldest of them does, by currency and priority."""
    return {
        (row.currency, Priority(row.priority).name.lower()): (row.payments, row.oldest_at)
        for row in await session.all(_DEPTHS)
    }


def _view(row: Line) -> WaitingView:
    return WaitingView(**typed(row, priority=Priority, state=ItemState))


_IN_QUEUE: Final = "window_id IS NULL AND state IN ('queued', 'claimed')"
_OWN: Final = "(CAST(:debtor AS text) IS NULL OR debtor_bic = :debtor)"
_COLUMNS: Final = (
    "payment_id, window_id, debtor_bic, creditor_bic, currency, amount_minor, priority, state, enqueued_at AS since,"
    " deferrals, reason"
)
_ORDER: Final = "priority DESC, enqueued_at, payment_id"
# A window's reasons are those of deferrals, and while its currency is paused there is a nearer one.
_WAITS: Final = text(
    f"""
    SELECT {_COLUMNS.removesuffix("reason")} CASE WHEN window_id IS NOT NULL AND EXISTS (
        SELECT FROM settlement_pauses AS p WHERE p.currency = i.currency
    ) THEN currency || ' is paused' ELSE reason END AS reason, CASE WHEN window_id IS NULL THEN 1 + (
        SELECT count(*) FROM settlement_items AS o
        WHERE o.currency = i.currency AND o.debtor_bic = i.debtor_bic AND o.window_id IS NULL
          AND o.state IN ('queued', 'claimed')
          AND (-o.priority, o.enqueued_at, o.payment_id) < (-i.priority, i.enqueued_at, i.payment_id)
    ) END AS position
    FROM settlement_items AS i WHERE payment_id = :payment_id AND state IN ('queued', 'claimed')
    """  # noqa: S608 - constants of this file
)
_WAITING: Final = text(
    f"""
    SELECT {_COLUMNS}, row_number() OVER (PARTITION BY debtor_bic ORDER BY {_ORDER}) AS position
    FROM settlement_items WHERE {_IN_QUEUE} AND currency = :currency AND {_OWN}
    ORDER BY debtor_bic, {_ORDER} LIMIT :limit OFFSET :offset
    """  # noqa: S608
)
_COUNT: Final = text(
    f"SELECT count(*) AS total FROM settlement_items WHERE {_IN_QUEUE} AND currency = :currency AND {_OWN}"  # noqa: S608
)
_QUEUES: Final = text(
    f"""
    SELECT currency, count(*) AS payments, sum(amount_minor) AS amount_minor, min(enqueued_at) AS oldest_at
    FROM settlement_items WHERE {_IN_QUEUE} AND {_OWN} GROUP BY currency ORDER BY currency
    """  # noqa: S608
)
_RELEASED: Final = text(
    """
    SELECT currency, method, count(*), CAST(sum(payment_count) AS bigint), sum(gross_minor), sum(net_minor)
    FROM settlement_batches WHERE window_id IS NULL AND state = 'final' GROUP BY currency, method ORDER BY 1, 2
    """
)
_DEPTHS: Final = text(
    f"""
    SELECT currency, priority, count(*) AS payments, min(enqueued_at) AS oldest_at
    FROM settlement_items WHERE {_IN_QUEUE} GROUP BY currency, priority
    """  # noqa: S608
)
