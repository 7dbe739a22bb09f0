"""Steps on the payment itself: the business checks, and every way its life can end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temporalio import activity

from activities import network_rules, value_dates
from activities.clock import now
from activities.network_rules import Refusal
from activities.value_dates import SettlementDay, ValueDates
from domain.finding import Finding
from domain.status import PaymentStatus
from schema.tables.common import audit
from schema.tables.common.session import Database
from schema.tables.exchange import fx_conversions
from schema.tables.initiation import findings
from schema.tables.initiation.findings import Stage
from schema.tables.payment import payments, recalls
from schema.tables.payment.payments import Instruction, Step

NETWORK: Final = "network"
"""Who acts when nobody does: DelTran itself."""
SYSTEM: Final = "system"
"""The role that the audit log gives to it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of a payment that is not paid: rejected, failed or cancelled, by whom and why."""

    payment_id: str
    status: PaymentStatus
    reasons: tuple[str, ...]
    text: str
    actor: str = NETWORK
    role: str = ""
    """Of whoever withdrew it; not told before 2026-11-25, nor when nobody did."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A payment whose batch is final: when it was executed, and in which batch."""

    payment_id: str
    batch_id: str
    closed_at: datetime
    final_at: datetime


class PaymentActivities:
    """Checks a payment and records where it stands."""

    def __init__(self, db: Database, dates: ValueDates) -> None:
        self._db = db
        self._dates = dates

    @activity.defn
    async def validate(self, payment_id: str) -> SettlementDay | None:
        """Business and participant checks, every one of them, stored as findings; and the day on which it settles.

        None for a payment of before there were settlement days: it is paid at once. Raises the Rejection of the first
        check that fails, with the reasons of all.
        """
        async with self._db.read() as session:
            instruction = await payments.instruction(session, payment_id)
        if instruction.status is not PaymentStatus.INITIATED:
            return _recorded(instruction)  # a repeat: the verdict was recorded before and stands
        at, wanted = now(), instruction.value_date
        await self._refuse(payment_id, [*network_rules.broken(instruction), *self._dates.too_far(wanted, at)], at)
        await self._dates.read()
        timing = self._dates.timing(instruction.currencies, at, wanted, instruction.settle_from)
        await self._refuse(payment_id, [*value_dates.too_late(instruction.reject_at, timing, at)], at)
        await self._note(payment_id, value_dates.moved(wanted, timing), at)
        dating = value_dates.dating(timing)
        async with self._db.stroke() as session:
            step = Step(PaymentStatus.VALIDATED, at, NETWORK, dating.told(wanted) | _ends(instruction))
            await payments.advance(session, payment_id, step, dating=dating)
        return SettlementDay.of(timing)

    async def _refuse(self, payment_id: str, refusals: list[Refusal], at: datetime) -> None:
        if refusals:
            await self._note(payment_id, [refusal.finding for refusal in refusals], at)
            raise network_rules.together(refusals)

    async def _note(self, payment_id: str, found: Sequence[Finding], at: datetime) -> None:
        if found:
            async with self._db.stroke() as session:
                await findings.record(session, payment_id, Stage.NETWORK, found, at)

    @activity.defn
    async def complete(self, done: Completion) -> None:
        """Record that the payment's batch is final and the payment done."""
        detail = {"batch_id": done.batch_id}
        async with self._db.stroke() as session:
            await payments.advance(
                session,
                done.payment_id,
                Step(PaymentStatus.SETTLING, done.closed_at, NETWORK, detail),
                Step(PaymentStatus.SETTLED, done.final_at, NETWORK, detail),
                Step(PaymentStatus.COMPLETED, now(), NETWORK),
                settled_at=done.final_at,
                batch_id=done.batch_id,
            )

    @activity.defn
    async def stop(self, end: Stop) -> None:
        """Record that the payment is rejected, failed or cancelled, with its ISO reasons."""
        at = now()
        async with self._db.write() as session:
            await fx_conversions.release(session, end.payment_id, at)
            ended = await payments.advance(
                session,
                end.payment_id,
                Step(end.status, at, end.actor, {"reasons": list(end.reasons), "text": end.text}),
                processed_at=at,
                reason_codes=end.reasons,
                reason_text=end.text,
            )
            await recalls.settle_stopped(session, end.payment_id, end.actor, at)
            if ended and end.role:
                await audit.append(
                    session,
                    at=at,
                    actor_id=end.actor,
                    actor_role=end.role,
                    action="payment.cancel",
                    subject=end.payment_id,
                    detail={"comment": end.text},
                )


def _ends(instruction: Instruction) -> dict[str, str]:
    return {} if instruction.reject_at is None else {"reject_at": instruction.reject_at.isoformat()}


def _recorded(instruction: Instruction) -> SettlementDay | None:
    if instruction.settlement_date is None or instruction.release_at is None or instruction.settle_until is None:
        return None
    return SettlementDay(instruction.settlement_date, instruction.release_at, instruction.settle_until)
