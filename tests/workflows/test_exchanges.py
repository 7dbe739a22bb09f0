"""A change of a list reaches the legs of an exchange, too; and a pair whose workflow was ended goes on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle

from domain.status import PaymentStatus
from runtime.metrics import Metrics
from tests.workflows.exchanges import DOLLARS, WATCHING, YEN, Scenario, hold_back, leg, let_go, matched, other_leg
from tests.workflows.test_scenarios import played
from tests.workflows.test_strays import all_confirmed
from tests.workflows.world import World, eventually
from workers.strays import Strays


@pytest.mark.parametrize("scenario", WATCHING, ids=lambda scenario: scenario.__name__)
async def test_scenario(watching: World, scenario: Scenario, record_histories: bool) -> None:
    await played(watching, scenario, record=record_histories)


async def test_a_pair_whose_workflow_was_terminated_goes_on(world: World) -> None:
    await hold_back(world)
    dollars, yen = await leg(world, DOLLARS, YEN), await other_leg(world)
    workflow_id = f"exchange/{await matched(world, yen)}"
    await world.started(workflow_id)
    handle = world.client.get_workflow_handle(workflow_id)
    await eventually_waits(handle)
    await all_confirmed(world)
    await handle.terminate("a slip of the hand")
    await let_go(world)
    await Strays(world.db, world.client, Metrics()).look(datetime.now(UTC) + timedelta(minutes=10))
    for payment in (dollars, yen):
        await world.reaches(payment, PaymentStatus.COMPLETED)


async def eventually_waits(handle: WorkflowHandle[Any, Any]) -> None:
    """Wait until the pair's workflow has looked once, and sleeps."""

    async def there() -> bool | None:
        history = await handle.fetch_history()
        return any(event.HasField("timer_started_event_attributes") for event in history.events) or None

    await eventually(there)
