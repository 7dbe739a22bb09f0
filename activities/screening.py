"""The screening step: who is named in the payment, against whom we may not pay.

No change of a list is missed between two looks. The step stores its check, and *then* asks which versions are in force: if
they are not those that it screened by, the check is superseded, and the payment waits for the new index. A re-screening
(`activities.rescreening`) starts once its version is in force, and reads *then* which payments have a check. So a check was
either stored before the re-screening came to the payment, and is found by it; or it was stored after, when the new version
was in force already, and the step itself sees that.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from temporalio import activity

from activities.clock import now
from activities.good_guys import cleared
from activities.library import Library
from activities.payments import NETWORK, SYSTEM
from activities.risk import RiskAssessor
from domain.decision import WAITING, ReviewState, Verdict
from domain.errors import Unavailable
from domain.screening import ScreeningResult, Subject
from domain.status import PaymentStatus
from runtime.metrics import Metrics
from schema.tables.common import audit, named
from schema.tables.common.session import Database, ReadSession, WriteSession
from schema.tables.compliance import checks, pull_backs, reviews
from schema.tables.compliance.checks import Check
from schema.tables.payment import events, payments
from schema.tables.payment.payments import Step
from schema.tables.settlement import windows
from screening.engine import Screener
from screening.policies import subjects

CHECK_TYPE = "sanctions_screening"


@dataclass(frozen=True, slots=True)
class ScreeningRequest:
    """What to screen, and how long a reviewer has if a person must decide (seconds)."""

    payment_id: str
    escalate_after_s: float
    expire_after_s: float
    turn: int = 0
    """How often a change of a list has pulled the payment back."""


@dataclass(frozen=True, slots=True)
class Screened:
    """The stored result. `review` is its review's state, with the verdict once there is one."""

    check_id: str
    score: int
    review: ReviewState | None = None
    verdict: Verdict | None = None
    watchful: bool = False
    """Whether the payment asks, after a wait and before it is paid, if a list is just changing; not so before 2026-11-25."""
    at: datetime | None = None
    """When it was screened, by lists that were in force then."""
    takes_over: bool = False
    """Whether a list's change that pulls it back ends its turn (`domain.turns`); not so before 09:00 of 2026-11-25."""


class ScreeningActivities:
    """Screens a payment, stores what was found, and opens a review where a person must decide."""

    def __init__(self, db: Database, library: Library, risk: RiskAssessor, metrics: Metrics) -> None:
        self._db = db
        self._library = library
        self._risk = risk
        self._metrics = metrics

    @activity.defn
    async def screen(self, request: ScreeningRequest) -> Screened:
        """Screen every name and weigh the risk; the first stored result stands when the step is repeated.

        A payment that was pulled back is screened again, once in each turn. Raises Unavailable when a list is missing, too
        old, or has just changed.
        """
        if request.turn:
            return await self._again(request)
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
            check = await checks.record(session, request.payment_id, CHECK_TYPE, result, at)
            await self._require_current(session, request, check)
            if not check.requires_review:
                await _record(session, request.payment_id, check)
                return _screened(check)
        async with self._db.write() as session:
            review = await reviews.open(session, request.payment_id, check.id, at=at, **_terms(request, at))
            await _record(session, request.payment_id, check)
        return _screened(check, review)

    async def _again(self, request: ScreeningRequest) -> Screened:
        """A payment that was pulled back: a fresh check; people decide when it holds, and when they had yet to decide.

        A risk that people have accepted does not hold the payment another time.
        """
        screener, payment_id = self._lists(), request.payment_id
        async with self._db.read() as session:
            # Those that are open now: their versions are in force, and a check that is current knows them.
            heard = await pull_backs.open_of(session, payment_id)
            known = await named.of(session, payment_id)
            case = await reviews.case(session, payment_id)
        waits = case is not None and case.waiting
        weighed, who = self._risk.weigh(known.case), subjects(known.order)
        found = await asyncio.to_thread(screener.screen, who)
        at = now()
        async with self._db.stroke() as session:
            result = await self._but_for_good_guys(session, found, who, at)
            risk = await self._risk.record(session, weighed, at)
            result = replace(result, risk=risk.score if risk.holds and waits else 0)
            check = await checks.record(session, payment_id, CHECK_TYPE, result, at, turn=request.turn)
            await self._require_current(session, request, check)
        held = waits or check.requires_review
        async with self._db.write() as session:
            await events.lock(session, payment_id)
            await checks.require_last(session, payment_id, request.turn)
            # A repeat answers for nothing: what was pulled back since the check was confirmed, it does not know.
            if await checks.confirmed(session, payment_id, request.turn):
                heard = []
            detail = {
                "screening_id": check.id,
                "held": held,
                "because": await pull_backs.answer(session, heard, check.id, at),
            }
            kind, key = "rescreened", checks.confirmation(request.turn)
            if await events.append(session, payment_id, kind=kind, at=at, actor=NETWORK, detail=detail, dedupe_key=key):
                await audit.append(
                    session,
                    at=at,
                    actor_id=NETWORK,
                    actor_role=SYSTEM,
                    action="payment.rescreen",
                    subject=payment_id,
                    detail=detail,
                )
            if not held:
                return _screened(check)
            review = await reviews.reopen(session, payment_id, check.id, at=at, **_terms(request, at))
            if review.state in WAITING:
                # It left its queue before it was screened; should a late try have put it back, it leaves it again.
                await windows.withdraw(session, payment_id)
        return _screened(check, review)

    async def _require_current(self, session: WriteSession, request: ScreeningRequest, check: Check) -> None:
        """The check was made by the lists in force, or was once found to be. Raises Unavailable: it must be made anew."""
        if not await self._library.outdated(session, check.list_version):
            return
        if await checks.confirmed(session, request.payment_id, request.turn):
            return
        await checks.supersede(session, check.id, now())
        self._library.wake()
        raise Unavailable("a list has changed while the payment was screened: it is screened again")

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
        found = await cleared(session, who, found, at)
        self._metrics.screening_total.labels("review" if found.requires_review else "clear").inc()
        self._metrics.screening_duration.observe(found.milliseconds / 1000)
        for hit in found.hits:
            self._metrics.screening_hits.labels(str(hit.level)).inc()
        return found


def _screened(check: Check, review: reviews.Review | None = None) -> Screened:
    state, verdict = (review.state, review.verdict) if review else (None, None)
    at = check.completed_at
    return Screened(check.id, check.risk_score, state, verdict, watchful=True, at=at, takes_over=True)


async def _record(session: WriteSession, payment_id: str, check: Check) -> None:
    step = Step(PaymentStatus.SCREENED, check.completed_at, NETWORK, {"score": check.risk_score})
    await payments.advance(session, payment_id, step, risk_score=check.risk_score)


def _terms(request: ScreeningRequest, at: datetime) -> dict[str, datetime]:
    return {
        "escalate_at": at + timedelta(seconds=request.escalate_after_s),
        "expires_at": at + timedelta(seconds=request.expire_after_s),
    }
