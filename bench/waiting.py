"""Payments that wait for their window, in a process of their own: `python -m bench.waiting ADDRESS DATABASE_URL`.

They are what is left of a payment's workflow once it is queued: it waits for the news, records it in SQL, and ends.
"""

import asyncio
import sys
from typing import Final

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from activities.payments import Completion, PaymentActivities
from activities.settlement import Settled
from activities.value_dates import ValueDates
from schema.tables.common.session import Database, create_engine
from workflows import steps
from workflows.plugin import plugin

QUEUE: Final = "bench-waiting"


@workflow.defn(name="Payment", sandboxed=False)
class Waiting:
    """Waits until its batch is final."""

    def __init__(self) -> None:
        self._news: Settled | None = None

    @workflow.run
    async def run(self, payment_id: str) -> None:
        """Hear it, record it, end."""
        await workflow.wait_condition(lambda: self._news is not None)
        assert self._news is not None, "that is what it waited for"
        news = self._news
        done = Completion(payment_id, news.batch_id, news.closed_at, news.final_at)
        await steps.insist(PaymentActivities.complete, done, "Complete")

    @workflow.signal
    def settled(self, news: Settled) -> None:
        """The payment's batch is final."""
        self._news = news


async def _serve(address: str, database_url: str) -> None:
    client = await Client.connect(address, plugins=[plugin(reload=False)])
    db = Database(create_engine(database_url))
    payments = PaymentActivities(db, ValueDates(db))
    async with Worker(client, task_queue=QUEUE, workflows=[Waiting], activities=[payments.complete]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[1:]))
