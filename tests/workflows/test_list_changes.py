"""A change of a list reaches every payment on its way, before it settles."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.payment import SettlementMethod
from domain.status import PaymentStatus
from runtime.metrics import Metrics
from schema.tables.compliance import rescreenings
from schema.tables.compliance.pull_backs import PullOutcome
from tests.lists import LIST
from tests.workflows import turn_scenarios
from tests.workflows.list_changes import (
    AFTER,
    BEFORE,
    LATELY,
    LONG_WINDOW,
    SCENARIOS,
    Scenario,
    asked_again,
    change,
    close_window,
    followed_up,
    listed_under_review,
    pulled_back_then_approved,
    pulls,
    queued,
    some_of,
)
from tests.workflows.test_scenarios import played
from tests.workflows.test_strays import all_confirmed, astray
from tests.workflows.world import NEWCOMER, World, eventually
from workers.strays import Strays
from workflows import ids


@pytest.mark.parametrize("scenario", [*SCENARIOS, *turn_scenarios.SCENARIOS], ids=lambda scenario: scenario.__name__)
async def test_scenario(watching: World, scenario: Scenario, record_histories: bool) -> None:
    await played(watching, scenario, record=record_histories)


@pytest.mark.parametrize("scenario", [pulled_back_then_approved, listed_under_review], ids=lambda each: each.__name__)
async def test_a_worker_that_remembers_nothing_pulls_back_as_well(
    forgetful_watching: World, scenario: Scenario
) -> None:
    await played(forgetful_watching, scenario, record=False)


async def test_a_payment_that_was_ended_when_its_list_changed_is_told_once_it_goes_on(watching: World) -> None:
    """Somebody ends a queued payment's workflow, then a party of it is listed: nothing settles it, and it is not forgotten."""
    payment = await queued(watching)
    await followed_up(watching)
    await all_confirmed(watching)
    await watching.workflow(payment).terminate("a slip of the hand")
    await change(watching, AFTER)
    assert (await followed_up(watching)).unanswered == 1
    innocent = await watching.submit(method=SettlementMethod.NET, terms=LONG_WINDOW)
    await watching.reaches(innocent, PaymentStatus.QUEUED)
    await close_window(watching, innocent)
    await watching.reaches(innocent, PaymentStatus.COMPLETED)
    assert (await watching.payment(payment)).status is PaymentStatus.QUEUED

    watch = Strays(watching.db, watching.client, Metrics())
    later = datetime.now(UTC) + timedelta(hours=2)
    await watch.look(later)  # nobody is there to be told
    assert await watch._set_going(ids.payment(payment))
    await watch.look(later)
    assert (await asked_again(watching, payment)).screening_id
    (pull,) = await pulls(watching, payment)
    assert pull.outcome is PullOutcome.SCREENED


async def test_a_terminated_rescreening_goes_on(watching: World) -> None:
    """It waits for a payment that is parked and cannot answer; somebody ends it, and everything would stand."""
    await change(watching, BEFORE)
    await followed_up(watching)
    payment = await watching.submit(creditor=LATELY, receiver=NEWCOMER)
    await watching.parked(payment)
    await change(watching, AFTER)
    await eventually(lambda: some_of(pulls(watching, payment)))
    await all_confirmed(watching)
    async with watching.db.read() as session:
        last = (await rescreenings.latest(session))[LIST]
    handle = watching.client.get_workflow_handle(ids.rescreening(LIST, last.id))
    await handle.terminate("a slip of the hand")
    async with watching.db.read() as session:
        assert await rescreenings.pending(session)
    metrics = Metrics()
    await Strays(watching.db, watching.client, metrics).look(datetime.now(UTC) + timedelta(hours=2))
    done = await followed_up(watching)
    assert (done.id, done.unanswered, astray(metrics, "rescreening")) == (last.id, 1, 0)
