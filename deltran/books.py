"""`deltran ledger verify`: the ledger on disk against itself and against the mark kept in PostgreSQL."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from devstack.errors import StackError, StateInUse
from devstack.lock import locked
from devstack.postgres import Postgres
from ledger.book import Head
from ledger.verify import Report
from ledger.verify import verify as replay
from runtime.settings import Settings
from schema.tables import heads
from schema.tables.session import Database, create_engine
from workers.projection import LEDGER


def verify(state: Path) -> Report:
    """Replay the ledger of a stack, running or stopped. Raises StackError when there is none."""
    path = Settings(state=state).ledger_path
    if not path.is_dir():
        raise StackError(f"there is no ledger at {path}: name its stack with --state")
    return replay(path, high_water=_high_water(state))


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
