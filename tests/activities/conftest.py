from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio

from schema.tables.common.session import Database, create_engine
from schema.tables.compliance import rescreenings
from tests.activities.counter import Counter, nobody
from tests.activities.office import BEFORE, Office
from tests.schema.tables.databases import fresh_database, migrated_template


@pytest_asyncio.fixture(scope="session")
async def template(postgres_url: str) -> AsyncIterator[str]:
    """A migrated database to copy."""
    async with migrated_template(postgres_url) as name:
        yield name


@pytest_asyncio.fixture
async def db(postgres_url: str, template: str) -> AsyncIterator[Database]:
    """A migrated database of its own."""
    async with fresh_database(postgres_url, template=template) as url:
        database = Database(create_engine(url))
        yield database
        await database.close()


@pytest_asyncio.fixture
async def counter(db: Database) -> Counter:
    """Two banks that can exchange, each with money and a security."""
    made = Counter(db, await nobody())
    await made.found()
    return made


@pytest_asyncio.fixture
async def office(db: Database) -> Office:
    """An office whose list is in force, and followed up."""
    made = Office(db, await nobody())
    first = await made.change(BEFORE)
    await made.compare(first)
    async with db.write() as session:
        await rescreenings.end(session, first.version_id, datetime.now(UTC))
    return made
