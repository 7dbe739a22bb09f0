"""A migrated database for each test module."""

from collections.abc import AsyncIterator

import pytest_asyncio

from schema.tables.common.session import Database, create_engine
from tests.schema.tables.databases import fresh_database, migrated_template


@pytest_asyncio.fixture(scope="session")
async def template(postgres_url: str) -> AsyncIterator[str]:
    """The migrated database that all others are copied from."""
    async with migrated_template(postgres_url) as name:
        yield name


@pytest_asyncio.fixture(scope="module")
async def database_url(postgres_url: str, template: str) -> AsyncIterator[str]:
    """Where this module's own database is."""
    async with fresh_database(postgres_url, template=template) as url:
        yield url


@pytest_asyncio.fixture(scope="module")
async def db(database_url: str) -> AsyncIterator[Database]:
    """This module's own database."""
    database = Database(create_engine(database_url, pool_size=12))
    yield database
    await database.close()
