"""Steps of the human decision: what reviewers said, and what happened when they said nothing."""

from dataclasses import dataclass

from temporalio import activity

from activities.clock import now
from activities.payments import NETWORK
from domain.decision import Decision
from schema.tables import audit, events, reviews
from schema.tables.session import Database


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision that counts, under an id that makes its record safe to repeat."""

    payment_id: str
    decision_id: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class IgnoredDecision:
    """A decision that came by signal and was refused by the rule."""

    payment_id: str
    decision_id: str
    decision: Decision
    code: str


class ReviewActivities:
    """Records the course of a review."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    async def record_decision(self, record: DecisionRecord) -> None:
        """Store a reviewer's word and write it into the audit log."""
        at = now()
        async with self._db.write() as session:
            fresh = await reviews.decide(session, record.payment_id, record.decision_id, record.decision, at)
            if fresh:
                await audit.append(
                    session,
                    at=at,
                    actor_id=record.decision.actor.id,
                    actor_role=record.decision.actor.role,
                    action=f"review.{record.decision.verdict}",
                    subject=record.payment_id,
                    detail={"screening_id": record.decision.screening_id, "comment": record.decision.comment},
                )

    @activity.defn
    async def ignore_decision(self, ignored: IgnoredDecision) -> None:
        """Record a decision that did not count, and why."""
        async with self._db.write() as session:
            await events.append(
                session,
                ignored.payment_id,
                kind="decision_ignored",
                at=now(),
                actor=ignored.decision.actor.id,
                detail={"verdict": str(ignored.decision.verdict), "code": ignored.code},
                dedupe_key=ignored.decision_id,
            )

    @activity.defn
    async def escalate_review(self, payment_id: str) -> None:
        """Nobody decided in the first term: the review goes to a senior reviewer."""
        async with self._db.write() as session:
            await reviews.escalate(session, payment_id, now(), actor=NETWORK)

    @activity.defn
    async def expire_review(self, payment_id: str) -> None:
        """Nobody decided at all: the review ends."""
        async with self._db.write() as session:
            await reviews.expire(session, payment_id, now())

    @activity.defn
    async def withdraw_review(self, payment_id: str) -> None:
        """The payment was cancelled under review."""
        async with self._db.write() as session:
            await reviews.withdraw(session, payment_id, now())
