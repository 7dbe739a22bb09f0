"""On which day a payment settles: the step on PostgreSQL, at moments of the test's own choosing."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.value_dates import IN_TIME, KEPT, TOO_FAR, ValueDates, dating, moved, too_late
from domain.calendars import Hours, Observance, Roll, line_of
from domain.errors import ValueDateTooFar
from domain.reason import Reason
from schema.tables.common.session import Database
from schema.tables.payment import warehouse
from schema.tables.settlement import calendars
from settlement.dates import Moved, Timing, timing_by, timing_of

ZONE = ZoneInfo("Europe/Brussels")
OPEN, OBSERVED = Observance


def local(day: str, at: str = "12:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=ZONE).astimezone(UTC)


def on(day: str) -> date:
    return date.fromisoformat(day)


async def derived(dates: ValueDates, currency: str, at: datetime, wanted: str | None = None) -> Timing:
    """The value date of a payment that comes at a moment."""
    await dates.read()
    return dates.timing((currency,), at, on(wanted) if wanted else None)


# currency, now, wanted, settles on, from, until, why not as wanted
CASES = [
    # An ordinary Wednesday.
    ("EUR", local("2026-03-04"), None, "2026-03-04", local("2026-03-04", "02:30"), local("2026-03-04", "17:00"), Moved.NOT),
    # Before the day opens.
    ("EUR", local("2026-03-04", "01:00"), None, "2026-03-04", local("2026-03-04", "02:30"), local("2026-03-04", "17:00"), Moved.NOT),
    # At the cut-off.
    ("EUR", local("2026-03-04", "17:00"), "2026-03-04", "2026-03-05", local("2026-03-05", "02:30"), local("2026-03-05", "17:00"), Moved.CUT_OFF),
    ("USD", local("2026-03-04", "17:00"), "2026-03-04", "2026-03-04", local("2026-03-04", "03:00"), local("2026-03-04", "22:00"), Moved.NOT),
    # A weekend, and Good Friday with Easter Monday.
    ("EUR", local("2026-03-07"), None, "2026-03-09", local("2026-03-09", "02:30"), local("2026-03-09", "17:00"), Moved.CLOSED),
    ("EUR", local("2026-04-02", "18:00"), None, "2026-04-07", local("2026-04-07", "02:30"), local("2026-04-07", "17:00"), Moved.CUT_OFF),
    ("USD", local("2026-04-02"), "2026-04-03", "2026-04-03", local("2026-04-03", "03:00"), local("2026-04-03", "22:00"), Moved.NOT),
    # For a later day.
    ("EUR", local("2026-03-04"), "2026-05-01", "2026-05-04", local("2026-05-04", "02:30"), local("2026-05-04", "17:00"), Moved.CLOSED),
    # For a day that is over.
    ("EUR", local("2026-03-04"), "2026-03-03", "2026-03-04", local("2026-03-04", "02:30"), local("2026-03-04", "17:00"), Moved.PAST),
    ("EUR", local("2026-03-04"), "0001-01-01", "2026-03-04", local("2026-03-04", "02:30"), local("2026-03-04", "17:00"), Moved.PAST),
    # Over the change of the clocks: Friday in winter, Monday in summer time.
    ("EUR", local("2026-03-27", "18:00"), None, "2026-03-30", datetime(2026, 3, 30, 0, 30, tzinfo=UTC), datetime(2026, 3, 30, 15, 0, tzinfo=UTC), Moved.CUT_OFF),
    ("EUR", local("2026-10-23", "18:00"), None, "2026-10-26", datetime(2026, 10, 26, 1, 30, tzinfo=UTC), datetime(2026, 10, 26, 16, 0, tzinfo=UTC), Moved.CUT_OFF),
]  # fmt: skip


@pytest.mark.parametrize(("currency", "now", "wanted", "day", "release", "until", "why"), CASES)
async def test_an_observed_calendar_binds(
    db: Database,
    currency: str,
    now: datetime,
    wanted: str | None,
    day: str,
    release: datetime,
    until: datetime,
    why: Moved,
) -> None:
    found = await derived(ValueDates(db, OBSERVED), currency, now, wanted)
    assert (found.value_date, found.release_at, found.until, found.moved) == (on(day), release, until, why)


@pytest.mark.parametrize(
    ("now", "wanted", "day", "release", "until"),
    [
        # A Saturday night is as good as any other time.
        ("2026-03-07T23:59", None, "2026-03-07", "2026-03-07T00:00", "2026-03-08T00:00"),
        ("2026-12-25T03:00", "2026-12-25", "2026-12-25", "2026-12-25T00:00", "2026-12-26T00:00"),
        # Yet a later day is waited for, a holiday as well.
        ("2026-03-04T12:00", "2026-12-25", "2026-12-25", "2026-12-25T00:00", "2026-12-26T00:00"),
        # The days on which the clocks change have 23 and 25 hours.
        ("2026-03-28T12:00", "2026-03-29", "2026-03-29", "2026-03-29T00:00", "2026-03-30T00:00"),
        ("2026-10-24T12:00", "2026-10-25", "2026-10-25", "2026-10-25T00:00", "2026-10-26T00:00"),
    ],
)
async def test_a_network_that_is_always_open_knows_later_days_only(
    db: Database, now: str, wanted: str | None, day: str, release: str, until: str
) -> None:
    found = await derived(ValueDates(db, OPEN), "EUR", local(*now.split("T")), wanted)
    assert (found.value_date, found.moved) == (on(day), Moved.NOT)
    assert (found.release_at, found.until) == (local(*release.split("T")), local(*until.split("T")))


@pytest.mark.parametrize(
    ("now", "wanted", "settle_from", "day", "release"),
    [
        # Later that day, or earlier than its day opens.
        ("2026-03-04T09:00", "2026-03-04", "2026-03-04T15:00", "2026-03-04", "2026-03-04T15:00"),
        ("2026-03-04T09:00", "2026-03-05", "2026-03-05T15:00", "2026-03-05", "2026-03-05T15:00"),
        ("2026-03-04T09:00", "2026-03-05", "2026-03-05T01:00", "2026-03-05", "2026-03-05T02:30"),
        # Past already.
        ("2026-03-04T16:00", "2026-03-04", "2026-03-04T15:00", "2026-03-04", "2026-03-04T15:00"),
        # After the cut-off: on the next day, from its opening.
        ("2026-03-04T09:00", "2026-03-04", "2026-03-04T18:00", "2026-03-05", "2026-03-05T02:30"),
        # The day is a Saturday, or over: the time was of that day.
        ("2026-03-04T09:00", "2026-03-07", "2026-03-07T15:00", "2026-03-09", "2026-03-09T02:30"),
        ("2026-03-04T09:00", "2026-03-03", "2026-03-03T15:00", "2026-03-04", "2026-03-04T02:30"),
    ],
)
async def test_a_payment_settles_no_earlier_than_its_sender_wants(
    db: Database, now: str, wanted: str, settle_from: str, day: str, release: str
) -> None:
    dates = ValueDates(db, OBSERVED)
    await dates.read()
    found = dates.timing(("EUR",), local(*now.split("T")), on(wanted), local(*settle_from.split("T")))
    assert (found.value_date, found.release_at) == (on(day), local(*release.split("T")))


@pytest.mark.parametrize(
    ("reject_at", "refused"),
    [
        (None, False),
        ("2026-03-04T12:01", False),
        # It is that time already, or the payment cannot settle before tomorrow.
        ("2026-03-04T12:00", True),
        ("2026-03-04T11:59", True),
    ],
)
async def test_a_payment_that_cannot_settle_in_time_is_refused(
    db: Database, reject_at: str | None, refused: bool
) -> None:
    now = local("2026-03-04")
    by = local(*reject_at.split("T")) if reject_at else None
    today = await derived(ValueDates(db, OBSERVED), "EUR", now)
    found = list(too_late(by, today, now))
    assert [each.finding.rule for each in found] == ([IN_TIME.id] if refused else [])
    assert all(each.rejection.reasons == (Reason.TM01,) for each in found)
    tomorrow = await derived(ValueDates(db, OBSERVED), "EUR", now, "2026-03-05")
    assert bool(list(too_late(by, tomorrow, now))) is (by is not None)


@pytest.mark.parametrize(
    ("roll", "day"),
    [(Roll.FOLLOWING, "2026-06-01"), (Roll.MODIFIED_FOLLOWING, "2026-05-29"), (Roll.PRECEDING, "2026-05-29")],
)
async def test_the_line_of_a_currency_says_where_its_month_ends(db: Database, roll: Roll, day: str) -> None:
    """The 30th of May 2026 is a Saturday."""
    async with db.write() as session:
        line = replace(line_of("SEK"), hours=Hours(time(7), time(17)), roll=roll, zone="Europe/Stockholm")
        await calendars.put(session, line, at=local("2026-01-01"), actor_id="otto")
    found = await derived(ValueDates(db, OBSERVED), "SEK", local("2026-05-20"), "2026-05-30")
    assert (found.value_date, found.release_at) == (on(day), local(day, "07:00"))


async def test_a_changed_line_is_heard_when_the_old_one_has_grown_stale(db: Database) -> None:
    now, dates, fresh = local("2026-03-04"), ValueDates(db, OBSERVED), ValueDates(db, OBSERVED, max_age_s=0)
    before = [await derived(each, "NOK", now) for each in (dates, fresh)]
    async with db.write() as session:
        line = replace(line_of("NOK"), hours=Hours(time(6), time(11)))
        await calendars.put(session, line, at=now, actor_id="otto")
    after = [await derived(each, "NOK", now) for each in (dates, fresh)]
    assert [each.value_date for each in before] == [on("2026-03-04")] * 2
    assert [each.value_date for each in after] == [on("2026-03-04"), on("2026-03-05")]


@pytest.mark.parametrize(
    ("pair", "now", "wanted", "day", "release", "until", "why"),
    [
        # The hours that both have.
        (("EUR", "USD"), local("2026-03-04"), None, "2026-03-04", local("2026-03-04", "03:00"), local("2026-03-04", "17:00"), Moved.NOT),
        (("EUR", "USD"), local("2026-03-04"), "2026-03-05", "2026-03-05", local("2026-03-05", "03:00"), local("2026-03-05", "17:00"), Moved.NOT),
        # The dollar could still be paid today, the euro cannot.
        (("USD", "EUR"), local("2026-03-04", "18:00"), None, "2026-03-05", local("2026-03-05", "03:00"), local("2026-03-05", "17:00"), Moved.CUT_OFF),
        # Good Friday and Easter Monday are TARGET's, Thanksgiving is Fedwire's.
        (("USD", "EUR"), local("2026-04-01"), "2026-04-03", "2026-04-07", local("2026-04-07", "03:00"), local("2026-04-07", "17:00"), Moved.CLOSED),
        (("EUR", "USD"), local("2026-11-25"), "2026-11-26", "2026-11-27", local("2026-11-27", "03:00"), local("2026-11-27", "17:00"), Moved.CLOSED),
        # Kuwait's week and Europe's share four days.
        (("KWD", "EUR"), local("2026-11-26", "18:00"), None, "2026-11-30", local("2026-11-30", "06:00"), local("2026-11-30", "16:00"), Moved.CUT_OFF),
        # Tokyo's day is over when Toronto's begins, but for two hours.
        (("CAD", "JPY"), local("2026-03-04"), "2026-03-05", "2026-03-05", local("2026-03-05", "06:00"), local("2026-03-05", "08:00"), Moved.NOT),
        # A security has no calendar.
        (("DE0001102580", "EUR"), local("2026-03-07"), None, "2026-03-09", local("2026-03-09", "02:30"), local("2026-03-09", "17:00"), Moved.CLOSED),
    ],
)  # fmt: skip
def test_two_currencies_settle_when_both_are_open(
    pair: tuple[str, str], now: datetime, wanted: str | None, day: str, release: datetime, until: datetime, why: Moved
) -> None:
    lines = [line_of(currency) for currency in warehouse.currencies(*pair)]
    found = timing_of(lines, now, observance=OBSERVED, wanted=on(wanted) if wanted else None)
    assert (found.value_date, found.release_at, found.until, found.moved) == (on(day), release, until, why)


def test_two_currencies_that_share_no_hour_settle_in_those_of_the_first() -> None:
    early, late = (replace(line_of("EUR"), hours=Hours(time(begins), time(begins + 4))) for begins in (2, 12))
    found = timing_of([late, early], local("2026-03-04", "01:00"), observance=OBSERVED, wanted=on("2026-03-05"))
    assert (found.release_at, found.until) == (local("2026-03-05", "12:00"), local("2026-03-05", "16:00"))


@pytest.mark.parametrize(
    ("wanted", "far"),
    [(None, False), ("2025-01-01", False), ("2026-03-14", False), ("2026-03-15", True), ("9999-12-31", True)],
)
def test_the_warehouse_reaches_so_far(db: Database, wanted: str | None, far: bool) -> None:
    found = list(ValueDates(db, furthest_days=10).too_far(on(wanted) if wanted else None, local("2026-03-04")))
    assert [(each.finding.rule, each.finding.reason) for each in found] == [(TOO_FAR.id, Reason.CH03)] * far
    assert all(isinstance(each.rejection, ValueDateTooFar) for each in found)


@pytest.mark.parametrize(
    ("now", "wanted", "reason"),
    [
        (local("2026-03-04"), None, None),
        (local("2026-03-04", "18:00"), None, None),  # nobody asked for a day
        (local("2026-03-04"), "2026-03-04", None),
        (local("2026-03-04"), "2026-03-03", Reason.DT01),
        (local("2026-03-04"), "2026-03-07", Reason.DT01),
        (local("2026-03-04", "18:00"), "2026-03-04", Reason.TM01),
    ],
)
def test_a_day_that_is_not_the_wanted_one_is_told(now: datetime, wanted: str | None, reason: Reason | None) -> None:
    day = on(wanted) if wanted else None
    found = moved(day, timing_by(line_of("EUR"), now, observance=OBSERVED, wanted=day))
    assert [(each.rule, each.reason, each.severity, each.value) for each in found] == (
        [(KEPT.id, reason, KEPT.severity, wanted)] if reason else []
    )


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["EUR", "USD", "JPY", "KWD", "XAF"]),
    st.none() | st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    st.sampled_from(Observance),
)
def test_no_payment_is_released_before_its_day(
    now: datetime, currency: str, wanted: date | None, observance: Observance
) -> None:
    line = line_of(currency)
    found = timing_by(line, now, observance=observance, wanted=wanted)
    began = datetime.combine(found.value_date, time(0), ZoneInfo(line.zone))
    assert began.astimezone(UTC) <= found.release_at < found.until
    assert now < found.until
    assert found.value_date >= (wanted or date.min), "following: never before the day that was wanted"
    assert dating(found).moved is None or found.value_date != wanted
    # Looked at again when it is released, it settles on the very day.
    again = timing_by(line, max(now, found.release_at), observance=observance, wanted=found.value_date)
    assert (again.value_date, again.release_at, again.moved) == (found.value_date, found.release_at, Moved.NOT)
