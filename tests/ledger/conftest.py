from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from ledger.memory import MemoryLedger
from ledger.postgres import PostgresLedger
from ledger.protocol import Ledger
from ledger.rocks import RocksLedger
from tests.ledger.worlds import Ticks
from tests.schema.tables.databases import fresh_database, migrated_template


@pytest.fixture
def ticks() -> Ticks:
    """The clock of `ledger`."""
    return Ticks()


@pytest_asyncio.fixture(scope="session")
async def book_url(postgres_url: str) -> AsyncIterator[str]:
    """A database with tables for a ledger; whoever uses it empties it first."""
    async with migrated_template(postgres_url) as template, fresh_database(postgres_url, template=template) as url:
        yield url


async def fresh_postgres(url: str, ticks: Ticks) -> PostgresLedger:
    """An empty ledger in a database that may have held another."""
    connection = await asyncpg.connect(url)
    await connection.execute("TRUNCATE book_head, book_journal, book_accounts")
    await connection.close()
    return await PostgresLedger.open(url, clock=ticks)


@pytest.fixture(params=["memory", "rocks", "postgres"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path, book_url: str, ticks: Ticks) -> AsyncIterator[Ledger]:
    """Each kind of ledger, empty."""
    kept: Ledger
    match request.param:
        case "memory":
            kept = MemoryLedger(ticks)
        case "rocks":
            kept = await RocksLedger.open(tmp_path / "ledger", clock=ticks)
        case _:
            kept = await fresh_postgres(book_url, ticks)
    yield kept
    await kept.aclose()
