import asyncio
import hashlib
from datetime import date

import pytest
from sqlalchemy import text

from domain.errors import DuplicatePayment, IllegalTransition, NotFound
from domain.ids import PaymentId
from domain.money import Money
from domain.party import Party
from domain.payment import SettlementMethod
from domain.status import NEXT, PREDECESSORS, PaymentStatus
from schema.tables.accounts import participants
from schema.tables.accounts.participants import ParticipantStatus
from schema.tables.common import outbox
from schema.tables.common.session import Database
from schema.tables.compliance import checks
from schema.tables.payment import events, payments
from schema.tables.payment.payments import RawMessage, Step
from tests.schema.tables.world import (
    AT,
    BERLIN,
    PARIS,
    SUSPICIOUS,
    TOKYO,
    S,
    all_at_once,
    at_status,
    later,
    new_payment,
    taken_in,
)

LIFE = (S.VALIDATED, S.SCREENED, S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED)


def steps(*statuses: PaymentStatus) -> list[Step]:
    return [Step(status, AT, "network") for status in statuses]


async def history(db: Database, payment_id: str) -> list[str | None]:
    async with db.read() as session:
        told = await events.of(session, payment_id)
        view = await payments.detail(session, payment_id)
    assert [event.number for event in told] == list(range(1, len(told) + 1))
    assert view.event_count == len(told)
    return [event.status for event in told]


async def test_a_payment_is_taken_in_whole(db: Database) -> None:
    raw = RawMessage("pacs.008.001.08", b"<Document/>")
    payment = new_payment(value_date="2026-03-04", message_type="pacs.008", message_id="M1", reference="theirs")
    async with db.write() as session:
        assert await payments.insert(session, payment, start={"name": "Zoé"}, message=raw, start_after=later(9))
    async with db.read() as session:
        view = await payments.detail(session, payment.id)
        message = await session.one(text("SELECT * FROM payment_messages WHERE payment_id = :id"), {"id": payment.id})
        start = await session.one(text("SELECT * FROM workflow_starts WHERE subject = :id"), {"id": payment.id})
    assert (view.status, view.method, view.value_date) == (S.INITIATED, SettlementMethod.NET, date(2026, 3, 4))
    assert (view.sender_name, view.receiver_account_id, view.reason_codes) == ("Müller & Söhne", None, ())
    assert (view.created_at, view.updated_at, view.processed_at) == (AT, AT, None)
    assert (message.raw, message.sha256) == (raw.raw, hashlib.sha256(raw.raw).digest())
    assert (start.workflow_id, start.kind) == (f"payment/{payment.id}", "payment")
    assert (start.not_before, start.input) == (later(9), {"name": "Zoé"})
    assert await history(db, payment.id) == [S.INITIATED]


async def test_the_same_payment_twice_is_one(db: Database) -> None:
    payment = new_payment()
    fresh = await all_at_once(db, 6, lambda session: payments.insert(session, payment, start={}))
    assert sorted(fresh) == [False] * 5 + [True]
    assert await history(db, payment.id) == [S.INITIATED]


async def test_a_uetr_is_used_once(db: Database) -> None:
    first = new_payment()
    async with db.write() as session:
        await payments.insert(session, first, start={})
    with pytest.raises(DuplicatePayment) as refused:
        async with db.write() as session:
            await payments.insert(session, new_payment(uetr=first.order.uetr), start={})
    assert refused.value.facts == {"payment_id": first.id}


async def test_a_whole_life(db: Database) -> None:
    payment_id = await taken_in(db)
    for status in LIFE:
        for fresh in (True, False):
            async with db.write() as session:
                assert await payments.advance(session, payment_id, Step(status, AT, "network")) is fresh
    assert await history(db, payment_id) == [S.INITIATED, *LIFE]


@pytest.mark.parametrize("now", list(PaymentStatus))
async def test_only_legal_steps_are_taken(db: Database, now: PaymentStatus) -> None:
    way: list[PaymentStatus] = [] if now is S.INITIATED else [now]
    while way and S.INITIATED not in PREDECESSORS[way[0]]:
        way.insert(0, next(status for status in LIFE if status in PREDECESSORS[way[0]]))
    before = [S.INITIATED, *way]
    for to in set(PaymentStatus) - NEXT[now] - set(before):
        payment_id = await at_status(db, *way) if way else await taken_in(db)
        with pytest.raises(IllegalTransition):
            async with db.write() as session:
                await payments.advance(session, payment_id, *steps(to))
        assert await history(db, payment_id) == before


async def test_illegal_sequences_and_unknown_payments_are_refused(db: Database) -> None:
    payment_id = await taken_in(db)
    async with db.write() as session:
        with pytest.raises(IllegalTransition):
            await payments.advance(session, payment_id, *steps(S.VALIDATED, S.APPROVED))
        with pytest.raises(NotFound):
            await payments.advance(session, PaymentId.new(), *steps(S.VALIDATED))
        with pytest.raises(NotFound):
            await payments.instruction(session, PaymentId.new())
        with pytest.raises(NotFound):
            await payments.detail(session, PaymentId.new())


@pytest.mark.parametrize("before", range(1, len(LIFE) - 2))
async def test_a_sequence_taken_in_part_is_completed(db: Database, before: int) -> None:
    payment_id = await at_status(db, *LIFE[:before])
    async with db.write() as session:
        assert await payments.advance(session, payment_id, *steps(*LIFE[: before + 2]))
        assert not await payments.advance(session, payment_id, *steps(*LIFE[: before + 2]))
    assert await history(db, payment_id) == [S.INITIATED, *LIFE[: before + 2]]


async def test_what_a_step_settles_is_kept(db: Database) -> None:
    payment_id = await at_status(db, S.VALIDATED)
    async with db.write() as session:
        await payments.advance(session, payment_id, Step(S.SCREENED, later(1), "network", {"score": 7}), risk_score=7)
        await payments.advance(
            session, payment_id, Step(S.APPROVED, later(2), "network"), processed_at=later(2), batch_id="bat_1"
        )
        await payments.advance(
            session, payment_id, Step(S.FAILED, later(3), "ops"), reason_codes=("TS04",), reason_text="gave up"
        )
    async with db.read() as session:
        view = await payments.detail(session, payment_id)
        told = await events.of(session, payment_id)
    assert (view.risk_score, view.processed_at, view.batch_id) == (7, later(2), "bat_1")
    assert (view.reason_codes, view.reason_text, view.updated_at) == (("TS04",), "gave up", later(3))
    assert (told[2].detail, told[2].at, told[4].actor) == ({"score": 7}, later(1), "ops")


async def test_one_of_many_repeats_advances(db: Database) -> None:
    payment_id = await taken_in(db)
    answers = await all_at_once(
        db, 8, lambda session: payments.advance(session, payment_id, *steps(S.VALIDATED, S.SCREENED))
    )
    assert sorted(answers) == [False] * 7 + [True]
    assert await history(db, payment_id) == [S.INITIATED, S.VALIDATED, S.SCREENED]


async def test_of_two_ends_one_wins(db: Database) -> None:
    payment_id = await taken_in(db)

    async def end(status: PaymentStatus) -> bool:
        async with db.write() as session:
            return await payments.advance(session, payment_id, *steps(status))

    answers = await asyncio.gather(*map(end, (S.REJECTED, S.CANCELLED, S.FAILED)), return_exceptions=True)
    assert answers.count(True) == 1
    assert sum(isinstance(answer, IllegalTransition) for answer in answers) == 2
    assert len(await history(db, payment_id)) == 2


async def test_events_are_gapless_whoever_writes_them(db: Database) -> None:
    payment_id = await taken_in(db)

    async def note(key: int) -> bool:
        async with db.write() as session:
            return await events.append(
                session, payment_id, kind="deferred", at=AT, actor="x", detail={"k": key}, dedupe_key=str(key % 10)
            )

    async def move() -> None:
        async with db.write() as session:
            await payments.advance(session, payment_id, *steps(S.VALIDATED, S.SCREENED))

    answers = await asyncio.gather(*(note(key) for key in range(30)), move())
    assert sum(answer is True for answer in answers) == 10
    told = await history(db, payment_id)
    assert (len(told), [status for status in told if status]) == (13, [S.INITIATED, S.VALIDATED, S.SCREENED])


async def test_events_of_unknown_payments_are_refused(db: Database) -> None:
    with pytest.raises(NotFound):
        async with db.write() as session:
            await events.append(session, PaymentId.new(), kind="deferred", at=AT, actor="x", detail={}, dedupe_key="1")


async def test_events_cannot_be_changed(db: Database) -> None:
    await taken_in(db)
    for change in (
        "UPDATE payment_events SET actor = 'me'",
        "DELETE FROM payment_events",
        "DELETE FROM payment_messages",
    ):
        with pytest.raises(Exception, match="append-only"):
            async with db.write() as session:
                await session.run(text(change))


async def test_the_instruction_tells_who_is_known(db: Database) -> None:
    payment_id = await taken_in(db, amount=Money(1_250, "JPY"), creditor=Party("K. K. Tanaka", TOKYO))
    async with db.write() as session:
        unknown = await payments.instruction(session, payment_id)
        await participants.register(session, bic=TOKYO, name="Bank of Tokyo", country="JP", at=AT)
        account = await participants.add_account(session, bic=TOKYO, currency="JPY", floor_minor=0, at=AT)
        await participants.register(session, bic=BERLIN, name="Berliner Bank", country="DE", at=AT)
        await participants.set_status(session, BERLIN, ParticipantStatus.SUSPENDED)
        known = await payments.instruction(session, payment_id)
        await participants.mark_open(session, account, AT)
        opened = await payments.instruction(session, payment_id)
    assert (unknown.sender_status, unknown.receiver_status, unknown.receiver_account_status) == (None, None, None)
    assert (known.sender_status, known.receiver_status) == ("suspended", "active")
    assert (known.sender_account_status, known.receiver_account_status) == (None, "registered")
    assert (opened.receiver_account_status, opened.amount_minor, opened.currency) == ("open", 1_250, "JPY")
    assert (opened.status, opened.method, opened.submitted_by) == (S.INITIATED, SettlementMethod.NET, "berlin-system")


async def test_the_detail_carries_the_check_and_hides_from_strangers(db: Database) -> None:
    payment_id = await at_status(db, S.VALIDATED)
    async with db.write() as session:
        check = await checks.record(session, payment_id, "sanctions_screening", SUSPICIOUS, AT)
        view = await payments.detail(session, payment_id, participant=PARIS)
        with pytest.raises(NotFound):
            await payments.detail(session, payment_id, participant=TOKYO)
    assert view.compliance_check is not None
    assert (view.id, view.status) == (payment_id, S.VALIDATED)
    assert (view.compliance_check.id, view.compliance_check.risk_score) == (check.id, 90)


async def test_the_list_pages_and_filters(db: Database) -> None:
    mine = "LISTDEFFXXX"
    made = [
        await taken_in(db, at=later(place), debtor=Party("A", mine), creditor=Party("B", PARIS)) for place in range(5)
    ]
    made.append(await taken_in(db, at=later(9), debtor=Party("A", PARIS), creditor=Party("B", mine)))
    newest_first = made[::-1]
    async with db.write() as session:
        await payments.advance(session, made[0], *steps(S.REJECTED))
        first = await payments.listing(session, page=1, limit=4, participant=mine)
        second = await payments.listing(session, page=2, limit=4, participant=mine)
        rejected = await payments.listing(session, page=1, limit=4, participant=mine, status=S.REJECTED)
        everybody = await payments.listing(session, page=1, limit=1)
        all_rejected = await payments.listing(session, page=1, limit=100, status=S.REJECTED)
    assert [view.id for view in first.payments + second.payments] == newest_first
    assert (first.total, rejected.total, [view.id for view in rejected.payments]) == (6, 1, made[:1])
    assert everybody.total > 6
    assert made[0] in [view.id for view in all_rejected.payments]


async def test_a_new_payment_is_notified(db: Database, database_url: str) -> None:
    import asyncpg

    heard: asyncio.Queue[str] = asyncio.Queue()
    connection = await asyncpg.connect(database_url)
    try:
        await connection.add_listener(outbox.CHANNEL, lambda *told: heard.put_nowait(told[3]))
        payment_id = await taken_in(db)
        assert await asyncio.wait_for(heard.get(), 5) == payment_id
    finally:
        await connection.close()
