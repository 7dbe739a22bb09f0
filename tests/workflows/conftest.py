"""A fresh world for each test: its own database, its own ledger, its own task queue."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from tests.schema.tables.databases import fresh_database, migrated_template
from tests.workflows.world import World
from workflows.plugin import plugin


@pytest.fixture(scope="session")
async def client(temporal_address: str) -> Client:
    """A client with our plugin; one failure of a step is enough to need repair."""
    return await Client.connect(temporal_address, plugins=[plugin(repair_attempts=2)])


@pytest.fixture(scope="session")
async def world_template(postgres_url: str) -> AsyncIterator[str]:
    async with migrated_template(postgres_url) as name:
        yield name


@pytest.fixture
async def fresh_url(postgres_url: str, world_template: str) -> AsyncIterator[str]:
    async with fresh_database(postgres_url, template=world_template) as url:
        yield url


@pytest.fixture
async def world(fresh_url: str, client: Client) -> AsyncIterator[World]:
    async with World.open(fresh_url, client) as world:
        yield world


@pytest.fixture
async def forgetful_world(fresh_url: str, client: Client) -> AsyncIterator[World]:
    """A world whose worker remembers nothing between workflow tasks."""
    async with World.open(fresh_url, client, cached=0) as world:
        yield world
