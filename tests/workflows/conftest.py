"""A fresh world for each test: its own database, its own ledger, its own task queue."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from schema.tables.session import Database
from tests.workflows.world import World
from workflows.plugin import plugin


@pytest.fixture(scope="session")
async def client(temporal_address: str) -> Client:
    """A client with our plugin; one failure of a step is enough to need repair."""
    return await Client.connect(temporal_address, plugins=[plugin(repair_attempts=2)])


@pytest.fixture
async def world(fresh_db: Database, client: Client) -> AsyncIterator[World]:
    async with World.open(fresh_db, client) as world:
        yield world


@pytest.fixture
async def forgetful_world(fresh_db: Database, client: Client) -> AsyncIterator[World]:
    """A world whose worker remembers nothing between workflow tasks."""
    async with World.open(fresh_db, client, cached=0) as world:
        yield world
