import pytest

from domain.errors import NotFound, Refused
from domain.settlement import Backing, Deferred, NetPosition, NetTransfer, Obligation, Priority
from schema.tables.common.session import Database
from schema.tables.payment import events
from schema.tables.settlement import plans, steering, windows
from schema.tables.settlement.plans import Moves, Plan
from schema.tables.settlement.windows import BatchState, WindowState
from tests.schema.tables.world import AT, BERLIN, PARIS, later, taken_in


async def queued(
    db: Database, currency: str, amount: int, *, backing: Backing = Backing.DUE, priority: Priority = Priority.NORMAL
) -> tuple[str, str]:
    """A queued payment and its window."""
    payment_id = await taken_in(db)
    async with db.write() as session:
        owed = Obligation(payment_id, BERLIN, PARIS, amount, priority)
        window = await windows.enqueue(session, owed, currency=currency, window_s=5.0, at=AT, backing=backing)
    return payment_id, window


async def close(db: Database, window_id: str, batch_id: str) -> None:
    async with db.write() as session:
        await windows.close(session, window_id, batch_id, later(5))


def plan_of(amount: int, *deferred: Deferred) -> Plan:
    positions = (NetPosition(BERLIN, 0, amount), NetPosition(PARIS, amount, 0)) if amount else ()
    due = (NetTransfer(BERLIN, PARIS, amount),) if amount else ()
    return Plan(positions, Moves((), due), deferred)


async def store(db: Database, batch_id: str, attempt: int, plan: Plan) -> bool:
    async with db.write() as session:
        return await plans.store(session, batch_id, attempt, plan, at=later(6), window_s=5.0)


async def test_a_batch_settles_in_part_and_the_rest_waits(db: Database) -> None:
    first, window = await queued(db, "GBP", 100)
    second, _ = await queued(db, "GBP", 70, priority=Priority.HIGH)
    held, _ = await queued(db, "GBP", 5, backing=Backing.HELD)
    await close(db, window, "bat_gbp")
    async with db.read() as session:
        members = await plans.members(session, "bat_gbp")
    assert {owed.payment_id for owed in members.due} == {first, second}
    assert [owed.payment_id for owed in members.held] == [held]
    (late,) = [owed for owed in members.due if owed.payment_id == first]
    plan = plan_of(75, Deferred(late, 40, "short"))
    assert await store(db, "bat_gbp", 1, plan)
    assert not await store(db, "bat_gbp", 1, plan_of(1))
    async with db.read() as session:
        batch = await windows.batch(session, "bat_gbp")
        left = await plans.members(session, "bat_gbp")
        (told,) = await plans.deferrals(session, "bat_gbp")
        moves = await plans.moves(session, "bat_gbp")
        happened = await events.of(session, first)
        listed = await steering.windows(session, currency="GBP", page=1, limit=10)
        waiting = await steering.queued(session, BERLIN)
    assert (batch.state, batch.payment_count, batch.deferred_count, batch.gross_minor) == (
        BatchState.EXECUTING,
        2,
        1,
        75,
    )
    assert [owed.payment_id for owed in left.due] == [second]
    assert (told.payment_id, told.short_minor, told.reason, told.priority) == (first, 40, "short", Priority.NORMAL)
    assert moves == Moves((), (NetTransfer(BERLIN, PARIS, 75),))
    assert happened[-1].kind == "deferred"
    assert {one.state: (one.queued, one.queued_minor, one.batch_id) for one in listed.windows} == {
        WindowState.OPEN: (1, 100, None),
        WindowState.EXECUTING: (0, 0, "bat_gbp"),
    }
    assert (waiting["GBP"].out_count, waiting["GBP"].out_minor, waiting["GBP"].due_out_minor) == (3, 175, 170)
    assert waiting["GBP"].deferred_count == 1


async def test_the_next_plan_takes_the_place_of_the_one_before(db: Database) -> None:
    only, window = await queued(db, "NZD", 100)
    await close(db, window, "bat_nzd")
    assert await store(db, "bat_nzd", 1, plan_of(100))
    async with db.read() as session:
        (owed,) = (await plans.members(session, "bat_nzd")).due
    assert await store(db, "bat_nzd", 2, plan_of(0, Deferred(owed, 100, "short")))
    async with db.read() as session:
        batch = await windows.batch(session, "bat_nzd")
        view = await steering.window(session, window)
    assert (batch.state, batch.payment_count, batch.reason, batch.transfers) == (BatchState.DEFERRED, 0, "short", ())
    assert view.state is WindowState.DEFERRED
    assert only == owed.payment_id


async def test_a_priority_can_be_changed_while_the_payment_waits(db: Database) -> None:
    payment, window = await queued(db, "SGD", 100)
    for changed in (True, False):
        async with db.write() as session:
            assert await steering.prioritise(session, payment, Priority.URGENT, at=later(1), actor_id="otto") is changed
    await close(db, window, "bat_sgd")
    async with db.write() as session:
        with pytest.raises(Refused):
            await steering.prioritise(session, payment, Priority.NORMAL, at=later(1), actor_id="otto")
        with pytest.raises(NotFound):
            await steering.prioritise(session, "pay_none", Priority.NORMAL, at=later(1), actor_id="otto")
    async with db.read() as session:
        (owed,) = (await plans.members(session, "bat_sgd")).due
        happened = await events.of(session, payment)
    assert owed.priority is Priority.URGENT
    assert [(event.kind, event.actor) for event in happened][-1] == ("prioritised", "otto")


async def test_a_currency_is_paused_and_resumed(db: Database) -> None:
    async with db.write() as session:
        assert await steering.pause(session, "TRY", at=AT, actor_id="otto", comment="the central bank is closed")
        assert not await steering.pause(session, "TRY", at=AT, actor_id="otto", comment="again")
        assert await steering.is_paused(session, "TRY")
        assert [pause.comment for pause in await steering.pauses(session)] == ["the central bank is closed"]
        assert await steering.resume(session, "TRY")
        assert not await steering.resume(session, "TRY")
        assert not await steering.is_paused(session, "TRY")
