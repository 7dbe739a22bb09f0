"""Payments as they are shown: one by id, or page by page. Reached as `payments.detail` and `payments.listing`."""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import TextClause, text

from domain.errors import NotFound
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentKind, PaymentOrder, SettlementMethod
from domain.status import PaymentStatus
from schema.tables.common.session import Line, ReadSession
from schema.tables.payment.warehouse import WAITING


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """A payment's latest compliance check, without its hits."""

    id: str
    check_type: str
    status: str
    risk_score: int
    requires_review: bool
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as it is shown."""

    id: str
    payment_reference: str
    kind: PaymentKind
    original_payment_id: str | None
    return_reason: str | None
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
    dealer_bic: str | None
    bought_minor: int | None
    bought_currency: str | None
    risk_score: int | None
    remittance_info: str | None
    uetr: str
    end_to_end_id: str
    value_date: date | None
    settlement_date: date | None
    release_at: datetime | None
    settle_until: datetime | None
    date_moved: str | None
    warehoused_at: datetime | None
    swift_message_type: str | None
    swift_message_id: str | None
    idempotency_key: str | None
    batch_id: str | None
    reason_codes: tuple[str, ...]
    reason_text: str | None
    submitted_by: str
    event_count: int
    created_at: datetime
    processed_at: datetime | None
    settled_at: datetime | None
    updated_at: datetime
    compliance_check: CheckSummary | None = None

    @property
    def received(self) -> Money:
        """What the receiver's bank gets: the amount, or what a dealer gave for it."""
        if self.bought_minor is None or self.bought_currency is None:
            return Money(self.amount_minor, self.currency)
        return Money(self.bought_minor, self.bought_currency)


@dataclass(frozen=True, slots=True)
class Page:
    """Some payments of a list, newest first, and how many there are in all."""

    payments: tuple[PaymentView, ...]
    total: int


async def detail(session: ReadSession, payment_id: str, *, participant: str | None = None) -> PaymentView:
    """One payment with its latest compliance check; a participant finds only its own. Raises NotFound."""
    row = await session.first(_DETAIL, {"id": payment_id})
    if row is None or (participant is not None and participant not in (row.sender_bic, row.receiver_bic)):
        raise NotFound("no such payment", payment_id=payment_id)
    check = row[_WIDTH:]
    return _view(row, CheckSummary(*check) if check[0] else None)


async def by_uetr(session: ReadSession, uetr: str) -> PaymentView | None:
    """The payment of a UETR; None when there is none."""
    row = await session.first(_BY_UETR, {"uetr": uetr})
    return None if row is None else _view(row)


async def left_to_return(session: ReadSession, payment_id: str) -> Money:
    """What of a payment was not given back yet. Raises NotFound."""
    row = await session.first(_LEFT, {"id": payment_id})
    if row is None:
        raise NotFound("no such payment", payment_id=payment_id)
    return Money(int(row.left_minor), row.currency)


async def order(session: ReadSession, payment_id: str) -> PaymentOrder:
    """The payment's order as it was taken in, with everybody it names. Raises NotFound."""
    row = await session.first(_ORDER, {"id": payment_id})
    if row is None:
        raise NotFound("no such payment", payment_id=payment_id)
    return await whole_order(session, payment_id, row.payment_order)


async def whole_order(session: ReadSession, payment_id: str, stored: Mapping[str, Any] | None) -> PaymentOrder:
    """The order from its column, which is empty where the payment was taken in before orders were kept whole."""
    return _order_of(await detail(session, payment_id)) if stored is None else _WHOLE.validate_python(stored)


async def listing(
    session: ReadSession,
    *,
    page: int,
    limit: int,
    status: PaymentStatus | None = None,
    participant: str | None = None,
    settlement_date: date | None = None,
    warehoused: bool = False,
) -> Page:
    """A page of payments, newest first, pages counted from 1; a participant sees those it sends or receives."""
    facts: dict[str, Any] = {}
    if status is not None:
        facts["status"] = str(status)
    if participant is not None:
        facts["participant"] = participant
    if settlement_date is not None:
        facts["settlement_date"] = settlement_date
    filters = [*sorted(facts), "warehoused"] if warehoused else sorted(facts)
    rows = await session.all(_page(*filters), {**facts, "limit": limit, "offset": (page - 1) * limit})
    counted = await session.one(_count(*filters), facts)
    return Page(tuple(_view(row) for row in rows), counted.total)


def _order_of(payment: PaymentView) -> PaymentOrder:
    return PaymentOrder(
        amount=Money(payment.amount_minor, payment.currency),
        debtor=Party(payment.sender_name, payment.sender_bic, payment.sender_account_id),
        creditor=Party(payment.receiver_name, payment.receiver_bic, payment.receiver_account_id),
        end_to_end_id=payment.end_to_end_id,
        uetr=payment.uetr,
        method=payment.method,
        remittance_info=payment.remittance_info,
        message_type=payment.swift_message_type,
        message_id=payment.swift_message_id,
        value_date=payment.value_date.isoformat() if payment.value_date else None,
        kind=payment.kind,
    )


def _view(row: Line, check: CheckSummary | None = None) -> PaymentView:
    facts = dict(zip(_COLUMNS, row, strict=False))
    facts["kind"] = PaymentKind(facts["kind"])
    facts["status"] = PaymentStatus(facts["status"])
    facts["method"] = SettlementMethod(facts["method"])
    facts["reason_codes"] = tuple(facts["reason_codes"])
    return PaymentView(**facts, compliance_check=check)


@cache
def _page(*filters: str) -> TextClause:
    return text(f"{_SELECT}{_where(filters)} ORDER BY p.created_at DESC, p.id DESC LIMIT :limit OFFSET :offset")


@cache
def _count(*filters: str) -> TextClause:
    return text(f"SELECT count(*) AS total FROM payments AS p{_where(filters)}")


def _where(filters: Sequence[str]) -> str:
    return " WHERE " + " AND ".join(_FILTERS[name] for name in filters) if filters else ""


_FILTERS: Final = {
    "status": "p.status = :status",
    "settlement_date": "p.settlement_date = :settlement_date",
    "warehoused": WAITING,
    "participant": "(p.sender_bic = :participant OR p.receiver_bic = :participant)",
}
_COLUMNS: Final = [column.name for column in fields(PaymentView) if column.name != "compliance_check"]
_WHOLE: Final = TypeAdapter(PaymentOrder)
_ORDER: Final = text("SELECT payment_order FROM payments WHERE id = :id")
_WIDTH: Final = len(_COLUMNS)
_SELECT: Final = f"SELECT {', '.join(f'p.{column}' for column in _COLUMNS)} FROM payments AS p"

_BY_UETR: Final = text(f"{_SELECT} WHERE p.uetr = :uetr")
_LEFT: Final = text(
    """
    SELECT coalesce(p.bought_currency, p.currency) AS currency, coalesce(p.bought_minor, p.amount_minor) - coalesce((
        SELECT sum(r.amount_minor) FROM payments AS r
        WHERE r.original_payment_id = p.id AND r.status NOT IN ('rejected', 'failed', 'cancelled')
    ), 0) AS left_minor
    FROM payments AS p WHERE p.id = :id
    """
)
_DETAIL: Final = text(
    _SELECT.replace(" FROM", ", c.id, c.check_type, c.status, c.risk_score, c.requires_review, c.completed_at FROM")
    + """
    LEFT JOIN LATERAL (
        SELECT * FROM compliance_checks WHERE payment_id = p.id ORDER BY completed_at DESC LIMIT 1
    ) AS c ON true
    WHERE p.id = :id
    """
)
