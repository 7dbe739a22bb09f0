"""A worker's memory of risks is whole or it is not used; what is settled is weighed again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from activities.risk import RiskAssessor
from domain.errors import Unavailable
from domain.risk import AssessmentKind, Condition, Feature, Operator, Rule
from domain.status import PaymentStatus
from runtime.metrics import Metrics
from schema.tables.common.session import Database
from schema.tables.compliance import risk_assessments, risk_rules
from schema.tables.payment import payments
from schema.tables.payment.payments import Step
from tests.devstack.eventually import eventually_async as eventually
from tests.schema.tables.world import taken_in
from workers import risk as following
from workers.risk import RiskFollower, SecondLook

ALWAYS = Rule("XX-01", "any payment", 42, (Condition(Feature.DEBTOR_COUNT_1H, Operator.AT_LEAST, 1),))
S = PaymentStatus


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a lost line is noticed soon, and a memory is read in several pieces."""
    monkeypatch.setattr(following, "PAUSE_S", 0.2)
    monkeypatch.setattr(following, "CHUNK", 3)


@asynccontextmanager
async def followed(db: Database, url: str) -> AsyncIterator[RiskAssessor]:
    """An assessor whose memory is kept in step."""
    assessor = RiskAssessor(Metrics())
    task = asyncio.create_task(RiskFollower(db, url, assessor).run())
    await eventually(lambda: assessor.in_step)
    try:
        yield assessor
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def weigh(db: Database, assessor: RiskAssessor) -> tuple[str, int]:
    """A new payment of the same debtor: its id, and how many the assessor knows of within an hour."""
    payment_id = await taken_in(db, at=datetime.now(UTC))
    async with db.write() as session:
        made = assessor.weigh(await risk_assessments.case(session, payment_id))
        await assessor.record(session, made, datetime.now(UTC))
    return payment_id, made.features[Feature.DEBTOR_COUNT_1H]


async def test_without_its_memory_nothing_is_weighed_unless_a_setting_allows_it(db: Database) -> None:
    payment_id = await taken_in(db)
    async with db.read() as session:
        case = await risk_assessments.case(session, payment_id)
    with pytest.raises(Unavailable):
        RiskAssessor(Metrics()).weigh(case)
    assert not RiskAssessor(Metrics(), without_memory=True).weigh(case).with_memory


async def test_workers_know_of_each_others_payments_and_a_new_one_of_all(db: Database, database_url: str) -> None:
    async with followed(db, database_url) as one, followed(db, database_url) as other:
        for number in range(4):
            _, count = await weigh(db, one)
            assert count == 2 * number + 1
            await heard(other, 2 * number + 1)
            _, count = await weigh(db, other)
            assert count == 2 * number + 2
            await heard(one, 2 * number + 2)
    async with followed(db, database_url) as late:
        assert known(late) == 8


async def test_a_lost_line_stops_the_weighing_until_the_gap_is_read(db: Database, database_url: str) -> None:
    async with followed(db, database_url) as one:
        await weigh(db, one)
        await cut(db)
        await eventually(lambda: not one.in_step)
        async with followed(db, database_url) as other:
            _, count = await weigh(db, other)
            assert count == 2
        await eventually(lambda: one.in_step and known(one) == 2)


async def test_rules_reach_every_worker_when_they_come_into_force_and_when_they_go(
    db: Database, database_url: str
) -> None:
    at = datetime.now(UTC)
    async with followed(db, database_url) as assessor:
        async with db.write() as session:
            version = (await risk_rules.propose(session, [ALWAYS], "", "anna", at)).version
            await risk_rules.keep_trial(session, version, {})
            await risk_rules.approve(session, version, "bert", at)
            await risk_rules.activate(session, version, "anna", at)
        await eventually(lambda: assessor.rules_version == version)
        async with db.write() as session:
            await risk_rules.retire(session, version, "anna", at)
        await eventually(lambda: assessor.rules_version == 0)


async def test_what_is_settled_is_weighed_again_once(db: Database, database_url: str) -> None:
    async with followed(db, database_url) as assessor:
        settled, open_ = [(await weigh(db, assessor))[0] for _ in range(2)]
        at = datetime.now(UTC)
        async with db.write() as session:
            steps = [Step(status, at, "network") for status in (S.VALIDATED, S.SCREENED, S.APPROVED, S.QUEUED)]
            steps += [Step(status, at, "network") for status in (S.SETTLING, S.SETTLED)]
            await payments.advance(session, settled, *steps, settled_at=at)
        look = SecondLook(db, assessor, settled_for=timedelta())
        assert [await look.look(), await look.look()] == [1, 0]
    async with db.read() as session:
        first, second = [kept.assessment for kept in await risk_assessments.of(session, settled)]
        assert len(await risk_assessments.of(session, open_)) == 1
    assert (first.kind, second.kind) == (AssessmentKind.HOT, AssessmentKind.RECALCULATED)
    assert first.features[Feature.DEBTOR_COUNT_1H] == second.features[Feature.DEBTOR_COUNT_1H] == 1
    assert second.features[Feature.KNOWN_PAYMENTS] == 2


async def heard(assessor: RiskAssessor, count: int) -> None:
    """Wait until the assessor remembers so many."""
    await eventually(lambda: known(assessor) == count)


def known(assessor: RiskAssessor) -> int:
    """How many payments the assessor remembers of Berlin."""
    return assessor.known("DEUTDEFFXXX")


async def cut(db: Database) -> None:
    """Cut every line on which news come."""
    async with db.write() as session:
        await session.run(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND (query ILIKE 'LISTEN%' OR query = 'SELECT 1')"
            )
        )
