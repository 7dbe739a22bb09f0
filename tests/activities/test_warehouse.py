"""The steps of the warehouse on PostgreSQL: when a payment waits, when it leaves, and what a repeat finds."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from activities.payments import PaymentActivities
from activities.value_dates import SettlementDay, ValueDates, dating
from activities.warehouse import DayCheck, DayEnd, EarlyRelease, WarehouseActivities
from domain.calendars import CalendarLine, Hours, Observance, Roll, line_of
from domain.decision import Actor, Role
from domain.errors import NotFound, NotReleasable, ParticipantSuspended, Rejection
from domain.exchange import Exchange
from domain.money import Money
from domain.payment import SettlementMethod
from domain.reason import Reason
from domain.status import PaymentStatus
from schema.tables.accounts import participants
from schema.tables.common.session import Database
from schema.tables.initiation import findings
from schema.tables.payment import events, payments
from schema.tables.payment.payments import Step
from schema.tables.payment.warehouse import Dating
from schema.tables.settlement import calendars
from settlement.calendars import named
from settlement.dates import timing_by
from tests.activities.test_value_dates import local, on
from tests.schema.tables.world import AT, BERLIN, PARIS, at_status, taken_in

S = PaymentStatus
OTTO = Actor("otto", Role.OPERATOR)


async def found(db: Database) -> None:
    """Take in the banks of the payments and their accounts."""
    async with db.write() as session:
        for bic in (BERLIN, PARIS):
            await participants.register(session, bic=bic, name=bic, country=bic[4:6], at=AT)
            for currency in ("EUR", "USD", "JPY", "KWD", "CHF"):
                await participants.add_account(session, bic=bic, currency=currency, floor_minor=0, at=AT)


class Store:
    """A network that keeps its calendars, and one payment of it."""

    def __init__(self, db: Database, payment_id: str) -> None:
        self.db = db
        self.payment_id = payment_id
        dates = ValueDates(db, Observance.OBSERVED, max_age_s=0)
        self.steps = WarehouseActivities(db, dates)
        self.checks = PaymentActivities(db, dates)

    @classmethod
    async def screened(
        cls,
        db: Database,
        came: datetime,
        wanted: str | None = None,
        currency: str = "EUR",
        settle_from: datetime | None = None,
    ) -> "Store":
        """A payment that came at a moment, was dated then, and is screened."""
        await found(db)
        payment_id = await taken_in(db, value_date=wanted, amount=Money(12_550, currency), settle_from=settle_from)
        timing = timing_by(
            line_of(currency), came, observance=Observance.OBSERVED, wanted=on(wanted) if wanted else None
        )
        timing = replace(timing, release_at=settle_from or timing.release_at)
        async with db.write() as session:
            steps = [Step(S.VALIDATED, came, "network"), Step(S.SCREENED, came, "network")]
            await payments.advance(session, payment_id, *steps, dating=dating(timing))
        return cls(db, payment_id)

    async def look(self, at: datetime) -> SettlementDay:
        """Have the day looked at, twice: a repeat finds it done."""
        check = DayCheck(self.payment_id, at)
        first = await self.steps.look_at_day(check)
        before = await self.story()
        assert await self.steps.look_at_day(check) == first
        assert await self.story() == before
        return first

    async def release(self, at: datetime) -> SettlementDay:
        """Let it go early."""
        return await self.steps.release_early(EarlyRelease(self.payment_id, at, OTTO, "a test"))

    async def story(self) -> list[tuple[str, str | None, str | None]]:
        """What happened to the payment's day, the day it got, and the reason if it is another."""
        async with self.db.read() as session:
            told = await events.of(session, self.payment_id)
        return [
            (event.kind, event.detail["settlement_date"], event.detail.get("moved"))
            for event in told
            if event.kind != "status"
        ]

    async def put(self, line: CalendarLine) -> None:
        async with self.db.write() as session:
            await calendars.put(session, line, at=datetime.now(UTC), actor_id=OTTO.id)


async def test_it_waits_and_leaves_when_its_day_opens(db: Database) -> None:
    store = await Store.screened(db, local("2026-03-04"), "2026-03-06")
    day = await store.look(local("2026-03-04"))
    assert day.release_at == local("2026-03-06", "02:30")
    assert await store.look(day.release_at) == SettlementDay(on("2026-03-06"), day.release_at, day.until)
    assert await store.story() == [("warehoused", "2026-03-06", None), ("released", "2026-03-06", None)]


async def test_a_payment_that_the_cut_off_passed_by_waits_for_the_next_day(db: Database) -> None:
    store = await Store.screened(db, local("2026-03-06", "16:00"))
    day = await store.look(local("2026-03-06", "17:00"))
    assert day.release_at == local("2026-03-09", "02:30")
    await store.look(day.release_at)
    assert await store.story() == [("warehoused", "2026-03-09", "after_cut_off"), ("released", "2026-03-09", None)]


async def test_a_payment_that_its_whole_day_passed_by_settles_on_the_present_one(db: Database) -> None:
    store = await Store.screened(db, local("2026-03-05", "16:00"))
    now = local("2026-03-06", "10:00")
    assert (await store.look(now)).is_on(now)
    assert await store.story() == [("redated", "2026-03-06", "in_the_past")]


@pytest.mark.parametrize(
    ("at", "stays", "day", "story"),
    [
        (local("2026-03-06", "16:59"), False, "2026-03-06", []),
        (local("2026-03-06", "17:00"), False, "2026-03-09", []),
        (local("2026-03-06", "17:00"), True, "2026-03-09", [("redated", "2026-03-09", "after_cut_off")]),
        (local("2026-03-09", "12:00"), False, "2026-03-09", [("redated", "2026-03-09", "in_the_past")]),
    ],
    ids=["not over", "it must leave its queue first", "it stays in its queue", "the next day has begun"],
)
async def test_a_day_that_ends_in_a_queue(
    db: Database, at: datetime, stays: bool, day: str, story: list[tuple[str, str, str]]
) -> None:
    """The 6th of March 2026 is a Friday. A repeat finds it done."""
    store = await Store.screened(db, local("2026-03-06", "16:00"))
    for _ in range(2):
        assert (await store.steps.end_day(DayEnd(store.payment_id, at, stays))).date == on(day)
        assert await store.story() == story


async def test_a_leg_is_dated_by_both_currencies(db: Database) -> None:
    """The 4th of July 2025 is Fedwire's holiday: the euros of the exchange wait as well."""
    wants = Exchange("SWAP-1", Money(10_000, "USD"))
    await found(db)
    leg = await taken_in(db, exchange=wants, method=SettlementMethod.PVP, value_date="2025-07-04")
    async with db.write() as session:
        dated = Dating(on("2025-07-04"), local("2025-07-04", "03:00"), local("2025-07-04", "17:00"))
        steps = [Step(S.VALIDATED, local("2025-07-03"), "network"), Step(S.SCREENED, local("2025-07-03"), "network")]
        await payments.advance(session, leg, *steps, dating=dated)
    async with db.read() as session:
        assert (await payments.instruction(session, leg)).currencies == ("EUR", "USD")
    day = await Store(db, leg).look(local("2025-07-03", "20:00"))
    assert (day.date, day.release_at) == (on("2025-07-07"), local("2025-07-07", "03:00"))


async def test_a_day_that_was_closed_meanwhile_is_not_the_payments_day(db: Database) -> None:
    store = await Store.screened(db, local("2026-03-04"), "2026-03-06", "CHF")
    day = await store.look(local("2026-03-04"))
    # The 6th of March 2026 is a Friday.
    await store.put(replace(line_of("CHF"), calendar="FRI-SAT"))
    moved = await store.look(day.release_at)
    assert (moved.date, moved.release_at) == (on("2026-03-08"), local("2026-03-08", "01:00"))
    await store.look(moved.release_at)
    assert await store.story() == [
        ("warehoused", "2026-03-06", None),
        ("warehoused", "2026-03-08", "not_a_business_day"),
        ("released", "2026-03-08", None),
    ]


@pytest.mark.parametrize(
    ("came", "wanted", "at", "refusal"),
    [
        (local("2026-03-04", "18:00"), None, local("2026-03-04", "20:00"), None),
        (local("2026-03-04", "18:00"), "2026-03-04", local("2026-03-04", "20:00"), None),
        (local("2026-03-04", "01:00"), None, local("2026-03-04", "01:30"), None),
        (local("2026-03-04"), "2026-03-06", local("2026-03-04", "13:00"), "has not come"),
        (local("2026-03-06", "18:00"), None, local("2026-03-07"), "does not settle today"),
        (local("2026-03-07"), "2026-03-07", local("2026-03-08"), "does not settle today"),
    ],
)
async def test_an_operator_waives_the_hours_and_nothing_else(
    db: Database, came: datetime, wanted: str | None, at: datetime, refusal: str | None
) -> None:
    store = await Store.screened(db, came, wanted)
    waiting = await store.look(came)
    if refusal is not None:
        with pytest.raises(NotReleasable, match=refusal):
            await store.release(at)
        assert await store.look(at) == waiting
        return
    day = await store.release(at)
    assert day.is_on(at)
    assert await store.release(at) == day, "a repeat finds it done"
    assert await store.look(at) == day
    async with db.read() as session:
        lines = await session.all(
            text("SELECT action, actor_id FROM audit_log WHERE subject = :id"), {"id": store.payment_id}
        )
    assert [tuple(line) for line in lines] == [("settlement.release", "otto")]


async def test_a_bank_that_was_suspended_meanwhile_stops_its_payment(db: Database) -> None:
    store = await Store.screened(db, local("2026-03-04", "18:00"))
    day = await store.look(local("2026-03-04", "18:00"))
    async with db.write() as session:
        await session.run(text("UPDATE participants SET status = 'suspended' WHERE bic = :bic"), {"bic": PARIS})
    for act in (store.look(day.release_at), store.release(local("2026-03-04", "19:00"))):
        with pytest.raises(ParticipantSuspended):
            await act
    assert await store.story() == [("warehoused", "2026-03-05", None)]


async def test_only_what_waits_is_let_go(db: Database) -> None:
    now = local("2026-03-04")
    store = await Store.screened(db, local("2026-03-03"))
    with pytest.raises(NotReleasable):
        await store.release(now)
    undated = Store(db, await at_status(db, S.VALIDATED, S.SCREENED))
    with pytest.raises(NotFound):
        await undated.look(now)


async def test_nobody_lets_it_go_before_the_hour_that_its_sender_wants(db: Database) -> None:
    store = await Store.screened(db, local("2026-03-04"), "2026-03-04", settle_from=local("2026-03-04", "15:00"))
    day = await store.look(local("2026-03-04", "13:00"))
    assert (day.date, day.release_at) == (on("2026-03-04"), local("2026-03-04", "15:00"))
    with pytest.raises(NotReleasable):
        await store.release(local("2026-03-04", "14:59"))
    assert await store.look(day.release_at) == day
    assert await store.story() == [("warehoused", "2026-03-04", None), ("released", "2026-03-04", None)]


async def test_a_payment_that_comes_after_its_time_is_refused(db: Database) -> None:
    await found(db)
    late = datetime.now(UTC) - timedelta(minutes=1)
    store = Store(db, await taken_in(db, reject_at=late))
    with pytest.raises(Rejection) as refused:
        await store.checks.validate(store.payment_id)
    assert refused.value.reasons == (Reason.TM01,)
    async with db.read() as session:
        (noted,) = await findings.of(session, store.payment_id)
    assert (noted.finding.rule, noted.finding.severity) == ("NW-09", "error")


async def test_the_verdict_of_before_stands_and_a_payment_of_before_has_no_day(db: Database) -> None:
    store = await Store.screened(db, local("2026-03-04"), "2026-03-06")
    recorded = await store.checks.validate(store.payment_id)
    assert recorded is not None
    assert (recorded.date, recorded.release_at) == (on("2026-03-06"), local("2026-03-06", "02:30"))
    undated = await at_status(db, S.VALIDATED)
    assert await store.checks.validate(undated) is None


async def test_whatever_happens_nothing_is_let_out_before_its_day(db: Database) -> None:
    """Payments come at any time, workers sleep as long as they like, operators change the hours: the rules still hold."""
    for seed in range(40):
        await _one_story(db, random.Random(seed))


async def _one_story(db: Database, chance: random.Random) -> None:
    currency, now = (
        chance.choice(["EUR", "USD", "JPY", "KWD"]),
        local("2026-03-01") + timedelta(hours=chance.random() * 900),
    )
    wanted = (now + timedelta(days=chance.randrange(-2, 9))).date()
    store = await Store.screened(db, now, wanted.isoformat(), currency)
    line, day = line_of(currency), None
    await store.put(line)
    for _ in range(12):
        if chance.random() < 0.3:
            line = _other_hours(chance, currency)
            await store.put(line)
        day = await store.look(now)
        if day.release_at <= now:
            break
        now = day.release_at + timedelta(hours=chance.choice([0, 0, 3, 40]) * chance.random())
    assert day is not None
    assert day.is_on(now), "in the end it is let out"
    assert day.date >= wanted
    assert now.astimezone(ZoneInfo(line.zone)).date() == day.date
    assert named(line.calendar).is_open(day.date)


def _other_hours(chance: random.Random, currency: str) -> CalendarLine:
    opens = chance.randrange(0, 12)
    hours = Hours(time(opens), time(chance.randrange(opens + 4, 24)))
    zone = chance.choice(["Europe/Brussels", "Asia/Tokyo", "America/New_York"])
    return CalendarLine(currency, chance.choice(["XECB", "GB", "SAT-SUN", "EVERY-DAY"]), hours, Roll.FOLLOWING, zone)


def test_a_day_knows_whether_it_is_on() -> None:
    day = SettlementDay(date(2026, 3, 4), local("2026-03-04", "07:00"), local("2026-03-04", "17:00"))
    assert [day.is_on(local("2026-03-04", at)) for at in ("06:59", "07:00", "16:59", "17:00")] == [
        False,
        True,
        True,
        False,
    ]
