import pytest
from sqlalchemy import text

from schema.tables.common import audit
from schema.tables.common.session import Database, WriteSession
from tests.schema.tables.world import AT, all_at_once

TAMPERING = (
    ("UPDATE audit_log SET actor_id = 'mallory' WHERE id = 7", 7),
    ("UPDATE audit_log SET detail = '{}' WHERE id = 3", 3),
    ("DELETE FROM audit_log WHERE id = 5", 5),
    ("DELETE FROM audit_log WHERE id > 9", 10),
)


async def append(session: WriteSession) -> int:
    return await audit.append(
        session,
        at=AT,
        actor_id="anna",
        actor_role="compliance",
        action="review.approve",
        subject="pay_1",
        detail={"comment": "geprüft", "n": [1, 2.5, None]},
    )


async def test_lines_form_one_chain_whoever_writes(db: Database) -> None:
    numbers = await all_at_once(db, 12, append)
    assert sorted(numbers) == list(range(1, 13))
    async with db.read() as session:
        assert await audit.verify(session) == audit.Verification(lines=12, broken_at=None)


async def test_a_line_that_was_rolled_back_leaves_no_gap(db: Database) -> None:
    async def fail() -> None:
        async with db.write() as session:
            await append(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with db.read() as session:
        assert (await audit.verify(session)).ok


@pytest.mark.parametrize("change", [change for change, _ in TAMPERING])
async def test_the_database_refuses_to_change_a_line(db: Database, change: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        async with db.write() as session:
            await session.run(text(change))


@pytest.mark.parametrize(("change", "broken_at"), TAMPERING)
async def test_what_the_database_owner_changes_is_found(db: Database, change: str, broken_at: int) -> None:
    class Undo(Exception):
        pass

    async def tamper() -> None:
        async with db.write() as session:
            await session.run(text("ALTER TABLE audit_log DISABLE TRIGGER append_only"))
            await session.run(text(change))
            raise Undo(await audit.verify(session))

    with pytest.raises(Undo) as found:
        await tamper()
    assert found.value.args == (audit.Verification(lines=12, broken_at=broken_at),)
