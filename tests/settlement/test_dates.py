from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import HOURS, OTHER_HOURS, Hours, Roll
from domain.errors import InvalidValue
from settlement.calendars import Calendar, calendar, named
from settlement.dates import NETWORK_ZONE, Moved, add_days, roll, timing

WEEKDAYS = Calendar("weekdays")
EASTER = Calendar("easter", holidays=({date(2026, 4, 3), date(2026, 4, 6)},))
FOLLOWING, MODIFIED, PRECEDING = Roll


@pytest.mark.parametrize(
    ("currency", "day", "is_open"),
    [
        ("EUR", date(2026, 4, 3), False),  # Good Friday: TARGET is closed, Fedwire is open
        ("USD", date(2026, 4, 3), True),
        ("EUR", date(2026, 5, 1), False),
        ("EUR", date(2026, 10, 3), False),  # a Saturday
        ("EUR", date(2026, 12, 25), False),
        ("USD", date(2026, 11, 26), False),  # Thanksgiving
        ("EUR", date(2026, 11, 26), True),
        ("USD", date(2027, 7, 5), False),  # Independence Day falls on a Sunday
        ("GBP", date(2026, 5, 4), False),  # early May bank holiday
        ("JPY", date(2026, 5, 5), False),
        ("KWD", date(2026, 11, 27), False),  # a Friday
        ("KWD", date(2026, 11, 29), True),  # a Sunday
    ],
)
def test_a_currency_settles_on_its_business_days(currency: str, day: date, is_open: bool) -> None:
    assert calendar(currency).is_open(day) is is_open


def test_a_calendar_says_whether_it_knows_its_holidays() -> None:
    assert calendar("EUR").complete
    assert not calendar("KWD").complete


@pytest.mark.parametrize(
    ("day", "rule", "expected"),
    [
        (date(2026, 4, 1), FOLLOWING, date(2026, 4, 1)),
        (date(2026, 4, 3), FOLLOWING, date(2026, 4, 7)),
        (date(2026, 4, 3), PRECEDING, date(2026, 4, 2)),
        (date(2026, 4, 3), MODIFIED, date(2026, 4, 7)),
        (date(2026, 5, 30), FOLLOWING, date(2026, 6, 1)),
        (date(2026, 5, 30), MODIFIED, date(2026, 5, 29)),
        (date(2026, 5, 30), PRECEDING, date(2026, 5, 29)),
    ],
)
def test_roll(day: date, rule: Roll, expected: date) -> None:
    assert roll(day, EASTER, rule) == expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 4, 2), 0, date(2026, 4, 2)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 4, 2), 2, date(2026, 4, 8)),
        (date(2026, 4, 4), 0, date(2026, 4, 7)),
        (date(2026, 4, 4), 1, date(2026, 4, 7)),
        (date(2026, 4, 8), -2, date(2026, 4, 2)),
    ],
)
def test_add_days(day: date, count: int, expected: date) -> None:
    assert add_days(day, count, EASTER) == expected


ZONE = ZoneInfo("Europe/Brussels")
OFFICE = Hours(time(7, 0), time(17, 0))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "wanted", "value", "release", "moved"),
    [
        # Today, and at once: the day has opened.
        (local(1, 12), None, date(2026, 4, 1), local(1, 7), Moved.NOT),
        (local(1, 12), date(2026, 4, 1), date(2026, 4, 1), local(1, 7), Moved.NOT),
        # Before the day opens: when it opens.
        (local(1, 5), None, date(2026, 4, 1), local(1, 7), Moved.NOT),
        # The cut-off itself is too late.
        (local(1, 16, 59), None, date(2026, 4, 1), local(1, 7), Moved.NOT),
        (local(1, 17), None, date(2026, 4, 2), local(2, 7), Moved.CUT_OFF),
        # Over a long weekend.
        (local(2, 17), None, date(2026, 4, 7), local(7, 7), Moved.CUT_OFF),
        (local(3, 18), None, date(2026, 4, 7), local(7, 7), Moved.CLOSED),
        # For a later day: warehoused.
        (local(1, 12), date(2026, 4, 9), date(2026, 4, 9), local(9, 7), Moved.NOT),
        (local(1, 12), date(2026, 4, 5), date(2026, 4, 7), local(7, 7), Moved.CLOSED),
        # For a day that is over.
        (local(2, 12), date(2026, 4, 1), date(2026, 4, 2), local(2, 7), Moved.PAST),
    ],
)
def test_timing(now: datetime, wanted: date | None, value: date, release: datetime, moved: Moved) -> None:
    found = timing(now, EASTER, OFFICE, wanted=wanted, zone=ZONE)
    assert (found.value_date, found.release_at, found.moved) == (value, release, moved)
    assert found.warehoused(now) == (release > now)


def test_the_network_tells_its_time_in_its_own_zone() -> None:
    """23:30 in Brussels on the last of March is the next day in Tokyo, and still the last of March for the network."""
    now = datetime(2026, 4, 1, 6, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert timing(now, WEEKDAYS, Hours(time(0), time(23, 45))).value_date == date(2026, 3, 31)


def test_rolling_back_never_goes_before_the_first_day_that_can_be_made() -> None:
    found = timing(local(3, 12), EASTER, OFFICE, wanted=date(2026, 4, 3), rule=PRECEDING, zone=ZONE)
    assert found.value_date == date(2026, 4, 7)


@pytest.mark.parametrize("hours", [*HOURS.values(), OTHER_HOURS])
def test_a_day_opens_before_its_cut_off(hours: Hours) -> None:
    assert hours.opens < hours.cut_off


@given(
    st.integers(0, 3 * 365 * 24 * 60).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from(["EUR", "USD", "GBP", "KWD"]),
    st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    st.sampled_from(Roll),
)
def test_a_value_date_is_a_business_day_that_can_still_be_made(
    now: datetime, currency: str, wanted: date | None, rule: Roll
) -> None:
    found = timing(now, calendar(currency), HOURS.get(currency, OTHER_HOURS), wanted=wanted, rule=rule)
    assert calendar(currency).is_open(found.value_date)
    assert found.value_date >= now.astimezone(NETWORK_ZONE).date()
    assert found.until > now


@pytest.mark.parametrize("code", ["ZZ", "gb", "XXXX", "", "WEEKEND"])
def test_a_calendar_that_nobody_knows(code: str) -> None:
    with pytest.raises(InvalidValue):
        named(code)


def test_the_weekend_of_a_country_is_its_banks() -> None:
    """Hong Kong's offices are open on Saturdays, its settlement system is not."""
    assert not calendar("HKD").is_open(date(2026, 10, 3))
    assert not named("KW").is_open(date(2026, 11, 27))
