"""Stacks to hurt: one for each place that a ledger can have."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from devstack.stack import Stack
from runtime.settings import Placement
from tests.faults.network import Network, running

Hurt = tuple[Stack, Network]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: hurts a whole running stack; leave out with -m 'not slow'")


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def alone() -> AsyncIterator[Hurt]:
    """One worker that owns the ledger itself."""
    async with running() as hurt:
        yield hurt


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shared() -> AsyncIterator[Hurt]:
    """Two workers and the ledger's owner behind its queue."""
    async with running(workers=2, placement=Placement.QUEUE) as hurt:
        yield hurt


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def everywhere() -> AsyncIterator[Hurt]:
    """Two workers that both post to a ledger in PostgreSQL."""
    async with running(workers=2, placement=Placement.POSTGRES) as hurt:
        yield hurt
