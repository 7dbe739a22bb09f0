import pytest

from domain.errors import NotFound, NotParked
from domain.ids import PaymentId
from schema.tables.common.session import Database, WriteSession
from schema.tables.payment import dead_letters, events
from schema.tables.payment.dead_letters import DeadLetterState
from tests.schema.tables.world import AT, all_at_once, later, taken_in


async def park(session: WriteSession, payment_id: str) -> str:
    return await dead_letters.park(
        session,
        payment_id,
        step="reserve",
        error_code="ledger_account_missing",
        message="no account",
        attempts=5,
        at=AT,
    )


async def parked(db: Database) -> tuple[str, str]:
    payment_id = await taken_in(db)
    async with db.write() as session:
        return payment_id, await park(session, payment_id)


async def test_a_payment_is_parked_once_at_a_time(db: Database) -> None:
    payment_id = await taken_in(db)
    letters = await all_at_once(db, 5, lambda session: park(session, payment_id))
    assert len(set(letters)) == 1
    async with db.write() as session:
        assert await dead_letters.redrive(session, payment_id, at=later(1), actor="ops")
        assert not await dead_letters.redrive(session, payment_id, at=later(1), actor="ops")
        assert await park(session, payment_id) != letters[0]
        assert await dead_letters.abandon(session, payment_id, at=later(2), actor="ops")
        assert not await dead_letters.abandon(session, payment_id, at=later(2), actor="ops")
        with pytest.raises(NotParked):
            await dead_letters.redrive(session, payment_id, at=later(3), actor="ops")
        told = [event.kind for event in await events.of(session, payment_id)]
    assert told == ["status", "dead_letter", "redriven", "dead_letter", "abandoned"]


async def test_what_was_never_parked_cannot_be_repaired(db: Database) -> None:
    payment_id = await taken_in(db)
    for act in (dead_letters.redrive, dead_letters.abandon):
        for unknown, refusal in ((payment_id, NotParked), (PaymentId.new(), NotFound)):
            with pytest.raises(refusal):
                async with db.write() as session:
                    await act(session, unknown, at=AT, actor="ops")


async def test_the_list_shows_letters_by_state(db: Database) -> None:
    (payment_id, letter_id), (solved, _) = await parked(db), await parked(db)
    async with db.write() as session:
        await dead_letters.redrive(session, solved, at=later(1), actor="ops")
        waiting = await dead_letters.listing(session, page=1, limit=100)
        redriven = await dead_letters.listing(session, page=1, limit=100, state=DeadLetterState.REDRIVEN)
        beyond = await dead_letters.listing(session, page=99, limit=100)
    shown = {letter.payment_id: letter for letter in waiting.letters}
    assert (shown[payment_id].id, shown[payment_id].attempts, shown[payment_id].currency) == (letter_id, 5, "EUR")
    assert solved not in shown
    assert next(letter.resolved_by for letter in redriven.letters if letter.payment_id == solved) == "ops"
    assert (beyond.letters, beyond.total) == ((), waiting.total)
