"""The end of a payment's settlement day, or of its sender's patience, should it come while the payment still waits."""

from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow

from activities.payments import Stop
from activities.value_dates import SettlementDay, told
from activities.warehouse import DayEnd, WarehouseActivities
from domain.reason import Reason
from domain.settlement import AtCutOff
from domain.status import PaymentStatus
from workflows.course import Course, Stopped

GRACE: Final = timedelta(minutes=1)
"""So long after its day may settle what came in time: the last window closes at the cut-off and not before it."""
A_MOMENT: Final = timedelta(seconds=1)
"""How soon a payment whose time is over while it is being settled tries to leave again; then less and less often."""


class NextDay(Exception):
    """Leaves the story for the warehouse: the payment's day is over, and it has left its queue."""


async def until_settled(course: Course, at: str, patience: datetime | None = None) -> bool:
    """Wait in a queue until what the payment settles with is final; False when its patience is over before, or it is unpayable.

    At the end of its day the payment goes to the next one, or ends unpaid, as its terms say; and it ends unpaid at the time
    by which its sender wants it rejected. Raises NextDay, Stopped.
    """
    ends_at = None if course.payment.terms.at_cut_off is None or course.day is None else course.day.until + GRACE
    rejects_at, again = course.payment.reject_at, A_MOMENT
    while not await course.until(
        lambda: course.has_word,
        at,
        min((moment for moment in (patience, ends_at, rejects_at) if moment is not None), default=None),
    ):
        if patience is not None and workflow.now() >= patience:
            return False
        # One that is just being settled may be deferred after all: its time, or its day, is looked at again.
        if rejects_at is not None and workflow.now() >= rejects_at:
            await reject_if_late(course, workflow.now())
            rejects_at, again = workflow.now() + again, min(2 * again, GRACE)
            await course.breathe()
        else:
            course.day = await _end_day(course)
            ends_at = max(course.day.until, workflow.now()) + GRACE
    return course.settled is not None


async def reject_if_late(course: Course, settles_at: datetime) -> None:
    """End a payment that settles at that moment at the earliest, if its sender wants it rejected by then. Raises Stopped.

    One that is being settled this very moment goes on.
    """
    reject_at = course.payment.reject_at
    if reject_at is not None and reject_at <= settles_at and await course.release():
        text = f"not settled by {told(reject_at)}, as its sender wants"
        raise Stopped(Stop(course.id, PaymentStatus.REJECTED, (Reason.TM01,), text))


async def _end_day(course: Course) -> SettlementDay:
    """Go to the next day, in the queue or (NextDay) out of it, unless the payment is being settled this very moment."""
    assert course.day is not None, "a day that ends was begun"
    today, returns = course.day, course.payment.terms.at_cut_off is AtCutOff.RETURN
    end = DayEnd(course.id, workflow.now(), stays=course.way.stays_overnight and not returns)
    day = await course.step(WarehouseActivities.end_day, end, "Its day is over")
    if day == today or day.is_on(workflow.now()) or end.stays:
        return day
    if returns and await course.release():
        text = f"not settled by the cut-off of {today.date}"
        raise Stopped(Stop(course.id, PaymentStatus.REJECTED, (Reason.TM01,), text))
    if not returns and await course.way.leave(course):
        course.rolled += 1
        course.patience = None  # on its next day it has all of its time
        raise NextDay
    return today
