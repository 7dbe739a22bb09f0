"""The ledger on RocksDB. One process owns it; one writer makes groups of chains durable together.

Callers queue their chains. The writer takes what has gathered, applies each chain over the published books, writes one
batch, waits in a thread until the disk has it, publishes the books and only then answers. Meanwhile the next group
gathers. What is not durable is never acknowledged and never seen.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from domain.errors import Unavailable
from ledger.book import GENESIS, Account, Head, Operation, Receipt
from ledger.clock import Clock, system_clock
from ledger.errors import LedgerCorrupt
from ledger.group import Group
from ledger.journal import link
from ledger.reading import Reading
from ledger.rules import close_account, open_account, post_chain
from ledger.state import Draft
from ledger.store import Store, StoredBooks, open_database

GROUP_LIMIT: Final = 256
"""Chains in one group at most: bounds how long the event loop is busy with one."""

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")


class Job(NamedTuple):
    """One caller's wish: a rule of the book, what to apply it to, and where the answer goes."""

    rule: Callable[[Draft, Any], Any]
    argument: Any
    answer: asyncio.Future[Any]


class RocksLedger(Reading):
    """The owner of a ledger on disk; lives in one event loop. Made by `open`."""

    def __init__(self, books: StoredBooks, disk: ThreadPoolExecutor, clock: Clock) -> None:
        self._books = books
        self._clock = clock
        self._disk = disk
        self._queue: list[Job] = []
        self._writer: asyncio.Task[None] | None = None
        self._refusal: str | None = None
        self._released = False
        self.groups_written = 0

    @classmethod
    async def open(cls, path: Path, *, high_water: Head | None = None, clock: Clock = system_clock) -> "RocksLedger":
        """Open or create the ledger in the directory `path` and check that it still holds all it ever acknowledged.

        `high_water` is a head remembered elsewhere. Raises LedgerCorrupt, or Unavailable when another process owns it.
        """
        disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        try:
            books = await asyncio.get_running_loop().run_in_executor(disk, _open_books, path, high_water)
        except BaseException:
            disk.shutdown(wait=False)
            raise
        return cls(books, disk, clock)

    async def open_account(self, account: Account) -> bool:
        """Open an account; False when it was there."""
        return await self._write(open_account, account)

    async def close_account(self, account_id: str) -> None:
        """Take no new reservations and transfers on the account."""
        await self._write(close_account, account_id)

    async def submit(self, chain: Sequence[Operation]) -> tuple[Receipt, ...]:
        """Apply operations all or none; they are on disk when it returns."""
        return await self._write(post_chain, tuple(chain))

    async def checkpoint(self, path: Path) -> None:
        """Make a consistent copy of the ledger in a new directory, for backup and verification."""
        self._serving()
        await asyncio.get_running_loop().run_in_executor(self._disk, self._books.store.checkpoint, path)

    async def aclose(self) -> None:
        """Finish what was submitted and release the directory."""
        self._refusal = self._refusal or "the ledger is closed"
        if self._released:
            return
        self._released = True
        if self._writer is not None:
            await asyncio.wait([self._writer])
        await asyncio.get_running_loop().run_in_executor(self._disk, self._books.store.close)
        self._disk.shutdown()

    async def _write(self, rule: Callable[[Draft, Argument], Answer], argument: Argument) -> Answer:
        self._serving()
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
            for job in (*jobs, *self._queue):
                if not job.answer.done():
                    job.answer.set_exception(Unavailable(self._refusal))
            self._queue = []
            if not isinstance(wrong, Exception):
                raise
        finally:
            self._writer = None

    async def _write_group(self, jobs: list[Job]) -> None:
        self._books.look_ahead(job.argument for job in jobs if job.rule is post_chain)
        group = Group(self._books, self._books.at_now(self._clock))
        outcomes = [_outcome(group, job) for job in jobs]
        if group.sealed:
            store = self._books.store
            await asyncio.get_running_loop().run_in_executor(self._disk, store.persist, store.batch(group))
            self._books.adopt(group, group.head)
            self.groups_written += 1
        for job, (answer, refusal) in zip(jobs, outcomes, strict=True):
            if job.answer.done():  # its caller gave up waiting; the posting stands, and a repeat will say so
                continue
            if refusal is None:
                job.answer.set_result(answer)
            else:
                job.answer.set_exception(refusal)

    def _serving(self) -> StoredBooks:
        if self._refusal is not None:
            raise Unavailable(self._refusal)
        return self._books


def _outcome(group: Group, job: Job) -> tuple[Any, Exception | None]:
    """What one chain comes to. Whatever forbids it, even a programmer's error, is its own caller's and nobody else's."""
    try:
        return group.run(job.rule, job.argument), None
    except Exception as refusal:
        return None, refusal


def _open_books(path: Path, high_water: Head | None) -> StoredBooks:
    if high_water is not None and high_water.sequence and not (path / "CURRENT").is_file():
        raise LedgerCorrupt("there is no ledger, and there was one", high_water=high_water.sequence)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = Store(open_database(path))
    except Exception as wrong:
        if "Corruption" in str(wrong):
            raise LedgerCorrupt("the ledger's files are damaged", detail=str(wrong)) from wrong
        raise Unavailable("the ledger cannot be opened", detail=str(wrong)) from wrong
    try:
        check_head(store, high_water)
        return StoredBooks.at_head(store)
    except LedgerCorrupt:
        store.close()
        raise
    except Exception as wrong:
        store.close()
        raise LedgerCorrupt("the ledger's records cannot be read", detail=str(wrong)) from wrong


def check_head(store: Store, high_water: Head | None) -> None:
    """The stored head is the journal's end, its hash is right, and the journal contains the high-water mark.

    Raises LedgerCorrupt.
    """
    head = store.head()
    if store.last_sequence() != head.sequence:
        raise LedgerCorrupt("the journal does not end at the head", head=head.sequence, journal=store.last_sequence())
    if head.sequence:
        last = store.journal_entry(head.sequence)
        previous = hash_at(store, head.sequence - 1)
        if last is None or previous is None or last[0] != head.hash or link(previous, last[1]) != head.hash:
            raise LedgerCorrupt("the last entry's hash is wrong", head=head.sequence)
    if high_water is not None and hash_at(store, high_water.sequence) != high_water.hash:
        raise LedgerCorrupt(
            "the ledger does not contain what it acknowledged", head=head.sequence, high_water=high_water.sequence
        )


def hash_at(store: Store, sequence: int) -> bytes | None:
    """The journal's hash at a position."""
    if sequence == 0:
        return GENESIS.hash
    entry = store.journal_entry(sequence)
    return None if entry is None else entry[0]
