"""The API in this process, on real PostgreSQL and Temporal; a real payments worker where a flow needs one."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from temporalio.client import Client

from api.app import create_app
from devstack.program import Program
from domain.ids import new_id
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from tests.api.house import ALPHA, BETA, GAMMA, NEWCOMER, SETTINGS, TASK_QUEUE, TOKENS, House
from tests.schema.tables.databases import fresh_database, migrated_template
from workflows.plugin import plugin


@pytest_asyncio.fixture(scope="session")
async def api_database(postgres_url: str) -> AsyncIterator[str]:
    """A migrated database for all tests of the API."""
    async with migrated_template(postgres_url) as template, fresh_database(postgres_url, template=template) as url:
        yield url


@pytest.fixture(scope="session")
def settings(api_database: str, temporal_address: str) -> Settings:
    return Settings(
        database_url=api_database, temporal_address=temporal_address, task_queue=TASK_QUEUE, window_s=0.3, **SETTINGS
    )


@pytest_asyncio.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    db = Database(create_engine(settings.database_url, 12))
    yield create_app(settings, db, await Client.connect(settings.temporal_address, plugins=[plugin()]))
    await db.close()


@pytest_asyncio.fixture(scope="session")
async def house(app: FastAPI) -> AsyncIterator[House]:
    """The API, with its banks registered."""
    async with opened(app) as house:
        yield house


@pytest.fixture(scope="session")
def worker(settings: Settings) -> Iterator[Program]:
    """A payments worker in its own process, with the ledger."""
    with working(settings) as program:
        yield program


@pytest_asyncio.fixture(scope="session")
async def served(house: House, worker: Program) -> House:
    """The API with a worker behind it, and money in the banks' accounts."""
    await fund(house)
    return house


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[House]:
    """An API with a caller for each token, and its banks registered."""
    async with AsyncExitStack() as stack:
        callers = {
            name: await stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app, raise_app_exceptions=False),
                    base_url="http://api",
                    headers={"Authorization": f"Bearer {token}"} if token else {},
                )
            )
            for name, token in {**TOKENS, "nobody": ""}.items()
        }
        for bic in (ALPHA, BETA, GAMMA, NEWCOMER):
            bank = {"bic": bic, "name": f"{bic[:4].title()} Bank", "country": bic[4:6]}
            accounts = [{"currency": currency} for currency in ("USD", "JPY", "EUR")]
            answer = await callers["admin"].post("/api/v1/participants", json=bank | {"accounts": accounts})
            assert answer.status_code == 201, answer.text
        yield House(app.state.services.db, callers)


@contextmanager
def working(settings: Settings) -> Iterator[Program]:
    """A payments worker in its own process, with a ledger of its own."""
    with tempfile.TemporaryDirectory(prefix="api-") as directory:
        place = Path(directory)
        (place / "ledger").mkdir(mode=0o700)
        env = environment(settings) | {"DELTRAN_STATE": directory, "DELTRAN_REPAIR_ATTEMPTS": "2"}
        with Program("worker", ("-m", "workers", "payments"), env=env, notify=place, log=place / "log") as program:
            yield program


async def fund(house: House) -> None:
    """Put money into the banks' accounts. Houses share a Temporal server, which carries out a reference once."""
    reference = new_id("opening")
    for bic in (ALPHA, BETA, GAMMA):
        for currency in ("USD", "JPY", "EUR"):
            path = f"/api/v1/participants/{bic}/accounts/{currency}/funding"
            answer = await house["admin"].post(path, json={"amount": "1000000", "reference": reference})
            assert answer.status_code == 200, answer.text


def environment(settings: Settings) -> dict[str, str]:
    """The settings as another process gets them."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url,
        "TEMPORAL_ADDRESS": settings.temporal_address,
        "DELTRAN_TASK_QUEUE": settings.task_queue,
        "DELTRAN_WINDOW_S": str(settings.window_s),
        "DELTRAN_LISTS": settings.lists,
    }
