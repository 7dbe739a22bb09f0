"""`deltran up`: a stack that stays until a signal or a process that will not stay up ends it."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from devstack.stages import Stages

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_Result = TypeVar("_Result")


class Interrupted(Exception):
    """A signal asked us to end."""


async def run_until_stopped(
    stages: Stages, start: Callable[[], Awaitable[object]], up: Callable[[], None], *, stay: bool = True
) -> None:
    """Start, tell that it is up, wait for a signal (unless it shall not stay), and stop everything whatever happens.

    Raises StackError when it could not start, or when a member used up its restarts.
    """
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _ENDING:
        loop.add_signal_handler(number, asked.set)
    try:
        await _unless(asked, start())
        up()
        if not stay:
            return
        raise await _unless(asked, stages.failure())
    except Interrupted:
        return
    finally:
        await stages.stop()
        for number in _ENDING:
            loop.remove_signal_handler(number)


async def _unless(asked: asyncio.Event, work: Awaitable[_Result]) -> _Result:
    """The work's result. Raises Interrupted, with the work cancelled, when a signal came first."""
    working = asyncio.ensure_future(work)
    asking = asyncio.create_task(asked.wait())
    try:
        await asyncio.wait((working, asking), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise Interrupted
    finally:
        for task in (working, asking):
            task.cancel()
        await asyncio.gather(working, asking, return_exceptions=True)
