"""A payment's wait for its settlement day."""

from temporalio import workflow

from activities.warehouse import DayCheck, EarlyRelease, WarehouseActivities
from domain.decision import Permission
from domain.errors import NotReleasable
from workflows import failures, steps
from workflows.course import Course
from workflows.cut_off import reject_if_late
from workflows.payloads import ActRequest


class Warehouse:
    """Keeps one payment until its day begins. Without a day it is not kept."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._releasing = False
        self._released = False
        self.waiting = False

    async def keep(self) -> None:
        """Wait for the payment's day, and for the next if that one passes. Meanwhile it reserves nothing. Raises Stopped."""
        course = self._course
        if course.day is None or course.day.is_on(workflow.now()):
            return
        while await self._waits():
            assert course.day is not None, "it waits for its day"
            await reject_if_late(course, course.day.release_at)
            self._released, self.waiting = False, True
            try:
                await course.until(lambda: self._released, "warehouse", deadline=course.day.release_at)
            finally:
                self.waiting = False
            if self._released:
                return

    async def _waits(self) -> bool:
        """Have the day looked at, at this moment of the story; whether it still lies ahead."""
        course, at = self._course, workflow.now()
        check = DayCheck(course.id, at)
        course.day = await course.step(WarehouseActivities.look_at_day, check, "Look at its settlement day")
        return course.day.release_at > at

    def admit_release(self, request: ActRequest) -> None:
        """The rule of the early release, as far as it can be told without SQL. Raises NotPermitted, NotReleasable."""
        request.actor.require(Permission.SETTLEMENT_WRITE)
        if not self.waiting or self._releasing:
            raise NotReleasable("the payment is not in the warehouse, or is being released")

    async def release(self, request: ActRequest) -> None:
        """Let the payment go today. Fails the update when its day has not come."""
        course = self._course
        wish = EarlyRelease(course.id, workflow.now(), request.actor, request.comment)
        self._releasing = True
        try:
            course.day = await steps.run(WarehouseActivities.release_early, wish, "Release it early")
        except failures.STEP_FAILED as error:
            raise failures.passed_on(error) from error
        finally:
            self._releasing = False
        self._released = True
