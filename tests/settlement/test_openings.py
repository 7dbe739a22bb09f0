"""When two currencies are both open: an exchange of them settles then, and at no other time."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import CalendarLine, Hours, line_of
from settlement.calendars import named
from settlement.dates import opening

BRUSSELS = ZoneInfo("Europe/Brussels")


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment on the network's clock."""
    return datetime(year, month, day, hour, minute, tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("now", "currencies", "opens"),
    [
        (at(2026, 11, 25, 12), ("EUR", "USD"), at(2026, 11, 25, 12)),
        (at(2026, 11, 25, 1), ("EUR", "USD"), at(2026, 11, 25, 3)),  # the dollar opens half an hour after the euro
        (at(2026, 11, 25, 16, 59), ("EUR", "USD"), at(2026, 11, 25, 16, 59)),
        (at(2026, 11, 25, 17), ("EUR", "USD"), at(2026, 11, 27, 3)),  # after the euro's cut-off, then Thanksgiving
        (at(2026, 11, 26, 12), ("EUR", "USD"), at(2026, 11, 27, 3)),
        (at(2026, 11, 26, 12), ("EUR", "GBP"), at(2026, 11, 26, 12)),
        (at(2026, 11, 28, 12), ("EUR", "USD"), at(2026, 11, 30, 3)),  # a Saturday
        (at(2026, 11, 26, 18), ("EUR", "KWD"), at(2026, 11, 30, 6)),  # Friday closes the dinar, Sunday the euro
        (at(2026, 5, 4, 12), ("EUR", "GBP"), at(2026, 5, 5, 7)),  # early May bank holiday
        (at(2026, 11, 25, 9), ("GBP", "JPY"), at(2026, 11, 26, 7)),  # one hour a day in common
        (at(2026, 11, 28, 12), ("DE0001102580",), at(2026, 11, 28, 12)),  # a security has no calendar of its own
    ],
)
def test_both_must_be_open(now: datetime, currencies: tuple[str, ...], opens: datetime) -> None:
    assert opening(now, [line_of(currency) for currency in currencies]) == opens


def test_hours_that_never_meet_are_told() -> None:
    early, late = (CalendarLine("EUR", "EVERY-DAY", Hours(time(hour), time(hour + 1))) for hour in (8, 9))
    assert opening(at(2026, 11, 25, 12), [early, late]) is None


@given(
    st.integers(0, 2 * 365 * 24 * 2).map(
        lambda halves: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * halves)
    ),
    st.lists(st.sampled_from(["EUR", "USD", "GBP", "JPY", "KWD", "AUD"]), min_size=2, max_size=2, unique=True),
)
def test_it_is_the_first_moment_at_which_both_are(now: datetime, currencies: list[str]) -> None:
    lines = [line_of(currency) for currency in currencies]
    found = opening(now, lines)
    assert found is not None
    assert all(_open(line, found) for line in lines)
    earlier = now
    while earlier < found:  # hours begin on the hour or half past
        assert not all(_open(line, earlier) for line in lines)
        earlier += timedelta(minutes=30)


def _open(line: CalendarLine, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(line.zone))
    return named(line.calendar).is_open(local.date()) and line.hours.opens <= local.time() < line.hours.cut_off
