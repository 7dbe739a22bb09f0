"""One order on a participant's settlement account."""

from temporalio import workflow

from activities.accounts import AccountActivities, AccountBalance, AccountOrder
from workflows import options
from workflows.payloads import AccountInput


@workflow.defn(name="Account")
class AccountWorkflow:
    """Opens, funds or closes an account, once, however often it is asked under the same reference."""

    @workflow.run
    async def run(self, order: AccountInput) -> AccountBalance:
        """Carry the order out where the ledger is."""
        return await workflow.execute_activity_method(
            AccountActivities.carry_out_order,
            AccountOrder(
                order.account_id, order.currency, order.floor_minor, order.reference, order.amount_minor, order.closes
            ),
            task_queue=order.ledger_task_queue,
            summary="Close the account" if order.closes else "Open and fund the account",
            **options.REMOTE,
        )
