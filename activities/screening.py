"""The screening step: who is named in the payment, against whom we may not pay."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from temporalio import activity

from activities.clock import now
from activities.library import Library
from activities.payments import NETWORK
from activities.risk import RiskAssessor
from domain.decision import ReviewState, Verdict
from domain.errors import Unavailable
from domain.screening import ScreeningResult, Subject
from domain.status import PaymentStatus
from runtime.metrics import Metrics
from schema.tables import compliance, good_guys, named, payments, reviews
from schema.tables.compliance import Check
from schema.tables.payments import Step
from schema.tables.session import Database, ReadSession, WriteSession
from screening.engine import Screener
from screening.good_guys import GoodGuy, suppress
from screening.policies import subjects

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

    def __init__(self, db: Database, library: Library, risk: RiskAssessor, metrics: Metrics) -> None:
        self._db = db
        self._library = library
        self._risk = risk
        self._metrics = metrics

    @activity.defn
    async def screen(self, request: ScreeningRequest) -> Screened:
        """Screen every name and weigh the risk; the first stored result stands when the step is repeated."""
        screener = self._lists()
        async with self._db.read() as session:
            known = await named.of(session, request.payment_id)
        weighed, who = self._risk.weigh(known.case), subjects(known.order)
        found = await asyncio.to_thread(screener.screen, who)
        at = now()
        # Each statement is safe to repeat by itself, so what is clear needs no transaction around them.
        async with self._db.stroke() as session:
            result = await self._but_for_good_guys(session, found, who, at)
            risk = await self._risk.record(session, weighed, at)
            result = replace(result, risk=risk.score if risk.holds else 0)
            check = await compliance.record(session, request.payment_id, CHECK_TYPE, result, at)
            if not check.requires_review:
                await _record(session, request.payment_id, check)
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
            await _record(session, request.payment_id, check)
        return Screened(check.id, check.risk_score, review.state, review.verdict)

    def _lists(self) -> Screener:
        """The lists in force. Raises Unavailable when one is missing or too old: the payment waits."""
        try:
            return self._library.screener()
        except Unavailable:
            self._metrics.screening_total.labels("error").inc()
            raise

    async def _but_for_good_guys(
        self, session: ReadSession, found: ScreeningResult, who: tuple[Subject, ...], at: datetime
    ) -> ScreeningResult:
        """The same result; hits that two people have cleared are kept and hold nothing."""
        if found.hits:
            entities = sorted({(hit.list_name, hit.entity_id) for hit in found.hits})
            known = await good_guys.active(session, entities, at)
            found = suppress(found, who, [_decision(one) for one in known], at)
        self._metrics.screening_total.labels("review" if found.requires_review else "clear").inc()
        self._metrics.screening_duration.observe(found.milliseconds / 1000)
        for hit in found.hits:
            self._metrics.screening_hits.labels(str(hit.level)).inc()
        return found


async def _record(session: WriteSession, payment_id: str, check: Check) -> None:
    step = Step(PaymentStatus.SCREENED, check.completed_at, NETWORK, {"score": check.risk_score})
    await payments.advance(session, payment_id, step, risk_score=check.risk_score)


def _decision(one: good_guys.GoodGuy) -> GoodGuy:
    return GoodGuy(
        id=one.id,
        party=one.party,
        list_name=one.list_name,
        entity_id=one.entity_id,
        entity_hash=one.entity_hash,
        expires_at=one.expires_at,
        approved_by=one.approvers,
    )
