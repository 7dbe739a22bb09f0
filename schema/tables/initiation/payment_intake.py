"""Taking a payment in: once, whole, and only if it is not a duplicate. Reached as `payments.insert`."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import text

from domain.errors import DuplicatePayment, NotReturnable
from domain.finding import Finding
from domain.fingerprint import fingerprint
from domain.ids import new_id
from domain.money import Money
from domain.payment import PaymentOrder
from domain.reason import Reason
from domain.status import PaymentStatus
from schema.tables.common.base import to_json
from schema.tables.common.session import WriteSession
from schema.tables.initiation import findings


@dataclass(frozen=True, slots=True)
class RawMessage:
    """An instruction as it came in: its type ("pacs.008.001.08", "MT103", "json" …) and its bytes.

    One of several in a file names the file that is kept for all of them.
    """

    message_type: str
    raw: bytes
    file_id: str | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """The payment that a return gives back, and why (ExternalReturnReason1Code)."""

    payment_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment to be taken in. The caller chose its id; `submitted_by` is the actor who sent it.

    `findings` are the warnings of its intake; `original` is set for a return.
    """

    id: str
    reference: str
    order: PaymentOrder
    submitted_by: str
    created_at: datetime
    idempotency_key: str | None = None
    findings: Sequence[Finding] = field(default=())
    original: Original | None = None


async def insert(
    session: WriteSession,
    payment: NewPayment,
    *,
    start: Mapping[str, Any],
    message: RawMessage | None = None,
    start_after: datetime | None = None,
) -> bool:
    """Take a payment in: row, first event, original message, findings and the start of its workflow, in one stroke.

    `start` is the workflow's input; with `start_after` the intake leaves the start to the caller until then.
    False when this very payment is stored already. Raises DuplicatePayment: its UETR belongs to another payment
    (DUPL), or another payment that lives or was paid says the same word for word (AM05). Raises NotReturnable.
    """
    row = _new_row(payment, start, message, start_after)
    if payment.original is not None:
        await _require_returnable(session, payment, payment.original)
    if await session.first(_INSERT, row) is not None:
        return True
    known = await session.all(_SAME, {name: row[name] for name in ("id", "uetr", "content_sha256")})
    if any(other.id == payment.id for other in known):
        return False
    if not known:
        # Whoever said the same has stopped between our two statements: then the way is free.
        return await insert(session, payment, start=start, message=message, start_after=start_after)
    same_uetr = next((other for other in known if other.uetr == payment.order.uetr), None)
    if same_uetr is not None:
        # A UETR is one in all the world, and so it must be refused; which payment has it is its own banks' business.
        own = payment.order.sender_bic in (same_uetr.sender_bic, same_uetr.receiver_bic)
        named = same_uetr.id if own else None
        raise DuplicatePayment("a payment with this UETR exists", payment_id=named, reason=Reason.DUPL)
    raise DuplicatePayment("this very payment was sent before", payment_id=known[0].id, reason=Reason.AM05)


async def _require_returnable(session: WriteSession, payment: NewPayment, original: Original) -> None:
    """Hold the original until the session ends, so that returns never come to more than was paid."""
    paid = await session.first(_ORIGINAL, {"id": original.payment_id})
    assert paid is not None, "whoever returns a payment has seen it"
    if paid.status not in (PaymentStatus.SETTLED, PaymentStatus.COMPLETED):
        raise NotReturnable(f"a payment that is {paid.status} cannot be returned; recall it", status=paid.status)
    returned = await session.one(_RETURNED, {"original": original.payment_id, "id": payment.id})
    wanted = payment.order.amount
    if wanted.currency != paid.currency:
        raise NotReturnable("a return is made in the currency of its payment", currency=paid.currency)
    if returned.total + wanted.minor > paid.amount_minor:
        left = Money(int(paid.amount_minor - returned.total), paid.currency)
        raise NotReturnable(f"at most {left} {left.currency} can still be returned", left=str(left))


def _new_row(
    payment: NewPayment, start: Mapping[str, Any], message: RawMessage | None, start_after: datetime | None
) -> dict[str, Any]:
    order = payment.order
    return {
        "id": payment.id,
        "payment_reference": payment.reference,
        "kind": str(order.kind),
        "original": payment.original.payment_id if payment.original else None,
        "return_reason": payment.original.reason if payment.original else None,
        "method": str(order.method),
        "sender_bic": order.sender_bic,
        "sender_name": order.debtor.name,
        "sender_account_id": order.debtor.account,
        "receiver_bic": order.receiver_bic,
        "receiver_name": order.creditor.name,
        "receiver_account_id": order.creditor.account,
        "amount_minor": order.amount.minor,
        "currency": order.amount.currency,
        "dealer_bic": order.fx.dealer_bic if order.fx else None,
        "bought_minor": order.fx.bought.minor if order.fx else None,
        "bought_currency": order.fx.bought.currency if order.fx else None,
        "remittance_info": order.remittance_info,
        "uetr": order.uetr,
        "end_to_end_id": order.end_to_end_id,
        "value_date": date.fromisoformat(order.value_date) if order.value_date else None,
        "message_type": order.message_type,
        "message_id": order.message_id,
        "idempotency_key": payment.idempotency_key,
        "submitted_by": payment.submitted_by,
        "content_sha256": fingerprint(order),
        "payment_order": _ORDER.dump_json(order).decode(),
        "at": payment.created_at,
        "start": to_json(start),
        "not_before": start_after or payment.created_at,
        **_message_columns(message),
        **findings.columns(payment.findings),
    }


def _message_columns(message: RawMessage | None) -> dict[str, Any]:
    return {
        "stored_id": new_id("msg"),
        "stored_type": message.message_type if message else None,
        "raw": message.raw if message and message.file_id is None else None,
        "file_id": message.file_id if message else None,
        "sha256": hashlib.sha256(message.raw).digest() if message else None,
    }


_ORDER: Final = TypeAdapter(PaymentOrder)

_INSERT: Final = text(
    f"""
    WITH payment AS (
        INSERT INTO payments (
            id, payment_reference, kind, original_payment_id, return_reason, status, method,
            sender_bic, sender_name, sender_account_id, receiver_bic, receiver_name, receiver_account_id,
            amount_minor, currency, dealer_bic, bought_minor, bought_currency, remittance_info, uetr,
            end_to_end_id, value_date, swift_message_type, swift_message_id, idempotency_key, submitted_by,
            content_sha256, payment_order, event_count, created_at, updated_at
        ) VALUES (
            :id, :payment_reference, :kind, :original, :return_reason, 'initiated', :method,
            :sender_bic, :sender_name, :sender_account_id, :receiver_bic, :receiver_name, :receiver_account_id,
            :amount_minor, :currency, :dealer_bic, :bought_minor, :bought_currency, :remittance_info, :uetr,
            :end_to_end_id, :value_date, :message_type, :message_id, :idempotency_key, :submitted_by,
            :content_sha256, CAST(:payment_order AS jsonb), 1, :at, :at
        ) ON CONFLICT DO NOTHING
        RETURNING id
    ), event AS (
        INSERT INTO payment_events (payment_id, number, kind, status, at, actor, detail)
        SELECT id, 1, 'status', 'initiated', :at, :submitted_by, '{{}}' FROM payment
    ), message AS (
        INSERT INTO payment_messages (
            id, payment_id, direction, identity, audience, message_type, raw, file_id, sha256, received_at
        )
        SELECT :stored_id, id, 'in', 'instruction', :sender_bic, :stored_type, :raw, CAST(:file_id AS text), :sha256, :at
        FROM payment WHERE CAST(:sha256 AS bytea) IS NOT NULL
    ), found AS (
        INSERT INTO payment_findings (
            payment_id, stage, number, rule, severity, path, line, value, reason, message, at
        )
        SELECT payment.id, 'intake', number, rule, severity, path, line, value, reason, message, :at
        FROM payment, {findings.UNNEST}
    ), workflow AS (
        INSERT INTO workflow_starts (workflow_id, kind, subject, input, not_before, created_at)
        SELECT 'payment/' || id, 'payment', id, CAST(:start AS jsonb), :not_before, :at FROM payment
    )
    SELECT id, pg_notify('workflow_starts', id) FROM payment
    """  # noqa: S608 - constants of this house
)
_SAME: Final = text(
    """
    SELECT id, uetr, sender_bic, receiver_bic FROM payments
    WHERE id = :id OR uetr = :uetr
       OR (content_sha256 = :content_sha256 AND status NOT IN ('rejected', 'failed', 'cancelled'))
    """
)
_ORIGINAL: Final = text(
    """
    SELECT status, coalesce(bought_minor, amount_minor) AS amount_minor, coalesce(bought_currency, currency) AS currency
    FROM payments WHERE id = :id FOR NO KEY UPDATE
    """
)
_RETURNED: Final = text(
    """
    SELECT coalesce(sum(amount_minor), 0) AS total FROM payments
    WHERE original_payment_id = :original AND id <> :id AND status NOT IN ('rejected', 'failed', 'cancelled')
    """
)
