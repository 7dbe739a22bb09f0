"""Payments wait for their day, and for nothing else."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.calendars import NETWORK_ZONE, Observance
from domain.decision import Verdict
from domain.payment import SettlementMethod
from domain.status import PaymentStatus
from schema.tables.common import audit
from schema.tables.common.audit import Search
from schema.tables.payment import events, warehouse
from schema.tables.payment.warehouse import Shelf
from tests.workflows.dated_scenarios import OBSERVED, hours, listed_in_the_warehouse, story, warehoused
from tests.workflows.scenarios import Scenario
from tests.workflows.test_acts import refused
from tests.workflows.test_scenarios import played
from tests.workflows.world import ALIKE, ALPHA, BANK, BETA, GAMMA, OPERATOR, REVIEWER, World
from workflows.payloads import ActRequest
from workflows.payment import PaymentWorkflow

S = PaymentStatus
RELEASE = PaymentWorkflow.release


def in_days(days: int) -> date:
    return (datetime.now(UTC) + timedelta(days=days)).date()


@pytest.mark.parametrize("scenario", OBSERVED, ids=lambda scenario: scenario.__name__)
async def test_scenario(observed_world: World, scenario: Scenario, record_histories: bool) -> None:
    await played(observed_world, scenario, record=record_histories)


@pytest.mark.parametrize("scenario", OBSERVED, ids=lambda scenario: scenario.__name__)
async def test_a_worker_that_remembers_nothing(fresh_url: str, client: Client, scenario: Scenario) -> None:
    async with World.open(fresh_url, client, cached=0, calendars=Observance.OBSERVED, calendars_max_age_s=0) as world:
        await played(world, scenario, record=False)


async def test_a_list_reaches_the_warehouse(watching: World, record_histories: bool) -> None:
    await played(watching, listed_in_the_warehouse, record=record_histories)


async def moment(skipping: WorkflowEnvironment) -> datetime:
    return (await skipping.get_current_time()).astimezone(UTC)


@pytest.mark.parametrize("method", [SettlementMethod.GROSS, SettlementMethod.NET])
async def test_a_later_day_is_waited_for_at_every_hour(
    patient_world: World, skipping: WorkflowEnvironment, method: SettlementMethod
) -> None:
    """A network that is always open keeps a payment until its day begins, reserving nothing, and not a moment longer."""
    world, day = patient_world, (await moment(skipping)).date() + timedelta(days=5)
    begins = datetime.combine(day, time(0), ZoneInfo(NETWORK_ZONE))
    payment = await world.submit(method=method, value_date=day.isoformat())
    await warehoused(world, payment)
    assert (await world.payment(payment)).settlement_date == day
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    left = begins - await moment(skipping)
    await skipping.sleep(left - timedelta(minutes=1))
    assert (await world.payment(payment)).status is S.SCREENED
    await skipping.sleep(timedelta(minutes=2))
    await world.reaches(payment, S.COMPLETED)
    assert (await story(world, payment))[3:5] == ["warehoused", "released"]


async def test_who_has_no_funds_on_the_day_is_refused_on_the_day(
    patient_world: World, skipping: WorkflowEnvironment
) -> None:
    world, day = patient_world, (await moment(skipping)).date() + timedelta(days=2)
    payment = await world.submit(amount="99999999.00", value_date=day.isoformat())
    await warehoused(world, payment)
    await skipping.sleep(timedelta(days=3))
    assert (await world.reaches(payment, S.REJECTED)).reason_codes == ("AM04",)


async def test_what_is_dated_too_far_ahead_is_refused(world: World) -> None:
    payment = await world.submit(value_date=in_days(400).isoformat())
    assert (await world.reaches(payment, S.REJECTED)).reason_codes == ("CH03",)


async def test_a_day_that_is_over_does_not_keep_a_payment(world: World) -> None:
    payment = await world.submit(value_date="2020-02-29")
    paid = await world.reaches(payment, S.COMPLETED)
    assert paid.date_moved == "in_the_past"
    async with world.db.read() as session:
        validated = next(event for event in await events.of(session, payment) if event.status == S.VALIDATED)
    assert paid.settlement_date is not None
    assert validated.detail == {
        "settlement_date": paid.settlement_date.isoformat(),
        "instead_of": "2020-02-29",
        "moved": "in_the_past",
    }


async def test_a_held_payment_waits_for_the_reviewers_first(world: World) -> None:
    payment = await world.submit(creditor=ALIKE, value_date=in_days(9).isoformat())
    await world.held(payment)
    assert await refused(world, payment, RELEASE, ActRequest(OPERATOR)) == "not_releasable"
    await world.decide(payment, Verdict.APPROVE)
    await warehoused(world, payment)


async def test_only_an_operator_lets_a_payment_go_and_never_before_its_day(observed_world: World) -> None:
    world = observed_world
    await hours(world)
    payment = await world.submit(value_date=in_days(9).isoformat())
    await warehoused(world, payment)
    for actor, code in ((BANK, "not_permitted"), (REVIEWER, "not_permitted"), (OPERATOR, "not_releasable")):
        assert await refused(world, payment, RELEASE, ActRequest(actor)) == code
    assert await story(world, payment) == ["initiated", "validated", "screened", "warehoused"]
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)


async def test_an_early_release_is_in_the_audit_log(observed_world: World) -> None:
    world = observed_world
    await hours(world, cut_off_in_s=-1800)
    payment = await world.submit()
    await warehoused(world, payment)
    await world.act(payment, RELEASE, OPERATOR, "a late notice")
    paid = await world.reaches(payment, S.COMPLETED)
    async with world.db.read() as session:
        found = await audit.listing(session, Search(subject=payment), page=1, limit=10)
    assert paid.settlement_date is not None
    assert [(line.action, line.actor_id, line.detail) for line in found.entries] == [
        (
            "settlement.release",
            OPERATOR.id,
            {"comment": "a late notice", "settlement_date": paid.settlement_date.isoformat()},
        )
    ]


async def test_what_is_in_the_warehouse(world: World) -> None:
    soon, later = in_days(5), in_days(6)
    for sender, receiver, amount, day in (
        (ALPHA, BETA, "10.00", soon),
        (BETA, ALPHA, "20.00", soon),
        (BETA, GAMMA, "1.00", later),
    ):
        await warehoused(
            world, await world.submit(sender=sender, receiver=receiver, amount=amount, value_date=day.isoformat())
        )
    gone = await world.submit(value_date=soon.isoformat())
    await warehoused(world, gone)
    await world.act(gone, PaymentWorkflow.cancel)
    async with world.db.read() as session:
        everything = await warehouse.contents(session)
        of_gamma = await warehouse.contents(session, GAMMA)
        figures = [await warehouse.figures(session, datetime.now(UTC) + timedelta(days=ahead)) for ahead in (0, 9)]
    assert figures == [{"USD": (3, 0)}, {"USD": (3, 3)}]
    assert everything == [Shelf(soon, "USD", 2, 3000), Shelf(later, "USD", 1, 100)]
    assert of_gamma == [Shelf(later, "USD", 1, 100)]
