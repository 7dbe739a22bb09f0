"""How a step is run: in the worker's own process, where the ledger is, or as a long one over a batch."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from temporalio import workflow

from workflows import options
from workflows.failures import STEP_FAILED, read

P = TypeVar("P")
R = TypeVar("R")
Step = Callable[[Any, P], Awaitable[R]]


async def run(step: Step[P, R], arg: P, summary: str, *, task_queue: str | None = None) -> R:
    """Run one step; `task_queue` None means as a local activity. Raises one of STEP_FAILED when it fails for good."""
    if task_queue is None:
        return await workflow.execute_local_activity_method(step, arg, summary=summary, **options.STEP)
    return await workflow.execute_activity_method(step, arg, summary=summary, task_queue=task_queue, **options.REMOTE)


@dataclass(slots=True)
class Insisted:
    """A step that a workflow insists on although it failed for good: which one, how often by now, and how it did last."""

    step: str
    failures: int = 0
    code: str = ""
    message: str = ""


class Stubborn:
    """A workflow that can be asked what it insists on; None when nothing is in its way."""

    insists_on: Insisted | None = None


async def insist(step: Step[P, R], arg: P, summary: str, *, task_queue: str | None = None) -> R:
    """Run a step that must succeed in the end: bookkeeping for which no other way is open. Never raises."""
    insisted = Insisted(step.__name__)
    while True:
        try:
            done = await run(step, arg, summary, task_queue=task_queue)
        except STEP_FAILED as error:
            await _after(insisted, error)
        else:
            _show(None)
            return done


async def insist_batch(
    step: Step[P, R],
    arg: P,
    summary: str,
    *,
    task_queue: str | None = None,
    limits: Mapping[str, Any] = options.BATCH,
) -> R:
    """Run a step over a whole batch; it must succeed in the end. Never raises."""
    insisted = Insisted(step.__name__)
    while True:
        try:
            done: R = await workflow.execute_activity_method(
                step, arg, summary=summary, task_queue=task_queue, **limits
            )
        except STEP_FAILED as error:
            await _after(insisted, error)
        else:
            _show(None)
            return done


async def _after(insisted: Insisted, error: BaseException) -> None:
    """Say what is wrong, to the log and to whoever asks, and wait. Showing it is no command: old histories replay."""
    failure = read(error)
    insisted.failures += 1
    insisted.code, insisted.message = (failure.code, failure.message) if failure else ("unavailable", str(error))
    _show(insisted)
    workflow.logger.error(
        "step %s has failed for good %d times and is tried again: %s", insisted.step, insisted.failures, error
    )
    await workflow.sleep(options.INSIST_AGAIN)


def _show(insisted: Insisted | None) -> None:
    running: object = workflow.instance()
    if isinstance(running, Stubborn):
        running.insists_on = insisted
