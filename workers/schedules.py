"""The schedules of settlement windows: Temporal's are made to follow SQL's, at the start and after every change."""

from datetime import timedelta
from typing import Final

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
)
from temporalio.service import RPCError, RPCStatusCode

from domain import schedules as domain
from domain.calendars import CalendarLine
from schema.tables.common.session import Database
from schema.tables.settlement import calendars, schedules
from settlement.closings import times_of_day
from workflows import attributes, ids
from workflows.closing import WindowCloseWorkflow

CATCH_UP: Final = timedelta(minutes=10)
"""A closing that Temporal could not start in this time is left out: the window has closed by itself."""
MOST: Final = timedelta(minutes=10)
"""How long one closing may take before it is given up, for the same reason."""


class WindowSchedules:
    """Makes Temporal's Schedules what SQL says of each currency. Any number of workers may do so at the same time."""

    def __init__(self, db: Database, client: Client, task_queue: str, *, deployment: str = "") -> None:
        self._db = db
        self._client = client
        self._task_queue = task_queue
        self._deployment = deployment

    async def follow_all(self) -> None:
        """Every currency that has a schedule here or there: what was changed, or lost, while nobody looked."""
        async with self._db.read() as session:
            wanted = {view.schedule.currency for view in await schedules.listing(session)}
        kept, ours = {entry.id async for entry in await self._client.list_schedules()}, self._id("")
        for currency in sorted(wanted | {id.removeprefix(ours) for id in kept if id.startswith(ours)}):
            await self.follow(currency)

    async def follow(self, currency: str) -> None:
        """Make, change or remove the currency's Schedule, until it is what SQL says."""
        wanted = await self._wanted(currency)
        while True:
            await (self._remove(currency) if wanted is None else self._make(currency, *wanted))
            # Somebody else may have read an older row and written later than we: whoever wrote last looks again.
            before, wanted = wanted, await self._wanted(currency)
            if wanted == before:
                return

    async def _wanted(self, currency: str) -> tuple[domain.Schedule, CalendarLine] | None:
        async with self._db.read() as session:
            found = await schedules.find(session, currency)
            line = await calendars.line(session, currency)
        return None if found is None else (found.schedule, line)

    async def _make(self, currency: str, schedule: domain.Schedule, line: CalendarLine) -> None:
        name, shown = self._id(currency), attributes.of_window(currency)
        wanted = as_temporal(schedule, line, self._task_queue, name=name)
        try:
            await self._client.create_schedule(name, wanted, search_attributes=shown)
        except ScheduleAlreadyRunningError:
            await self._client.get_schedule_handle(name).update(lambda _: ScheduleUpdate(wanted))

    async def _remove(self, currency: str) -> None:
        try:
            await self._client.get_schedule_handle(self._id(currency)).delete()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    def _id(self, currency: str) -> str:
        return ids.schedule(currency, self._deployment)


def as_temporal(schedule: domain.Schedule, line: CalendarLine, task_queue: str, *, name: str) -> Schedule:
    """A currency's schedule as Temporal knows it. Closed days are not known to it: a run on such a day does nothing."""
    currency, times = schedule.currency, times_of_day(schedule, line)
    every = [] if schedule.every_s is None else [ScheduleIntervalSpec(every=timedelta(seconds=schedule.every_s))]
    at = [
        ScheduleCalendarSpec(
            second=[ScheduleRange(time.second)], minute=[ScheduleRange(time.minute)], hour=[ScheduleRange(time.hour)]
        )
        for time in times
    ]
    action = ScheduleActionStartWorkflow(
        WindowCloseWorkflow.run,
        currency,
        id=name,
        task_queue=task_queue,
        execution_timeout=MOST,
        typed_search_attributes=attributes.of_window(currency),
        static_summary=f"Close {currency}'s window",
    )
    days = f"on business days of {line.calendar}" if schedule.business_days else "every day"
    return Schedule(
        action=action,
        spec=ScheduleSpec(calendars=at, intervals=every, time_zone_name=line.zone),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=CATCH_UP),
        state=ScheduleState(note=f"{currency} windows close {days}", paused=schedule.paused),
    )
