"""When a window closes: the closings of a currency by its schedule, its calendar and its hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendars import CalendarLine
from domain.schedules import Schedule
from settlement.calendars import named
from settlement.dates import DAY, LONGEST_CLOSURE, span

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def next_closing(schedule: Schedule, line: CalendarLine, after: datetime) -> datetime:
    """The first closing later than a moment, in UTC. `line` says when the currency's days begin and end."""
    first = after.astimezone(ZoneInfo(line.zone)).date()
    days = (first + passed * DAY for passed in range(LONGEST_CLOSURE))
    of_days = (_first_of_day(schedule, line, day, after) for day in days if _is_open(schedule, line, day))
    closing = next((closing for closing in of_days if closing is not None), None)
    assert closing is not None, f"{line.calendar} never opens"
    return closing


def is_closing(schedule: Schedule, line: CalendarLine, at: datetime) -> bool:
    """Whether a moment, told to the second, is one of the closings."""
    return next_closing(schedule, line, at - timedelta(seconds=1)) == at


def may_close(schedule: Schedule, line: CalendarLine, at: datetime) -> bool:
    """Whether the currency's windows may close at a moment: always, or on business days from opening to cut-off."""
    day = at.astimezone(ZoneInfo(line.zone)).date()
    opens, cut_off = _hours(schedule, line, day)
    return not schedule.business_days or (_is_open(schedule, line, day) and opens < at <= cut_off)


def times_of_day(schedule: Schedule, line: CalendarLine) -> tuple[time, ...]:
    """At which times of a day it closes, beside every so many seconds; on business days the cut-off is the last."""
    if not schedule.business_days:
        return schedule.times
    hours = line.hours
    return (*(at for at in schedule.times if hours.opens < at < hours.cut_off), hours.cut_off)


def _is_open(schedule: Schedule, line: CalendarLine, day: date) -> bool:
    return named(line.calendar if schedule.business_days else "EVERY-DAY").is_open(day)


def _first_of_day(schedule: Schedule, line: CalendarLine, day: date, after: datetime) -> datetime | None:
    opens, ends = _hours(schedule, line, day)
    candidates = (closing for closing in _of_day(schedule, line, day, max(after, opens)) if after < closing <= ends)
    return min(candidates, default=None)


def _of_day(schedule: Schedule, line: CalendarLine, day: date, after: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(line.zone)
    for at in times_of_day(schedule, line):
        yield datetime.combine(day, at, zone).astimezone(UTC)
    if schedule.every_s is not None:
        every = timedelta(seconds=schedule.every_s)
        yield EPOCH + ((after - EPOCH) // every + 1) * every


def _hours(schedule: Schedule, line: CalendarLine, day: date) -> tuple[datetime, datetime]:
    return span(day, line.hours if schedule.business_days else None, ZoneInfo(line.zone))
