"""`deltran ledger …`: the ledger on disk against itself and against PostgreSQL, and PostgreSQL made to follow it."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from devstack.errors import StackError, StateInUse
from devstack.lock import locked
from devstack.postgres import Postgres
from ledger.book import Head
from ledger.onlooker import copy
from ledger.protocol import Readable
from ledger.verify import Report
from ledger.verify import verify as replay
from runtime.settings import Settings
from schema.tables import heads, ledger_entries, participants
from schema.tables.session import Database, create_engine
from workers.projection import LEDGER, Projection


def verify(state: Path) -> Report:
    """Replay the ledger of a stack, running or stopped. Raises StackError when there is none."""
    path = _ledger_of(state)
    return replay(path, high_water=_high_water(state))


def project(state: Path, *, rebuild: bool) -> int:
    """Make SQL follow the ledger of a stack, running or stopped, up to the position answered.

    With `rebuild` everything that SQL shows of the ledger is made again from the journal's first entry. Raises
    StackError when there is no ledger or no database, Unavailable, LedgerCorrupt.
    """
    path = _ledger_of(state)
    with _database(state) as url:
        if url is None:
            raise StackError(f"there is no database at {state}: start its stack once, or set DATABASE_URL")
        with copy(path) as ledger:
            return asyncio.run(_project(url, ledger, rebuild))


async def _project(url: str, ledger: Readable, rebuild: bool) -> int:
    database = Database(create_engine(url, pool_size=1))
    try:
        if rebuild:
            async with database.write() as session:
                await ledger_entries.clear(session)
                await participants.forget_balances(session)
        await Projection(database, ledger).catch_up()
        async with database.read() as session:
            position, _ = await ledger_entries.position(session)
    finally:
        await database.close()
    return position


def _ledger_of(state: Path) -> Path:
    path = Settings(state=state).ledger_path
    if not path.is_dir():
        raise StackError(f"there is no ledger at {path}: name its stack with --state")
    return path


def _high_water(state: Path) -> Head | None:
    """How far PostgreSQL has seen the journal come; None when there is no database to ask."""
    with _database(state) as url:
        return None if url is None else asyncio.run(mark(url))


async def mark(url: str) -> Head | None:
    """The high-water mark that a database keeps, None when it keeps none."""
    database = Database(create_engine(url, pool_size=1))
    try:
        async with database.read() as session:
            kept = await heads.get(session, LEDGER)
    finally:
        await database.close()
    return None if kept is None else Head(kept.sequence, kept.hash)


@contextmanager
def _database(state: Path) -> Iterator[str | None]:
    """The stack's own PostgreSQL, started for the moment if the stack is down; else what DATABASE_URL names, if anything.

    In this order, since a DATABASE_URL that is set for something else must not make a sound ledger look broken.
    """
    server = Postgres(state)
    if not server.data.exists():
        yield os.environ.get("DATABASE_URL")
        return
    with ExitStack() as held:
        try:
            held.enter_context(locked(state))
            held.enter_context(server)
        except StateInUse:
            pass  # The stack is up, and so is its PostgreSQL.
        yield server.url
