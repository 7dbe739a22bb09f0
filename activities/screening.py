"""The screening step: who is named in the payment, against whom we may not pay."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from schema.tables.payments import Instruction, Step
from temporalio import activity

from activities.clock import now
from activities.payments import NETWORK
from domain.decision import ReviewState, Verdict
from domain.screening import Subject
from domain.status import PaymentStatus
from schema.tables import compliance, payments, reviews
from schema.tables.session import Database
from screening.engine import Screener

CHECK_TYPE = "sanctions_screening"


@dataclass(frozen=True, slots=True)
class ScreeningRequest:
    """What to screen, and how long a reviewer has if a person must decide (seconds)."""

    payment_id: str
    escalate_after_s: float
    expire_after_s: float


@dataclass(frozen=True, slots=True)
class Screened:
    """The stored result. `review` is its review's state, with the verdict once there is one."""

    check_id: str
    score: int
    review: ReviewState | None = None
    verdict: Verdict | None = None


class ScreeningActivities:
    """Screens a payment, stores what was found, and opens a review where a person must decide."""

    def __init__(self, db: Database, screener: Screener) -> None:
        self._db = db
        self._screener = screener

    @activity.defn
    async def screen(self, request: ScreeningRequest) -> Screened:
        """Screen every name; the first stored result stands when the step is repeated."""
        async with self._db.read() as session:
            instruction = await payments.instruction(session, request.payment_id)
        result = await asyncio.to_thread(self._screener.screen, subjects(instruction))
        at = now()
        async with self._db.write() as session:
            check = await compliance.record(session, request.payment_id, CHECK_TYPE, result, at)
            review = None
            if check.requires_review:
                review = await reviews.open(
                    session,
                    request.payment_id,
                    check.id,
                    at=at,
                    escalate_at=at + timedelta(seconds=request.escalate_after_s),
                    expires_at=at + timedelta(seconds=request.expire_after_s),
                )
            await payments.advance(
                session,
                request.payment_id,
                Step(PaymentStatus.SCREENED, at, NETWORK, {"score": check.risk_score}),
                risk_score=check.risk_score,
            )
        if review is None:
            return Screened(check.id, check.risk_score)
        return Screened(check.id, check.risk_score, review.state, review.verdict)


def subjects(instruction: Instruction) -> tuple[Subject, ...]:
    """The names in a payment that are screened."""
    named = (("debtor", instruction.sender_name), ("creditor", instruction.receiver_name))
    return tuple(Subject(role, name) for role, name in named)
