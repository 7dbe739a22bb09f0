"""The life of one pair of an exchange: claimed when both its legs may settle, posted in one stroke, told."""

from datetime import timedelta

from temporalio import workflow

from activities.exchanges import Claim, ExchangeActivities, ExchangeLedgerActivities, PairRef
from workflows import attributes, steps
from workflows.payloads import PairInput, PairOutcome


@workflow.defn(name="Exchange")
class ExchangeWorkflow:
    """Two payments, each only together with the other. Until the pair is claimed each of them may still leave."""

    @workflow.run
    async def run(self, pair: PairInput) -> PairOutcome:
        """Wait until both may settle, post both or neither, and tell them."""
        if not await self._claim(pair):
            workflow.set_current_details("dissolved: one of its legs has left")
            return PairOutcome("dissolved")
        workflow.set_current_details("executing")
        workflow.upsert_search_attributes([attributes.BATCH.value_set(pair.pair_id)])
        queue = pair.ledger_task_queue
        await steps.insist(ExchangeLedgerActivities.execute_pair, pair.pair_id, "Post both legs", task_queue=queue)
        news = await steps.insist(ExchangeActivities.record_pair, pair.pair_id, "Record finality")
        await steps.insist(ExchangeActivities.tell_legs, news, "Tell both payments")
        workflow.set_current_details("settled")
        return PairOutcome("settled")

    async def _claim(self, pair: PairInput) -> bool:
        """Take the pair for execution as soon as it may be; False when one of its legs has left."""
        ref = PairRef(pair.pair_id, pair.ledger_task_queue)
        while True:
            claimed = await steps.insist(ExchangeActivities.claim_pair, ref, "Claim the pair")
            if claimed.until is None:
                return claimed.claim is Claim.TAKEN
            workflow.set_current_details(f"matched; waits until {claimed.until:%Y-%m-%d %H:%M:%SZ} for {claimed.why}")
            wait = max(claimed.until - workflow.now(), timedelta(0))
            await workflow.sleep(wait, summary=f"Waits for {claimed.why}")
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(pair)
