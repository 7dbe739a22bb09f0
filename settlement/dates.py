"""Value dates: cut-offs in the network's time zone, days rolled to business days, payments warehoused until their day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from settlement.calendars import Calendar

NETWORK_ZONE: Final = ZoneInfo("Europe/Brussels")
"""The zone in which the network's clock and its cut-offs are told."""
LONGEST_CLOSURE: Final = 60
"""No calendar is closed for so many days on end."""

DAY: Final = timedelta(days=1)


class Roll(StrEnum):
    """Where a date goes that is no business day."""

    FOLLOWING = "following"
    """To the next business day."""
    MODIFIED_FOLLOWING = "modified_following"
    """To the next business day, unless that is in the next month: then to the one before."""
    PRECEDING = "preceding"
    """To the business day before."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a currency's day begins and ends, in the network's zone. What comes at `cut_off` or later is tomorrow's."""

    opens: time
    cut_off: time


HOURS: Final = {
    "EUR": Hours(time(2, 30), time(17, 0)),
    "USD": Hours(time(3, 0), time(22, 0)),
    "GBP": Hours(time(7, 0), time(17, 30)),
    "CHF": Hours(time(1, 0), time(16, 30)),
    "JPY": Hours(time(0, 30), time(8, 0)),
    "CAD": Hours(time(6, 0), time(22, 0)),
    "AUD": Hours(time(0, 30), time(8, 0)),
}
"""The network's own rule book: each within the hours of the currency's settlement system."""
OTHER_HOURS: Final = Hours(time(6, 0), time(16, 0))
"""For a currency that has no line of its own."""


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
    """On which day a payment settles, from when on it may, and why on no other day."""

    value_date: date
    release_at: datetime
    moved: Moved

    def warehoused(self, now: datetime) -> bool:
        """Whether it has to wait for its day."""
        return self.release_at > now


def timing(
    now: datetime,
    calendar: Calendar,
    hours: Hours,
    *,
    wanted: date | None = None,
    rule: Roll = Roll.FOLLOWING,
    zone: ZoneInfo = NETWORK_ZONE,
) -> Timing:
    """Derive the value date: never before the first day that can still be made, rolled to a business day.

    `now` knows its zone. A payment for a later day is released when that day opens; one for today at once, or when today
    opens.
    """
    assert now.tzinfo is not None, "a moment knows its zone"
    local = now.astimezone(zone)
    today = local.date()
    too_late = calendar.is_open(today) and local.time() >= hours.cut_off
    first = roll(today + DAY if too_late else today, calendar, Roll.FOLLOWING)
    day = max(roll(wanted or today, calendar, rule), first)
    opening = datetime.combine(day, hours.opens, zone)
    return Timing(day, max(now, opening.astimezone(now.tzinfo)), _moved(wanted or today, day, today, calendar))


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
