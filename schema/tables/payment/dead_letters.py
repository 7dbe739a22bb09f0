"""Dead letters: payments that cannot go on by themselves, and what an operator did about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.errors import NotParked
from domain.ids import new_id
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import ReadSession, WriteSession, typed
from schema.tables.payment import events


class DeadLetterState(StrEnum):
    """What became of a dead letter."""

    PARKED = "parked"
    """Waiting for an operator."""
    REDRIVEN = "redriven"
    """The failed step was tried again."""
    ABANDONED = "abandoned"
    """The payment was given up."""


class DeadLetter(Table, table=True):
    """A payment that stands still: at which step, and the error it failed with."""

    __tablename__ = "dead_letters"
    __table_args__ = (
        one_of("state", DeadLetterState),
        Index("ix_dead_letters_state_parked_at", "state", "parked_at"),
        Index("ix_dead_letters_payment_id", "payment_id"),
        Index(
            "uq_dead_letters_payment_id_parked", "payment_id", unique=True, postgresql_where=text("state = 'parked'")
        ),
    )

    id: str = Field(primary_key=True)
    payment_id: str = Field(foreign_key="payments.id")
    step: str
    error_code: str
    message: str
    attempts: int
    state: str
    parked_at: datetime = Field(sa_type=MOMENT)
    resolved_at: datetime | None = Field(sa_type=MOMENT)
    resolved_by: str | None


@dataclass(frozen=True, slots=True)
class DeadLetterView:
    """A dead letter as operators see it, with its payment in short."""

    id: str
    payment_id: str
    step: str
    error_code: str
    message: str
    attempts: int
    state: DeadLetterState
    parked_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    payment_status: str
    payment_reference: str
    sender_bic: str
    receiver_bic: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some dead letters, the newest first, and how many there are in all."""

    letters: tuple[DeadLetterView, ...]
    total: int


async def park(
    session: WriteSession, payment_id: str, *, step: str, error_code: str, message: str, attempts: int, at: datetime
) -> str:
    """List a payment as a dead letter; while it is listed, once more makes no difference. Answers the letter's id."""
    await events.lock(session, payment_id)
    if parked := await session.first(_PARKED, {"payment_id": payment_id}):
        return str(parked.id)
    letter = {"id": new_id("dl"), "step": step, "error_code": error_code, "message": message, "attempts": attempts}
    await session.run(_PARK, {**letter, "payment_id": payment_id, "at": at})
    detail = {"step": step, "error_code": error_code, "attempts": attempts}
    await _tell(session, payment_id, "dead_letter", str(letter["id"]), at, "network", detail)
    return str(letter["id"])


async def redrive(session: WriteSession, payment_id: str, *, at: datetime, actor: str) -> bool:
    """An operator has the failed step tried again; False when this was recorded before. Raises NotParked."""
    return await _resolve(session, payment_id, DeadLetterState.REDRIVEN, at, actor)


async def abandon(session: WriteSession, payment_id: str, *, at: datetime, actor: str) -> bool:
    """An operator gives the payment up; False when this was recorded before. Raises NotParked."""
    return await _resolve(session, payment_id, DeadLetterState.ABANDONED, at, actor)


async def listing(
    session: ReadSession, *, page: int, limit: int, state: DeadLetterState = DeadLetterState.PARKED
) -> Page:
    """A page of dead letters in one state, newest first, pages counted from 1."""
    rows = await session.all(_LISTING, {"state": str(state), "limit": limit, "offset": (page - 1) * limit})
    counted = await session.one(_COUNT, {"state": str(state)})
    return Page(tuple(DeadLetterView(**typed(row, state=DeadLetterState)) for row in rows), counted.total)


async def _resolve(session: WriteSession, payment_id: str, to: DeadLetterState, at: datetime, actor: str) -> bool:
    await events.lock(session, payment_id)
    latest = await session.first(_LATEST, {"payment_id": payment_id})
    if latest is not None and latest.state == to:
        return False
    if latest is None or latest.state != DeadLetterState.PARKED:
        raise NotParked("the payment is not a dead letter", payment_id=payment_id)
    await session.run(_RESOLVE, {"id": latest.id, "to": str(to), "at": at, "actor": actor})
    await _tell(session, payment_id, str(to), f"{latest.id}/{to}", at, actor, {"step": latest.step})
    return True


async def _tell(
    session: WriteSession, payment_id: str, kind: str, key: str, at: datetime, actor: str, detail: Mapping[str, Any]
) -> None:
    await events.append(session, payment_id, kind=kind, at=at, actor=actor, detail=detail, dedupe_key=key)


_PARKED: Final = text("SELECT id FROM dead_letters WHERE payment_id = :payment_id AND state = 'parked'")
_PARK: Final = text(
    """
    INSERT INTO dead_letters (id, payment_id, step, error_code, message, attempts, state, parked_at)
    VALUES (:id, :payment_id, :step, :error_code, :message, :attempts, 'parked', :at)
    """
)
_LATEST: Final = text(
    """
    SELECT id, state, step FROM dead_letters WHERE payment_id = :payment_id
    ORDER BY state = 'parked' DESC, parked_at DESC, id DESC LIMIT 1
    """
)
_RESOLVE: Final = text(
    "UPDATE dead_letters SET state = :to, resolved_at = :at, resolved_by = :actor WHERE id = :id AND state = 'parked'"
)
_LISTING: Final = text(
    """
    SELECT d.id, d.payment_id, d.step, d.error_code, d.message, d.attempts, d.state, d.parked_at, d.resolved_at,
           d.resolved_by, p.status AS payment_status, p.payment_reference, p.sender_bic, p.receiver_bic, p.amount_minor, p.currency
    FROM dead_letters AS d JOIN payments AS p ON p.id = d.payment_id
    WHERE d.state = :state ORDER BY d.parked_at DESC, d.id DESC LIMIT :limit OFFSET :offset
    """
)
_COUNT: Final = text("SELECT count(*) AS total FROM dead_letters WHERE state = :state")
