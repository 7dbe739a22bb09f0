"""The ways in which a payment is paid, one per settlement method."""

from collections.abc import Mapping
from typing import Final

from activities.ledger import LedgerActivities, QueueEntry
from activities.payments import Completion, PaymentActivities
from activities.settlement import SettlementActivities
from domain.payment import SettlementMethod
from domain.status import PaymentStatus
from workflows import steps
from workflows.course import Course, Way

S = PaymentStatus


class Gross:
    """At once and alone."""

    async def pay(self, course: Course) -> None:
        """Reserve and pay in one stroke."""
        await course.step(LedgerActivities.pay_gross, course.reservation, "Reserve and pay at once", on_ledger=True)
        course.advance(S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED)

    async def leave(self, course: Course) -> bool:
        """It waits in no queue."""
        return True


class Net:
    """With the others of its currency, in the next settlement window."""

    async def pay(self, course: Course) -> None:
        """Reserve, queue, and wait for the batch. Until its window closes the payment can be withdrawn."""
        terms = course.payment.terms
        entry = QueueEntry(course.reservation, terms.window_s, terms.ledger_task_queue)
        await course.step(LedgerActivities.queue_net, entry, "Reserve, and queue for the next window", on_ledger=True)
        course.advance(S.APPROVED, S.QUEUED)
        await complete_with_batch(course, "settlement window")

    async def leave(self, course: Course) -> bool:
        """Until its window closes."""
        return await steps.insist(SettlementActivities.leave_queue, course.id, "Leave the queue")


WAYS: Final[Mapping[SettlementMethod, Way]] = {SettlementMethod.GROSS: Gross(), SettlementMethod.NET: Net()}


async def complete_with_batch(course: Course, at: str) -> None:
    """Wait until the payment's batch is final, and complete."""
    await course.until(lambda: course.settled is not None, at)
    settled = course.settled
    assert settled is not None, "waited for it"
    done = Completion(course.id, settled.batch_id, settled.closed_at, settled.final_at)
    await course.step(PaymentActivities.complete, done, "Complete")
    course.advance(S.SETTLING, S.SETTLED, S.COMPLETED)
