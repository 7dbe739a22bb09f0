"""Closing windows by schedule: when the next closing is, and telling the window that is open then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import Unavailable
from schema.tables.common.session import Database, ReadSession
from schema.tables.settlement import calendars, schedules, steering
from schema.tables.settlement.windows import WindowState
from settlement import closings

CLOSE_SIGNAL: Final = "close"


@dataclass(frozen=True, slots=True)
class Closing:
    """One closing of a currency, and the time that the schedule meant for it (to the second)."""

    currency: str
    at: datetime


class ClosingActivities:
    """Has windows closed when their schedules say so."""

    def __init__(self, db: Database, client: Client) -> None:
        self._db = db
        self._client = client

    @activity.defn
    async def close_by_schedule(self, closing: Closing) -> list[str]:
        """Tell the currency's window that it closes, if one was open at that time; answers which.

        Nothing on a day on which the currency's calendar is closed, or outside of its hours. Raises Unavailable while the
        window's workflow is not started yet.
        """
        async with self._db.read() as session:
            schedule = await schedules.in_force(session, closing.currency)
            line = await calendars.line(session, closing.currency)
            if schedule is None or not closings.may_close(schedule, line, closing.at):
                return []
            # A window that opened afterwards belongs to the next closing, however late this one comes. A Schedule that
            # is triggered by hand means whichever window is open.
            before = closing.at if closings.is_closing(schedule, line, closing.at) else None
            due = await steering.open_windows(session, closing.currency, before=before)
        for window_id in due:
            await self._tell(window_id)
        return due

    async def _tell(self, window_id: str) -> None:
        try:
            await self._client.get_workflow_handle(f"settlement/{window_id}").signal(CLOSE_SIGNAL)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            async with self._db.read() as session:
                if (await steering.window(session, window_id)).state is WindowState.OPEN:
                    raise Unavailable("the window's workflow is not started yet") from error


async def next_closing(session: ReadSession, currency: str, at: datetime) -> datetime | None:
    """When the currency's windows close next by its schedule; None: none is in force."""
    schedule = await schedules.in_force(session, currency)
    if schedule is None:
        return None
    return closings.next_closing(schedule, await calendars.line(session, currency), at)
