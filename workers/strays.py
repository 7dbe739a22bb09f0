"""Workflows that somebody ended in Temporal while SQL says that they are not over: found, told, and all but payments set going.

A payment, a window, a pair of an exchange or the change of a list has one owner, its workflow; without it a payment stands
for ever, a window or pair with all of its payments, and while a change of a list is not followed up, everything. Whoever stops one in Temporal's own screens leaves it like that.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.rescreening import LISTS_SIGNAL, ListNews
from domain.errors import Unavailable
from runtime.metrics import Metrics
from schema.tables.common.session import Database
from schema.tables.settlement import gross_queue, strays
from schema.tables.settlement.strays import Page
from workflows import ids

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 60.0
WINDOW_LATE: Final = timedelta(minutes=5)
"""Within this time after its close a window has ended, or waits for a reason that its running workflow knows; so a pair."""
LIST_LATE: Final = timedelta(minutes=1)
"""Within this time the change of a list has been followed up, or its running workflow is at it."""
PAYMENT_STILL: Final = timedelta(minutes=15)
AT_ONCE: Final = 50
"""Workflows of each kind that are asked after in one round, the next ones in the next: many rightly wait for hours or days."""


class Rounds:
    """How far one kind has been asked after, and which of it were found astray: those are asked after every time."""

    def __init__(self, at_once: int) -> None:
        self.page = Page(at_once)

    @property
    def astray(self) -> frozenset[str]:
        """Which do not run, as far as is known."""
        return self.page.known

    def asked(self, ids: Sequence[str], astray: Collection[str]) -> None:
        """What this round asked after and what it found; the next one goes on there, or begins again after the last."""
        fresh = [each for each in ids if each not in self.page.known]
        after = fresh[-1] if len(fresh) >= self.page.limit else ""
        self.page = Page(self.page.limit, after, frozenset(astray))


class Strays:
    """Asks Temporal after whatever has stood still for long. Any number of processes may: whoever comes second does no harm."""

    def __init__(self, db: Database, client: Client, metrics: Metrics, *, at_once: int = AT_ONCE) -> None:
        self._db = db
        self._client = client
        self._metrics = metrics
        self._at_once = at_once
        self._windows, self._pairs, self._payments, self._pulled = (Rounds(at_once) for _ in range(4))
        self._told: dict[str, datetime] = {}

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look(datetime.now(UTC))
            except (Unavailable, RPCError) as away:
                log.warning("nobody looks after what stands still: %s", away)

    async def look(self, now: datetime) -> None:
        """One round. Raises Unavailable, RPCError.

        The owners of gross queues are simply woken: one that somebody has ended is started anew, and looks.
        """
        async with self._db.write() as session:
            await gross_queue.wake_all(session, at=now)
        async with self._db.read() as session:
            windows = await strays.windows(session, self._windows.page, due_before=now - WINDOW_LATE)
            pairs = await strays.pairs(session, self._pairs.page, due_before=now - WINDOW_LATE)
            changes = await strays.rescreenings(session, begun_before=now - LIST_LATE, limit=self._at_once)
            payments = await strays.payments(session, self._payments.page, still_since=now - PAYMENT_STILL)
            pulled = await strays.pulled_back(session, self._pulled.page, told_before=now - PAYMENT_STILL)
        self._windows.asked(windows, {each for each in windows if not await self._set_going(ids.settlement(each))})
        self._metrics.astray.labels("settlement").set(len(self._windows.astray))
        self._pairs.asked(pairs, {each for each in pairs if not await self._set_going(ids.exchange(each))})
        self._metrics.astray.labels("exchange").set(len(self._pairs.astray))
        undone = {change for change in changes if not await self._set_going(ids.rescreening(*change))}
        self._metrics.astray.labels("rescreening").set(len(undone))
        await self._tell_again(pulled, now)
        self._pulled.asked([payment for payment, *_ in pulled], ())
        await self._look_after(payments)
        self._metrics.astray.labels("payment").set(len(self._payments.astray))

    async def _look_after(self, payments: list[str]) -> None:
        """Payments are told of only: whoever has ended one may have meant to."""
        found = {payment for payment in payments if not await self._runs(ids.payment(payment))}
        for payment in sorted(found - self._payments.astray):
            log.error("payment %s is not over, and its workflow does not run any more: reset it in Temporal", payment)
        self._payments.asked(payments, found)

    async def _tell_again(self, pulled: list[tuple[str, str, str]], now: datetime) -> None:
        """Payments that a list's change has pulled back and that stand still: the news may have come while nobody was there."""
        lately = {payment: at for payment, at in self._told.items() if now - at < PAYMENT_STILL}
        for payment, *change in pulled:
            if payment in lately:
                continue
            log.error(
                "payment %s was pulled back by a change of %s and was not screened again since", payment, change[0]
            )
            try:
                await self._client.get_workflow_handle(ids.payment(payment)).signal(LISTS_SIGNAL, ListNews(*change))
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
            else:
                lately[payment] = now
        self._told = lately

    async def _runs(self, workflow_id: str) -> bool:
        described = await self._described(workflow_id)
        return described is not None and described.status is WorkflowExecutionStatus.RUNNING

    async def _described(self, workflow_id: str) -> WorkflowExecutionDescription | None:
        try:
            return await self._client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def _set_going(self, workflow_id: str) -> bool:
        """Whether a window's or a pair's workflow runs, or does now: one that was terminated goes on from its last decision."""
        described = await self._described(workflow_id)
        if described is not None and described.status is WorkflowExecutionStatus.RUNNING:
            return True
        if described is None or described.status is not WorkflowExecutionStatus.TERMINATED:
            how = described.status.name.lower() if described and described.status else "unknown to Temporal"
            log.error("%s is not over, and its workflow is %s", workflow_id, how)
            return False
        event = await self._last_decision(described)
        if event is None:
            log.error("the workflow %s was terminated before its first decision", workflow_id)
            return False
        await self._client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self._client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=described.run_id),
                reason="it is not over",
                workflow_task_finish_event_id=event,
                request_id=f"set going after {described.run_id}",  # a second process's request is the same one
            )
        )
        log.error("%s is not over, and somebody has terminated its workflow: it goes on", workflow_id)
        return True

    async def _last_decision(self, described: WorkflowExecutionDescription) -> int | None:
        """The last completed workflow task: everything before it is replayed, and what followed is done again, harmlessly."""
        handle = self._client.get_workflow_handle(described.id, run_id=described.run_id)
        last = None
        async for event in handle.fetch_history_events():
            if event.HasField("workflow_task_completed_event_attributes"):
                last = event.event_id
        return last
