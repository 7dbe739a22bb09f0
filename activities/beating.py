"""Signs of life of a step that works for long."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

from temporalio import activity

EVERY_S: Final = 3.0


@contextlib.asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Tell Temporal every few seconds that the step is alive, until the block ends; whoever calls it otherwise is not told."""
    if not activity.in_activity():
        yield
        return
    task = asyncio.create_task(_beat())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(EVERY_S)
