"""Keeping the sanctions lists fresh: one run asks every publisher once; a schedule starts it again and again."""

from temporalio import workflow

from activities.lists import ListActivities, Refreshed
from workflows import options
from workflows.failures import STEP_FAILED


@workflow.defn(name="ListRefresh")
class ListRefreshWorkflow:
    """Asks for new versions of some lists. One that cannot be had does not keep the others from coming."""

    @workflow.run
    async def run(self, names: list[str]) -> list[Refreshed]:
        """What came of each."""
        return [await self._refresh(name) for name in names]

    async def _refresh(self, name: str) -> Refreshed:
        try:
            return await workflow.execute_activity_method(
                ListActivities.refresh_list, name, summary=f"Ask for {name}", **options.FETCH
            )
        except STEP_FAILED:
            return Refreshed(name, "failed")
