"""Payments: taken in once, advanced only along the status table. How they are shown: `payment_views`."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlmodel import Field

from domain.errors import DuplicatePayment, IllegalTransition, NotFound
from domain.ids import new_id
from domain.payment import PaymentOrder, SettlementMethod
from domain.status import PREDECESSORS, PaymentStatus
from domain.status import advance as legal_step
from schema.tables.base import MOMENT, TEXTS, Table, one_of, to_json
from schema.tables.payment_views import CheckSummary as CheckSummary
from schema.tables.payment_views import Page as Page
from schema.tables.payment_views import PaymentView as PaymentView
from schema.tables.payment_views import detail as detail
from schema.tables.payment_views import listing as listing
from schema.tables.session import ReadSession, WriteSession, typed


class Payment(Table, table=True):
    """One payment, as it stands. `sender` and `receiver` name debtor and creditor; the BICs name their banks."""

    __tablename__ = "payments"
    __table_args__ = (
        one_of("status", PaymentStatus),
        one_of("method", SettlementMethod),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_payments_created_at_id", "created_at", "id"),
        Index("ix_payments_status_created_at", "status", "created_at"),
        Index("ix_payments_sender_bic_created_at", "sender_bic", "created_at"),
        Index("ix_payments_receiver_bic_created_at", "receiver_bic", "created_at"),
    )

    id: str = Field(primary_key=True)
    payment_reference: str
    status: str
    method: str
    sender_bic: str
    sender_name: str
    sender_account_id: str | None
    receiver_bic: str
    receiver_name: str
    receiver_account_id: str | None
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    risk_score: int | None
    remittance_info: str | None
    uetr: str = Field(unique=True)
    end_to_end_id: str
    value_date: date | None
    swift_message_type: str | None
    swift_message_id: str | None
    idempotency_key: str | None
    batch_id: str | None
    reason_codes: list[str] = Field(sa_column=Column(TEXTS, nullable=False, server_default="{}"))
    reason_text: str | None
    submitted_by: str
    event_count: int
    created_at: datetime = Field(sa_type=MOMENT)
    processed_at: datetime | None = Field(sa_type=MOMENT)
    settled_at: datetime | None = Field(sa_type=MOMENT)
    updated_at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class RawMessage:
    """An instruction as it came in: its type ("pacs.008.001.08", "json" …) and its bytes."""

    message_type: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment to be taken in. The caller chose its id; `submitted_by` is the actor who sent it."""

    id: str
    reference: str
    order: PaymentOrder
    submitted_by: str
    created_at: datetime
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the payment's life: to which status, when, by whom, and what else there is to say."""

    status: PaymentStatus
    at: datetime
    actor: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instruction:
    """All that checking, screening and reserving need. A bank or account we do not know has no status."""

    payment_id: str
    status: PaymentStatus
    method: SettlementMethod
    sender_bic: str
    sender_name: str
    sender_account_id: str | None
    receiver_bic: str
    receiver_name: str
    receiver_account_id: str | None
    amount_minor: int
    currency: str
    remittance_info: str | None
    value_date: date | None
    submitted_by: str
    sender_status: str | None
    receiver_status: str | None
    sender_account_status: str | None
    receiver_account_status: str | None


async def insert(
    session: WriteSession,
    payment: NewPayment,
    *,
    start: Mapping[str, Any],
    message: RawMessage | None = None,
    start_after: datetime | None = None,
) -> bool:
    """Take a payment in: row, first event, original message and the start of its workflow, in one stroke.

    `start` is the workflow's input; with `start_after` the intake leaves the start to the caller until then.
    False when this very payment is stored already. Raises DuplicatePayment (its UETR belongs to another payment).
    """
    if await session.first(_INSERT, _new_row(payment, start, message, start_after)) is not None:
        return True
    known = await session.first(_SAME_UETR, {"uetr": payment.order.uetr})
    if known is not None and known.id == payment.id:
        return False
    assert known is not None, "a payment id is chosen once, so only the UETR can have been taken"
    raise DuplicatePayment("a payment with this UETR exists", payment_id=known.id)


async def advance(
    session: WriteSession,
    payment_id: str,
    *steps: Step,
    processed_at: datetime | None = None,
    settled_at: datetime | None = None,
    batch_id: str | None = None,
    reason_codes: Sequence[str] | None = None,
    reason_text: str | None = None,
    risk_score: int | None = None,
) -> bool:
    """Take the steps, one event each, and set what else they settle. False when they had been taken before.

    Steps that were taken in part are completed. Raises IllegalTransition when the payment stands elsewhere, NotFound.
    """
    for earlier, later in pairwise(steps):
        legal_step(earlier.status, later.status)
    facts: dict[str, Any] = {
        "id": payment_id,
        "processed_at": processed_at,
        "settled_at": settled_at,
        "batch_id": batch_id,
        "reason_codes": None if reason_codes is None else [str(code) for code in reason_codes],
        "reason_text": reason_text,
        "risk_score": risk_score,
    }
    if await _take(session, facts, steps):
        return True
    remaining = steps[await _taken(session, payment_id, steps) :]
    return bool(remaining) and await _take_or_refuse(session, facts, remaining)


async def instruction(session: ReadSession, payment_id: str) -> Instruction:
    """What is to be paid, with the standing of both banks and of their accounts in its currency. Raises NotFound."""
    row = await session.first(_INSTRUCTION, {"id": payment_id})
    if row is None:
        raise NotFound("no such payment", payment_id=payment_id)
    return Instruction(**typed(row, status=PaymentStatus, method=SettlementMethod))


async def _take_or_refuse(session: WriteSession, facts: Mapping[str, Any], steps: Sequence[Step]) -> bool:
    if await _take(session, facts, steps):
        return True
    standing = await session.first(_STATUS, {"id": facts["id"]})
    if standing is None:
        raise NotFound("no such payment", payment_id=facts["id"])
    if await _taken(session, facts["id"], steps) == len(steps):
        return False  # a concurrent repeat was quicker
    to = steps[0].status
    raise IllegalTransition(f"a payment that is {standing.status} cannot become {to}", now=standing.status, to=str(to))


async def _take(session: WriteSession, facts: Mapping[str, Any], steps: Sequence[Step]) -> bool:
    told = {
        "predecessors": [str(status) for status in PREDECESSORS[steps[0].status]],
        "last": str(steps[-1].status),
        "last_at": steps[-1].at,
        "statuses": [str(step.status) for step in steps],
        "ats": [step.at for step in steps],
        "actors": [step.actor for step in steps],
        "details": [to_json(step.detail) for step in steps],
    }
    return await session.run(_ADVANCE, {**facts, **told}) > 0


async def _taken(session: ReadSession, payment_id: str, steps: Sequence[Step]) -> int:
    """How many of the steps are recorded: they are taken in order, so it is where the last recorded one stands."""
    statuses = [str(step.status) for step in steps]
    rows = await session.all(_RECORDED, {"id": payment_id, "statuses": statuses})
    return max((statuses.index(row.status) + 1 for row in rows), default=0)


def _new_row(
    payment: NewPayment, start: Mapping[str, Any], message: RawMessage | None, start_after: datetime | None
) -> dict[str, Any]:
    order = payment.order
    return {
        "id": payment.id,
        "payment_reference": payment.reference,
        "method": str(order.method),
        "sender_bic": order.debtor.agent_bic,
        "sender_name": order.debtor.name,
        "sender_account_id": order.debtor.account,
        "receiver_bic": order.creditor.agent_bic,
        "receiver_name": order.creditor.name,
        "receiver_account_id": order.creditor.account,
        "amount_minor": order.amount.minor,
        "currency": order.amount.currency,
        "remittance_info": order.remittance_info,
        "uetr": order.uetr,
        "end_to_end_id": order.end_to_end_id,
        "value_date": date.fromisoformat(order.value_date) if order.value_date else None,
        "message_type": order.message_type,
        "message_id": order.message_id,
        "idempotency_key": payment.idempotency_key,
        "submitted_by": payment.submitted_by,
        "at": payment.created_at,
        "start": to_json(start),
        "not_before": start_after or payment.created_at,
        "stored_id": new_id("msg"),
        "stored_type": message.message_type if message else None,
        "raw": message.raw if message else None,
        "sha256": hashlib.sha256(message.raw).digest() if message else None,
    }


_INSERT: Final = text(
    """
    WITH payment AS (
        INSERT INTO payments (
            id, payment_reference, status, method, sender_bic, sender_name, sender_account_id,
            receiver_bic, receiver_name, receiver_account_id, amount_minor, currency, remittance_info, uetr,
            end_to_end_id, value_date, swift_message_type, swift_message_id, idempotency_key, submitted_by,
            event_count, created_at, updated_at
        ) VALUES (
            :id, :payment_reference, 'initiated', :method, :sender_bic, :sender_name, :sender_account_id,
            :receiver_bic, :receiver_name, :receiver_account_id, :amount_minor, :currency, :remittance_info, :uetr,
            :end_to_end_id, :value_date, :message_type, :message_id, :idempotency_key, :submitted_by,
            1, :at, :at
        ) ON CONFLICT DO NOTHING
        RETURNING id
    ), event AS (
        INSERT INTO payment_events (payment_id, number, kind, status, at, actor, detail)
        SELECT id, 1, 'status', 'initiated', :at, :submitted_by, '{}' FROM payment
    ), message AS (
        INSERT INTO payment_messages (id, payment_id, message_type, raw, sha256, received_at)
        SELECT :stored_id, id, :stored_type, :raw, :sha256, :at FROM payment WHERE CAST(:raw AS bytea) IS NOT NULL
    ), workflow AS (
        INSERT INTO workflow_starts (workflow_id, kind, subject, input, not_before, created_at)
        SELECT 'payment/' || id, 'payment', id, CAST(:start AS jsonb), :not_before, :at FROM payment
    )
    SELECT id, pg_notify('workflow_starts', id) FROM payment
    """
)
_SAME_UETR: Final = text("SELECT id FROM payments WHERE uetr = :uetr")
_ADVANCE: Final = text(
    """
    WITH step AS (
        SELECT * FROM unnest(
            CAST(:statuses AS text[]), CAST(:ats AS timestamptz[]), CAST(:actors AS text[]), CAST(:details AS jsonb[])
        ) WITH ORDINALITY AS step (status, at, actor, detail, place)
    ), payment AS (
        UPDATE payments
        SET status = :last, event_count = event_count + cardinality(CAST(:statuses AS text[])), updated_at = :last_at,
            processed_at = coalesce(:processed_at, processed_at),
            settled_at = coalesce(:settled_at, settled_at),
            batch_id = coalesce(:batch_id, batch_id),
            reason_codes = coalesce(:reason_codes, reason_codes),
            reason_text = coalesce(:reason_text, reason_text),
            risk_score = coalesce(:risk_score, risk_score)
        WHERE id = :id AND status = ANY(:predecessors)
        RETURNING id, event_count
    )
    INSERT INTO payment_events (payment_id, number, kind, status, at, actor, detail)
    SELECT id, event_count - cardinality(CAST(:statuses AS text[])) + place, 'status', step.status, at, actor, detail
    FROM payment, step ORDER BY place
    """
)
_STATUS: Final = text("SELECT status FROM payments WHERE id = :id")
_RECORDED: Final = text(
    "SELECT status FROM payment_events WHERE payment_id = :id AND kind = 'status' AND status = ANY(:statuses)"
)
_INSTRUCTION: Final = text(
    """
    SELECT p.id AS payment_id, p.status, p.method, p.sender_bic, p.sender_name, p.sender_account_id,
           p.receiver_bic, p.receiver_name, p.receiver_account_id,
           p.amount_minor, p.currency, p.remittance_info, p.value_date, p.submitted_by,
           sender.status AS sender_status, receiver.status AS receiver_status,
           sender_account.status AS sender_account_status, receiver_account.status AS receiver_account_status
    FROM payments AS p
    LEFT JOIN participants AS sender ON sender.bic = p.sender_bic
    LEFT JOIN participants AS receiver ON receiver.bic = p.receiver_bic
    LEFT JOIN accounts AS sender_account ON sender_account.id = p.sender_bic || '/' || p.currency
    LEFT JOIN accounts AS receiver_account ON receiver_account.id = p.receiver_bic || '/' || p.currency
    WHERE p.id = :id
    """
)
