"""Payments and their settlement days: on which day each is to settle, and which wait for theirs in the warehouse."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text

from domain.decision import WAITING as HELD
from domain.errors import NotFound
from domain.money import is_security
from domain.status import PaymentStatus
from schema.tables.common.base import to_json
from schema.tables.common.session import Line, ReadSession, WriteSession, typed


@dataclass(frozen=True, slots=True)
class Dating:
    """The day on which a payment is to settle, from when until when it may, and why on no other (None: it was wanted)."""

    settlement_date: date
    release_at: datetime
    settle_until: datetime
    moved: str | None = None

    def told(self, instead_of: date | None) -> dict[str, Any]:
        """What an event says of it: the day, and if it is another than before, why."""
        told: dict[str, Any] = {"settlement_date": self.settlement_date.isoformat()}
        if instead_of not in (None, self.settlement_date):
            told |= {"instead_of": str(instead_of), "moved": self.moved}
        return told


@dataclass(frozen=True, slots=True)
class Dated:
    """A payment as its day sees it; `warehoused_at` is when it began to wait for it, None while it does not."""

    payment_id: str
    status: PaymentStatus
    currency: str
    counter_currency: str | None
    value_date: date | None
    settlement_date: date
    release_at: datetime
    settle_until: datetime
    warehoused_at: datetime | None
    settle_from: datetime | None = None
    """Its sender wants it to settle no earlier."""

    @property
    def currencies(self) -> tuple[str, ...]:
        """What it is settled in: one currency, or two that are exchanged."""
        return currencies(self.currency, self.counter_currency)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a payment's day, which was `instead_of` until now: when that was found, and by whom."""

    payment_id: str
    dating: Dating
    at: datetime
    actor: str
    instead_of: date


@dataclass(frozen=True, slots=True)
class Shelf:
    """What waits in the warehouse for one day in one currency: how many payments, and their sum in minor units."""

    settlement_date: date
    currency: str
    payments: int
    amount_minor: int


def currencies(paid: str, counter: str | None) -> tuple[str, ...]:
    """The currencies whose calendars bind a payment: what is paid and what is got for it. Securities have no calendar."""
    both = (paid,) if counter in (None, paid) else (paid, str(counter))
    return tuple(asset for asset in both if not is_security(asset)) or (paid,)


async def hold(session: WriteSession, payment_id: str) -> Dated:
    """A dated payment, which nobody else can change until the session ends. Raises NotFound."""
    await session.first(_LOCK, {"id": payment_id})
    row = await session.first(_DATED, {"id": payment_id})
    if row is None:
        raise NotFound("no such payment, or none with a settlement day", payment_id=payment_id)
    return _dated(row)


async def store(session: WriteSession, change: Change) -> None:
    """Put a payment into the warehouse until its day, or have it wait there for another day."""
    release_at = change.dating.release_at.isoformat()
    await _change(session, change, "warehoused", {"release_at": release_at}, warehoused_at=change.at)


async def take_out(session: WriteSession, change: Change) -> None:
    """Its day has begun, or an operator let it go: the payment leaves the warehouse."""
    await _change(session, change, "released", {})


async def redate(session: WriteSession, change: Change) -> None:
    """The payment's day has passed it by; it settles on another, which has begun."""
    await _change(session, change, "redated", {})


async def contents(session: ReadSession, participant: str | None = None) -> list[Shelf]:
    """What waits, by day and currency; of a participant, what it sends or receives."""
    facts = {"participant": participant}
    return [Shelf(**typed(row, amount_minor=int)) for row in await session.all(_CONTENTS, facts)]


async def figures(session: ReadSession, at: datetime) -> dict[str, tuple[int, int]]:
    """By currency, how many payments wait, and of how many the day began more than a minute ago though nobody holds them."""
    facts = {"began": at - timedelta(minutes=1), "held": [str(state) for state in HELD]}
    rows = await session.all(_FIGURES, facts)
    return {row.currency: (row.payments, row.overdue) for row in rows}


async def _change(
    session: WriteSession, change: Change, kind: str, told: Mapping[str, Any], *, warehoused_at: datetime | None = None
) -> None:
    dating = change.dating
    facts: dict[str, Any] = {
        "id": change.payment_id,
        "settlement_date": dating.settlement_date,
        "release_at": dating.release_at,
        "settle_until": dating.settle_until,
        "moved": dating.moved,
        "warehoused_at": warehoused_at,
        "kind": kind,
        "at": change.at,
        "actor": change.actor,
        "detail": to_json({**dating.told(change.instead_of), **told}),
    }
    await session.run(_CHANGE, facts)


def _dated(row: Line) -> Dated:
    return Dated(**typed(row, status=PaymentStatus))


_LOCK: Final = text("SELECT id FROM payments WHERE id = :id FOR NO KEY UPDATE")
_DATED: Final = text(
    """
    SELECT id AS payment_id, status, currency,
           coalesce(bought_currency, payment_order #>> '{exchange,wants,currency}') AS counter_currency, value_date, settlement_date, release_at, settle_until, warehoused_at,
           CAST(payment_order ->> 'settle_from' AS timestamptz) AS settle_from
    FROM payments WHERE id = :id AND settlement_date IS NOT NULL
    """
)
_CHANGE: Final = text(
    """
    WITH payment AS (
        UPDATE payments
        SET settlement_date = :settlement_date, release_at = :release_at, settle_until = :settle_until,
            date_moved = CASE settlement_date WHEN :settlement_date THEN date_moved ELSE :moved END,
            warehoused_at = :warehoused_at,
            event_count = event_count + 1, updated_at = greatest(updated_at, :at)
        WHERE id = :id RETURNING id, event_count
    )
    INSERT INTO payment_events (payment_id, number, kind, at, actor, detail)
    SELECT id, event_count, :kind, :at, :actor, CAST(:detail AS jsonb) FROM payment
    """
)
WAITING: Final = "warehoused_at IS NOT NULL AND status IN ('screened', 'approved', 'queued')"
"""Which payments wait for their day; one that was withdrawn or paid does not."""
_FIGURES: Final = text(
    f"""
    SELECT currency, count(*) AS payments, count(*) FILTER (WHERE release_at < :began AND NOT EXISTS (
               SELECT FROM reviews AS r WHERE r.payment_id = payments.id AND r.state = ANY(:held)
           )) AS overdue
    FROM payments WHERE {WAITING} GROUP BY currency
    """  # noqa: S608 - a constant of this file
)
_CONTENTS: Final = text(
    f"""
    SELECT settlement_date, currency, count(*) AS payments, sum(amount_minor) AS amount_minor
    FROM payments
    WHERE {WAITING}
      AND (CAST(:participant AS text) IS NULL OR sender_bic = :participant OR receiver_bic = :participant)
    GROUP BY settlement_date, currency ORDER BY settlement_date, currency
    """  # noqa: S608 - a constant of this file
)
