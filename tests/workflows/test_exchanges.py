"""A change of a list reaches the legs of an exchange, too."""

import pytest

from tests.workflows.exchanges import WATCHING, Scenario
from tests.workflows.test_scenarios import played
from tests.workflows.world import World


@pytest.mark.parametrize("scenario", WATCHING, ids=lambda scenario: scenario.__name__)
async def test_scenario(watching: World, scenario: Scenario, record_histories: bool) -> None:
    await played(watching, scenario, record=record_histories)
