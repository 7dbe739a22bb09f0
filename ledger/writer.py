"""Group commit: callers queue their chains, one writer makes what has gathered durable together.

While one group is on its way to the disk, the next one gathers. What is not durable is never acknowledged.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from domain.errors import Unavailable
from ledger.book import Account, Operation, Receipt
from ledger.group import Group
from ledger.rules import close_account, close_empty_account, open_account, post_chain
from ledger.state import Draft

GROUP_LIMIT: Final = 256
"""Chains in one group at most: bounds how long the event loop is busy with one."""

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")


class Job(NamedTuple):
    """One caller's wish: a rule of the book, what to apply it to, and where the answer goes."""

    rule: Callable[[Draft, Any], Any]
    argument: Any
    answer: asyncio.Future[Any]


class Writing(ABC):
    """The writing half of a ledger that many callers share; lives in one event loop."""

    def __init__(self) -> None:
        self._queue: list[Job] = []
        self._writer: asyncio.Task[None] | None = None
        self._refusal: str | None = None
        self.groups_written = 0

    async def open_account(self, account: Account) -> bool:
        """Open an account; False when it was there."""
        return await self._write(open_account, account)

    async def close_account(self, account_id: str) -> None:
        """Take no new reservations and transfers on the account."""
        await self._write(close_account, account_id)

    async def close_empty_account(self, account_id: str) -> None:
        """Close an account that holds nothing."""
        await self._write(close_empty_account, account_id)

    async def submit(self, chain: Sequence[Operation]) -> tuple[Receipt, ...]:
        """Apply operations all or none; they are on disk when it returns."""
        return await self._write(post_chain, tuple(chain))

    @abstractmethod
    async def _write_group(self, jobs: list[Job]) -> None:
        """Make a group durable and answer its jobs; whatever is raised stops the ledger."""

    def _check_serving(self) -> None:
        if self._refusal is not None:
            raise Unavailable(self._refusal)

    async def _finish(self) -> None:
        """Take nothing more, and finish what was submitted."""
        self._refusal = self._refusal or "the ledger is closed"
        if self._writer is not None:
            await asyncio.wait([self._writer])

    async def _write(self, rule: Callable[[Draft, Argument], Answer], argument: Argument) -> Answer:
        self._check_serving()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._queue.append(Job(rule, argument, answer))
        # The writer lives only while there is work, so an idle ledger has no task to cancel or to lose.
        if self._writer is None:
            self._writer = loop.create_task(self._write_groups(), name="ledger writer")
        return await answer

    async def _write_groups(self) -> None:
        jobs: list[Job] = []
        try:
            while self._queue:
                jobs, self._queue = self._queue[:GROUP_LIMIT], self._queue[GROUP_LIMIT:]
                await self._write_group(jobs)
        except BaseException as wrong:
            # Memory and disk may differ now. Only opening again, which reads the disk, can tell.
            self._refusal = f"the ledger stopped and must be opened again ({type(wrong).__name__}: {wrong})"
            refuse((*jobs, *self._queue), Unavailable(self._refusal))
            self._queue = []
            if not isinstance(wrong, Exception):
                raise
        finally:
            self._writer = None


Outcome = tuple[Any, Exception | None]


def outcomes(group: Group, jobs: Iterable[Job]) -> list[Outcome]:
    """What each chain comes to. Whatever forbids one, even a programmer's error, is its own caller's and nobody else's."""
    return [_outcome(group, job) for job in jobs]


def answer(jobs: Iterable[Job], found: Iterable[Outcome]) -> None:
    """Tell the callers, now that it is durable."""
    for job, (result, refusal) in zip(jobs, found, strict=True):
        if job.answer.done():  # its caller gave up waiting; the posting stands, and a repeat will say so
            continue
        if refusal is None:
            job.answer.set_result(result)
        else:
            job.answer.set_exception(refusal)


def refuse(jobs: Iterable[Job], refusal: Exception) -> None:
    """Tell callers that nobody knows, or that nothing was done."""
    for job in jobs:
        if not job.answer.done():
            job.answer.set_exception(refusal)


def _outcome(group: Group, job: Job) -> Outcome:
    try:
        return group.run(job.rule, job.argument), None
    except Exception as refusal:
        return None, refusal
