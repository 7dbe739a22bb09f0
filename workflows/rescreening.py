"""What follows a change of a list: payments on their way are held against it, and whom it concerns is pulled back."""

from datetime import timedelta
from typing import Final

from temporalio import workflow

from activities.list_files import ListChange
from activities.rescreening import RescreeningActivities
from schema.tables.compliance.rescreenings import Compared
from workflows import options, steps

PATIENCE_S: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10)
"""Pauses in which payments that were told leave their queues. Who has not by then stays barred, and the others go on."""


@workflow.defn(name="Rescreening")
class RescreeningWorkflow:
    """One change of one list. Until it is done, no window closes and nothing leaves a queue for its settlement."""

    @workflow.run
    async def run(self, change: ListChange) -> Compared:
        """Compare, pull back, and let settlement go on."""
        # A repeat of the comparison begins from the start, and nothing settles meanwhile: it has the time that it takes.
        compared = await steps.insist_batch(
            RescreeningActivities.compare, change, "Compare payments on their way", limits=options.TELL
        )
        told = await steps.insist_batch(
            RescreeningActivities.tell_pulled_back, change, "Pull payments back", limits=options.TELL
        )
        if told:
            await self._answered(change)
        await steps.insist(RescreeningActivities.end_rescreening, change, "Let settlement go on")
        return compared

    async def _answered(self, change: ListChange) -> None:
        for pause in PATIENCE_S:
            await workflow.sleep(timedelta(seconds=pause), summary="Payments leave their queues")
            if not await steps.insist(RescreeningActivities.unanswered, change, "Who has not answered?"):
                return
