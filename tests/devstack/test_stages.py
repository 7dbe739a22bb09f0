import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from devstack.errors import StackError
from devstack.member import Patience
from devstack.place import throwaway_state
from devstack.program import Program
from devstack.stages import Stages
from tests.devstack.eventually import eventually_async, gone

STEADY = "from runtime.notify import ready; import signal; ready(); print('here I am', flush=True); signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + STEADY
WITH_CHILD = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True);" + STEADY
MORTAL = "from runtime.notify import ready; ready(); raise SystemExit(3)"
NEVER_READY = "import signal; print('thinking', flush=True); signal.pause()"
BROKEN = "raise SystemExit('I have no database')"

Make = Callable[[str, str], Program]


class Memory:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []
        self.lines: list[tuple[str, str]] = []

    def step(self, name: str, text: str) -> None:
        self.steps.append((name, text))

    def line(self, name: str, text: str) -> None:
        self.lines.append((name, text))


@pytest.fixture
def observer() -> Memory:
    return Memory()


@pytest.fixture
def make() -> Iterator[Make]:
    with throwaway_state() as state:

        def program(name: str, code: str) -> Program:
            return Program(name, ("-c", code), env=os.environ, notify=state, log=state / f"{name}.log")

        yield program


@pytest_asyncio.fixture
async def stages(observer: Memory) -> AsyncIterator[Stages]:
    stages = Stages(observer, Patience(first_pause_s=0.01, longest_pause_s=0.05, unready_deaths=3, ready_within_s=5.0))
    yield stages
    await stages.stop()


async def test_says_when_it_is_ready_and_repeats_lines(stages: Stages, make: Make, observer: Memory) -> None:
    await stages.launch([make("one", STEADY)])
    assert [text.split()[0] for _, text in observer.steps] == ["starting", "ready"]
    await eventually_async(lambda: ("one", "here I am") in observer.lines)


async def test_a_killed_member_comes_back(stages: Stages, make: Make) -> None:
    await stages.launch([make("one", STEADY), make("two", STEADY)])
    before = stages.pids()
    stages.kill("one")
    await eventually_async(lambda: stages.restarts()["one"] == 1)
    await stages.until_ready()
    after = stages.pids()
    assert after["one"] != before["one"]
    assert after["two"] == before["two"]


async def test_gives_up_on_what_does_not_stay_up(stages: Stages, make: Make) -> None:
    await stages.launch([make("one", MORTAL)])
    failure = await asyncio.wait_for(stages.failure(), 20)
    assert "one does not stay up" in str(failure)
    assert "code 3" in str(failure)


async def test_a_first_start_that_fails_is_told_at_once(stages: Stages, make: Make) -> None:
    with pytest.raises(StackError, match="I have no database"):
        await stages.launch([make("one", BROKEN), make("two", STEADY)])
    await stages.stop()
    assert stages.pids() == {}


async def test_a_start_that_takes_for_ever_is_ended(make: Make, observer: Memory) -> None:
    stages = Stages(observer, Patience(ready_within_s=0.5))
    with pytest.raises(StackError, match="not ready after"):
        await stages.launch([make("one", NEVER_READY)])
    await stages.stop()


async def test_stops_in_reverse_and_by_force_in_time(make: Make, observer: Memory) -> None:
    stages = Stages(observer)
    await stages.launch([make("first", STUBBORN)])
    await stages.launch([make("second", STUBBORN)])
    pids = stages.pids()
    begun = time.monotonic()
    await stages.stop()
    assert time.monotonic() - begun < 10
    assert [name for name, text in observer.steps if "did not stop" in text] == ["second", "first"]
    assert all(gone(pid) for pid in pids.values())


async def test_takes_the_children_of_a_member_with_it(stages: Stages, make: Make, observer: Memory) -> None:
    await stages.launch([make("one", WITH_CHILD)])
    await eventually_async(lambda: bool(observer.lines))
    child = int(observer.lines[0][1])
    stages.kill("one")
    await eventually_async(lambda: gone(child))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_member_that_ends_itself_cleanly_is_started_again_too(
    stages: Stages, make: Make, number: signal.Signals
) -> None:
    await stages.launch([make("one", STEADY)])
    stages.kill("one", number)
    await eventually_async(lambda: stages.restarts()["one"] == 1)


@pytest.mark.parametrize(("unready", "pause_s"), [(0, 0.1), (1, 0.2), (3, 0.8), (10, 5.0)])
def test_pauses_grow_up_to_a_cap(unready: int, pause_s: float) -> None:
    assert Patience().pause_s(unready) == pytest.approx(pause_s)
