"""The way of a payment that is exchanged: sold and bought at once, at the rate that was locked when it was taken in."""

from activities.fx import FxActivities
from domain.status import PaymentStatus
from workflows import steps
from workflows.course import Course

S = PaymentStatus


class Converted:
    """One currency against another, gross: the sender pays the dealer, and the dealer the receiver, both or neither."""

    async def pay(self, course: Course) -> None:
        """Set both currencies aside and move them."""
        await course.step(FxActivities.pay_exchanged, course.id, "Exchange: both currencies at once", on_ledger=True)
        course.advance(S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED)

    async def leave(self, course: Course) -> bool:
        """Until its rounding is taken in. Its quote has its amount back once the payment's end is on record."""
        queue = course.payment.terms.ledger_task_queue
        return await steps.insist(FxActivities.give_up_exchange, course.id, "Give up the exchange", task_queue=queue)
