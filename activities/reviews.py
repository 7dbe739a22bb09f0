"""Steps of the human decision: what reviewers said, and what happened when they said nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from temporalio import activity

from activities.clock import now
from activities.payments import NETWORK, SYSTEM
from domain.calendars import Observance
from domain.decision import Actor, Decision, ReviewCase
from domain.errors import NotUnderReview
from domain.money import Money
from domain.review import Assignment, FourEyes, Information, heaviest
from schema.tables.common import audit
from schema.tables.common.session import Database, WriteSession
from schema.tables.compliance import checks, review_notes, reviews
from schema.tables.payment import events, payments
from schema.tables.payment.payments import Instruction


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


@dataclass(frozen=True, slots=True)
class AssignmentRecord:
    """An assignment that counts, and until when its lock lives."""

    payment_id: str
    assignment: Assignment
    locked_until: datetime


@dataclass(frozen=True, slots=True)
class InformationRecord:
    """The sender's answer, which somebody waits for."""

    payment_id: str
    information: Information


@dataclass(frozen=True, slots=True)
class Opening:
    """A review that is about to wait. `cut_off` is HH:MM in UTC."""

    payment_id: str
    cut_off: str | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """The case as it stands, and how long until the payment misses its cut-off (seconds; None: it has none)."""

    case: ReviewCase
    ring_fence_in_s: float | None


class ReviewActivities:
    """Records the course of a review."""

    def __init__(self, db: Database, four_eyes: FourEyes, observance: Observance = Observance.ALWAYS_OPEN) -> None:
        self._db = db
        self._four_eyes = four_eyes
        self._observance = observance

    @activity.defn
    async def weigh_review(self, opening: Opening) -> Weighed:
        """How heavy the case is, and how many people must approve. A repeat tells how it stands by then."""
        at = now()
        async with self._db.write() as session:
            payment = await payments.instruction(session, opening.payment_id)
            cut_off = self._misses_day_at(opening, payment, at)
            review = await reviews.of(session, opening.payment_id)
            hits = (await checks.hits(session, [review.check_id])).get(review.check_id, ())
            amount, level = Money(payment.amount_minor, payment.currency), heaviest(hits)
            await reviews.weigh(
                session,
                opening.payment_id,
                level=level,
                weight=self._four_eyes.weight(amount),
                approvals_needed=self._four_eyes.approvals(level, amount),
                ring_fence_at=cut_off,
            )
            case = await reviews.case(session, opening.payment_id)
        if case is None:
            raise NotUnderReview("the payment has no review", payment_id=opening.payment_id)
        return Weighed(case, None if cut_off is None else (cut_off - at).total_seconds())

    def _misses_day_at(self, opening: Opening, payment: Instruction, at: datetime) -> datetime | None:
        """The cut-off of the payment's own settlement day, where the network keeps one; else the house's."""
        if opening.cut_off is None:
            return None
        if self._observance is Observance.OBSERVED and payment.settle_until is not None:
            return max(payment.settle_until, at)
        return next_cut_off(at, opening.cut_off)

    @activity.defn
    async def record_decision(self, record: DecisionRecord) -> None:
        """Store a reviewer's word and write it into the audit log."""
        at, decision = now(), record.decision
        async with self._db.write() as session:
            if await reviews.decide(session, record.payment_id, record.decision_id, decision, at):
                detail = {"screening_id": decision.screening_id, "comment": decision.comment}
                if decision.question:
                    detail["question"] = decision.question
                await _log(session, at, decision.actor, f"review.{decision.verdict}", record.payment_id, detail)

    @activity.defn
    async def record_assignment(self, record: AssignmentRecord) -> None:
        """Put a case on a reviewer's desk, or back into the queue."""
        at, assignment = now(), record.assignment
        async with self._db.write() as session:
            done = await reviews.assign(session, record.payment_id, assignment, record.locked_until, at)
            if done is None:
                return
            detail = {"assignee": assignment.assignee, "reason": assignment.reason}
            await _log(session, at, assignment.actor, f"review.{done}", record.payment_id, detail)

    @activity.defn
    async def record_information(self, record: InformationRecord) -> None:
        """The sender's answer reaches the review, which is open again."""
        at, information = now(), record.information
        async with self._db.write() as session:
            if await reviews.inform(session, record.payment_id, information, at):
                digest = await review_notes.hear(session, information.note_id, at)
                detail = {"note": information.note_id, "sha256": digest}
                await _log(session, at, information.actor, "review.information", record.payment_id, detail)

    @activity.defn
    async def ignore_decision(self, ignored: IgnoredDecision) -> None:
        """Record a decision that did not count, and why."""
        at, actor = now(), ignored.decision.actor
        detail = {"verdict": str(ignored.decision.verdict), "code": ignored.code}
        async with self._db.write() as session:
            if await events.append(
                session,
                ignored.payment_id,
                kind="decision_ignored",
                at=at,
                actor=actor.id,
                detail=detail,
                dedupe_key=ignored.decision_id,
            ):
                await _log(session, at, actor, "review.ignored", ignored.payment_id, detail)

    @activity.defn
    async def remind_review(self, payment_id: str) -> None:
        """Nobody has decided yet: the reviewers are reminded."""
        at = now()
        async with self._db.write() as session:
            if await reviews.remind(session, payment_id, at):
                await _log_system(session, at, "review.remind", payment_id)

    @activity.defn
    async def ring_fence_review(self, payment_id: str) -> None:
        """The payment missed its cut-off under review: it stays out of settlement."""
        at = now()
        async with self._db.write() as session:
            if await reviews.ring_fence(session, payment_id, at):
                await _log_system(session, at, "review.ring_fence", payment_id)

    @activity.defn
    async def escalate_review(self, payment_id: str) -> None:
        """Nobody decided in the first term: the review goes to a senior reviewer."""
        at = now()
        async with self._db.write() as session:
            if await reviews.escalate(session, payment_id, at, actor=NETWORK):
                await _log_system(session, at, "review.escalate", payment_id)

    @activity.defn
    async def expire_review(self, payment_id: str) -> None:
        """Nobody decided at all: the review ends."""
        at = now()
        async with self._db.write() as session:
            if await reviews.expire(session, payment_id, at):
                await _log_system(session, at, "review.expire", payment_id)

    @activity.defn
    async def withdraw_review(self, payment_id: str) -> None:
        """The payment was cancelled under review."""
        at = now()
        async with self._db.write() as session:
            if await reviews.withdraw(session, payment_id, at):
                await _log_system(session, at, "review.withdraw", payment_id)


def next_cut_off(at: datetime, cut_off: str) -> datetime:
    """The first HH:MM (UTC) after a moment."""
    today = datetime.combine(at.date(), time.fromisoformat(cut_off), at.tzinfo)
    return today if at < today else today + timedelta(days=1)


async def _log(
    session: WriteSession, at: datetime, actor: Actor, action: str, subject: str, detail: Mapping[str, str | None]
) -> None:
    await audit.append(
        session, at=at, actor_id=actor.id, actor_role=actor.role, action=action, subject=subject, detail=detail
    )


async def _log_system(session: WriteSession, at: datetime, action: str, subject: str) -> None:
    await audit.append(session, at=at, actor_id=NETWORK, actor_role=SYSTEM, action=action, subject=subject, detail={})
