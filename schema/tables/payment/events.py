"""What happened to each payment: numbered without gaps per payment, in one sequence over all, never edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.errors import NotFound
from schema.tables.common.base import MOMENT, Table, to_json
from schema.tables.common.session import ReadSession, WriteSession


class PaymentEvent(Table, table=True):
    """One thing that happened to a payment. `status` is set when its kind is "status"."""

    __tablename__ = "payment_events"
    __table_args__ = (
        UniqueConstraint("payment_id", "number"),
        Index(
            "uq_payment_events_payment_id_status",
            "payment_id",
            "status",
            unique=True,
            postgresql_where=text("kind = 'status'"),
        ),
        Index(
            "uq_payment_events_payment_id_dedupe_key",
            "payment_id",
            "dedupe_key",
            unique=True,
            postgresql_where=text("dedupe_key IS NOT NULL"),
        ),
    )

    seq: int | None = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    payment_id: str = Field(foreign_key="payments.id")
    number: int
    kind: str
    status: str | None
    at: datetime = Field(sa_type=MOMENT)
    actor: str
    detail: dict[str, Any] = Field(sa_type=JSONB)
    dedupe_key: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: `number` counts within the payment, `seq` over all payments."""

    seq: int
    payment_id: str
    number: int
    kind: str
    status: str | None
    at: datetime
    actor: str
    detail: Mapping[str, Any]


async def append(
    session: WriteSession,
    payment_id: str,
    *,
    kind: str,
    at: datetime,
    actor: str,
    detail: Mapping[str, Any],
    dedupe_key: str,
) -> bool:
    """Record something beside the status, once per `dedupe_key`; False when it was recorded before. Raises NotFound."""
    await lock(session, payment_id)
    facts = {"id": payment_id, "kind": kind, "at": at, "actor": actor, "detail": to_json(detail), "key": dedupe_key}
    return await session.first(_APPEND, facts) is not None


async def lock(session: WriteSession, payment_id: str) -> None:
    """Hold the payment until the transaction ends, so that its events are numbered one by one. Raises NotFound."""
    if await session.first(_LOCK, {"id": payment_id}) is None:
        raise NotFound("no such payment", payment_id=payment_id)


async def of(session: ReadSession, payment_id: str) -> list[Event]:
    """The payment's events, in order."""
    return [Event(*row) for row in await session.all(_OF, {"id": payment_id})]


_OF: Final = text(
    """
    SELECT seq, payment_id, number, kind, status, at, actor, detail
    FROM payment_events WHERE payment_id = :id ORDER BY number
    """
)
# Two statements and not one: only a statement that begins after the lock was granted sees what the last holder wrote.
_LOCK: Final = text("SELECT id FROM payments WHERE id = :id FOR NO KEY UPDATE")
_APPEND: Final = text(
    """
    WITH counted AS (
        UPDATE payments SET event_count = event_count + 1, updated_at = greatest(updated_at, :at)
        WHERE id = :id AND NOT EXISTS (SELECT FROM payment_events WHERE payment_id = :id AND dedupe_key = :key)
        RETURNING id, event_count
    )
    INSERT INTO payment_events (payment_id, number, kind, at, actor, detail, dedupe_key)
    SELECT id, event_count, :kind, :at, :actor, CAST(:detail AS jsonb), :key FROM counted
    RETURNING number
    """
)
