"""The whole house, started as tests and benchmarks start it."""

import stat
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from devstack.observer import LogFile
from devstack.options import Options
from devstack.place import throwaway_state
from devstack.stack import Stack
from runtime.settings import Placement
from tests.devstack.eventually import eventually_async, gone


@pytest_asyncio.fixture(scope="module")
async def stack() -> AsyncIterator[Stack]:
    with throwaway_state() as state:
        log = LogFile(state / "stack.log")
        async with Stack(Options.throwaway(state, placement=Placement.QUEUE), log) as stack:
            yield stack
            pids = stack.pids()
        log.close()
        assert all(gone(pid) for pid in pids.values())


async def test_starts_every_member_and_the_api_is_ready(stack: Stack) -> None:
    assert set(stack.pids()) == {"postgres", "temporal", "ledger", "payments-1", "api"}
    assert await readiness(stack) == 200


async def test_workers_show_what_they_measure(stack: Stack) -> None:
    async with httpx.AsyncClient() as client:
        payments = (await client.get(stack.urls()["metrics_payments-1"])).text
        assert (await client.get(stack.urls()["metrics_ledger"])).status_code == 200
    for name in (
        "sanctions_screening_total",
        "sanctions_hits_total",
        "sanctions_list_age_seconds",
        "sanctions_list_entities",
    ):
        assert f"# TYPE {name.removesuffix('_total')}" in payments, name
    for name in ("sanctions_screening_duration_seconds", "risk_score"):
        assert f"# TYPE {name} histogram" in payments, name


async def test_every_member_comes_back_from_a_kill(stack: Stack) -> None:
    before = stack.restarts()
    for name in stack.names():
        await stack.until_ready()
        stack.kill(name)
        await eventually_async(lambda name=name: stack.restarts()[name] > before[name], within_s=30)  # type: ignore[misc]
    await stack.until_ready()
    async with httpx.AsyncClient() as client:
        assert (await client.get(stack.urls()["docs"])).status_code == 200


async def test_what_it_keeps_is_private(stack: Stack) -> None:
    files = [path for path in stack.options.state.rglob("*") if path.is_file() and "postgres" not in path.parts]
    readable = [path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert set(readable) <= {"lock"}


async def readiness(stack: Stack) -> int:
    async with httpx.AsyncClient(timeout=10) as client:
        return (await client.get(f"{stack.urls()['api']}/ready")).status_code
