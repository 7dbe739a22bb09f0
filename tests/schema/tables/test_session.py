import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError

from devstack.place import throwaway_state
from devstack.postgres import Postgres
from domain.errors import Unavailable
from schema.tables.common.session import Database, ReadSession, create_engine, driver_url

ONE = text("SELECT 1 AS one")


@pytest_asyncio.fixture(scope="module")
async def server() -> AsyncIterator[Postgres]:
    """A server of our own, to stop and start."""
    with throwaway_state() as state:
        own = await asyncio.to_thread(Postgres(state).start)
        yield own
        await asyncio.to_thread(own.stop)


async def answers(db: Database) -> bool:
    async with db.read() as session:
        read = (await session.one(ONE)).one
    async with db.write() as session:
        return bool(read == (await session.one(ONE)).one == 1)


async def lose(
    server: Postgres, opening: Callable[[], AbstractAsyncContextManager[ReadSession]], *, goes_on: bool
) -> None:
    """A session whose server stops in its middle, before another statement or before its end."""
    async with opening() as session:
        await session.one(ONE)
        await asyncio.to_thread(server.stop)
        if goes_on:
            await session.one(ONE)


async def test_after_a_restart_the_next_use_works(server: Postgres) -> None:
    db = Database(create_engine(server.url, pool_size=3))
    try:
        assert all(await asyncio.gather(*(answers(db) for _ in range(6))))
        await asyncio.to_thread(server.stop)
        for _ in range(2):
            with pytest.raises(Unavailable):
                await answers(db)
        await asyncio.to_thread(server.start)
        assert all(await asyncio.gather(*(answers(db) for _ in range(6))))
    finally:
        await db.close()


async def test_a_server_that_goes_away_in_between_is_unavailable(server: Postgres) -> None:
    db = Database(create_engine(server.url, pool_size=1))
    try:
        for opening, goes_on in ((db.write, True), (db.read, True), (db.write, False)):
            with pytest.raises(Unavailable):
                await lose(server, opening, goes_on=goes_on)
            await asyncio.to_thread(server.start)
            assert await answers(db)
    finally:
        await db.close()


async def test_a_terminated_connection_is_unavailable_once(db: Database) -> None:
    with pytest.raises(Unavailable):
        async with db.write() as session:
            await session.all(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert await answers(db)


async def test_a_lost_deadlock_is_tried_again(db: Database) -> None:
    async with db.write() as session:
        await session.run(text("CREATE TABLE pair (id int PRIMARY KEY)"))
        await session.run(text("INSERT INTO pair VALUES (1), (2)"))
    both = asyncio.Barrier(2)

    async def lock(first: int, second: int) -> None:
        async with db.write() as session:
            await session.one(text("SELECT id FROM pair WHERE id = :id FOR UPDATE"), {"id": first})
            await both.wait()
            await session.one(text("SELECT id FROM pair WHERE id = :id FOR UPDATE"), {"id": second})

    outcomes = await asyncio.gather(lock(1, 2), lock(2, 1), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Unavailable"]


async def test_errors_of_statements_stay_what_they_are(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.write() as session:
            await session.run(text("INSERT INTO audit_head (id, lines, hash) VALUES (2, 0, '')"))
    assert await answers(db)


async def test_no_server_is_unavailable(tmp_path: Path) -> None:
    db = Database(create_engine(f"postgresql://nobody@/nothing?host={tmp_path}"))
    with pytest.raises(Unavailable):
        await answers(db)
    await db.close()


async def test_nothing_is_kept_of_a_session_that_failed(db: Database) -> None:
    async def fail() -> None:
        async with db.write() as session:
            await session.run(text("CREATE TABLE lost (id int)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with db.read() as session:
        assert (await session.one(text("SELECT to_regclass('lost') AS found"))).found is None


URLS = (
    ("postgresql://me:p%40ss@/deltran?host=/run/pg", {"host": "/run/pg", "user": "me", "password": "p@ss"}),
    ("postgresql://me@db.example:5433/deltran?sslmode=require", {"host": "db.example", "port": 5433, "ssl": "require"}),
    ("postgres://me@db.example/deltran?application_name=api", {"host": "db.example", "application_name": "api"}),
)


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_libpq_urls_are_understood(url: str, expected: dict[str, object]) -> None:
    parts = arguments(url)
    assert {name: parts.get(name) for name in expected} == expected


def arguments(url: str) -> dict[str, object]:
    """What the driver is told for a URL."""
    parsed, given = driver_url(url)
    assert parsed.drivername == "postgresql+asyncpg"
    assert parsed.database == make_url(url).database == "deltran"
    from_url = parsed.translate_connect_args(username="user")
    return {**from_url, **parsed.query, **given, **given["server_settings"]}
