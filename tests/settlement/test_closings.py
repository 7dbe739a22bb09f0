"""When windows close by schedule. Times in the tables are those of Brussels, an hour before UTC in winter."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import line_of
from domain.schedules import Schedule
from settlement.closings import is_closing, may_close, next_closing

BRUSSELS = ZoneInfo("Europe/Brussels")
TWICE = Schedule("EUR", times=(time(11), time(15)))
HOURLY = Schedule("EUR", every_s=3600)
NIGHTLY = Schedule("EUR", times=(time(0, 30), time(2, 30)), business_days=False)
ALWAYS = Schedule("EUR", every_s=300, business_days=False)


def brussels(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=BRUSSELS)


NEXT = [
    # schedule, after, next closing                             2026-03-06 is a Friday; Easter is on April 5th
    (TWICE, "2026-03-06 09:00", "2026-03-06 11:00"),
    (TWICE, "2026-03-06 11:00", "2026-03-06 15:00"),  # later than the moment, never at it
    (TWICE, "2026-03-06 16:00", "2026-03-06 17:00"),  # the cut-off is the last closing, named or not
    (TWICE, "2026-03-06 17:00", "2026-03-09 11:00"),  # then comes Monday
    (TWICE, "2026-04-02 17:30", "2026-04-07 11:00"),  # over Good Friday and Easter Monday
    (TWICE, "2026-03-28 12:00", "2026-03-30 11:00"),  # over the change of clocks
    (HOURLY, "2026-03-06 16:10", "2026-03-06 17:00"),
    (HOURLY, "2026-03-06 17:00", "2026-03-09 03:00"),  # TARGET opens at 02:30
    (HOURLY, "2026-03-07 12:00", "2026-03-09 03:00"),
    (NIGHTLY, "2026-03-06 00:00", "2026-03-06 00:30"),
    (NIGHTLY, "2026-03-07 03:00", "2026-03-08 00:30"),  # every day is the same
    (NIGHTLY, "2026-03-29 01:00", "2026-03-29 03:30"),  # 02:30 is left out that night: it comes an hour later
    (NIGHTLY, "2026-10-25 01:00", "2026-10-25 02:30"),  # 02:30 comes twice: the first counts
    (ALWAYS, "2026-03-07 12:01", "2026-03-07 12:05"),
]


@pytest.mark.parametrize(("schedule", "after", "expected"), NEXT)
def test_the_next_closing(schedule: Schedule, after: str, expected: str) -> None:
    found = next_closing(schedule, line_of(schedule.currency), brussels(after))
    assert (found, found.tzinfo) == (brussels(expected).astimezone(UTC), UTC)


MAY_CLOSE = [
    (TWICE, "2026-03-06 17:00", True),
    (TWICE, "2026-03-06 17:01", False),
    (TWICE, "2026-03-06 02:30", False),
    (TWICE, "2026-03-07 11:00", False),
    (ALWAYS, "2026-03-07 23:59", True),
]


@pytest.mark.parametrize(("schedule", "at", "expected"), MAY_CLOSE)
def test_windows_close_on_business_days_within_hours(schedule: Schedule, at: str, expected: bool) -> None:
    assert may_close(schedule, line_of(schedule.currency), brussels(at)) is expected


def test_a_time_outside_of_the_hours_is_no_closing() -> None:
    late = Schedule("JPY", times=(time(7), time(12)))
    line = line_of("JPY")
    assert next_closing(late, line, brussels("2026-03-06 06:00")) == brussels("2026-03-06 07:00")
    assert next_closing(late, line, brussels("2026-03-06 07:00")) == brussels("2026-03-06 08:00")
    assert next_closing(late, line, brussels("2026-03-06 08:00")) == brussels("2026-03-09 07:00")


schedules = st.one_of(
    st.builds(
        Schedule, st.sampled_from(["EUR", "JPY", "SAR"]), every_s=st.integers(2, 86_400), business_days=st.booleans()
    ),
    st.builds(
        Schedule,
        st.sampled_from(["EUR", "JPY", "SAR"]),
        times=st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=4).map(
            lambda times: tuple(sorted(times))
        ),
        business_days=st.booleans(),
    ),
)


MOMENTS = st.integers(0, 2 * 366 * 86_400).map(
    lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=passed)
)


@given(schedules, MOMENTS)
def test_closings_follow_one_another(schedule: Schedule, at: datetime) -> None:
    line = line_of(schedule.currency)
    first = next_closing(schedule, line, at)
    assert first > at
    assert may_close(schedule, line, first)
    assert is_closing(schedule, line, first)
    between = at + (first - at) / 2
    assert next_closing(schedule, line, between) == first, "there is none between"
    assert next_closing(schedule, line, first) - first <= timedelta(days=14)
