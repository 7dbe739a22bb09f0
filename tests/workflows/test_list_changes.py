"""A change of a list reaches every payment on its way, before it settles."""

import pytest

from tests.workflows.list_changes import SCENARIOS, Scenario, listed_under_review, pulled_back_then_approved
from tests.workflows.test_scenarios import played
from tests.workflows.world import World


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_scenario(watching: World, scenario: Scenario, record_histories: bool) -> None:
    await played(watching, scenario, record=record_histories)


@pytest.mark.parametrize("scenario", [pulled_back_then_approved, listed_under_review], ids=lambda each: each.__name__)
async def test_a_worker_that_remembers_nothing_pulls_back_as_well(
    forgetful_watching: World, scenario: Scenario
) -> None:
    await played(forgetful_watching, scenario, record=False)
