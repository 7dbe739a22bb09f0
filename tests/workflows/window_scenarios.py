"""Scenarios of windows that close by schedule; they are told with the others (`scenarios`)."""

from datetime import UTC, datetime, time

from sqlalchemy import text
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from domain.payment import SettlementMethod
from domain.schedules import Schedule
from domain.status import PaymentStatus
from schema.tables.settlement import schedules
from tests.workflows.world import World
from workflows.closing import SCHEDULED, WindowCloseWorkflow
from workflows.payloads import Terms

LONG_WINDOW = Terms(window_s=3600)


async def window_scheduled(world: World) -> str:
    return f"settlement/{(await _closed_by_schedule(world))[0]}"


async def closed_by_schedule(world: World) -> str:
    return (await _closed_by_schedule(world))[1]


async def _closed_by_schedule(world: World) -> tuple[str, str]:
    """The window and the closing. The row is there, but Temporal is told nothing of it: we start what it would start."""
    async with world.db.write() as session:
        noon = Schedule("USD", times=(time(12),), business_days=False)
        await schedules.put(session, noon, at=datetime.now(UTC), actor_id="otto", comment="a test")
        await session.run(text("DELETE FROM workflow_starts WHERE kind = 'schedule'"))
    payment = await world.submit(method=SettlementMethod.NET, terms=LONG_WINDOW)
    await world.reaches(payment, PaymentStatus.QUEUED)
    window_id = await world.window(payment)
    meant = SearchAttributePair(SCHEDULED, datetime.now(UTC).replace(microsecond=0))
    told = await world.client.execute_workflow(
        WindowCloseWorkflow.run,
        "USD",
        id=(closing_id := f"settlement-window/{window_id}"),
        task_queue=world.task_queue,
        search_attributes=TypedSearchAttributes([meant]),
    )
    assert told == [window_id]
    await world.reaches(payment, PaymentStatus.COMPLETED)
    return window_id, closing_id
