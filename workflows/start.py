"""How a workflow is started: by intake, which goes on, or by the API, which waits for the first word."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.accounts import AccountBalance
from activities.list_files import ListChange
from workflows import attributes, ids
from workflows.account import AccountWorkflow
from workflows.exchange import ExchangeWorkflow
from workflows.gross_queue import GrossQueueWorkflow
from workflows.payloads import AccountInput, GrossQueueInput, PairInput, PaymentInput, PaymentVerdict, WindowInput
from workflows.payment import PaymentWorkflow
from workflows.rescreening import RescreeningWorkflow
from workflows.settlement import SettlementWorkflow

ONCE: Final[dict[str, Any]] = {
    "id_reuse_policy": WorkflowIDReusePolicy.REJECT_DUPLICATE,
    "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
}
"""However often it is started, it is one workflow, and it runs once."""


class Starter:
    """Starts workflows under ids that make every start safe to repeat."""

    def __init__(
        self,
        client: Client,
        task_queue: str,
        *,
        deployment: str = "",
        ledger_task_queue: str | None = None,
        gross_look_s: float = 10.0,
    ) -> None:
        self._client = client
        self._task_queue = task_queue
        self._deployment = deployment
        self._ledger_task_queue = ledger_task_queue
        self._gross_look_s = gross_look_s

    async def payment(self, payment: PaymentInput) -> None:
        """Start a payment's workflow, in this very process if it has a worker (eager start)."""
        with suppress(WorkflowAlreadyStartedError):  # it ran and ended: the start had been confirmed to nobody
            await self._client.start_workflow(
                PaymentWorkflow.run, payment, request_eager_start=True, **self._for_payment(payment)
            )

    async def payment_verdict(self, payment: PaymentInput, *, within_s: float) -> PaymentVerdict:
        """Start a payment's workflow and wait for its first word. Raises TimeoutError (the payment goes on)."""
        return await self._client.execute_update_with_start_workflow(
            PaymentWorkflow.verdict,
            start_workflow_operation=WithStartWorkflowOperation(
                PaymentWorkflow.run, payment, **self._for_payment(payment)
            ),
            id=f"verdict/{payment.payment_id}",
            rpc_timeout=timedelta(seconds=within_s),
        )

    async def settlement(self, window: WindowInput) -> None:
        """Start a settlement window's workflow."""
        with suppress(WorkflowAlreadyStartedError):  # it ran and ended, as above
            await self._client.start_workflow(
                SettlementWorkflow.run,
                window,
                id=ids.settlement(window.window_id),
                task_queue=self._task_queue,
                search_attributes=attributes.of_window(window.currency),
                static_summary=f"{window.currency} window {window.window_id}",
                request_eager_start=True,
                **ONCE,
            )

    async def exchange(self, pair: PairInput) -> None:
        """Start the workflow of a pair of an exchange."""
        with suppress(WorkflowAlreadyStartedError):  # it ran and ended, as above
            await self._client.start_workflow(
                ExchangeWorkflow.run,
                pair,
                id=ids.exchange(pair.pair_id),
                task_queue=self._task_queue,
                static_summary=f"exchange {pair.pair_id}",
                request_eager_start=True,
                **ONCE,
            )

    async def gross_queue(self, currency: str) -> None:
        """Wake the owner of a currency's gross queue, and start it if there is none: it ends when nobody waits."""
        queue = GrossQueueInput(currency, self._gross_look_s, self._ledger_task_queue)
        await self._client.start_workflow(
            GrossQueueWorkflow.run,
            queue,
            id=ids.gross_queue(currency, self._deployment),
            task_queue=self._task_queue,
            start_signal="wake",
            search_attributes=attributes.of_window(currency),
            static_summary=f"{currency} gross queue",
        )

    async def rescreening(self, change: ListChange) -> None:
        """Start what follows a change of a list."""
        with suppress(WorkflowAlreadyStartedError):  # it ran and ended, as above
            await self._client.start_workflow(
                RescreeningWorkflow.run,
                change,
                id=ids.rescreening(change.list_name, change.version_id),
                task_queue=self._task_queue,
                static_summary=f"{change.list_name} has changed",
                request_eager_start=True,
                **ONCE,
            )

    def _for_payment(self, payment: PaymentInput) -> dict[str, Any]:
        return {
            "id": ids.payment(payment.payment_id),
            "task_queue": self._task_queue,
            "search_attributes": attributes.of_payment(payment.sender_bic, payment.receiver_bic, payment.amount),
            "static_summary": payment.summary,
            **ONCE,
        }

    async def account(self, order: AccountInput, *, within_s: float) -> AccountBalance:
        """Carry out an order on an account and wait for the balance; the same reference again gives the same answer.

        Raises TimeoutError (the order is carried out nevertheless) and WorkflowFailureError.
        """
        workflow_id = ids.account(order.account_id, order.reference, self._deployment)
        async with asyncio.timeout(within_s):
            with suppress(WorkflowAlreadyStartedError):  # carried out before: its answer still stands
                await self._client.start_workflow(
                    AccountWorkflow.run,
                    order,
                    id=workflow_id,
                    task_queue=self._task_queue,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    static_summary=f"{order.account_id}: {order.reference}",
                    rpc_timeout=timedelta(seconds=within_s),
                )
            handle = self._client.get_workflow_handle(workflow_id, result_type=AccountBalance)
            balance: AccountBalance = await handle.result()
            return balance
