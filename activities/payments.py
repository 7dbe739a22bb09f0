"""Steps on the payment itself: the business checks, and every way its life can end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temporalio import activity

from activities.clock import now
from domain.errors import AccountClosed, AccountNotFound, ParticipantNotFound, ParticipantSuspended, Rejection
from domain.reason import Reason
from domain.status import PaymentStatus
from schema.tables import payments
from schema.tables.payments import Instruction, Step
from schema.tables.session import Database

NETWORK: Final = "network"
"""Who acts when nobody does: DelTran itself."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of a payment that is not paid: rejected, failed or cancelled, by whom and why."""

    payment_id: str
    status: PaymentStatus
    reasons: tuple[str, ...]
    text: str
    actor: str = NETWORK


@dataclass(frozen=True, slots=True)
class Completion:
    """A payment whose batch is final: when it was executed, and in which batch."""

    payment_id: str
    batch_id: str
    closed_at: datetime
    final_at: datetime


class PaymentActivities:
    """Checks a payment and records where it stands."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    async def validate(self, payment_id: str) -> None:
        """Business and participant checks. Raises the Rejection of the first that fails."""
        async with self._db.read() as session:
            instruction = await payments.instruction(session, payment_id)
        if instruction.status is not PaymentStatus.INITIATED:
            return  # a repeat: the verdict was recorded before and stands
        for check in CHECKS:
            check(instruction)
        async with self._db.stroke() as session:
            await payments.advance(session, payment_id, Step(PaymentStatus.VALIDATED, now(), NETWORK))

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
            await payments.advance(
                session,
                end.payment_id,
                Step(end.status, at, end.actor, {"reasons": list(end.reasons), "text": end.text}),
                processed_at=at,
                reason_codes=end.reasons,
                reason_text=end.text,
            )


def _participants_known(instruction: Instruction) -> None:
    for side, status, reason in _sides(instruction):
        if status is None:
            raise ParticipantNotFound(f"the {side}'s bank is not a participant of this network", reasons=(reason,))


def _participants_active(instruction: Instruction) -> None:
    for side, status, _ in _sides(instruction):
        if status == "suspended":
            raise ParticipantSuspended(f"the {side}'s bank is suspended")


def _between_two_banks(instruction: Instruction) -> None:
    if instruction.sender_bic == instruction.receiver_bic:
        raise Rejection(
            "sender and receiver are the same bank; this network settles between banks", reasons=(Reason.AG01,)
        )


def _accounts_usable(instruction: Instruction) -> None:
    accounts = (("sender", instruction.sender_account_status), ("receiver", instruction.receiver_account_status))
    for side, status in accounts:
        if status is None:
            raise AccountNotFound(
                f"the {side}'s bank settles no {instruction.currency} here",
                reasons=(Reason.AM03 if side == "sender" else Reason.AC03,),
            )
        if status == "closed":
            raise AccountClosed(f"the {side}'s bank has closed its {instruction.currency} account")


def _sides(instruction: Instruction) -> tuple[tuple[str, str | None, Reason], ...]:
    return (
        ("sender", instruction.sender_status, Reason.RC03),
        ("receiver", instruction.receiver_status, Reason.RC04),
    )


CHECKS: Final[tuple[Callable[[Instruction], None], ...]] = (
    _participants_known,
    _participants_active,
    _between_two_banks,
    _accounts_usable,
)
"""Read from the top; the first that raises decides."""
