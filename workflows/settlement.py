"""The life of one settlement window: open, closed, planned, executed in one stroke, told."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow

from activities.ledger import Execution, LedgerActivities
from activities.liquidity import LiquidityActivities, Planned, PlanRequest
from activities.settlement import Closed, Deferral, SettlementActivities, WindowRef
from domain.errors import AccountClosed, InsufficientFunds
from workflows import attributes, options, steps, versions
from workflows.payloads import WindowInput, WindowOutcome, WindowStanding

PLANS: Final = 5
"""So many times a batch is planned anew when money goes elsewhere between plan and execution; then all of it waits."""
LOOK_AGAIN: Final = timedelta(minutes=30)
"""How often a paused window looks whether it may close, should the word that it may not reach it."""
LISTS_CHANGING: Final = timedelta(seconds=15)
"""The same while payments are screened again because a list has changed, which takes seconds."""
LATE: Final = timedelta(seconds=30)
"""A window that closes by schedule waits so long for the schedule's word, then closes by itself."""
PLANNED_ANEW: Final = frozenset({InsufficientFunds.code, AccountClosed.code})
"""Refusals that another plan can avoid."""


@workflow.defn(name="Settlement")
class SettlementWorkflow:
    """One window, one serial owner: nothing is missed, nothing counted twice."""

    def __init__(self) -> None:
        self._hurried = False
        self._resumed = False
        self._standing = WindowStanding("open")

    @workflow.run
    async def run(self, window: WindowInput) -> WindowOutcome:
        """Wait for the close, settle what the banks can cover, tell its payments; the others wait with the reason."""
        ref = WindowRef(window.window_id, window.batch_id, window.window_s, window.ledger_task_queue)
        if not workflow.patched(versions.PLANNED_WINDOWS):
            return await self._all_or_nothing(ref)
        self._show("open")
        await self._until_close(window)
        closed = await self._claim(ref)
        if closed.payments == 0:
            return WindowOutcome("empty")
        workflow.upsert_search_attributes([attributes.BATCH.value_set(window.batch_id)])
        planned, executed = await self._settle(ref)
        if planned.payments == 0:
            return WindowOutcome("deferred", closed.payments, reason=planned.reason, deferred=planned.deferred)
        if not executed.final:
            return await self._defer_all(ref, closed, executed.refusal)
        await self._tell(ref)
        return WindowOutcome("final", planned.payments, planned.transfers, deferred=planned.deferred)

    async def _until_close(self, window: WindowInput) -> None:
        patience = timedelta(seconds=window.window_s)
        if window.closes_at is not None:
            patience = max(window.closes_at - workflow.now(), timedelta()) + LATE
        with suppress(asyncio.TimeoutError):
            await workflow.wait_condition(lambda: self._hurried, timeout=patience, timeout_summary="Window open")

    async def _claim(self, ref: WindowRef) -> Closed:
        """Close the window and claim its payments, as soon as its currency is not paused and no list is changing."""
        while True:
            # Forgotten before the step and not after it: a word that comes while the step looks must not be lost.
            self._resumed = False
            self._show("closing")
            closed = await steps.insist_batch(SettlementActivities.claim_window, ref, "Close the window")
            if not closed.paused and not closed.changing:
                self._show("claimed", payments=closed.payments)
                return closed
            self._show("screening" if closed.changing else "paused")
            patience, why = (LISTS_CHANGING, "A list changes") if closed.changing else (LOOK_AGAIN, "Currency paused")
            with suppress(asyncio.TimeoutError):
                await workflow.wait_condition(lambda: self._resumed, timeout=patience, timeout_summary=why)

    async def _settle(self, ref: WindowRef) -> tuple[Planned, Execution]:
        """Plan by what the banks can cover and execute; plan again when the ledger refuses the plan."""
        barred: tuple[str, ...] = ()
        for attempt in range(1, PLANS + 1):
            self._show("planning", plans=attempt)
            planned = await steps.insist_batch(
                LiquidityActivities.plan_batch,
                PlanRequest(ref, attempt, barred),
                f"Plan {attempt}",
                task_queue=ref.ledger_task_queue,
            )
            self._show("executing", payments=planned.payments, transfers=planned.transfers, deferred=planned.deferred)
            executed = Execution(final=False)
            if planned.payments:
                executed = await steps.insist_batch(
                    LedgerActivities.execute_batch,
                    ref.batch_id,
                    f"Settle {planned.payments} payments with {planned.transfers} transfers, defer {planned.deferred}",
                    task_queue=ref.ledger_task_queue,
                )
            if executed.final or not planned.payments or executed.refusal not in PLANNED_ANEW:
                break
            if executed.refusal == AccountClosed.code:
                barred += (executed.account.partition("/")[0],)
        return planned, executed

    async def _tell(self, ref: WindowRef) -> None:
        news = await steps.insist_batch(SettlementActivities.record_finality, ref.batch_id, "Record finality")
        self._show("telling")
        await steps.insist_batch(SettlementActivities.tell_payments, news, "Tell the payments", limits=options.TELL)
        self._show("done")

    async def _defer_all(self, ref: WindowRef, closed: Closed, reason: str) -> WindowOutcome:
        self._show("deferring")
        await steps.insist_batch(SettlementActivities.defer_batch, Deferral(ref, reason), f"Defer: {reason}")
        return WindowOutcome("deferred", closed.payments, reason=reason)

    async def _all_or_nothing(self, ref: WindowRef) -> WindowOutcome:
        """As windows were before they were planned: the batch settles, or is deferred, as a whole."""
        await workflow.sleep(timedelta(seconds=ref.window_s), summary="Window open")
        closed = await steps.insist_batch(SettlementActivities.close_window, ref, "Close the window and net")
        if closed.payments == 0:
            return WindowOutcome("empty")
        workflow.upsert_search_attributes([attributes.BATCH.value_set(ref.batch_id)])
        executed = await steps.insist_batch(
            LedgerActivities.execute_batch,
            ref.batch_id,
            f"Settle {closed.payments} payments with {closed.transfers} transfers",
            task_queue=ref.ledger_task_queue,
        )
        if not executed.final:
            return await self._defer_all(ref, closed, executed.refusal)
        await self._tell(ref)
        return WindowOutcome("final", closed.payments, closed.transfers)

    def _show(self, phase: str, **known: Any) -> None:
        """Let operators see where the window is."""
        self._standing = replace(self._standing, phase=phase, **known)
        workflow.set_current_details(self._standing.details)

    # What operators ask and tell

    @workflow.query
    def state(self) -> WindowStanding:
        """Where the window is, for diagnosis."""
        return self._standing

    @workflow.signal
    def close(self) -> None:
        """Close the window now."""
        self._hurried = True

    @workflow.signal
    def resume(self) -> None:
        """The window's currency is no longer paused, or no list is changing any more."""
        self._resumed = True
