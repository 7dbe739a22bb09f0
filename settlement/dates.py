"""Value dates: cut-offs in the network's time zone, days rolled to business days, payments warehoused until their day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from domain import calendars
from domain.calendars import CalendarLine, Hours, Observance, Roll
from settlement.calendars import Calendar, named

NETWORK_ZONE: Final = ZoneInfo(calendars.NETWORK_ZONE)
"""The zone in which the network's clock and its cut-offs are told."""
LONGEST_CLOSURE: Final = 60
"""No calendar is closed for so many days on end."""

DAY: Final = timedelta(days=1)
MIDNIGHT: Final = time(0)


class Moved(StrEnum):
    """Why a value date is not the one that was wanted."""

    NOT = "as_wanted"
    """It is."""
    PAST = "in_the_past"
    """The wanted day is over."""
    CUT_OFF = "after_cut_off"
    """It came after the day's cut-off."""
    CLOSED = "not_a_business_day"
    """The wanted day is a weekend or holiday."""


@dataclass(frozen=True, slots=True)
class Timing:
    """On which day a payment settles, from when until when it may on that day, and why on no other (moments in UTC)."""

    value_date: date
    release_at: datetime
    until: datetime
    moved: Moved

    def warehoused(self, now: datetime) -> bool:
        """Whether it has to wait for its day."""
        return self.release_at > now


def timing(
    now: datetime,
    calendar: Calendar,
    hours: Hours | None,
    *,
    wanted: date | None = None,
    rule: Roll = Roll.FOLLOWING,
    zone: ZoneInfo = NETWORK_ZONE,
) -> Timing:
    """Derive the value date: never before the first day that can still be made, rolled to a business day.

    `now` knows its zone. A payment is released when its day opens, which for today may have been a while ago. `hours` None:
    a day has all its hours, from midnight to midnight.
    """
    assert now.tzinfo is not None, "a moment knows its zone"
    local = now.astimezone(zone)
    today = local.date()
    too_late = hours is not None and calendar.is_open(today) and local.time() >= hours.cut_off
    first = roll(today + DAY if too_late else today, calendar, Roll.FOLLOWING)
    day = max(roll(max(wanted or today, today), calendar, rule), first)
    opens, ends = span(day, hours, zone)
    return Timing(day, opens, ends, _moved(wanted or today, day, today, calendar))


def timing_by(line: CalendarLine, now: datetime, *, observance: Observance, wanted: date | None = None) -> Timing:
    """Derive the value date by a currency's line; in a network that is always open, only the zone of it counts."""
    hours = line.hours if observance is Observance.OBSERVED else None
    return timing(now, calendar_by(line, observance), hours, wanted=wanted, rule=line.roll, zone=ZoneInfo(line.zone))


def timing_of(
    lines: Sequence[CalendarLine], now: datetime, *, observance: Observance, wanted: date | None = None
) -> Timing:
    """Derive the value date of a payment by the lines of its currencies: one, or two that are exchanged.

    Two settle on the first day on which both do, in the hours that they share; where they share none, in the first one's.
    """
    found = [timing_by(line, now, observance=observance, wanted=wanted) for line in lines]
    why = next((each.moved for each in found if each.moved is not Moved.NOT), Moved.NOT)
    following = [replace(line, roll=Roll.FOLLOWING) for line in lines]
    for _ in range(LONGEST_CLOSURE):
        day = max(each.value_date for each in found)
        if all(each.value_date == day for each in found):
            return _shared(day, found, why)
        found = [timing_by(line, now, observance=observance, wanted=day) for line in following]
    raise AssertionError(f"{' and '.join(line.calendar for line in lines)} are never open together")


def _shared(day: date, found: Sequence[Timing], why: Moved) -> Timing:
    release_at, until = max(each.release_at for each in found), min(each.until for each in found)
    if release_at >= until:
        release_at, until = found[0].release_at, found[0].until
    return Timing(day, release_at, until, why)


def calendar_by(line: CalendarLine, observance: Observance) -> Calendar:
    """The calendar that binds."""
    return named(line.calendar if observance is Observance.OBSERVED else "EVERY-DAY")


def opening(now: datetime, lines: Sequence[CalendarLine]) -> datetime | None:
    """The next moment at which every one of some currencies settles: now, if it does. At least one currency.

    None: there is none in sight; their days and hours do not meet.
    """
    at = now
    for _ in range(LONGEST_CLOSURE):
        later = max(timing(at, named(line.calendar), line.hours, zone=ZoneInfo(line.zone)).release_at for line in lines)
        if later <= at:
            return at
        at = later
    return None


def span(day: date, hours: Hours | None, zone: ZoneInfo = NETWORK_ZONE) -> tuple[datetime, datetime]:
    """From when until when payments settle on a day, in UTC."""
    if hours is None:
        return _moment(day, MIDNIGHT, zone), _moment(day + DAY, MIDNIGHT, zone)
    return _moment(day, hours.opens, zone), _moment(day, hours.cut_off, zone)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """An hour that a clock change leaves out comes an hour later; of one that comes twice, the first counts."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def _moved(wanted: date, day: date, today: date, calendar: Calendar) -> Moved:
    if day == wanted:
        return Moved.NOT
    if wanted < today:
        return Moved.PAST
    return Moved.CUT_OFF if calendar.is_open(wanted) else Moved.CLOSED


def roll(day: date, calendar: Calendar, rule: Roll) -> date:
    """The day itself if it is a business day, else the one that the rule names."""
    if rule is Roll.PRECEDING:
        return _next(day, calendar, -DAY)
    following = _next(day, calendar, DAY)
    if rule is Roll.MODIFIED_FOLLOWING and following.month != day.month:
        return _next(day, calendar, -DAY)
    return following


def add_days(day: date, count: int, calendar: Calendar) -> date:
    """So many business days later (or earlier, when negative); 0 is the day itself, rolled to the next business day."""
    if count == 0:
        return _next(day, calendar, DAY)
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day = _next(day + step, calendar, step)
    return day


def _next(day: date, calendar: Calendar, step: timedelta) -> date:
    for _ in range(LONGEST_CLOSURE):
        if calendar.is_open(day):
            return day
        day += step
    raise AssertionError(f"{calendar.name} never opens")
