"""A supervisor in a process of its own, as people run it: signalled, killed, and asked twice."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devstack.errors import PortTaken, StateInUse
from devstack.lock import locked
from devstack.place import throwaway_state
from devstack.ports import LOOPBACK, choose
from tests.devstack.eventually import eventually, gone

CHECKOUT = Path(__file__).parents[2]
SUPERVISOR = """
import asyncio, os, sys
from pathlib import Path
from rich.console import Console
from devstack.lock import locked
from devstack.observer import Terminal
from devstack.postgres import Postgres
from devstack.program import Program
from devstack.stages import Stages
from devstack.supervisor import run_until_stopped

state = Path(sys.argv[1])
steady = "from runtime.notify import ready; import signal; ready(); signal.pause()"
stages = Stages(Terminal(Console()))

async def start():
    await stages.launch([Postgres(state)])
    await stages.launch([Program("steady", ("-c", steady), env=os.environ, notify=state, log=state / "log")])

def up():
    print("UP", *stages.pids().values(), flush=True)

with locked(state):
    asyncio.run(run_until_stopped(stages, start, up))
"""


@contextmanager
def supervisor(state: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A running supervisor and the processes that it started."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, state], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        assert process.stdout is not None
        up = next(line for line in process.stdout if line.startswith("UP"))
        yield process, [int(pid) for pid in re.findall(r"\d+", up)]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_within_ten_seconds(number: signal.Signals) -> None:
    with throwaway_state() as state, supervisor(state) as (process, pids):
        begun = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0
        assert time.monotonic() - begun < 10
        assert len(pids) == 2
        assert all(gone(pid) for pid in pids)
        assert not (state / "postgres" / "postmaster.pid").exists(), "PostgreSQL had time to shut down"


def test_killed_it_takes_its_children_with_it() -> None:
    with throwaway_state() as state:
        with supervisor(state) as (process, pids):
            process.kill()
            process.wait()
            eventually(lambda: all(gone(pid) for pid in pids))
        with supervisor(state):
            pass  # And the state is usable again.


def test_a_second_stack_on_the_same_state_is_refused(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(StateInUse, match=rf"process {os.getpid()}.*--state"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_the_command_line_says_so_without_a_traceback(tmp_path: Path) -> None:
    with locked(tmp_path):
        second = subprocess.run(
            [sys.executable, "-m", "deltran", "up", "--state", tmp_path],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 1
    assert "another stack" in second.stderr
    assert "Traceback" not in second.stderr + second.stdout


def test_a_taken_port_is_named_with_its_option() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"{port}.*--ui-port"):
            choose(port, option="--ui-port")
