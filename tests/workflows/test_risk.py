"""A payment is held for its risk as it is for a hit, and an ordinary one is not."""

import asyncio

from domain.decision import Verdict
from domain.risk import AssessmentKind
from domain.status import PaymentStatus
from schema.tables.compliance import checks, risk_assessments
from schema.tables.compliance.risk_assessments import Kept
from tests.workflows.world import World

S = PaymentStatus


async def assessments(world: World, payment_id: str) -> list[Kept]:
    async with world.db.read() as session:
        return await risk_assessments.of(session, payment_id)


async def test_an_ordinary_payment_is_weighed_and_goes_on(world: World) -> None:
    payment = await world.submit()
    found = await world.reaches(payment, S.COMPLETED)
    assert found.compliance_check is not None
    assert (found.compliance_check.requires_review, found.risk_score) == (False, 0)
    (kept,) = await assessments(world, payment)
    made = kept.assessment
    assert (made.kind, made.score, made.holds, made.with_memory) == (AssessmentKind.HOT, 0, False, True)
    assert made.features["first_seen_counterparty"] == 1


async def test_structuring_is_held_with_its_reasons_until_a_person_decides(world: World) -> None:
    for _ in range(2):
        earlier = await world.submit(amount="2950.00", creditor_country="MM")
        await world.reaches(earlier, S.COMPLETED)
    payment = await world.submit(amount="2950.00", creditor_country="MM")
    held = await world.held(payment)
    (kept,) = await assessments(world, payment)
    assert kept.assessment.holds
    assert [given.rule for given in kept.assessment.contributions] == ["ST-01", "ST-02", "CT-01", "CT-02"]
    assert kept.assessment.features["structuring_count_24h"] == 3
    async with world.db.read() as session:
        (check,) = await checks.of(session, payment)
    assert (check.id, check.status, check.risk_score, check.hits) == (held.screening_id, "review", 95, ())
    await world.decide(payment, Verdict.APPROVE)
    await world.reaches(payment, S.COMPLETED)


async def test_many_ordinary_payments_at_once_are_not_held(world: World) -> None:
    payments = [await world.submit(amount=f"{number}.00", creditor=f"Creditor {number}") for number in range(1, 41)]
    await asyncio.gather(*(world.reaches(payment, S.COMPLETED) for payment in payments))
    one_more = await world.submit(amount="41.00", creditor="Creditor 41")
    await world.reaches(one_more, S.COMPLETED)
    last, *_ = await assessments(world, one_more)
    assert last.assessment.features["debtor_count_1h"] >= len(payments)
    assert last.assessment.score <= 10
