"""A fresh world for each test: its own database, its own ledger, its own task queue."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.calendars import Observance
from tests.lists import LIST
from tests.schema.tables.databases import fresh_database, migrated_template
from tests.workflows.world import World
from workflows import attributes
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
async def other_url(postgres_url: str, world_template: str) -> AsyncIterator[str]:
    """A second database, for a second network on the same servers."""
    async with fresh_database(postgres_url, template=world_template) as url:
        yield url


@pytest.fixture
async def world(fresh_url: str, client: Client) -> AsyncIterator[World]:
    async with World.open(fresh_url, client) as world:
        yield world


@pytest.fixture
async def observed_world(fresh_url: str, client: Client) -> AsyncIterator[World]:
    """A world that keeps its calendars and hears at once what becomes of them."""
    async with World.open(fresh_url, client, calendars=Observance.OBSERVED, calendars_max_age_s=0) as world:
        yield world


@pytest.fixture(scope="module")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server that skips time."""
    async with time_skipping() as environment:
        yield environment


@pytest.fixture
async def today() -> AsyncIterator[WorkflowEnvironment]:
    """A server that skips time, and at the beginning of the test shows the same hour as everybody else's clock."""
    async with time_skipping() as environment:
        yield environment


@asynccontextmanager
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """Serve with Temporal's own test server, which knows no search attributes at first."""
    server = Path(sys.executable).with_name("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(server), plugins=[plugin(repair_attempts=2)]
    ) as environment:
        wanted = {key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in attributes.ALL}
        request = AddSearchAttributesRequest(namespace=environment.client.namespace, search_attributes=wanted)
        await environment.client.operator_service.add_search_attributes(request)
        yield environment


@pytest.fixture
async def patient_world(fresh_url: str, skipping: WorkflowEnvironment) -> AsyncIterator[World]:
    """A world on a server that skips time."""
    async with World.open(fresh_url, skipping.client) as world:
        yield world


@pytest.fixture
async def forgetful_world(fresh_url: str, client: Client) -> AsyncIterator[World]:
    """A world whose worker remembers nothing between workflow tasks."""
    async with World.open(fresh_url, client, cached=0) as world:
        yield world


@pytest.fixture
async def watching(fresh_url: str, client: Client) -> AsyncIterator[World]:
    """A world that screens by a list of the test's own."""
    async with World.open(fresh_url, client, lists=LIST) as world:
        yield world


@pytest.fixture
async def forgetful_watching(fresh_url: str, client: Client) -> AsyncIterator[World]:
    """The same, with a worker that remembers nothing between workflow tasks."""
    async with World.open(fresh_url, client, cached=0, lists=LIST) as world:
        yield world
