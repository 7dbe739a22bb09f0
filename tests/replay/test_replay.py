"""A change that would send a running workflow another way is refused here, not in production."""

from pathlib import Path

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
