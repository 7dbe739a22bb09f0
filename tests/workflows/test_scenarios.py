"""Every scenario ends as it should, and its history replays."""

import pytest
from temporalio.worker import Replayer

from tests.replay import histories
from tests.workflows.scenarios import SCENARIOS, Scenario
from tests.workflows.world import World
from workers.payments import WORKFLOWS
from workflows.plugin import plugin


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_scenario(world: World, scenario: Scenario, record_histories: bool) -> None:
    await played(world, scenario, record=record_histories)


async def played(world: World, scenario: Scenario, *, record: bool) -> None:
    """Play a scenario, wait for its workflow's end, and replay it."""
    workflow_id = await scenario(world)
    handle = world.client.get_workflow_handle(workflow_id)
    await world.started(workflow_id)
    await handle.result()
    history = await handle.fetch_history()
    await Replayer(workflows=WORKFLOWS, plugins=[plugin()]).replay_workflow(history)
    if record:
        histories.store(workflow_id.removeprefix(f"{world.task_queue}/").partition("/")[0], scenario.__name__, history)
