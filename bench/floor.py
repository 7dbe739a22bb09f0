"""The floor: how fast this very server runs a workflow that does nothing."""

import asyncio
import time
import uuid
from typing import Final

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE: Final = "bench-floor"


@workflow.defn
class EmptyWorkflow:
    """Starts and ends."""

    @workflow.run
    async def run(self) -> None:
        """Nothing."""


async def floor_per_s(client: Client, *, count: int, at_once: int) -> float:
    """Empty workflows per second, started eagerly by their own worker, each awaited to its end."""
    async with Worker(client, task_queue=QUEUE, workflows=[EmptyWorkflow]):
        await _run(client, count // 4, at_once)  # warm-up
        began = time.perf_counter()
        await _run(client, count, at_once)
        return count / (time.perf_counter() - began)


async def _run(client: Client, count: int, at_once: int) -> None:
    slots = asyncio.Semaphore(at_once)

    async def one() -> None:
        async with slots:
            handle = await client.start_workflow(
                EmptyWorkflow.run, id=f"floor/{uuid.uuid4()}", task_queue=QUEUE, request_eager_start=True
            )
            await handle.result()

    await asyncio.gather(*(one() for _ in range(count)))
