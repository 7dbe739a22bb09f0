"""Dependencies that are away for a while, and a supervisor that dies: what was accepted completes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from random import Random

import httpx
import pytest

from devstack.place import throwaway_state
from devstack.ports import LOOPBACK, choose
from devstack.postgres import Postgres
from devstack.tokens import Tokens
from tests.devstack.eventually import gone
from tests.faults.chaos import calm, seed_of
from tests.faults.conftest import Hurt
from tests.faults.network import BANKS, Addresses, Network, eventually, wishes

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]


async def test_payments_are_taken_in_while_temporal_is_silent(alone: Hurt) -> None:
    stack, network = alone
    wanted = wishes(Random(seed_of(31)), 30, "silent")
    stack.kill("temporal", signal.SIGSTOP)
    try:
        ids = await network.submit_all(wanted)
        assert all(status == "initiated" for status in await standing(network, ids)), "nobody could start them"
    finally:
        stack.kill("temporal", signal.SIGCONT)
    await calm(network, ids, f"seed {seed_of(31)}, Temporal was silent")


async def test_payments_in_flight_outlive_a_silent_temporal(shared: Hurt) -> None:
    stack, network = shared
    wanted = wishes(Random(seed_of(32)), 60, "in-flight", within_s=2)
    submitting = asyncio.create_task(network.submit_all(wanted))
    await eventually(lambda: under_way(network), within_s=30)
    stack.kill("temporal", signal.SIGSTOP)
    try:
        ids = await submitting
    finally:
        stack.kill("temporal", signal.SIGCONT)
    await calm(network, ids, f"seed {seed_of(32)}, Temporal fell silent")


async def test_a_worker_that_wakes_up_late_does_nothing_twice(shared: Hurt) -> None:
    stack, network = shared
    submitting = asyncio.create_task(network.submit_all(wishes(Random(seed_of(35)), 60, "sleeper", within_s=2)))
    await eventually(lambda: under_way(network), within_s=30)
    stack.kill("payments-1", signal.SIGSTOP)
    try:
        ids = await submitting
        story = f"seed {seed_of(35)}, payments-1 slept"
        await calm(network, ids, story)  # The other worker does it all, what the sleeper had begun as well.
    finally:
        stack.kill("payments-1", signal.SIGCONT)
    later = await network.submit_all(wishes(Random(seed_of(36)), 20, "awake"))
    await calm(network, [*ids, *later], f"{story} and woke up")


async def test_a_restart_of_postgresql_parks_nothing(alone: Hurt) -> None:
    stack, network = alone
    wanted = wishes(Random(seed_of(33)), 60, "restart", within_s=3)
    submitting = asyncio.create_task(network.submit_all(wanted))
    await eventually(lambda: under_way(network), within_s=30)
    before = stack.restarts()["postgres"]
    stack.kill("postgres", signal.SIGINT)  # A fast shutdown, as an administrator's restart does.
    ids = await submitting
    assert stack.restarts()["postgres"] == before + 1
    await calm(network, ids, f"seed {seed_of(33)}, PostgreSQL was restarted")  # Which knows of no dead letter.


async def test_a_killed_supervisor_and_the_next_one() -> None:
    with throwaway_state() as state:
        ports = [choose(0, option="") for _ in range(3)]
        tokens = Tokens.kept(state, BANKS)
        with supervisor(state, ports) as first:
            at = await reached(first, state, ports, tokens)
            async with aclosing(Network(at)) as network:
                await network.found()
                submitting = asyncio.create_task(
                    network.submit_all(wishes(Random(seed_of(34)), 60, "supervisor", within_s=4))
                )
                await eventually(lambda: under_way(network), within_s=30)
                children = children_of(first.pid)
                first.kill()
                first.wait()
                await eventually(lambda: no_one(children), within_s=60)
                assert all(gone(pid) for pid in children), "a killed supervisor takes its children with it"
                with supervisor(state, ports):
                    ids = await submitting
                    await calm(network, ids, f"seed {seed_of(34)}, the supervisor was killed")


async def standing(network: Network, ids: list[str]) -> list[str]:
    rows = await network.rows("SELECT status FROM payments WHERE id = ANY($1::text[])", ids)
    assert len(rows) == len(ids)
    return [row["status"] for row in rows]


async def under_way(network: Network) -> bool | None:
    """True when some payments are between their first step and their end."""
    rows = await network.rows("SELECT 1 FROM payments WHERE status IN ('validated', 'screened', 'approved', 'queued')")
    return len(rows) >= 3 or None


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def no_one(pids: list[int]) -> bool | None:
    return all(gone(pid) for pid in pids) or None


@contextmanager
def supervisor(state: Path, ports: list[int]) -> Iterator[subprocess.Popen[bytes]]:
    """`deltran up` as people run it."""
    names = ("--port", "--temporal-port", "--ui-port")
    words = [word for name, port in zip(names, ports, strict=True) for word in (name, str(port))]
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "TEMPORAL_ADDRESS")}
    with (state / "stack.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "deltran", "up", "--demo", "--state", str(state), "--window-s", "1", *words],
            cwd=CHECKOUT,
            env=env,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        finally:
            process.kill()
            process.wait()


async def reached(process: subprocess.Popen[bytes], state: Path, ports: list[int], tokens: Tokens) -> Addresses:
    """Where the stack is, once its API answers."""
    api = f"http://{LOOPBACK}:{ports[0]}"
    deadline = time.monotonic() + 180
    async with httpx.AsyncClient(base_url=api, timeout=30) as client:
        while True:
            try:
                if (await client.get("/ready")).is_success:
                    break
            except httpx.TransportError:
                pass
            standing_yet = process.poll() is None and time.monotonic() < deadline
            assert standing_yet, (state / "stack.log").read_text()[-2000:]
            await asyncio.sleep(0.1)
    return Addresses(api, Postgres(state).url, f"{LOOPBACK}:{ports[1]}", state, tokens.admin, dict(tokens.participants))
