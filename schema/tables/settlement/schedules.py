"""When windows close by schedule, by currency. SQL is the truth; Temporal's Schedules are made to follow it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from datetime import time as Time
from typing import Final

from sqlalchemy import CheckConstraint, Column, text
from sqlalchemy.dialects.postgresql import ARRAY, TIME
from sqlmodel import Field

from domain.errors import NotFound
from domain.ids import new_id
from domain.schedules import Schedule
from schema.tables.common import outbox
from schema.tables.common.base import MOMENT, Table
from schema.tables.common.outbox import StartKind
from schema.tables.common.session import Line, ReadSession, WriteSession


class SettlementSchedule(Table, table=True):
    """The closings of one currency, and who set them; a currency without a row has windows of a fixed length."""

    __tablename__ = "settlement_schedules"
    __table_args__ = (
        CheckConstraint("every_s > 0", name="every_s"),
        CheckConstraint("(every_s IS NULL) <> (cardinality(times) = 0)", name="one_way"),
    )

    currency: str = Field(primary_key=True)
    every_s: int | None
    times: list[Time] = Field(sa_column=Column(ARRAY(TIME), nullable=False))
    business_days: bool
    paused: bool
    changed_at: datetime = Field(sa_type=MOMENT)
    changed_by: str
    comment: str


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A schedule, and who set it, when and why."""

    schedule: Schedule
    changed_at: datetime
    changed_by: str
    comment: str


async def listing(session: ReadSession) -> list[ScheduleView]:
    """Every currency that has a schedule, by code."""
    return [_view(row) for row in await session.all(_ALL)]


async def find(session: ReadSession, currency: str) -> ScheduleView | None:
    """The currency's schedule, if it has one."""
    row = await session.first(_ONE, {"currency": currency})
    return None if row is None else _view(row)


async def in_force(session: ReadSession, currency: str) -> Schedule | None:
    """The schedule by which the currency's windows close; none where there is none or it is paused."""
    found = await find(session, currency)
    return None if found is None or found.schedule.paused else found.schedule


async def put(session: WriteSession, schedule: Schedule, *, at: datetime, actor_id: str, comment: str) -> None:
    """Set a currency's schedule; Temporal follows by way of the outbox."""
    facts = asdict(schedule) | {"times": list(schedule.times), "at": at, "actor_id": actor_id, "comment": comment}
    await session.run(_PUT, facts)
    await follow(session, schedule.currency, at)


async def delete(session: WriteSession, currency: str, at: datetime) -> None:
    """Remove a currency's schedule; Temporal follows by way of the outbox. Raises NotFound."""
    if not await session.run(_DELETE, {"currency": currency}):
        raise NotFound("the currency has no schedule", currency=currency)
    await follow(session, currency, at)


async def follow(session: WriteSession, currency: str, at: datetime) -> None:
    """Have Temporal's Schedule made what SQL says of the currency once this session has ended."""
    # Each change has an id of its own: one that came while an earlier one is being followed must not be taken for it.
    change = f"settlement-window/{currency}/{new_id('chg')}"
    await outbox.add(session, workflow_id=change, kind=StartKind.SCHEDULE, subject=currency, input={}, at=at)


def _view(row: Line) -> ScheduleView:
    schedule = Schedule(row.currency, row.every_s, tuple(row.times), row.business_days, row.paused)
    return ScheduleView(schedule, row.changed_at, row.changed_by, row.comment)


_COLUMNS: Final = "currency, every_s, times, business_days, paused, changed_at, changed_by, comment"
_ALL: Final = text(f"SELECT {_COLUMNS} FROM settlement_schedules ORDER BY currency")  # noqa: S608
_ONE: Final = text(f"SELECT {_COLUMNS} FROM settlement_schedules WHERE currency = :currency")  # noqa: S608
_PUT: Final = text(
    """
    INSERT INTO settlement_schedules (currency, every_s, times, business_days, paused, changed_at, changed_by, comment)
    VALUES (:currency, :every_s, CAST(:times AS time[]), :business_days, :paused, :at, :actor_id, :comment)
    ON CONFLICT (currency) DO UPDATE SET
        every_s = excluded.every_s, times = excluded.times, business_days = excluded.business_days,
        paused = excluded.paused, changed_at = excluded.changed_at, changed_by = excluded.changed_by,
        comment = excluded.comment
    """
)
_DELETE: Final = text("DELETE FROM settlement_schedules WHERE currency = :currency")
