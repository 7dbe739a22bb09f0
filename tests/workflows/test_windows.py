"""A window's workflow beside its steps: what it hears while they run, and what it says of itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.settlement import Closed, Settled, SettlementActivities, WindowRef
from runtime.metrics import Metrics
from schema.tables.common.session import Database, create_engine
from schema.tables.settlement import steering, windows
from schema.tables.settlement.windows import Phase
from tests.activities.desk import Desk
from tests.schema.tables.world import BERLIN, PARIS
from tests.workflows.world import eventually
from workers.ledger import ledger_activities
from workflows import ids
from workflows.payloads import WindowInput, WindowOutcome
from workflows.settlement import SettlementWorkflow
from workflows.start import Starter

TERM = timedelta(minutes=5)
"""Far less than after how long a paused window looks by itself."""


class Slow(SettlementActivities):
    """Steps that something happens beside: while the claim looks, the currency is resumed and its window told so."""

    def __init__(self, db: Database, client: Client) -> None:
        super().__init__(db, client, Metrics())
        self.looked: list[bool] = []

    @activity.defn
    async def claim_window(self, window: WindowRef) -> Closed:
        """Find the currency paused, and be overtaken by its resumption before that is told."""
        closed = await super().claim_window(window)
        self.looked.append(closed.paused)
        if closed.paused:
            async with self._db.write() as session:
                await steering.resume(session, "EUR")
            handle = self._client.get_workflow_handle(ids.settlement(window.window_id))
            await handle.signal(SettlementWorkflow.resume)
            await _heard(handle)
        return closed


class Hesitant(SettlementActivities):
    """Steps of which the telling waits until it is allowed."""

    def __init__(self, db: Database, client: Client) -> None:
        super().__init__(db, client, Metrics())
        self.told: list[str] = []
        self.may_go_on = asyncio.Event()

    @activity.defn
    async def tell_payments(self, news: Settled) -> int:
        """Tell them, once allowed."""
        await self.may_go_on.wait()
        return await super().tell_payments(news)

    async def _tell(self, payment_id: str, news: Settled) -> None:
        self.told.append(payment_id)
        await super()._tell(payment_id, news)


@pytest.fixture
async def db(fresh_url: str) -> AsyncIterator[Database]:
    database = Database(create_engine(fresh_url))
    yield database
    await database.close()


@asynccontextmanager
async def window_of(
    desk: Desk, client: Client, steps: SettlementActivities, **terms: Any
) -> AsyncIterator[WorkflowHandle[Any, WindowOutcome]]:
    """The open window of the euro, its workflow running on these steps."""
    async with desk.db.read() as session:
        (view,) = (await steering.windows(session, currency="EUR", page=1, limit=1)).windows
    queue = f"windows-{view.id}"
    activities: list[Callable[..., Any]] = [steps.claim_window, steps.record_finality, steps.tell_payments]
    activities += ledger_activities(desk.db, desk.ledger, metrics=desk.metrics)
    async with Worker(client, task_queue=queue, workflows=[SettlementWorkflow], activities=activities):
        batch_id = f"bat_{view.id.removeprefix('win_')}"
        await Starter(client, queue).settlement(WindowInput(view.id, batch_id, "EUR", window_s=0.1, **terms))
        yield client.get_workflow_handle(ids.settlement(view.id), result_type=WindowOutcome)


async def test_a_resumption_that_comes_while_the_window_looks_is_heard(db: Database, client: Client) -> None:
    desk, steps = Desk(db), Slow(db, client)
    await desk.found("EUR", berlin=1000, paris=0, tokyo=0)
    await desk.queue(desk.held, "EUR", BERLIN, PARIS, 100)
    async with db.write() as session:
        await steering.pause(session, "EUR", at=datetime.now(UTC), actor_id="otto", comment="a test")
    async with window_of(desk, client, steps) as window, asyncio.timeout(TERM.total_seconds()):
        assert (await window.result()).state == "final"
    assert steps.looked == [True, False]


async def test_a_window_tells_where_it_is(db: Database, client: Client) -> None:
    desk, steps = Desk(db), Hesitant(db, client)
    await desk.found("EUR", berlin=1000, paris=0, tokyo=0)
    payments = [await desk.queue(desk.held, "EUR", BERLIN, PARIS, 100) for _ in range(3)]
    async with window_of(desk, client, steps) as window:

        async def telling() -> Any:
            state = await window.query(SettlementWorkflow.state)
            return state if state.phase == "telling" else None

        state = await eventually(telling)
        assert (state.payments, state.transfers, state.deferred, state.plans) == (3, 1, 0, 1)
        assert state.details == "**telling** · 3 payments, 1 transfers, 0 deferred"
        async with db.read() as session:
            batch = await windows.batch(session, window.id.replace("settlement/win_", "bat_"))
        assert (batch.phase, batch.told_count) == (Phase.TELLING, 0)
        steps.may_go_on.set()
        await window.result()
        assert (await window.query(SettlementWorkflow.state)).phase == "done"
        async with db.read() as session:
            batch = await windows.batch(session, batch.id)
    assert (batch.phase, batch.told_count, sorted(steps.told)) == (Phase.DONE, 3, sorted(payments))


async def _heard(handle: WorkflowHandle[Any, Any]) -> None:
    """Wait until the workflow's history holds a signal."""

    async def there() -> bool | None:
        history = await handle.fetch_history()
        return any(event.HasField("workflow_execution_signaled_event_attributes") for event in history.events) or None

    await eventually(there)
