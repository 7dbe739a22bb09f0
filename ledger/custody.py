"""One owner at a time for a ledger's directory, and its files on record from the opening to the close."""

import fcntl
import logging
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from domain.errors import Unavailable
from ledger.catalogue import NAME, Catalogue, differences, seal, sync, take
from ledger.errors import LedgerCorrupt
from ledger.store import Store, open_database, translated

log = logging.getLogger(__name__)

_BOOKS: Final = ("CURRENT", "MANIFEST-")
"""What the books are read through, beside the log; a ledger does not open over a byte that has changed there."""


class Custody:
    """The owner's hold on a directory. Made by `begin`, before RocksDB touches anything there."""

    def __init__(self, path: Path, lock: int, known: Catalogue) -> None:
        self._path = path
        self._lock = lock
        self._known = known

    @classmethod
    def begin(cls, path: Path) -> Self:
        """Take a directory that holds a ledger, if its files are as they were left.

        What only RocksDB's diary, options and name have lost is logged. Tables are not read here: that would take long,
        and RocksDB checks what it reads of them. Raises Unavailable (another owner), LedgerCorrupt.
        """
        lock = _locked(path)
        try:
            known = _as_left(path).tables()
            known.write(path)
        except BaseException:
            os.close(lock)
            raise
        return cls(path, lock, known)

    def record(self, tables: Collection[str]) -> None:
        """Catalogue what has come since, while the ledger is open; `tables` are those that RocksDB has completed."""
        self._known = take(self._path, self._known, tables=tables)
        self._known.write(self._path)

    def seal_copy(self, path: Path) -> None:
        """Catalogue a copy of this ledger, by what is known of the tables that it shares with it."""
        seal(path, self._known.tables())

    def end(self) -> None:
        """Catalogue everything, now that RocksDB has let go, and let go too."""
        try:
            seal(self._path, self._known)
        finally:
            os.close(self._lock)


def create(path: Path) -> None:
    """A new ledger appears whole or not at all: one that lacks a part is taken for damaged. Raises OSError."""
    fresh = path.with_name(f"{path.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    Store(open_database(fresh)).close()
    seal(fresh)
    fresh.rename(path)  # which may be there already, but empty
    sync(path.parent)


@contextmanager
def owned(path: Path) -> Iterator[Store]:
    """A ledger's records to write to, for as long as it lasts; a new ledger where there is none.

    Raises Unavailable, LedgerCorrupt.
    """
    if not (path / "CURRENT").exists():
        create(path)
    custody = Custody.begin(path)
    try:
        with translated():
            store = Store(open_database(path))
        try:
            yield store
        finally:
            store.close()
    finally:
        custody.end()


def _locked(path: Path) -> int:
    """The directory, locked for us: RocksDB's own lock comes only with an opening, which changes files."""
    lock = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        os.close(lock)
        raise Unavailable("another process owns the ledger") from taken
    return lock


def _as_left(path: Path) -> Catalogue:
    """What the last owner catalogued; nothing, when it kept no catalogue or that is damaged. Raises LedgerCorrupt."""
    try:
        left = Catalogue.read(path) or Catalogue()
    except ValueError as wrong:
        log.error("the ledger's %s is damaged, and is made anew: %s", NAME, wrong)
        return Catalogue()
    changed = differences(path, left, left.files.keys() - left.tables().files.keys())
    if any(name.startswith(_BOOKS) or name.endswith(".log") for name in changed):
        told = "; ".join(f"{name} {what}" for name, what in changed.items())
        raise LedgerCorrupt("the ledger's files are not as they were left", detail=told)
    for name, what in changed.items():
        log.error("a file of the ledger that is no part of its books is not as it was left: %s %s", name, what)
    return left
