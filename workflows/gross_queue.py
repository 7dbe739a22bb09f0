"""The owner of one currency's gross queue: it looks, lets go what can go, and tells it; it ends when nobody waits."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Final

from temporalio import workflow

from activities.gross_queue import Found, GrossQueueActivities, Look, Made
from activities.settlement import SettlementActivities
from workflows import steps
from workflows.payloads import GrossQueueInput

REFUSALS: Final = 3
"""So many times in a row a plan that the ledger refuses is made anew at once; then the next look waits for its time."""


@workflow.defn(name="GrossQueue")
class GrossQueueWorkflow:
    """One currency, one serial owner: what it plans is made before it plans again."""

    @workflow.init
    def __init__(self, queue: GrossQueueInput) -> None:
        self._queue = queue
        self._woken = False
        self._refusals = 0

    @workflow.run
    async def run(self, queue: GrossQueueInput) -> int:
        """Look whenever there is news, and in any case after a while. Answers how many payments it let go, over all runs."""
        while True:
            # Forgotten before the look and not after it: news that comes while it looks must not be lost.
            self._woken = False
            found = await self._look()
            if found.unpayable:
                told = f"Tell {len(found.unpayable)} payments that they cannot be paid"
                await steps.insist_batch(SettlementActivities.tell_unpayable, found.unpayable, told)
            if found.batch_ids:
                await self._let_go(found)
            elif not found.waiting and not self._woken:
                return self._queue.released
            elif not found.again:
                await self._rest()
            self._breathe()

    async def _look(self) -> Found:
        return await steps.insist_batch(
            GrossQueueActivities.look_at_queue,
            Look(self._queue.currency, self._queue.barred),
            f"Look at the gross queue of {self._queue.currency}",
            task_queue=self._queue.ledger_task_queue,
        )

    async def _let_go(self, found: Found) -> None:
        """Make what was planned and tell its payments."""
        made: Made = await steps.insist_batch(
            GrossQueueActivities.make_releases,
            found.batch_ids,
            f"Release {len(found.batch_ids)} times, {found.waiting} wait",
            task_queue=self._queue.ledger_task_queue,
        )
        released = 0
        if made.final:
            released = await steps.insist_batch(
                SettlementActivities.tell_released, made.final, f"Tell {len(made.final)} releases"
            )
        barred = (*self._queue.barred, made.barred) if made.barred else self._queue.barred
        self._queue = replace(self._queue, released=self._queue.released + released, barred=barred)
        self._refusals = self._refusals + 1 if made.refusal and not made.barred else 0
        if self._refusals >= REFUSALS:
            await self._rest()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._woken,
                timeout=timedelta(seconds=self._queue.look_s),
                timeout_summary="Until the next look",
            )

    def _breathe(self) -> None:
        """Begin a new history when this one has grown long; the new one begins with a look, so no news is lost."""
        if workflow.info().is_continue_as_new_suggested():
            workflow.continue_as_new(self._queue)

    @workflow.signal
    def wake(self) -> None:
        """There is news: a payment came, money came in, an order or a priority changed."""
        self._woken = True
