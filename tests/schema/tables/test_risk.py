import asyncio
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from domain.errors import NotFound, RulesNotReady, SelfApproval
from domain.finding import Finding, Severity
from domain.party import Party
from domain.reason import Reason
from domain.risk import Assessment, AssessmentKind, Condition, Feature, Operator, Rule, RulesState
from risk import engine
from risk.defaults import RULES
from risk.memory import Memory
from risk.thresholds import Bounds
from schema.tables.common.session import Database
from schema.tables.compliance import risk_assessments, risk_rules
from schema.tables.compliance.risk_assessments import pseudonym
from schema.tables.initiation import findings
from schema.tables.initiation.findings import Stage
from tests.schema.tables.world import AT, BERLIN, PARIS, all_at_once, later, taken_in

RULE = Rule("VL-01", "many", 30, (Condition(Feature.DEBTOR_COUNT_1H, Operator.AT_LEAST, 3),), shadow=True)
TRIAL = {"assessed": 3, "held": 1}


async def assessed(db: Database, memory: Memory, *, at: Any = AT, **changes: Any) -> Assessment:
    """A payment that is taken in, assessed, stored and remembered."""
    payment_id = await taken_in(db, at=at, **changes)
    async with db.write() as session:
        case = await risk_assessments.case(session, payment_id)
        made = engine.assess(case, memory, RULES, Bounds())
        assert await risk_assessments.record(session, [made], at) == [payment_id]
    memory.remember(made.trace)
    return made


async def test_a_case_is_what_the_order_says_under_pseudonyms(db: Database) -> None:
    payment_id = await taken_in(db, at=later(0.000001), creditor=Party("Chez  ZOÉ", PARIS, country="MM"))
    warning = Finding("/x", "X-01", "odd", Reason.NARR, severity=Severity.WARNING)
    async with db.write() as session:
        await findings.record(
            session, payment_id, Stage.NETWORK, [warning, warning, replace(warning, severity=Severity.ERROR)], AT
        )
        case = await risk_assessments.case(session, payment_id)
    assert (case.taken_in, case.warnings) == (int(AT.timestamp()) * 1_000_000 + 1, 2)
    assert (case.participant, case.origin, case.destination) == (BERLIN, "DE", "FR")
    assert case.countries == ("DE", "FR", "MM")
    assert case.debtor == pseudonym(BERLIN, "DE89370400440532013000", "anybody")
    assert case.creditor == pseudonym(PARIS, None, "chez zoé")
    with pytest.raises(NotFound):
        async with db.read() as session:
            await risk_assessments.case(session, "pay_none")


async def test_the_first_assessment_stands(db: Database) -> None:
    made = await assessed(db, Memory())
    payment_id = made.trace.payment_id
    other = replace(made, trace=replace(made.trace, score=99))
    second = replace(made, kind=AssessmentKind.RECALCULATED)
    async with db.write() as session:
        assert await risk_assessments.record(session, [other], later(9)) == []
        assert await risk_assessments.record(session, [second], later(9)) == [payment_id]
        kept = await risk_assessments.of(session, payment_id)
    assert [(each.assessment, each.at) for each in kept] == [(made, AT), (second, later(9))]


@pytest.mark.parametrize("change", ["UPDATE risk_assessments SET score = 0", "DELETE FROM risk_assessments"])
async def test_an_assessment_is_never_edited(db: Database, change: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        async with db.write() as session:
            await session.run(text(change))


async def test_what_is_assessed_is_told_to_every_worker_but_a_second_look_is_not(
    db: Database, database_url: str
) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    connection = await asyncpg.connect(database_url)
    await connection.add_listener(risk_assessments.CHANNEL, lambda *news: told.put_nowait(str(news[3])))
    made = await assessed(db, Memory())
    async with db.write() as session:
        await risk_assessments.record(session, [replace(made, kind=AssessmentKind.RECALCULATED)], AT)
        await risk_assessments.record(session, [made], AT)
    other = await assessed(db, Memory())
    assert [risk_assessments.heard(await told.get()) for _ in range(2)] == [made.trace, other.trace]
    assert told.empty()
    await connection.close()


async def test_memory_rebuilt_from_sql_is_the_memory_that_grew(db: Database) -> None:
    grown, rebuilt = Memory(), Memory()
    parties = [Party(f"Debtor {number}", BERLIN) for number in range(3)]
    for number in range(40):
        at = AT - timedelta(hours=7 * (number * 17 % 40))
        made = await assessed(
            db, grown, at=at, debtor=parties[number % 3], creditor=Party(f"Creditor {number % 5}", PARIS)
        )
    after, after_id = AT - timedelta(days=31), ""
    while True:
        async with db.read() as session:
            traces, after, after_id = await risk_assessments.traces(session, after=after, after_id=after_id, limit=7)
        for trace in traces:
            rebuilt.remember(trace)
        if len(traces) < 7:
            break
    async with db.read() as session:
        told = (await session.one(text("SELECT count(*) AS n FROM risk_assessments WHERE kind = 'hot'"))).n
        case = await risk_assessments.case(session, made.trace.payment_id)
    assert told >= 40
    # What earlier tests stored counts in both.
    async with db.read() as session:
        everything, *_ = await risk_assessments.traces(session, after=AT - timedelta(days=31), limit=10_000)
    for trace in everything:
        grown.remember(trace)
    one, other = (asdict(engine.assess(case, memory, RULES, Bounds())) for memory in (grown, rebuilt))
    assert one == other


async def test_the_last_assessments_come_newest_first(db: Database) -> None:
    made = [await assessed(db, Memory(), at=later(100 + number)) for number in range(3)]
    async with db.read() as session:
        found = await risk_assessments.recent(session, 2)
    assert [kept.assessment for kept in found] == [made[2], made[1]]


async def test_rules_come_into_force_by_two_people_after_a_trial(db: Database) -> None:
    async with db.write() as session:
        draft = await risk_rules.propose(session, [RULE], "more care", "anna", AT)
        assert (draft.state, draft.rules, draft.note, draft.trial) == (RulesState.DRAFT, (RULE,), "more care", None)
        with pytest.raises(RulesNotReady):
            await risk_rules.activate(session, draft.version, "bert", AT)
        with pytest.raises(SelfApproval):
            await risk_rules.approve(session, draft.version, "anna", AT)
        approved = await risk_rules.approve(session, draft.version, "bert", later(1))
        assert (approved.state, approved.approved_by, approved.approved_at) == (RulesState.APPROVED, "bert", later(1))
        with pytest.raises(RulesNotReady, match="dry"):
            await risk_rules.activate(session, draft.version, "anna", AT)
        assert await risk_rules.active(session) is None
        await risk_rules.keep_trial(session, draft.version, TRIAL)
        active = await risk_rules.activate(session, draft.version, "anna", later(2))
        assert (active.state, active.trial, await risk_rules.active(session)) == (RulesState.ACTIVE, TRIAL, active)
        with pytest.raises(RulesNotReady):
            await risk_rules.approve(session, draft.version, "bert", AT)
        with pytest.raises(NotFound):
            await risk_rules.get(session, 99)


async def test_one_version_is_in_force_at_most(db: Database) -> None:
    async with db.write() as session:
        first = await risk_rules.active(session)
        second = await risk_rules.propose(session, [], "none at all", "anna", AT)
        await risk_rules.keep_trial(session, second.version, TRIAL)
        await risk_rules.approve(session, second.version, "bert", AT)
        await risk_rules.activate(session, second.version, "anna", AT)
        assert first is not None
        assert (await risk_rules.get(session, first.version)).state is RulesState.RETIRED
        await risk_rules.retire(session, second.version, "bert", AT)
        assert await risk_rules.active(session) is None
        with pytest.raises(RulesNotReady):
            await risk_rules.retire(session, second.version, "bert", AT)
        assert [each.state for each in await risk_rules.listing(session)] == [RulesState.RETIRED] * 2


async def test_versions_are_numbered_one_by_one_whoever_proposes(db: Database) -> None:
    made = await all_at_once(db, 6, lambda session: risk_rules.propose(session, [RULE], "", "anna", AT))
    numbers = sorted(version.version for version in made)
    assert numbers == list(range(numbers[0], numbers[0] + 6))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE risk_rules SET rules = '[]'",
        "UPDATE risk_rules SET proposed_by = 'mallory'",
        "DELETE FROM risk_rules",
        "UPDATE risk_rules SET state = 'approved', approved_by = proposed_by WHERE state = 'draft'",
        "UPDATE risk_rules SET state = 'active' WHERE version = (SELECT max(version) FROM risk_rules)",
    ],
)
async def test_the_database_keeps_the_rule_of_two_people_and_what_was_proposed(db: Database, change: str) -> None:
    with pytest.raises(Exception, match=r"stands|append-only|four_eyes|approved|tried"):
        async with db.write() as session:
            await session.run(text(change))
