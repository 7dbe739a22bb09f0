"""When the windows of a currency close: every so often, or at times of the day."""

from datetime import UTC, datetime, time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field, model_validator

from api.common.body import Body, json_body
from api.common.deps import House, SettlementRead, SettlementWrite
from api.common.fields import Remark, broken
from api.common.shapes import Shape, problems, takes
from api.settlement.windows import CurrencyInPath
from domain.calendars import CalendarLine
from domain.errors import InvalidValue, NotFound
from domain.money import exponent
from domain.schedules import Schedule
from schema.tables.common import audit
from schema.tables.common.session import ReadSession
from schema.tables.settlement import calendars, schedules
from schema.tables.settlement.schedules import ScheduleView
from settlement.closings import next_closing

router = APIRouter(prefix="/settlement/schedules", tags=["settlement"])

MOST_TIMES: Final = 96
DAY_S: Final = 24 * 3600

TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["11:00"])]


class NewSchedule(Body):
    """Closings every so many seconds, or at times of the day (on the clock of the currency's calendar), and why.

    On business days they lie within the currency's hours, and its cut-off is always the last closing of the day.
    """

    every_s: Annotated[int | None, Field(ge=1, le=DAY_S)] = None
    times: Annotated[list[TimeOfDay], Field(max_length=MOST_TIMES, default_factory=list)]
    business_days: bool = True
    paused: bool = False
    comment: Annotated[Remark, Field(min_length=1)]

    @model_validator(mode="after")
    def _one_way(self) -> "NewSchedule":
        if (self.every_s is None) == (not self.times):
            raise broken("JS-03", "a schedule has either every_s or times")
        return self

    def of(self, currency: str) -> Schedule:
        """The schedule of a currency."""
        times = tuple(sorted({time.fromisoformat(text) for text in self.times}))
        return Schedule(currency, self.every_s, times, self.business_days, self.paused)


class ScheduleShape(Shape):
    """A currency's schedule, who set it, and when its windows close next; a paused one closes none."""

    currency: str
    every_s: int | None
    times: list[str]
    business_days: bool
    paused: bool
    calendar: str
    cut_off: str
    zone: str
    next_closing: datetime | None
    changed_at: datetime
    changed_by: str
    comment: str


class ScheduleList(Shape):
    """Every currency that has a schedule; windows of the others stay open for a fixed time."""

    schedules: list[ScheduleShape]


@router.get("", summary="Schedules of windows", responses=problems())
async def listing(_: SettlementRead, house: House) -> ScheduleList:
    """Every schedule, by currency."""
    async with house.db.read() as session:
        found = [await _shown(session, view) for view in await schedules.listing(session)]
    return ScheduleList(schedules=found)


@router.get("/{currency}", summary="A currency's schedule", responses=problems(404, 422))
async def detail(_: SettlementRead, house: House, currency: CurrencyInPath) -> ScheduleShape:
    """When the currency's windows close."""
    async with house.db.read() as session:
        return await _shown(session, await _found(session, currency))


@router.put(
    "/{currency}",
    summary="Set a currency's schedule",
    openapi_extra=takes(NewSchedule),
    responses=problems(400, 415, 422),
)
async def put(
    actor: SettlementWrite,
    house: House,
    currency: CurrencyInPath,
    body: Annotated[NewSchedule, Depends(json_body(NewSchedule))],
) -> ScheduleShape:
    """Set when the currency's windows close. A window that is open keeps its own time, unless the new one is earlier."""
    exponent(currency)
    at, schedule = datetime.now(UTC), body.of(currency)
    async with house.db.write() as session:
        _within_hours(schedule, await calendars.line(session, currency))
        await schedules.put(session, schedule, at=at, actor_id=actor.id, comment=body.comment)
        await audit.act(session, actor, "settlement.schedule", currency, body.model_dump(), at=at)
        return await _shown(session, await _found(session, currency))


@router.delete("/{currency}", summary="Remove a currency's schedule", responses=problems(404, 422))
async def remove(
    actor: SettlementWrite,
    house: House,
    currency: CurrencyInPath,
    comment: Annotated[Remark, Query(min_length=1, description="Why; kept with the act.")],
) -> ScheduleList:
    """Have the currency's windows stay open for a fixed time again. Answers the schedules that are left."""
    at = datetime.now(UTC)
    async with house.db.write() as session:
        await schedules.delete(session, currency, at)
        await audit.act(session, actor, "settlement.unschedule", currency, {"comment": comment}, at=at)
    return await listing(actor, house)


def _within_hours(schedule: Schedule, line: CalendarLine) -> None:
    """Raises InvalidValue for a closing on business days that would never come."""
    hours = line.hours
    late = [at for at in schedule.times if schedule.business_days and not hours.opens < at <= hours.cut_off]
    if late:
        told = f"{late[0]:%H:%M} is not between {hours.opens:%H:%M} and {hours.cut_off:%H:%M} ({line.zone})"
        raise InvalidValue(told, currency=schedule.currency)


async def _found(session: ReadSession, currency: str) -> ScheduleView:
    if (view := await schedules.find(session, currency)) is None:
        raise NotFound("the currency has no schedule", currency=currency)
    return view


async def _shown(session: ReadSession, view: ScheduleView) -> ScheduleShape:
    schedule, line = view.schedule, await calendars.line(session, view.schedule.currency)
    return ScheduleShape(
        currency=schedule.currency,
        every_s=schedule.every_s,
        times=[f"{at:%H:%M}" for at in schedule.times],
        business_days=schedule.business_days,
        paused=schedule.paused,
        calendar=line.calendar,
        cut_off=f"{line.hours.cut_off:%H:%M}",
        zone=line.zone,
        next_closing=None if schedule.paused else next_closing(schedule, line, datetime.now(UTC)),
        changed_at=view.changed_at,
        changed_by=view.changed_by,
        comment=view.comment,
    )
