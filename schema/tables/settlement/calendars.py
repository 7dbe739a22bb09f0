"""When each currency settles, as operators set it: its calendar, its hours, where other days roll, and the zone."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from sqlalchemy import text
from sqlmodel import Field

from domain.calendars import CalendarLine, Hours, Roll, line_of
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession
from schema.tables.settlement import schedules


class SettlementCalendar(Table, table=True):
    """A currency's line. A currency that has none keeps what the rule book says (`domain.calendars.line_of`)."""

    __tablename__ = "settlement_calendars"
    __table_args__ = (one_of("roll", Roll),)

    currency: str = Field(primary_key=True)
    calendar: str
    opens: time
    cut_off: time
    roll: str
    zone: str
    changed_at: datetime | None = Field(sa_type=MOMENT)
    changed_by: str | None


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A currency's line, and who set it when; nobody: it is the rule book's."""

    line: CalendarLine
    changed_at: datetime | None = None
    changed_by: str | None = None


async def lines(session: ReadSession) -> list[CalendarView]:
    """Every currency that has a line of its own, by code."""
    return [_view(row) for row in await session.all(_LINES)]


async def view(session: ReadSession, currency: str) -> CalendarView:
    """When a currency settles; of one without a line of its own, what the rule book says."""
    row = await session.first(_LINE, {"currency": currency})
    return CalendarView(line_of(currency)) if row is None else _view(row)


async def line(session: ReadSession, currency: str) -> CalendarLine:
    """When a currency settles, without who said so."""
    return (await view(session, currency)).line


async def put(session: WriteSession, line: CalendarLine, *, at: datetime, actor_id: str) -> CalendarLine:
    """Set a currency's line, which its schedule of windows follows; answers the one that was in force before."""
    row = await session.first(_LOCKED, {"currency": line.currency})
    before = line_of(line.currency) if row is None else _view(row).line
    await session.run(
        _PUT,
        {
            "currency": line.currency,
            "calendar": line.calendar,
            "opens": line.hours.opens,
            "cut_off": line.hours.cut_off,
            "roll": str(line.roll),
            "zone": line.zone,
            "at": at,
            "actor_id": actor_id,
        },
    )
    if await schedules.find(session, line.currency) is not None:
        await schedules.follow(session, line.currency, at)
    return before


def _view(row: Line) -> CalendarView:
    hours = Hours(row.opens, row.cut_off)
    line = CalendarLine(row.currency, row.calendar, hours, Roll(row.roll), row.zone)
    return CalendarView(line, row.changed_at, row.changed_by)


_SELECT: Final = (
    "SELECT currency, calendar, opens, cut_off, roll, zone, changed_at, changed_by FROM settlement_calendars"
)
_LINES: Final = text(f"{_SELECT} ORDER BY currency")
_LINE: Final = text(f"{_SELECT} WHERE currency = :currency")
_LOCKED: Final = text(f"{_SELECT} WHERE currency = :currency FOR UPDATE")
_PUT: Final = text(
    """
    INSERT INTO settlement_calendars (currency, calendar, opens, cut_off, roll, zone, changed_at, changed_by)
    VALUES (:currency, :calendar, :opens, :cut_off, :roll, :zone, :at, :actor_id)
    ON CONFLICT (currency) DO UPDATE SET
        calendar = excluded.calendar, opens = excluded.opens, cut_off = excluded.cut_off, roll = excluded.roll,
        zone = excluded.zone, changed_at = excluded.changed_at, changed_by = excluded.changed_by
    """
)
