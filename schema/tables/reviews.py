"""Reviews: payments that wait for a person, and what people said of them."""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.decision import Decision, ReviewCase, ReviewState, Role, Verdict
from domain.errors import AlreadyDecided, NotUnderReview
from domain.screening import Hit
from domain.status import PaymentStatus
from schema.tables import compliance, events
from schema.tables.base import MOMENT, Table, one_of
from schema.tables.session import Line, ReadSession, WriteSession

NETWORK: Final = "network"
"""Who acts when a term runs out or a payment is held: DelTran itself."""


class ReviewRow(Table, table=True):
    """The review of one payment."""

    __tablename__ = "reviews"
    __table_args__ = (one_of("state", ReviewState), Index("ix_reviews_state_opened_at", "state", "opened_at"))

    id: str = Field(primary_key=True)
    payment_id: str = Field(foreign_key="payments.id", unique=True)
    check_id: str = Field(foreign_key="compliance_checks.id")
    state: str
    opened_at: datetime = Field(sa_type=MOMENT)
    escalate_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)
    escalated_at: datetime | None = Field(sa_type=MOMENT)
    decided_at: datetime | None = Field(sa_type=MOMENT)


class ReviewDecision(Table, table=True):
    """One word of one reviewer, under an id that its sender chose."""

    __tablename__ = "review_decisions"
    __table_args__ = (one_of("verdict", Verdict), one_of("actor_role", Role))

    id: str = Field(primary_key=True)
    review_id: str = Field(foreign_key="reviews.id", index=True)
    verdict: str
    actor_id: str
    actor_role: str
    comment: str
    at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it stands; `verdict` is the last word that was said, if any."""

    id: str
    payment_id: str
    check_id: str
    state: ReviewState
    opened_at: datetime
    escalate_at: datetime
    expires_at: datetime
    escalated_at: datetime | None
    decided_at: datetime | None
    verdict: Verdict | None


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
    """A page of reviews, the heaviest first, and how many there are in all."""

    items: tuple[QueueItem, ...]
    total: int


async def open(
    session: WriteSession,
    payment_id: str,
    check_id: str,
    *,
    at: datetime,
    escalate_at: datetime,
    expires_at: datetime,
) -> Review:
    """Hold the payment for a person; a review that is open already stands as it is. Answers the one that stands."""
    await events.lock(session, payment_id)
    facts = {"id": f"rev_{payment_id.removeprefix('pay_')}", "payment_id": payment_id, "check_id": check_id}
    terms = {"at": at, "escalate_at": escalate_at, "expires_at": expires_at}
    if await session.run(_OPEN, {**facts, **terms}):
        detail = {
            "screening_id": check_id,
            "escalate_at": escalate_at.isoformat(),
            "expires_at": expires_at.isoformat(),
        }
        await _tell(session, payment_id, "review_opened", at, NETWORK, detail)
    return await of(session, payment_id)


async def decide(session: WriteSession, payment_id: str, decision_id: str, decision: Decision, at: datetime) -> bool:
    """Record a reviewer's word; False when it was recorded before. Raises AlreadyDecided, NotUnderReview.

    Whether the word counts is `domain.decision.check_decision`'s to say, before.
    """
    await events.lock(session, payment_id)
    review = await of(session, payment_id)
    if await session.first(_DECISION, {"id": decision_id}):
        return False
    if review.state not in (ReviewState.OPEN, ReviewState.ESCALATED):
        raise AlreadyDecided(f"the review is {review.state}", state=str(review.state))
    facts = {
        "id": decision_id,
        "review_id": review.id,
        "verdict": str(decision.verdict),
        "actor_id": decision.actor.id,
        "actor_role": str(decision.actor.role),
        "comment": decision.comment,
        "at": at,
    }
    await session.run(_DECIDE, facts)
    kind = "review_escalated" if decision.verdict is Verdict.ESCALATE else "review_decided"
    detail = {"verdict": str(decision.verdict), "role": str(decision.actor.role), "comment": decision.comment}
    await _tell(session, payment_id, kind, at, decision.actor.id, detail, key=decision_id)
    return True


async def escalate(session: WriteSession, payment_id: str, at: datetime, *, actor: str) -> bool:
    """The first term ran out: somebody senior must decide. False when the review was not waiting in its first term."""
    return await _move(session, payment_id, ReviewState.ESCALATED, at, actor)


async def expire(session: WriteSession, payment_id: str, at: datetime) -> bool:
    """Nobody decided in time. False when the review was over."""
    return await _move(session, payment_id, ReviewState.EXPIRED, at, NETWORK)


async def withdraw(session: WriteSession, payment_id: str, at: datetime) -> bool:
    """The payment was cancelled under review. False when no review was waiting."""
    return await _move(session, payment_id, ReviewState.WITHDRAWN, at, NETWORK)


async def of(session: ReadSession, payment_id: str) -> Review:
    """The payment's review. Raises NotUnderReview when it never had one."""
    row = await session.first(_OF, {"payment_id": payment_id})
    if row is None:
        raise NotUnderReview("the payment has no review", payment_id=payment_id)
    return _review(row)


async def case(session: ReadSession, payment_id: str) -> ReviewCase | None:
    """What a decision is judged against; None when the payment has no review."""
    row = await session.first(_CASE, {"payment_id": payment_id})
    return ReviewCase(ReviewState(row.state), row.check_id, row.submitted_by) if row else None


async def queue(
    session: ReadSession,
    *,
    page: int,
    limit: int,
    states: Collection[ReviewState] = (ReviewState.OPEN, ReviewState.ESCALATED),
) -> Queue:
    """A page of reviews in the given states: escalated ones first, then by weight, then the oldest; pages from 1."""
    wanted = [str(state) for state in states]
    rows = await session.all(_QUEUE, {"states": wanted, "limit": limit, "offset": (page - 1) * limit})
    found = await compliance.hits(session, [row.check_id for row in rows])
    counted = await session.one(_COUNT, {"states": wanted})
    return Queue(tuple(_item(row, found.get(row.check_id, ())) for row in rows), counted.total)


async def _move(session: WriteSession, payment_id: str, to: ReviewState, at: datetime, actor: str) -> bool:
    await events.lock(session, payment_id)
    before, kind = _MOVES[to]
    facts = {"payment_id": payment_id, "to": str(to), "before": [str(state) for state in before], "at": at}
    if not await session.run(_MOVE, facts):
        return False
    await _tell(session, payment_id, kind, at, actor, {})
    return True


async def _tell(
    session: WriteSession, payment_id: str, kind: str, at: datetime, actor: str, detail: dict[str, Any], key: str = ""
) -> None:
    await events.append(session, payment_id, kind=kind, at=at, actor=actor, detail=detail, dedupe_key=key or kind)


def _review(row: Line) -> Review:
    verdict = Verdict(row.verdict) if row.verdict else None
    return Review(**{name: getattr(row, name) for name in _FIELDS}, state=ReviewState(row.state), verdict=verdict)


def _item(row: Line, hits: tuple[Hit, ...]) -> QueueItem:
    facts = {name: value for name, value in row._mapping.items() if name in _ITEM_FIELDS}
    return QueueItem(_review(row), **facts, payment_status=PaymentStatus(row.payment_status), hits=hits)


_FIELDS: Final = {field.name for field in fields(Review)} - {"state", "verdict"}
_ITEM_FIELDS: Final = {field.name for field in fields(QueueItem)} - {"review", "payment_status", "hits"}
_MOVES: Final = {
    ReviewState.ESCALATED: ((ReviewState.OPEN,), "review_escalated"),
    ReviewState.EXPIRED: ((ReviewState.OPEN, ReviewState.ESCALATED), "review_expired"),
    ReviewState.WITHDRAWN: ((ReviewState.OPEN, ReviewState.ESCALATED), "review_withdrawn"),
}
"""Into each state: from which, and the event that tells of it."""

_REVIEW: Final = """
    r.id, r.payment_id, r.check_id, r.state, r.opened_at, r.escalate_at, r.expires_at, r.escalated_at, r.decided_at,
    (SELECT verdict FROM review_decisions WHERE review_id = r.id ORDER BY at DESC, id DESC LIMIT 1) AS verdict
"""
_OPEN: Final = text(
    """
    INSERT INTO reviews (id, payment_id, check_id, state, opened_at, escalate_at, expires_at)
    VALUES (:id, :payment_id, :check_id, 'open', :at, :escalate_at, :expires_at)
    ON CONFLICT DO NOTHING
    """
)
_OF: Final = text(f"SELECT {_REVIEW} FROM reviews AS r WHERE r.payment_id = :payment_id")
_CASE: Final = text(
    """
    SELECT r.state, r.check_id, p.submitted_by
    FROM reviews AS r JOIN payments AS p ON p.id = r.payment_id WHERE r.payment_id = :payment_id
    """
)
_DECISION: Final = text("SELECT id FROM review_decisions WHERE id = :id")
_DECIDE: Final = text(
    """
    WITH word AS (
        INSERT INTO review_decisions (id, review_id, verdict, actor_id, actor_role, comment, at)
        VALUES (:id, :review_id, :verdict, :actor_id, :actor_role, :comment, :at)
        RETURNING review_id, verdict, at
    )
    UPDATE reviews SET
        state = CASE word.verdict WHEN 'escalate' THEN 'escalated' ELSE 'decided' END,
        escalated_at = CASE word.verdict WHEN 'escalate' THEN word.at ELSE escalated_at END,
        decided_at = CASE word.verdict WHEN 'escalate' THEN NULL ELSE word.at END
    FROM word WHERE reviews.id = word.review_id
    """
)
_MOVE: Final = text(
    """
    UPDATE reviews SET
        state = CAST(:to AS text),
        escalated_at = CASE CAST(:to AS text) WHEN 'escalated' THEN :at ELSE escalated_at END,
        decided_at = CASE CAST(:to AS text) WHEN 'escalated' THEN decided_at ELSE :at END
    WHERE payment_id = :payment_id AND state = ANY(:before)
    """
)
_QUEUE: Final = text(
    f"""
    SELECT {_REVIEW}, p.payment_reference, p.status AS payment_status, p.sender_bic, p.sender_name, p.receiver_bic, p.receiver_name,
           p.amount_minor, p.currency, p.submitted_by, c.risk_score
    FROM reviews AS r JOIN payments AS p ON p.id = r.payment_id JOIN compliance_checks AS c ON c.id = r.check_id
    WHERE r.state = ANY(:states)
    ORDER BY (r.state = 'escalated') DESC, c.risk_score DESC, r.opened_at, r.id
    LIMIT :limit OFFSET :offset
    """
)
_COUNT: Final = text("SELECT count(*) AS total FROM reviews WHERE state = ANY(:states)")
