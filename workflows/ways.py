"""The ways in which a payment is paid, one per settlement method."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow

from activities.exchanges import ExchangeActivities, ExchangeLedgerActivities, Left, LegEntry, LegRef
from activities.gross_queue import GrossOrder, GrossQueueActivities
from activities.ledger import LedgerActivities, QueueEntry
from activities.payments import Completion, PaymentActivities, Stop
from activities.settlement import Leave, SettlementActivities
from domain import patience
from domain.payment import SettlementMethod
from domain.reason import Reason
from domain.status import PaymentStatus
from workflows import steps
from workflows.converted import Converted
from workflows.course import Course, Stopped, Way
from workflows.cut_off import until_settled
from workflows.payloads import PaymentInput

S = PaymentStatus

GROSS_QUEUE: Final = "gross queue"
"""Where a gross payment waits for liquidity."""
A_MOMENT: Final = timedelta(seconds=5)
"""How long a payment whose time is over waits for a release that is just being made."""


class Gross:
    """At once and alone; or, where the network lets it wait, as soon as its bank can cover it."""

    stays_overnight = False

    async def pay(self, course: Course) -> None:
        """Reserve and pay in one stroke, or queue for liquidity."""
        if course.payment.terms.gross_queue_s:
            await self._pay_or_wait(course)
            return
        await course.unless_barred(LedgerActivities.pay_gross, course.reservation, "Reserve and pay at once")
        course.advance(S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED)

    async def leave(self, course: Course, *, back: bool = False) -> bool:
        """Until the owner of the queue lets it go."""
        if not course.payment.terms.gross_queue_s:
            return True
        left = await _leave_queue(course, back=back)
        if left and course.patience is not None:
            course.patience = course.patience.stopped(workflow.now())
        return left

    async def _pay_or_wait(self, course: Course) -> None:
        order = GrossOrder(course.reservation, course.payment.priority, course.entries)
        outcome = await course.step(
            GrossQueueActivities.pay_or_queue, order, "Pay at once, or queue for liquidity", on_ledger=True
        )
        if outcome.queued_at is None:
            course.advance(S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED)
            return
        course.advance(S.APPROVED, S.QUEUED)
        deadline = _deadline(course, outcome.queued_at, stands_still=outcome.stands_still)
        while not await until_settled(course, GROSS_QUEUE, deadline):
            course.heard = course.unpayable
            if await course.release():
                raise Stopped(_unpaid(course))
            # It is being let go this very moment; should the ledger refuse, it is in the queue again.
            deadline = workflow.now() + A_MOMENT
            await course.breathe()
        await complete_with_batch(course, GROSS_QUEUE)


class Net:
    """With the others of its currency, in the next settlement window."""

    stays_overnight = False

    async def pay(self, course: Course) -> None:
        """Reserve, queue, and wait for the batch. Until its window closes the payment can be withdrawn."""
        terms = course.payment.terms
        queue = terms.ledger_task_queue
        entry = QueueEntry(course.reservation, terms.window_s, queue, course.payment.priority, course.entries)
        await course.step(LedgerActivities.queue_net, entry, "Reserve, and queue for the next window", on_ledger=True)
        course.advance(S.APPROVED, S.QUEUED)
        await complete_with_batch(course, "settlement window")

    async def leave(self, course: Course, *, back: bool = False) -> bool:
        """Until its window closes."""
        return await _leave_queue(course, back=back)


class Exchanged:
    """Together with a payment that goes the other way, or not at all."""

    stays_overnight = True

    async def pay(self, course: Course) -> None:
        """Reserve, and wait for a partner for as long as the leg may. Until its pair is executed it can be withdrawn."""
        payment, queue = course.payment, course.payment.terms.ledger_task_queue
        assert payment.expires_at is not None, "a leg does not wait for ever"
        entry = LegEntry(course.reservation, payment.expires_at, workflow.now(), queue)
        await course.step(
            ExchangeLedgerActivities.enter_exchange, entry, "Reserve, and look for a partner", on_ledger=True
        )
        course.advance(S.APPROVED, S.QUEUED)
        if not await until_settled(course, "exchange", payment.expires_at):
            await self._give_up(course)
        await complete_with_batch(course, "exchange")

    async def leave(self, course: Course, *, back: bool = False) -> bool:
        """Until its pair is executed."""
        return (await self._left(course, back=back)).left

    async def _give_up(self, course: Course) -> None:
        """End the payment, unless its pair is just being executed."""
        left = await self._left(course)
        if left.left:
            queue = course.payment.terms.ledger_task_queue
            await steps.insist(LedgerActivities.release, course.name, "Release the funds", task_queue=queue)
            why = "no matching leg came in time"
            text = f"{why}: {left.contradiction}" if left.contradiction else why
            reasons = (Reason.AB03, Reason.AGNT) if left.misnamed else (Reason.AB03,)
            raise Stopped(Stop(course.id, S.REJECTED, reasons, text))

    async def _left(self, course: Course, *, back: bool = False) -> Left:
        queue, ends_turn = course.payment.terms.ledger_task_queue, back and course.takes_over
        leg = LegRef(course.id, workflow.now(), queue, ends_turn, course.hold_turn)
        return await steps.insist(ExchangeActivities.leave_exchange, leg, "Leave the exchange")


def _deadline(course: Course, queued_at: datetime, *, stands_still: bool) -> datetime:
    """Until when the payment waits for liquidity: what was spent out of the queue does not count."""
    # Whoever comes back, from another screening or on another day, does so now, whatever a step before has written down.
    since = max(queued_at, workflow.now()) if course.entries else queued_at
    whole = timedelta(seconds=course.payment.terms.gross_queue_s)
    if not stands_still:  # queued by a worker of before: it has all of its time each time it comes
        return since + whole
    course.patience = patience.resumed(course.patience, whole, since)
    return course.patience.until


def _unpaid(course: Course) -> Stop:
    """The end of a payment that leaves the gross queue by itself."""
    if course.unpayable is not None:
        return Stop(course.id, S.REJECTED, (Reason.AC04,), course.unpayable.text)
    text = f"not covered within {course.payment.terms.gross_queue_s:g} seconds"
    return Stop(course.id, S.REJECTED, (Reason.AM04,), text)


WAYS: Final[Mapping[SettlementMethod, Way]] = {
    SettlementMethod.GROSS: Gross(),
    SettlementMethod.NET: Net(),
    SettlementMethod.PVP: Exchanged(),
    SettlementMethod.DVP: Exchanged(),
}


def way_of(payment: PaymentInput) -> Way:
    """The way that a payment is paid: by its method, or at its quote."""
    return WAYS[payment.method] if payment.fx is None else Converted()


async def complete_with_batch(course: Course, at: str) -> None:
    """Wait until the payment's batch is final, and complete."""
    await until_settled(course, at)
    settled = course.settled
    assert settled is not None, "waited for it"
    done = Completion(course.id, settled.batch_id, settled.closed_at, settled.final_at)
    await course.step(PaymentActivities.complete, done, "Complete")
    course.advance(S.SETTLING, S.SETTLED, S.COMPLETED)


async def _leave_queue(course: Course, *, back: bool) -> bool:
    leave = Leave(course.id, back and course.takes_over, course.hold_turn)
    return await steps.insist(SettlementActivities.leave_queue, leave, "Leave the queue")
