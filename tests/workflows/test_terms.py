"""The terms of a review, hours long, on a server that skips time."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.decision import Verdict
from domain.status import PaymentStatus
from schema.tables.common import audit
from schema.tables.common.audit import Search
from schema.tables.compliance import reviews
from schema.tables.payment import events
from tests.workflows.test_acts import refused
from tests.workflows.world import ALIKE, BANK, LISTED, SENIOR, World, eventually
from workflows.payloads import Terms
from workflows.payment import PaymentWorkflow

S = PaymentStatus
HOUR = 3600.0
TERMS = Terms(window_s=0.2, remind_after_s=2 * HOUR, escalate_after_s=4 * HOUR, expire_after_s=48 * HOUR, lock_s=HOUR)


async def told(world: World, payment: str) -> list[str]:
    async with world.db.read() as session:
        return [event.kind for event in await events.of(session, payment) if event.kind != "status"]


async def passes(skipping: WorkflowEnvironment, hours: float) -> None:
    await skipping.sleep(timedelta(hours=hours))


async def happens(world: World, payment: str, kind: str) -> None:
    async def there() -> bool | None:
        return kind in await told(world, payment) or None

    await eventually(there)


async def test_nobody_decides(patient_world: World, skipping: WorkflowEnvironment) -> None:
    world = patient_world
    cut_off = (datetime.now(UTC) + timedelta(hours=10)).strftime("%H:%M")
    terms = Terms(remind_after_s=2 * HOUR, escalate_after_s=4 * HOUR, expire_after_s=48 * HOUR, cut_off=cut_off)
    before = await world.funds("ALPHDEFFXXX")
    payment = await world.submit(creditor=LISTED, terms=terms)
    await world.held(payment)
    for hours, kind in ((2.1, "review_reminder"), (2, "review_escalated"), (7, "ring_fenced")):
        assert kind not in await told(world, payment)
        await passes(skipping, hours)
        await happens(world, payment, kind)
    state = await world.state(payment, lambda state: state.ring_fenced)
    assert (state.review, state.status) == ("escalated", S.SCREENED)
    assert await world.funds("ALPHDEFFXXX") == before, "nothing is reserved while people look"
    await passes(skipping, 37)
    rejected = await world.reaches(payment, S.REJECTED)
    assert (rejected.reason_codes, rejected.reason_text) == (("RR04",), "refused for regulatory reasons")
    assert await told(world, payment) == [
        "review_opened", "review_reminder", "review_escalated", "ring_fenced", "review_expired",
    ]  # fmt: skip
    async with world.db.read() as session:
        found = await audit.listing(session, Search(subject=payment), page=1, limit=10)
        assert (await audit.verify(session)).ok
    assert [entry.action for entry in found.entries] == [
        "review.expire", "review.ring_fence", "review.escalate", "review.remind",
    ]  # fmt: skip
    assert {(entry.actor_id, entry.actor_role) for entry in found.entries} == {("network", "system")}


async def test_a_ring_fenced_payment_that_is_approved_goes_on(
    patient_world: World, skipping: WorkflowEnvironment
) -> None:
    cut_off = (datetime.now(UTC) + timedelta(hours=1)).strftime("%H:%M:%S")
    payment = await patient_world.submit(creditor=ALIKE, terms=Terms(cut_off=cut_off))
    await patient_world.held(payment)
    await passes(skipping, 1.1)
    await happens(patient_world, payment, "ring_fenced")
    await patient_world.decide(payment, Verdict.APPROVE)
    await patient_world.reaches(payment, S.COMPLETED)


async def test_nobody_is_hurried_while_the_sender_is_asked(patient_world: World, skipping: WorkflowEnvironment) -> None:
    world = patient_world
    payment = await world.submit(creditor=ALIKE, terms=TERMS)
    await world.decide(payment, Verdict.REQUEST_INFORMATION, question="Who is it?")
    await passes(skipping, 5)
    assert await told(world, payment) == ["review_opened", "information_requested"]
    assert (await world.inform(payment, "an aunt")).review == "open"
    await happens(world, payment, "review_escalated")  # what was due meanwhile is due at once
    assert (await world.state(payment, lambda state: state.review == "escalated")).approvals_needed == 1
    decision = await world.held(payment)
    assert await refused(world, payment, PaymentWorkflow.decide, decision) == "senior_required"
    await world.decide(payment, Verdict.APPROVE, actor=SENIOR)
    await world.reaches(payment, S.COMPLETED)


async def test_a_question_that_nobody_answers_expires(patient_world: World, skipping: WorkflowEnvironment) -> None:
    payment = await patient_world.submit(creditor=ALIKE, terms=TERMS)
    await patient_world.decide(payment, Verdict.REQUEST_INFORMATION, question="Who is it?")
    await passes(skipping, 49)
    await patient_world.reaches(payment, S.REJECTED)
    async with patient_world.db.read() as session:
        review = await reviews.of(session, payment)
    assert (review.state, review.verdict) == ("expired", None)


async def test_a_lock_lives_for_its_time(patient_world: World, skipping: WorkflowEnvironment) -> None:
    world = patient_world
    payment = await world.submit(creditor=ALIKE, terms=TERMS)
    decision = await world.held(payment)
    await world.assign(payment, SENIOR, SENIOR.id)
    assert await refused(world, payment, PaymentWorkflow.decide, decision) == "review_locked"
    await passes(skipping, 1.1)
    await world.workflow(payment).execute_update(PaymentWorkflow.decide, decision)
    await world.reaches(payment, S.COMPLETED)


async def test_only_whoever_was_asked_answers(patient_world: World) -> None:
    payment = await patient_world.submit(creditor=ALIKE, terms=TERMS)
    await patient_world.held(payment)
    with pytest.raises(Exception, match="update"):
        await patient_world.inform(payment, "unasked", BANK)
    assert await told(patient_world, payment) == ["review_opened"]
