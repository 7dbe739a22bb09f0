"""The service as a whole: its description, its health, its process, and a day without Temporal."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from temporalio.client import Client

from api.app import create_app
from api.common.body import Body, read_json
from api.common.shapes import Shape
from api.examples.catalogue import EXAMPLES
from devstack.ports import choose
from devstack.program import Program
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from tests.api.conftest import environment
from tests.api.house import TOKENS, House, order
from tests.api.test_bad_input import refused
from tests.schema.tables.databases import fresh_database
from workflows.plugin import plugin

AUTHORISED = {"Authorization": f"Bearer {TOKENS['operator']}"}


@pytest.fixture(scope="module")
def process(settings: Settings, house: House) -> Iterator[tuple[Program, str]]:
    """`python -m api`, and where it serves."""
    port = choose(0, option="")
    env = environment(settings) | {"DELTRAN_PORT": str(port), "DELTRAN_TOKEN_OPERATOR": TOKENS["operator"]}
    with tempfile.TemporaryDirectory(prefix="api-") as directory:
        place = Path(directory)
        with Program("api", ("-m", "api"), env=env, notify=place, log=place / "log") as program:
            yield program, f"http://127.0.0.1:{port}"


async def test_it_describes_itself(house: House) -> None:
    described = (await house["nobody"].get("/openapi.json")).json()
    references = set(_references(described))
    assert references <= {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["tags"], where
            assert operation["summary"], where
            assert "application/problem+json" in operation["responses"]["default"]["content"], where
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            contents = [content for body in bodies for content in body.get("content", {}).items()]
            named = [
                body["schema"]["$ref"].rpartition("/")[2] for kind, body in contents if body and kind.endswith("json")
            ]
            assert all("example" in described["components"]["schemas"][name] for name in named), (where, named)


async def test_its_documentation_needs_no_other_host(house: House) -> None:
    page = await house["nobody"].get("/docs")
    assert page.status_code == 200
    assert "//" not in page.text.replace("</", "").replace("// ", "")
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/docs-assets/{asset}" in page.text
        assert (await house["nobody"].get(f"/docs-assets/{asset}")).status_code == 200


async def test_it_is_ready(house: House) -> None:
    answer = await house["nobody"].get("/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert {answer.json()[name]["status"] for name in ("postgresql", "temporal")} == {"ok"}


async def test_without_postgresql_it_is_alive_but_not_ready(house: House, settings: Settings, app: FastAPI) -> None:
    with tempfile.TemporaryDirectory() as nowhere:
        db = Database(create_engine(f"postgresql://deltran@/deltran?host={nowhere}"))
        away = create_app(settings, db, app.state.services.client)
        async with _caller(away) as caller:
            assert (await caller.get("/health")).status_code == 200
            answer = await caller.get("/ready")
            assert answer.status_code == 503
            assert [answer.json()[name]["status"] for name in ("postgresql", "temporal")] == ["away", "ok"]
            problem = await caller.post("/api/v1/payments", json=order())
            refused(problem, 503, "dependency_unavailable")
            assert int(problem.headers["retry-after"]) > 0
        await db.close()


async def test_without_temporal_nothing_is_refused_or_lost(served: House, settings: Settings) -> None:
    address = f"127.0.0.1:{choose(0, option='')}"
    away = create_app(settings, served.db, await Client.connect(address, lazy=True, plugins=[plugin()]))
    async with _caller(away) as caller:
        taken = await caller.post("/api/v1/payments", json=order(), headers={"Prefer": "wait=1"})
        assert (taken.status_code, taken.json()["status"]) == (202, "initiated")
        path = taken.headers["location"]
        assert (await caller.get(path)).status_code == 200
        refused(await caller.get(f"{path}/workflow"), 503, "dependency_unavailable")
        ready = await caller.get("/ready")
        assert (ready.status_code, ready.json()["temporal"]["status"]) == (503, "away")
    await served.reaches(taken.json()["id"], "completed")  # for the workers' Temporal was there all the time


async def test_an_accident_tells_nothing(settings: Settings, app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    """A database without tables is a real one."""
    async with fresh_database(settings.database_url) as url:
        db = Database(create_engine(url))
        async with _caller(create_app(settings, db, app.state.services.client)) as caller:
            answer = await caller.post("/api/v1/payments", json=order())
        await db.close()
    refused(answer, 500, "internal_error")
    assert "ProgrammingError" not in answer.text
    assert "unforeseen ProgrammingError" in caplog.text
    assert "Ada Sample" not in caplog.text + answer.text


async def test_a_real_server_stops_reading_a_body_that_never_ends(process: tuple[Program, str]) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 65536

    async with httpx.AsyncClient(base_url=process[1], headers=AUTHORISED) as caller:
        for content in (endless(), b"[" * 10_000_000):
            try:
                answer = await caller.post(
                    "/api/v1/payments", content=content, headers={"Content-Type": "application/json"}
                )
            except (httpx.WriteError, httpx.ReadError):
                continue  # the server hung up while we were still talking
            refused(answer, 413, "body_too_large")
        assert (await caller.get("/health")).status_code == 200


async def test_a_real_server_serves_and_stops_soon(process: tuple[Program, str]) -> None:
    program, url = process
    async with httpx.AsyncClient(base_url=url, headers=AUTHORISED) as caller:
        answers = await asyncio.gather(*(caller.post("/api/v1/payments", json=order()) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {202}
        assert (await caller.get("/ready")).status_code == 200
    began, running = time.monotonic(), program.process
    assert running is not None
    program.stop()
    assert time.monotonic() - began < 5
    assert running.returncode == 0


def _caller(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://api", headers=AUTHORISED)


def _references(described: Any) -> Iterator[str]:
    if isinstance(described, dict):
        if isinstance(found := described.get("$ref"), str):
            yield found
        for value in described.values():
            yield from _references(value)
    elif isinstance(described, list):
        for value in described:
            yield from _references(value)


def test_every_example_is_what_it_is_an_example_of() -> None:
    models = {model.__name__: model for base in (Body, Shape) for model in _below(base)}
    assert EXAMPLES.keys() <= models.keys()
    for name, example in EXAMPLES.items():
        read = read_json(json.dumps(example).encode())
        if issubclass(models[name], Body):
            models[name].model_validate(read)
        else:
            assert models[name].model_validate(read).model_dump(mode="json").keys() == example.keys(), name


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in model.__subclasses__():
        yield child
        yield from _below(child)
