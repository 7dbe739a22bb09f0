"""The reviewers' queue: held payments by what weighs most, and how long it has grown."""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import TextClause, text

from domain.decision import WAITING, ReviewState
from domain.screening import Hit, RiskLevel
from domain.status import PaymentStatus
from schema.tables.common.session import Line, ReadSession
from schema.tables.compliance import checks, reviews
from schema.tables.compliance.reviews import Review


class Order(StrEnum):
    """What comes first."""

    PRIORITY = "priority"
    """The heaviest hit, then the largest amount, then what was escalated, then the least time left."""
    DUE = "due"
    """The least time left."""
    AMOUNT = "amount"
    """The largest amount, measured by its currency's four-eyes threshold."""
    OLDEST = "oldest"
    """The longest wait."""
    NEWEST = "newest"
    """The latest."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reviews: whatever is None does not matter. `overdue`: past their first term and still waiting."""

    states: Collection[ReviewState] = WAITING
    levels: Collection[RiskLevel] | None = None
    assignee: str | None = None
    bank: str | None = None
    currency: str | None = None
    ring_fenced: bool | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A review with what a reviewer needs to decide: the payment and the hits, heaviest first."""

    review: Review
    payment_reference: str
    payment_status: PaymentStatus
    sender_bic: str
    sender_name: str
    receiver_bic: str
    receiver_name: str
    amount_minor: int
    currency: str
    submitted_by: str
    risk_score: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of reviews and how many there are in all."""

    items: tuple[QueueItem, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The queue in numbers: how many wait, by state and level; since when the oldest; terms that ran out, by term."""

    depth: dict[tuple[str, str], int] = field(default_factory=dict)
    oldest: datetime | None = None
    breaches: dict[str, int] = field(default_factory=dict)


async def queue(
    session: ReadSession,
    *,
    page: int,
    limit: int,
    wanted: Wanted = Wanted(),
    order: Order = Order.PRIORITY,
    at: datetime | None = None,
) -> Queue:
    """A page of reviews, pages from 1; `at` is the moment that `overdue` is judged by."""
    facts = _facts(wanted, at)
    rows = await session.all(_QUEUE[order], {**facts, "limit": limit, "offset": (page - 1) * limit})
    found = await checks.hits(session, [row.check_id for row in rows])
    counted = await session.one(_COUNT, facts)
    return Queue(tuple(_item(row, found.get(row.check_id, ())) for row in rows), counted.total)


async def item(session: ReadSession, payment_id: str) -> QueueItem | None:
    """One payment's review as it stands in the queue; None when the payment never had one."""
    row = await session.first(_ITEM, {"payment_id": payment_id})
    if row is None:
        return None
    return _item(row, (await checks.hits(session, [row.check_id])).get(row.check_id, ()))


async def figures(session: ReadSession) -> Figures:
    """How long the queue is, and how often its terms ran out."""
    rows = await session.all(_DEPTH, {"waiting": [str(state) for state in WAITING]})
    breaches = await session.one(_BREACHES)
    return Figures(
        depth={(row.state, row.level): row.reviews for row in rows},
        oldest=min((row.oldest for row in rows), default=None),
        breaches={term: getattr(breaches, term) for term in ("remind", "escalate", "ring_fence", "expire")},
    )


def _facts(wanted: Wanted, at: datetime | None) -> dict[str, Any]:
    return {
        "states": [str(state) for state in wanted.states],
        "levels": None if wanted.levels is None else [str(level) for level in wanted.levels],
        "assignee": wanted.assignee,
        "bank": wanted.bank,
        "currency": wanted.currency,
        "ring_fenced": wanted.ring_fenced,
        "overdue": wanted.overdue,
        "at": at,
        "waiting": [str(state) for state in WAITING],
    }


def _item(row: Line, hits: tuple[Hit, ...]) -> QueueItem:
    facts = {name: value for name, value in row._mapping.items() if name in _ITEM_FIELDS}
    return QueueItem(reviews.read(row), **facts, payment_status=PaymentStatus(row.payment_status), hits=hits)


_ITEM_FIELDS: Final = {each.name for each in fields(QueueItem)} - {"review", "payment_status", "hits"}
_LEVELS: Final = ", ".join(f"'{level}'" for level in RiskLevel)
_HEAVIEST: Final = f"coalesce(array_position(ARRAY[{_LEVELS}], r.level), {len(RiskLevel) + 1})"
_ORDERS: Final = {
    Order.PRIORITY: f"{_HEAVIEST}, r.weight DESC, r.state <> 'escalated', r.expires_at, r.id",
    Order.DUE: "r.expires_at, r.id",
    Order.AMOUNT: "r.weight DESC, r.id",
    Order.OLDEST: "r.opened_at, r.id",
    Order.NEWEST: "r.opened_at DESC, r.id DESC",
}
_SELECT: Final = f"""
    SELECT {reviews.COLUMNS}, p.payment_reference, p.status AS payment_status, p.sender_bic, p.sender_name,
           p.receiver_bic, p.receiver_name, p.amount_minor, p.currency, p.submitted_by, c.risk_score
    FROM reviews AS r JOIN payments AS p ON p.id = r.payment_id JOIN compliance_checks AS c ON c.id = r.check_id
"""
_WHERE: Final = """
    WHERE r.state = ANY(:states)
      AND (CAST(:levels AS text[]) IS NULL OR r.level = ANY(:levels))
      AND (CAST(:assignee AS text) IS NULL OR r.assignee = :assignee)
      AND (CAST(:bank AS text) IS NULL OR p.sender_bic = :bank OR p.receiver_bic = :bank)
      AND (CAST(:currency AS text) IS NULL OR p.currency = :currency)
      AND (CAST(:ring_fenced AS boolean) IS NULL OR (r.ring_fenced_at IS NOT NULL) = :ring_fenced)
      AND (CAST(:overdue AS boolean) IS NULL
           OR (r.state = ANY(:waiting) AND r.escalate_at < CAST(:at AS timestamptz)) = :overdue)
"""
_QUEUE: Final[dict[Order, TextClause]] = {
    order: text(f"{_SELECT}{_WHERE} ORDER BY {by} LIMIT :limit OFFSET :offset") for order, by in _ORDERS.items()
}
_COUNT: Final = text(f"SELECT count(*) AS total FROM reviews AS r JOIN payments AS p ON p.id = r.payment_id {_WHERE}")
_ITEM: Final = text(f"{_SELECT} WHERE r.payment_id = :payment_id")
_DEPTH: Final = text(
    """
    SELECT state, coalesce(level, 'none') AS level, count(*) AS reviews, min(opened_at) AS oldest
    FROM reviews WHERE state = ANY(:waiting) GROUP BY 1, 2
    """
)
_BREACHES: Final = text(
    """
    SELECT count(reminded_at) AS remind, count(*) FILTER (WHERE escalated_by = 'network') AS escalate,
           count(ring_fenced_at) AS ring_fence, count(*) FILTER (WHERE state = 'expired') AS expire
    FROM reviews
    """
)
