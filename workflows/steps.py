"""How a step is run: in the worker's own process, where the ledger is, or as a long one over a batch."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from temporalio import workflow

from workflows import options
from workflows.failures import STEP_FAILED

P = TypeVar("P")
R = TypeVar("R")
Step = Callable[[Any, P], Awaitable[R]]


async def run(step: Step[P, R], arg: P, summary: str, *, task_queue: str | None = None) -> R:
    """Run one step; `task_queue` None means as a local activity. Raises one of STEP_FAILED when it fails for good."""
    if task_queue is None:
        return await workflow.execute_local_activity_method(step, arg, summary=summary, **options.STEP)
    return await workflow.execute_activity_method(step, arg, summary=summary, task_queue=task_queue, **options.REMOTE)


async def insist(step: Step[P, R], arg: P, summary: str, *, task_queue: str | None = None) -> R:
    """Run a step that must succeed in the end: bookkeeping for which no other way is open. Never raises."""
    while True:
        try:
            return await run(step, arg, summary, task_queue=task_queue)
        except STEP_FAILED as error:
            await _after(step, error)


async def insist_batch(
    step: Step[P, R],
    arg: P,
    summary: str,
    *,
    task_queue: str | None = None,
    limits: Mapping[str, Any] = options.BATCH,
) -> R:
    """Run a step over a whole batch; it must succeed in the end. Never raises."""
    while True:
        try:
            return await workflow.execute_activity_method(step, arg, summary=summary, task_queue=task_queue, **limits)
        except STEP_FAILED as error:
            await _after(step, error)


async def _after(step: Step[Any, Any], error: BaseException) -> None:
    workflow.logger.error("step %s failed and is tried again: %s", step.__name__, error)
    await workflow.sleep(options.INSIST_AGAIN)
