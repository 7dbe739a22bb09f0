"""The way of a payment that is exchanged: sold and bought at once, at the rate that was locked when it was taken in."""

from activities.fx import FxActivities, GiveUp
from domain.status import PaymentStatus
from workflows import steps
from workflows.course import Course

S = PaymentStatus


class Converted:
    """One currency against another, gross: the sender pays the dealer, and the dealer the receiver, both or neither."""

    stays_overnight = False

    def __init__(self) -> None:
        self._begun = False

    async def pay(self, course: Course) -> None:
        """Set both currencies aside and move them."""
        self._begun = True
        await course.unless_barred(FxActivities.pay_exchanged, course.name, "Exchange: both currencies at once")
        course.advance(S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED)

    async def leave(self, course: Course, *, back: bool = False) -> bool:
        """Until its rounding is taken in. Of one that may come back, the rate stays locked."""
        ends_turn, queue = back and course.takes_over, course.payment.terms.ledger_task_queue
        exchange = GiveUp(course.id, self._begun, back, course.hold_turn, ends_turn)
        return await steps.insist(FxActivities.give_up_exchange, exchange, "Give up the exchange", task_queue=queue)
