"""One closing by schedule: a Temporal Schedule starts it, it tells the currency's open window, and ends."""

from datetime import datetime
from typing import Final

from temporalio import workflow
from temporalio.common import SearchAttributeKey

from activities.closings import Closing, ClosingActivities
from workflows import steps

SCHEDULED: Final = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
"""The time that the Schedule meant, however late it could start us."""


@workflow.defn(name="WindowClose")
class WindowCloseWorkflow:
    """Closes whichever window of a currency was open at the scheduled time."""

    @workflow.run
    async def run(self, currency: str) -> list[str]:
        """The windows that were told: one, or none."""
        at = _meant()
        return await steps.run(ClosingActivities.close_by_schedule, Closing(currency, at), f"Close {currency}'s window")


def _meant() -> datetime:
    info = workflow.info()
    return info.typed_search_attributes.get(SCHEDULED) or info.start_time
