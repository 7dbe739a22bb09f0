"""The screening step: who is named in the payment, against whom we may not pay."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

from temporalio import activity

from activities.clock import now
from activities.payments import NETWORK
from activities.risk import RiskAssessor
from domain.decision import ReviewState, Verdict
from domain.screening import Subject
from domain.status import PaymentStatus
from schema.tables import compliance, payments, reviews
from schema.tables.compliance import Check
from schema.tables.payments import Instruction, Step
from schema.tables.session import Database, WriteSession
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

    def __init__(self, db: Database, screener: Screener, risk: RiskAssessor) -> None:
        self._db = db
        self._screener = screener
        self._risk = risk

    @activity.defn
    async def screen(self, request: ScreeningRequest) -> Screened:
        """Screen every name and weigh the risk; the first stored result stands when the step is repeated."""
        async with self._db.read() as session:
            instruction = await payments.instruction(session, request.payment_id)
            risk = await self._risk.assess(session, request.payment_id)
        result = await asyncio.to_thread(self._screener.screen, subjects(instruction))
        at = now()
        # Each statement is safe to repeat by itself, so what is clear needs no transaction around them.
        async with self._db.stroke() as session:
            risk = await self._risk.record(session, risk, at)
            result = replace(result, risk=risk.score if risk.holds else 0)
            check = await compliance.record(session, request.payment_id, CHECK_TYPE, result, at)
            if not check.requires_review:
                await _screened(session, request.payment_id, check)
                return Screened(check.id, check.risk_score)
        async with self._db.write() as session:
            review = await reviews.open(
                session,
                request.payment_id,
                check.id,
                at=at,
                escalate_at=at + timedelta(seconds=request.escalate_after_s),
                expires_at=at + timedelta(seconds=request.expire_after_s),
            )
            await _screened(session, request.payment_id, check)
        return Screened(check.id, check.risk_score, review.state, review.verdict)


async def _screened(session: WriteSession, payment_id: str, check: Check) -> None:
    step = Step(PaymentStatus.SCREENED, check.completed_at, NETWORK, {"score": check.risk_score})
    await payments.advance(session, payment_id, step, risk_score=check.risk_score)


def subjects(instruction: Instruction) -> tuple[Subject, ...]:
    """The names in a payment that are screened."""
    named = (("debtor", instruction.sender_name), ("creditor", instruction.receiver_name))
    return tuple(Subject(role, name) for role, name in named)
