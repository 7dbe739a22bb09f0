"""A change of a list reaches every payment on its way, before it settles."""

import pytest

from tests.workflows.list_changes import SCENARIOS, Scenario
from tests.workflows.test_scenarios import played
from tests.workflows.world import World


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_scenario(watching: World, scenario: Scenario, record_histories: bool) -> None:
    await played(watching, scenario, record=record_histories)
