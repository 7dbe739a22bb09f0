"""Payments: taken in once, advanced only along the status table. How they are shown: `payment_views`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.errors import IllegalTransition, NotFound
from domain.payment import PaymentKind, SettlementMethod
from domain.status import PREDECESSORS, PaymentStatus
from domain.status import advance as legal_step
from schema.tables.common.base import MOMENT, TEXTS, Table, one_of, to_json
from schema.tables.common.session import ReadSession, WriteSession, typed
from schema.tables.initiation.payment_intake import NewPayment as NewPayment
from schema.tables.initiation.payment_intake import Original as Original
from schema.tables.initiation.payment_intake import RawMessage as RawMessage
from schema.tables.initiation.payment_intake import insert as insert
from schema.tables.payment import warehouse
from schema.tables.payment.payment_views import CheckSummary as CheckSummary
from schema.tables.payment.payment_views import Page as Page
from schema.tables.payment.payment_views import PaymentView as PaymentView
from schema.tables.payment.payment_views import by_uetr as by_uetr
from schema.tables.payment.payment_views import detail as detail
from schema.tables.payment.payment_views import left_to_return as left_to_return
from schema.tables.payment.payment_views import listing as listing
from schema.tables.payment.payment_views import order as order
from schema.tables.payment.payment_views import whole_order as whole_order
from schema.tables.payment.warehouse import WAITING, Dating


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
        Index("ix_payments_original_payment_id", "original_payment_id"),
        Index("ix_payments_settled_at", "settled_at"),
        Index("ix_payments_sender_name", "sender_name"),
        Index("ix_payments_receiver_name", "receiver_name"),
        Index("ix_payments_sender_account_id", "sender_account_id"),
        Index("ix_payments_receiver_account_id", "receiver_account_id"),
        one_of("kind", PaymentKind),
        Index("ix_payments_warehoused", "settlement_date", "currency", postgresql_where=text(WAITING)),
        CheckConstraint(
            "num_nulls(dealer_bic, bought_minor, bought_currency) IN (0, 3) AND bought_minor > 0", name="bought"
        ),
        # A payment that stopped may be sent again; one that lives or was paid may not.
        Index(
            "uq_payments_content_sha256_living",
            "content_sha256",
            unique=True,
            postgresql_where=text("status NOT IN ('rejected', 'failed', 'cancelled')"),
        ),
    )

    id: str = Field(primary_key=True)
    payment_reference: str
    kind: str = Field(sa_column_kwargs={"server_default": "customer"})
    original_payment_id: str | None = Field(foreign_key="payments.id")
    return_reason: str | None
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
    dealer_bic: str | None
    bought_minor: int | None = Field(sa_type=BigInteger)
    bought_currency: str | None
    risk_score: int | None
    remittance_info: str | None
    uetr: str = Field(unique=True)
    end_to_end_id: str
    value_date: date | None
    settlement_date: date | None
    release_at: datetime | None = Field(sa_type=MOMENT)
    settle_until: datetime | None = Field(sa_type=MOMENT)
    date_moved: str | None
    warehoused_at: datetime | None = Field(sa_type=MOMENT)
    swift_message_type: str | None
    swift_message_id: str | None
    idempotency_key: str | None
    batch_id: str | None
    reason_codes: list[str] = Field(sa_column=Column(TEXTS, nullable=False, server_default="{}"))
    reason_text: str | None
    submitted_by: str
    content_sha256: bytes | None
    payment_order: dict[str, Any] | None = Field(sa_type=JSONB)
    event_count: int
    hold_turn: int = Field(sa_type=SmallInteger, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = Field(sa_type=MOMENT)
    processed_at: datetime | None = Field(sa_type=MOMENT)
    settled_at: datetime | None = Field(sa_type=MOMENT)
    updated_at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the payment's life: to which status, when, by whom, and what else there is to say."""

    status: PaymentStatus
    at: datetime
    actor: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instruction:
    """All that checking, screening and reserving need. A bank or account we do not know has no status.

    `value_date` is the day that was wanted, `settlement_date` the one it got when it was found valid. Its sender wants it to
    settle no earlier than `settle_from`, and to be rejected if it has not by `reject_at`.
    The receiver's account is in the currency that it is paid in; a dealer is there when that is another one.
    """

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
    settlement_date: date | None
    release_at: datetime | None
    settle_until: datetime | None
    submitted_by: str
    sender_status: str | None
    receiver_status: str | None
    sender_account_status: str | None
    receiver_account_status: str | None
    counter_currency: str | None = None
    bought_currency: str | None = None
    dealer_bic: str | None = None
    dealer_status: str | None = None
    dealer_sold_account_status: str | None = None
    dealer_bought_account_status: str | None = None
    wanted_asset: str | None = None
    wanted_by_sender_account_status: str | None = None
    wanted_of_receiver_account_status: str | None = None
    settle_from: datetime | None = None
    reject_at: datetime | None = None

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies whose calendars bind it."""
        return warehouse.currencies(self.currency, self.counter_currency)

    @property
    def received_currency(self) -> str:
        """What the receiver's bank is paid in."""
        return self.bought_currency or self.currency


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
    dating: Dating | None = None,
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
        "settlement_date": dating.settlement_date if dating else None,
        "release_at": dating.release_at if dating else None,
        "settle_until": dating.settle_until if dating else None,
        "date_moved": dating.moved if dating else None,
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
            risk_score = coalesce(:risk_score, risk_score),
            settlement_date = coalesce(:settlement_date, settlement_date),
            release_at = coalesce(:release_at, release_at),
            settle_until = coalesce(:settle_until, settle_until),
            date_moved = coalesce(:date_moved, date_moved)
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
           p.amount_minor, p.currency, p.remittance_info, p.value_date, p.settlement_date, p.release_at, p.settle_until,
           p.submitted_by,
           sender.status AS sender_status, receiver.status AS receiver_status,
           sender_account.status AS sender_account_status, receiver_account.status AS receiver_account_status,
           coalesce(p.bought_currency, p.payment_order #>> '{exchange,wants,currency}') AS counter_currency,
           p.bought_currency, p.dealer_bic, dealer.status AS dealer_status,
           sold_account.status AS dealer_sold_account_status, bought_account.status AS dealer_bought_account_status,
           p.payment_order #>> '{exchange,wants,currency}' AS wanted_asset,
           wanted_by_sender.status AS wanted_by_sender_account_status,
           wanted_of_receiver.status AS wanted_of_receiver_account_status,
           CAST(p.payment_order ->> 'settle_from' AS timestamptz) AS settle_from,
           CAST(p.payment_order ->> 'reject_at' AS timestamptz) AS reject_at
    FROM payments AS p
    LEFT JOIN participants AS sender ON sender.bic = p.sender_bic
    LEFT JOIN participants AS receiver ON receiver.bic = p.receiver_bic
    LEFT JOIN accounts AS sender_account ON sender_account.id = p.sender_bic || '/' || p.currency
    LEFT JOIN accounts AS receiver_account
        ON receiver_account.id = p.receiver_bic || '/' || coalesce(p.bought_currency, p.currency)
    LEFT JOIN participants AS dealer ON dealer.bic = p.dealer_bic
    LEFT JOIN accounts AS sold_account ON sold_account.id = p.dealer_bic || '/' || p.currency
    LEFT JOIN accounts AS bought_account ON bought_account.id = p.dealer_bic || '/' || p.bought_currency
    LEFT JOIN accounts AS wanted_by_sender
        ON wanted_by_sender.id = p.sender_bic || '/' || (p.payment_order #>> '{exchange,wants,currency}')
    LEFT JOIN accounts AS wanted_of_receiver
        ON wanted_of_receiver.id = p.receiver_bic || '/' || (p.payment_order #>> '{exchange,wants,currency}')
    WHERE p.id = :id
    """
)
