"""The life of one settlement window: open, closed, netted, executed in one stroke, told."""

from datetime import timedelta

from temporalio import workflow

from activities.ledger import LedgerActivities
from activities.settlement import Deferral, SettlementActivities, WindowRef
from workflows import attributes, steps
from workflows.payloads import WindowInput, WindowOutcome


@workflow.defn(name="Settlement")
class SettlementWorkflow:
    """One window, one serial owner: nothing is missed, nothing counted twice."""

    @workflow.run
    async def run(self, window: WindowInput) -> WindowOutcome:
        """Wait for the close, net, execute, and tell every payment; or defer them all with the reason."""
        await workflow.sleep(timedelta(seconds=window.window_s), summary="Window open")
        ref = WindowRef(window.window_id, window.batch_id, window.window_s, window.ledger_task_queue)
        closed = await steps.insist_batch(SettlementActivities.close_window, ref, "Close the window and net")
        if closed.payments == 0:
            return WindowOutcome("empty")
        workflow.upsert_search_attributes([attributes.BATCH.value_set(window.batch_id)])
        executed = await steps.insist_batch(
            LedgerActivities.execute_batch,
            window.batch_id,
            f"Settle {closed.payments} payments with {closed.transfers} transfers",
            task_queue=window.ledger_task_queue,
        )
        if not executed.final:
            refused = Deferral(ref, executed.refusal)
            await steps.insist_batch(SettlementActivities.defer_batch, refused, f"Defer: {executed.refusal}")
            return WindowOutcome("deferred", closed.payments, reason=executed.refusal)
        news = await steps.insist_batch(SettlementActivities.record_finality, window.batch_id, "Record finality")
        await steps.insist_batch(SettlementActivities.tell_payments, news, "Tell the payments")
        return WindowOutcome("final", closed.payments, closed.transfers)
