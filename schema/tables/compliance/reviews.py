"""Reviews: payments that wait for a person, and what people did about them. How they are shown: `review_queue`."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from domain.decision import WAITING, Decision, ReviewCase, ReviewState, Verdict, require_waiting
from domain.errors import IllegalTransition
from domain.review import Assignment, Information, assigned
from domain.screening import RiskLevel
from domain.status import TERMINAL
from schema.tables.common.session import WriteSession
from schema.tables.compliance.review_rows import COLUMNS as COLUMNS
from schema.tables.compliance.review_rows import Review as Review
from schema.tables.compliance.review_rows import case as case
from schema.tables.compliance.review_rows import of as of
from schema.tables.compliance.review_rows import read as read
from schema.tables.payment import events

NETWORK: Final = "network"
"""Who acts when a term runs out or a payment is held: DelTran itself."""


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


async def reopen(
    session: WriteSession,
    payment_id: str,
    check_id: str,
    *,
    at: datetime,
    escalate_at: datetime,
    expires_at: datetime,
) -> Review:
    """Hold the payment on another check: whatever was said on the one before counts no more, and its terms begin anew.

    A review of this very check stands as it is; a payment that never had one gets one. Answers the one that stands.
    """
    await events.lock(session, payment_id)
    facts = {"id": f"rev_{payment_id.removeprefix('pay_')}", "payment_id": payment_id, "check_id": check_id}
    terms = {"at": at, "escalate_at": escalate_at, "expires_at": expires_at}
    if await session.run(_REOPEN, {**facts, **terms}):
        detail = {
            "screening_id": check_id,
            "escalate_at": escalate_at.isoformat(),
            "expires_at": expires_at.isoformat(),
        }
        await _tell(session, payment_id, "review_reopened", at, NETWORK, detail, key=f"review_reopened/{check_id}")
    return await of(session, payment_id)


async def weigh(
    session: WriteSession,
    payment_id: str,
    *,
    level: RiskLevel | None,
    weight: int,
    approvals_needed: int,
    ring_fence_at: datetime | None,
) -> None:
    """Note how heavy the case is, how many people must approve, and when the payment misses its cut-off."""
    facts = {"level": None if level is None else str(level), "weight": weight, "approvals_needed": approvals_needed}
    await session.run(_WEIGH, {**facts, "payment_id": payment_id, "ring_fence_at": ring_fence_at})


async def decide(session: WriteSession, payment_id: str, decision_id: str, decision: Decision, at: datetime) -> bool:
    """Record a reviewer's word; False when it was recorded before. Raises AlreadyDecided, NotUnderReview.

    Whether the word counts is `domain.decision.check_decision`'s to say, before.
    """
    await events.lock(session, payment_id)
    review = await of(session, payment_id)
    if await session.first(_DECISION, {"id": decision_id}):
        return False
    after = require_waiting(await case(session, payment_id)).after(decision)
    facts = {
        "id": decision_id,
        "review_id": review.id,
        "check_id": decision.screening_id,
        "verdict": str(decision.verdict),
        "actor_id": decision.actor.id,
        "actor_role": str(decision.actor.role),
        "comment": decision.comment,
        "question": decision.question,
        "at": at,
    }
    await session.run(_DECIDE, facts)
    await _place(session, payment_id, after, at, decision.actor.id)
    detail = {"verdict": str(decision.verdict), "role": str(decision.actor.role), "comment": decision.comment}
    if decision.question:
        detail["question"] = decision.question
    kind = "review_decided" if after.state is ReviewState.DECIDED else _SAID[decision.verdict]
    await _tell(session, payment_id, kind, at, decision.actor.id, detail, key=decision_id)
    return True


async def assign(
    session: WriteSession, payment_id: str, assignment: Assignment, until: datetime, at: datetime
) -> str | None:
    """Put a case on a desk, or back into the queue. Answers "assign", "take_over" or "release"; None: it was so.

    Whether the act counts is `domain.review.check_assignment`'s to say, before. Raises AlreadyDecided, NotUnderReview.
    """
    await events.lock(session, payment_id)
    before = require_waiting(await case(session, payment_id))
    after = assigned(before, assignment, until)
    if after == before:
        return None
    await _place(session, payment_id, after, at, assignment.actor.id)
    if before.holder(at) not in (None, assignment.actor.id):
        return "take_over"
    return "release" if assignment.assignee is None else "assign"


async def inform(session: WriteSession, payment_id: str, information: Information, at: datetime) -> bool:
    """The sender has answered: the review is open again. False when it did not wait for that."""
    await events.lock(session, payment_id)
    before = await case(session, payment_id)
    if before is None or before.state is not ReviewState.AWAITING:
        return False
    await _place(session, payment_id, before.at_rest(), at, information.actor.id)
    detail = {"note": information.note_id}
    key = information.note_id
    await _tell(session, payment_id, "information_received", at, information.actor.id, detail, key=key)
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


async def remind(session: WriteSession, payment_id: str, at: datetime) -> bool:
    """Nobody has decided yet: the reviewers are reminded. False when they were, or the review is over."""
    return await _note(session, payment_id, _REMIND, "review_reminder", at)


async def ring_fence(session: WriteSession, payment_id: str, at: datetime) -> bool:
    """The payment missed its cut-off under review: it stays out of settlement, nothing is reserved. False: it was so."""
    return await _note(session, payment_id, _RING_FENCE, "ring_fenced", at)


async def require_free(session: WriteSession, payment_id: str) -> None:
    """Hold the payment until the session ends; it may be queued again only if it neither is over nor waits for people.

    Raises IllegalTransition.
    """
    await events.lock(session, payment_id)
    standing = await session.one(_STANDING, {"payment_id": payment_id, "waiting": [str(state) for state in WAITING]})
    if standing.held or standing.status in TERMINAL:
        raise IllegalTransition("a payment that is over or held is not queued again", now=standing.status)


async def _place(session: WriteSession, payment_id: str, after: ReviewCase, at: datetime, actor: str) -> None:
    facts = {"payment_id": payment_id, "at": at, "actor": actor, "decided": after.state is ReviewState.DECIDED}
    desk = {"assignee": after.assignee, "locked_until": after.locked_until, "escalated": after.escalated}
    await session.run(_PLACE, {**facts, **desk, "state": str(after.state)})


async def _move(session: WriteSession, payment_id: str, to: ReviewState, at: datetime, actor: str) -> bool:
    await events.lock(session, payment_id)
    before, kind = _MOVES[to]
    facts = {"payment_id": payment_id, "to": str(to), "before": [str(state) for state in before], "at": at}
    moved = await session.first(_MOVE, {**facts, "actor": actor})
    if moved is None:
        return False
    await _tell(session, payment_id, kind, at, actor, {}, key=f"{kind}/{moved.check_id}")
    return True


async def _note(session: WriteSession, payment_id: str, statement: Any, kind: str, at: datetime) -> bool:
    await events.lock(session, payment_id)
    waiting = [str(state) for state in WAITING]
    noted = await session.first(statement, {"payment_id": payment_id, "at": at, "waiting": waiting})
    if noted is None:
        return False
    await _tell(session, payment_id, kind, at, NETWORK, {}, key=f"{kind}/{noted.check_id}")
    return True


async def _tell(
    session: WriteSession, payment_id: str, kind: str, at: datetime, actor: str, detail: dict[str, Any], key: str = ""
) -> None:
    await events.append(session, payment_id, kind=kind, at=at, actor=actor, detail=detail, dedupe_key=key or kind)


_SAID: Final = {
    Verdict.APPROVE: "review_approved",
    Verdict.ESCALATE: "review_escalated",
    Verdict.REQUEST_INFORMATION: "information_requested",
}
"""The event that tells of a word that was not the last."""
_MOVES: Final = {
    ReviewState.ESCALATED: ((ReviewState.OPEN, ReviewState.ASSIGNED), "review_escalated"),
    ReviewState.EXPIRED: (WAITING, "review_expired"),
    ReviewState.WITHDRAWN: (WAITING, "review_withdrawn"),
}
"""Into each state: from which, and the event that tells of it."""

_OPEN: Final = text(
    """
    INSERT INTO reviews (id, payment_id, check_id, state, opened_at, escalate_at, expires_at)
    VALUES (:id, :payment_id, :check_id, 'open', :at, :escalate_at, :expires_at)
    ON CONFLICT DO NOTHING
    """
)
_REOPEN: Final = text(
    """
    INSERT INTO reviews (id, payment_id, check_id, state, opened_at, escalate_at, expires_at)
    VALUES (:id, :payment_id, :check_id, 'open', :at, :escalate_at, :expires_at)
    ON CONFLICT (payment_id) DO UPDATE SET
        check_id = excluded.check_id, state = excluded.state, opened_at = excluded.opened_at,
        escalate_at = excluded.escalate_at, expires_at = excluded.expires_at,
        level = NULL, weight = 0, approvals_needed = 0, assignee = NULL, locked_until = NULL, ring_fence_at = NULL,
        reminded_at = NULL, escalated_at = NULL, escalated_by = NULL, ring_fenced_at = NULL, decided_at = NULL
    WHERE reviews.check_id <> excluded.check_id
    """
)
_WEIGH: Final = text(
    """
    UPDATE reviews SET level = :level, weight = :weight, approvals_needed = :approvals_needed,
        ring_fence_at = coalesce(ring_fence_at, :ring_fence_at)
    WHERE payment_id = :payment_id
    """
)
_STANDING: Final = text(
    """
    SELECT p.status, EXISTS (SELECT FROM reviews WHERE payment_id = p.id AND state = ANY(:waiting)) AS held
    FROM payments AS p WHERE p.id = :payment_id
    """
)
_DECISION: Final = text("SELECT id FROM review_decisions WHERE id = :id")
_DECIDE: Final = text(
    """
    INSERT INTO review_decisions (id, review_id, check_id, verdict, actor_id, actor_role, comment, question, at)
    VALUES (:id, :review_id, :check_id, :verdict, :actor_id, :actor_role, :comment, :question, :at)
    """
)
_PLACE: Final = text(
    """
    UPDATE reviews SET
        state = :state, assignee = :assignee, locked_until = :locked_until,
        escalated_by = CASE WHEN :escalated THEN coalesce(escalated_by, :actor) ELSE escalated_by END,
        escalated_at = CASE WHEN :escalated THEN coalesce(escalated_at, :at) ELSE escalated_at END,
        decided_at = CASE WHEN :decided THEN :at ELSE decided_at END
    WHERE payment_id = :payment_id
    """
)
_MOVE: Final = text(
    """
    UPDATE reviews SET
        state = CAST(:to AS text),
        assignee = CASE CAST(:to AS text) WHEN 'escalated' THEN NULL ELSE assignee END,
        locked_until = NULL,
        escalated_at = CASE CAST(:to AS text) WHEN 'escalated' THEN :at ELSE escalated_at END,
        escalated_by = CASE CAST(:to AS text) WHEN 'escalated' THEN :actor ELSE escalated_by END,
        decided_at = CASE CAST(:to AS text) WHEN 'escalated' THEN decided_at ELSE :at END
    WHERE payment_id = :payment_id AND state = ANY(:before)
    RETURNING check_id
    """
)
_REMIND: Final = text(
    """
    UPDATE reviews SET reminded_at = :at
    WHERE payment_id = :payment_id AND reminded_at IS NULL AND state = ANY(:waiting)
    RETURNING check_id
    """
)
_RING_FENCE: Final = text(
    """
    UPDATE reviews SET ring_fenced_at = :at
    WHERE payment_id = :payment_id AND ring_fenced_at IS NULL AND state = ANY(:waiting)
    RETURNING check_id
    """
)
