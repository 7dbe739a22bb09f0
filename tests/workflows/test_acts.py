"""What people may and may not do to a running payment, and what it says then."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.decision import Actor, Role, Verdict
from domain.payment import SettlementMethod
from domain.status import PaymentStatus
from schema.tables.payment import events
from tests.workflows.scenarios import (
    LONG_WINDOW,
    SCENARIOS,
    Scenario,
    dead_letter_redriven,
    review_escalated_then_approved,
    straight_through,
    window_final,
)
from tests.workflows.world import ALIKE, ALPHA, BETA, LISTED, NEWCOMER, OPERATOR, REVIEWER, World
from workflows.payloads import ActRequest
from workflows.payment import PaymentWorkflow

S = PaymentStatus


async def refused(world: World, payment: str, update: Any, arg: Any) -> str:
    """The code with which an update is refused."""
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await world.workflow(payment).execute_update(update, arg)
    assert isinstance(failed.value.cause, ApplicationError)
    return failed.value.cause.type or ""


async def test_the_rule_of_the_decision_is_kept_by_the_workflow(world: World) -> None:
    payment = await world.submit(creditor=ALIKE)
    good = await world.held(payment)
    decide = PaymentWorkflow.decide
    assert await refused(world, payment, decide, replace(good, actor=OPERATOR)) == "not_permitted"
    assert await refused(world, payment, decide, replace(good, actor=Actor("ada", Role.COMPLIANCE))) == "self_approval"
    assert await refused(world, payment, decide, replace(good, screening_id="chk_old")) == "stale_screening"
    history = await world.workflow(payment).fetch_history()
    assert not any(event.HasField("workflow_execution_update_accepted_event_attributes") for event in history.events)
    await world.workflow(payment).execute_update(decide, good)
    await world.reaches(payment, S.COMPLETED)


async def test_a_refused_signal_is_recorded_as_ignored(world: World) -> None:
    payment = await world.submit(creditor=ALIKE)
    good = await world.held(payment)
    await world.workflow(payment).signal(PaymentWorkflow.review, replace(good, actor=OPERATOR))
    await world.workflow(payment).signal(PaymentWorkflow.review, good)
    await world.reaches(payment, S.COMPLETED)
    async with world.db.read() as session:
        ignored = [event for event in await events.of(session, payment) if event.kind == "decision_ignored"]
    assert [event.detail["code"] for event in ignored] == ["not_permitted"]


async def test_only_a_dead_letter_is_repaired(world: World) -> None:
    payment = await world.submit(creditor=LISTED)
    await world.held(payment)
    request = ActRequest(OPERATOR)
    assert await refused(world, payment, PaymentWorkflow.redrive, request) == "not_parked"
    assert await refused(world, payment, PaymentWorkflow.abandon, request) == "not_parked"


async def test_only_an_operator_repairs(world: World) -> None:
    payment = await world.submit(receiver=NEWCOMER)
    await world.parked(payment)
    assert await refused(world, payment, PaymentWorkflow.redrive, ActRequest(REVIEWER)) == "not_permitted"
    await world.act(payment, PaymentWorkflow.abandon)
    await world.reaches(payment, S.FAILED)


async def test_a_parked_payment_can_be_cancelled(world: World) -> None:
    payment = await world.submit(receiver=NEWCOMER)
    await world.parked(payment)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)


async def test_cancelling_gives_the_funds_back(world: World) -> None:
    before = await world.funds(ALPHA)
    payment = await world.submit(method=SettlementMethod.NET, terms=LONG_WINDOW)
    await world.reaches(payment, S.QUEUED)
    assert await world.funds(ALPHA) == (before[0], before[1] - 10_000)
    await world.act(payment, PaymentWorkflow.cancel)
    assert await world.funds(ALPHA) == before


async def test_a_payment_whose_window_has_closed_is_not_cancelled(world: World) -> None:
    payment = await world.submit(method=SettlementMethod.NET, terms=LONG_WINDOW)
    await world.reaches(payment, S.QUEUED)
    await world.claim_behind_its_back(payment)
    assert await refused(world, payment, PaymentWorkflow.cancel, ActRequest(OPERATOR)) == "not_cancellable"


async def test_a_cancellation_that_comes_too_late_is_refused_and_the_workflow_ends(world: World) -> None:
    world.ledger.away = True
    payment = await world.submit()
    await world.state(payment, lambda state: state.step == "pay_gross")
    asked = asyncio.create_task(refused(world, payment, PaymentWorkflow.cancel, ActRequest(OPERATOR)))
    await world.update_accepted(payment)
    world.ledger.away = False
    assert await asked == "not_cancellable"
    await world.reaches(payment, S.COMPLETED)
    assert (await world.workflow(payment).result()).status is S.COMPLETED


async def test_bookkeeping_that_sql_refuses_is_shown_while_it_is_insisted_on(world: World) -> None:
    async with world.db.write() as session:
        await session.run(text("ALTER TABLE payments ADD CONSTRAINT no_end CHECK (status <> 'rejected') NOT VALID"))
    payment = await world.submit(amount="99999999.00")
    state = await world.state(payment, lambda state: state.insists_on is not None)
    assert (state.insists_on, state.insisted_failures, state.status) == ("stop", 1, S.SCREENED)
    assert state.insisted_code
    assert "Ada" not in (state.insisted_message or "")
    await world.workflow(payment).terminate("or the worker's end would wait for it")


async def test_cancel_in_temporal_is_a_request_to_withdraw(world: World) -> None:
    payment = await world.submit(method=SettlementMethod.NET, terms=LONG_WINDOW)
    await world.reaches(payment, S.QUEUED)
    await world.workflow(payment).cancel()
    cancelled = await world.reaches(payment, S.CANCELLED)
    assert cancelled.reason_codes == ("CUST",)


async def test_net_positions_are_what_was_owed(world: World) -> None:
    before = [await world.funds(bic) for bic in (ALPHA, BETA)]
    await window_final(world)
    after = [await world.funds(bic) for bic in (ALPHA, BETA)]
    # ALPHA pays twice and is paid once; BETA pays once and is paid once. Nobody holds anything back.
    assert [now[0] - then[0] for now, then in zip(after, before, strict=True)] == [-10_000, 0]
    assert all(posted == available for posted, available in after)


@pytest.mark.parametrize(
    "scenario",
    [straight_through, review_escalated_then_approved, dead_letter_redriven],
    ids=lambda scenario: scenario.__name__,
)
async def test_a_worker_that_remembers_nothing(forgetful_world: World, scenario: Scenario) -> None:
    await scenario(forgetful_world)


async def test_every_status_is_one_event_without_gaps(world: World) -> None:
    payment = await world.submit(method=SettlementMethod.NET)
    await world.reaches(payment, S.COMPLETED)
    async with world.db.read() as session:
        told = await events.of(session, payment)
    assert [event.number for event in told] == list(range(1, len(told) + 1))
    assert [event.status for event in told if event.kind == "status"] == [
        "initiated", "validated", "screened", "approved", "queued", "settling", "settled", "completed",
    ]  # fmt: skip


async def test_the_verdict_is_the_first_word(world: World) -> None:
    held = await world.submit(creditor=LISTED)
    await world.started(f"payment/{held}")
    assert (await world.workflow(held).execute_update(PaymentWorkflow.verdict)).under_review
    parked = await world.submit(receiver=NEWCOMER)
    await world.started(f"payment/{parked}")
    assert (await world.workflow(parked).execute_update(PaymentWorkflow.verdict)).parked


def test_every_scenario_has_a_name_of_its_own() -> None:
    assert len({scenario.__name__ for scenario in SCENARIOS}) == len(SCENARIOS)


async def test_a_rejection_after_review_tells_nothing_of_the_list(world: World) -> None:
    payment = await world.submit(creditor=LISTED)
    await world.decide(payment, Verdict.REJECT, comment="that is him")
    rejected = await world.reaches(payment, S.REJECTED)
    assert (rejected.reason_codes, rejected.reason_text) == (("RR04",), "refused for regulatory reasons")
