"""The ledger on RocksDB. One process owns it; one writer makes groups of chains durable together.

The writer takes what has gathered, applies each chain over the published books, writes one batch, waits in a thread until
the disk has it, publishes the books and only then answers. What is not durable is never acknowledged and never seen.
"""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from domain.errors import DelTranError, Unavailable
from ledger.book import GENESIS, Head, Operation
from ledger.clock import Clock, system_clock
from ledger.custody import Custody, create
from ledger.errors import LedgerCorrupt
from ledger.group import Group
from ledger.journal import link
from ledger.reading import Reading
from ledger.rules import post_chain
from ledger.store import Store, StoredBooks, is_damage, open_database
from ledger.writer import Job, Writing, answer, outcomes


class RocksLedger(Writing, Reading):
    """The owner of a ledger on disk; lives in one event loop. Made by `open`."""

    def __init__(self, custody: Custody, books: StoredBooks, disk: ThreadPoolExecutor, clock: Clock) -> None:
        super().__init__()
        self._custody = custody
        self._books = books
        self._clock = clock
        self._disk = disk
        self._records = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger files")
        self._released = False

    @classmethod
    async def open(cls, path: Path, *, high_water: Head | None = None, clock: Clock = system_clock) -> "RocksLedger":
        """Open or create the ledger in the directory `path` and check that it still holds all it ever acknowledged.

        `high_water` is a head remembered elsewhere. Raises LedgerCorrupt, or Unavailable when another process owns it.
        """
        disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        try:
            custody, books = await asyncio.get_running_loop().run_in_executor(disk, _open_books, path, high_water)
        except BaseException:
            disk.shutdown(wait=False)
            raise
        return cls(custody, books, disk, clock)

    async def record_files(self) -> None:
        """Bring the catalogue of the ledger's files up to date; posting goes on. Raises Unavailable."""
        tables = self._serving().store.tables()
        await asyncio.get_running_loop().run_in_executor(self._records, self._custody.record, tables)

    async def checkpoint(self, path: Path) -> None:
        """Make a consistent copy of the ledger in a new directory, for backup and verification."""
        self._serving()
        await asyncio.get_running_loop().run_in_executor(self._disk, self._copy, path)

    async def aclose(self) -> None:
        """Finish what was submitted and release the directory."""
        if self._released:
            return
        self._released = True
        await self._finish()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._disk, self._books.store.close)
        await loop.run_in_executor(self._records, self._custody.end)
        self._disk.shutdown()
        self._records.shutdown()

    def _copy(self, path: Path) -> None:
        self._books.store.checkpoint(path)
        self._custody.seal_copy(path)

    async def _write_group(self, jobs: list[Job]) -> None:
        self._books.look_ahead(job.argument for job in jobs if job.rule is post_chain)
        group = Group(self._books, self._books.at_now(self._clock))
        found = outcomes(group, jobs)
        if group.sealed:
            store = self._books.store
            await asyncio.get_running_loop().run_in_executor(self._disk, store.persist, store.batch(group))
            self._books.adopt(group, group.head)
            self.groups_written += 1
        answer(jobs, found)

    def _serving(self) -> StoredBooks:
        self._check_serving()
        return self._books


def _open_books(path: Path, high_water: Head | None) -> tuple[Custody, StoredBooks]:
    if high_water is not None and high_water.sequence and not (path / "CURRENT").is_file():
        raise LedgerCorrupt("there is no ledger, and there was one", high_water=high_water.sequence)
    custody: Custody | None = None
    try:
        if not (path / "CURRENT").exists():
            create(path)
        custody = Custody.begin(path)
        return custody, _checked_books(Store(open_database(path)), high_water)
    except Exception as wrong:
        if custody is not None:
            custody.end()
        if isinstance(wrong, DelTranError):
            raise
        if is_damage(wrong):
            raise LedgerCorrupt("the ledger's files are damaged", detail=str(wrong)) from wrong
        raise Unavailable("the ledger cannot be opened", detail=str(wrong)) from wrong


def _checked_books(store: Store, high_water: Head | None) -> StoredBooks:
    try:
        check_head(store, high_water)
        books = StoredBooks.at_head(store)
        check_parts(books)
        return books
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


def check_parts(books: StoredBooks) -> None:
    """The families belong together, as far as a glance can tell: none of them has lost its newest records.

    Raises LedgerCorrupt.
    """
    balances = books.balances()
    if books.accounts.keys() != {balance.account for balance in balances}:
        raise LedgerCorrupt("accounts and balances do not belong together", head=books.head.sequence)
    sums = Counter[str]()
    for balance in balances:
        sums[balance.asset] += balance.posted_minor
    if any(sums.values()):
        raise LedgerCorrupt("the balances of an asset do not add up", head=books.head.sequence)
    newest = max((balance.sequence for balance in balances), default=0)
    last = books.store.entry(books.head.sequence).event if books.head.sequence else None
    if newest > books.head.sequence or (isinstance(last, Operation) and newest != books.head.sequence):
        raise LedgerCorrupt("the balances are not those of the journal's end", head=books.head.sequence, newest=newest)
    if isinstance(last, Operation) and books.operation(last.id) is None:
        raise LedgerCorrupt("the last entry's transfer is missing", head=books.head.sequence)


def hash_at(store: Store, sequence: int) -> bytes | None:
    """The journal's hash at a position."""
    if sequence == 0:
        return GENESIS.hash
    entry = store.journal_entry(sequence)
    return None if entry is None else entry[0]
