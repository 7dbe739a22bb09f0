"""When each currency settles: its calendar, hours and zone; its business days; and what operators change of that."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AfterValidator, Field, model_validator

from api.common.body import Body, json_body
from api.common.deps import House, PaymentsRead, Services, SettlementWrite
from api.common.fields import DayInQuery, Remark, broken
from api.common.shapes import Shape, problems, takes
from domain.calendars import CalendarLine, Hours, Observance, Roll
from domain.errors import InvalidValue, NotFound
from domain.money import exponent
from schema.tables.common import audit
from schema.tables.settlement import calendars
from schema.tables.settlement.calendars import CalendarView
from settlement.calendars import named
from settlement.dates import span

router = APIRouter(prefix="/settlement/calendars", tags=["settlement"])

FIRST: Final = date(2000, 1, 1)
LAST: Final = date(2099, 12, 31)
"""Between these days, holidays are known or can be told from a rule."""
LONGEST: Final = timedelta(days=366)
USUAL: Final = timedelta(days=30)


async def _known(currency: Annotated[str, Path(pattern="^[A-Z]{3}$", examples=["EUR"])]) -> str:
    try:
        exponent(currency)
    except InvalidValue as wrong:
        raise NotFound("no such currency", currency=currency) from wrong
    return currency


def _calendar(code: str) -> str:
    try:
        named(code)
    except InvalidValue as wrong:
        raise broken("CA-01", "not a calendar that is known: a market, a country, or a weekend") from wrong
    return code


def _zone(name: str) -> str:
    if name not in _zones():
        raise broken("CA-02", "not a time zone (IANA)")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


CurrencyInPath = Annotated[str, Depends(_known)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["17:00"])]


class NewCalendar(Body):
    """When a currency is to settle, and why that changes. Times are on the clock of `zone`.

    `calendar` is a financial market ("XECB" is TARGET, "XFED" Fedwire), a country ("GB"), or a weekend ("SAT-SUN",
    "FRI-SAT"; "EVERY-DAY" has none).
    """

    calendar: Annotated[str, Field(max_length=16), AfterValidator(_calendar)]
    opens: Clock
    cut_off: Clock
    roll: Annotated[Roll, Field(strict=False)] = Roll.FOLLOWING
    zone: Annotated[str, Field(max_length=64, examples=["Europe/Brussels"]), AfterValidator(_zone)]
    comment: Annotated[Remark, Field(min_length=1)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.opens >= self.cut_off:
            raise broken("CA-03", "a day opens before its cut-off")
        return self

    def line(self, currency: str) -> CalendarLine:
        """As it is kept."""
        hours = Hours(time.fromisoformat(self.opens), time.fromisoformat(self.cut_off))
        return CalendarLine(currency, self.calendar, hours, self.roll, self.zone)


class CalendarShape(Shape):
    """When a currency settles. `observed`: whether that binds, or the network is always open.

    `complete` false: not all of the calendar's holidays are known, perhaps only its weekends.
    """

    currency: str
    calendar: str
    complete: bool
    opens: str
    cut_off: str
    roll: Roll
    zone: str
    observed: bool
    changed_at: datetime | None
    changed_by: str | None


class CalendarList(Shape):
    """Every currency that has a line of its own, by code; another keeps the working days of its country."""

    calendars: list[CalendarShape]


class DayShape(Shape):
    """A day of a currency; one that is no business day has no hours."""

    date: date
    business_day: bool
    opens_at: datetime | None
    cut_off_at: datetime | None


class DayList(Shape):
    """The days of a span, both ends included."""

    currency: str
    calendar: str
    complete: bool
    observed: bool
    days: list[DayShape]


@router.get("", summary="When currencies settle", responses=problems())
async def listing(_: PaymentsRead, house: House) -> CalendarList:
    """The network's rule book as it stands."""
    async with house.db.read() as session:
        found = await calendars.lines(session)
    return CalendarList(calendars=[_shown(house, view) for view in found])


@router.get("/{currency}", summary="When a currency settles", responses=problems(404, 422))
async def detail(_: PaymentsRead, house: House, currency: CurrencyInPath) -> CalendarShape:
    """Its calendar, hours, roll rule and zone."""
    async with house.db.read() as session:
        return _shown(house, await calendars.view(session, currency))


@router.put(
    "/{currency}",
    summary="Change when a currency settles",
    openapi_extra=takes(NewCalendar),
    responses=problems(400, 404, 415, 422),
)
async def change(
    actor: SettlementWrite,
    house: House,
    currency: CurrencyInPath,
    body: Annotated[NewCalendar, Depends(json_body(NewCalendar))],
) -> CalendarShape:
    """Set a currency's line. Payments that come from now on are dated by it, and those that wait look when they wake."""
    at, line = datetime.now(UTC), body.line(currency)
    async with house.db.write() as session:
        before = await calendars.put(session, line, at=at, actor_id=actor.id)
        told = {"before": _facts(before), "after": _facts(line), "comment": body.comment}
        await audit.act(session, actor, "settlement.calendar", currency, told, at=at)
    return _shown(house, CalendarView(line, at, actor.id))


@router.get("/{currency}/days", summary="A currency's business days", responses=problems(404, 422))
async def days(
    _: PaymentsRead,
    house: House,
    currency: CurrencyInPath,
    from_: Annotated[DayInQuery | None, Query(alias="from", description="The first day; today, if not told.")] = None,
    to: Annotated[DayInQuery | None, Query(description="The last day; thirty days later, if not told.")] = None,
) -> DayList:
    """Every day of a span (at most a year): whether the currency settles, and between which moments."""
    async with house.db.read() as session:
        line = await calendars.line(session, currency)
    first = from_ or datetime.now(ZoneInfo(line.zone)).date()
    last = to or min(first, LAST - USUAL) + USUAL
    if not (FIRST <= first <= last <= LAST and last - first <= LONGEST):
        raise InvalidValue("a span begins before it ends, within this century, and has at most 367 days")
    calendar, zone = named(line.calendar), ZoneInfo(line.zone)
    shown = []
    for day in (first + timedelta(days=passed) for passed in range((last - first).days + 1)):
        is_open = calendar.is_open(day)
        opens_at, cut_off_at = span(day, line.hours, zone) if is_open else (None, None)
        shown.append(DayShape(date=day, business_day=is_open, opens_at=opens_at, cut_off_at=cut_off_at))
    return DayList(
        currency=currency, calendar=line.calendar, complete=calendar.complete, observed=_observed(house), days=shown
    )


def _observed(house: Services) -> bool:
    return house.settings.calendars is Observance.OBSERVED


def _shown(house: Services, view: CalendarView) -> CalendarShape:
    return CalendarShape(
        **_facts(view.line),
        currency=view.line.currency,
        complete=named(view.line.calendar).complete,
        observed=_observed(house),
        changed_at=view.changed_at,
        changed_by=view.changed_by,
    )


def _facts(line: CalendarLine) -> dict[str, Any]:
    return {
        "calendar": line.calendar,
        "opens": line.hours.opens.isoformat("minutes"),
        "cut_off": line.hours.cut_off.isoformat("minutes"),
        "roll": str(line.roll),
        "zone": line.zone,
    }
