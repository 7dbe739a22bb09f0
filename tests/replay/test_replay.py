"""A change that would send a running workflow another way is refused here, not in production."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from temporalio.worker import Replayer

from tests.replay.histories import load, stored
from tests.workflows import dated_scenarios, exchanges, list_changes, scenarios, turn_scenarios
from workers.payments import WORKFLOWS
from workflows.plugin import plugin


@pytest.mark.parametrize("path", stored(), ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_history_replays(path: Path) -> None:
    await Replayer(workflows=WORKFLOWS, plugins=[plugin()]).replay_workflow(load(path))


def test_every_path_is_recorded() -> None:
    recorded = {path.stem for path in stored()}
    watching = (*list_changes.SCENARIOS, *turn_scenarios.SCENARIOS, *exchanges.WATCHING)
    told = (*scenarios.SCENARIOS, *dated_scenarios.SCENARIOS, *watching)
    missing = {scenario.__name__ for scenario in told} - recorded
    assert not missing, f"run `make replay-record` and commit the new histories: {missing}"


async def test_a_starved_machine_is_no_deadlock() -> None:
    """Its only thread comes to the workflow after more than the two seconds that the SDK would allow it."""
    with ThreadPoolExecutor(1) as starved:
        starved.submit(Event().wait, 3)
        replayer = Replayer(workflows=WORKFLOWS, plugins=[plugin()], workflow_task_executor=starved)
        await replayer.replay_workflow(load(stored()[0]))
