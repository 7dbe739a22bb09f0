"""A ledger read from disk while its owner goes on posting; nothing is written beside it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rocksdict import AccessType

from domain.errors import Unavailable
from ledger.catalogue import NAME as CATALOGUE
from ledger.catalogue import FilesMoved
from ledger.reading import Reading
from ledger.store import Store, StoredBooks, open_database, translated

ATTEMPTS: Final = 10
"""Openings to try while the owner replaces files under them, which happens once in many thousand postings."""


class Onlooker(Reading):
    """Answers what a ledger answers, as it was when it was opened."""

    def __init__(self, store: Store) -> None:
        self.books = StoredBooks.at_head(store)

    def _serving(self) -> StoredBooks:
        return self.books


@contextmanager
def copy(path: Path) -> Iterator[Onlooker]:
    """A ledger's present state, to ask without its owner. Raises Unavailable, LedgerCorrupt."""
    with ExitStack() as held:
        with translated():
            onlooker = Onlooker(_enter(held, path))
        yield onlooker


def _enter(held: ExitStack, path: Path) -> Store:
    for _ in range(ATTEMPTS):
        with suppress(FilesMoved):
            return held.enter_context(reading(path))
    raise Unavailable("the ledger's owner kept replacing files")


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """The ledger as it is now, read-only, through a directory of links.

    Opening rewrites RocksDB's configuration file in the directory it opens, which must not be the owner's. A file that
    the owner replaces meanwhile makes the opening fail, never lie: RocksDB misses the old file or a new one's link.
    Raises FilesMoved, and RocksDB's errors as they are.
    """
    with TemporaryDirectory(prefix="ledger-reading-") as desk:
        before = layout(path)
        for name in before:
            os.symlink(path.resolve() / name, Path(desk, name))
        try:
            store = Store(open_database(Path(desk), AccessType.read_only(False)))
        except Exception as wrong:
            if layout(path) != before:
                raise FilesMoved from wrong
            raise
        try:
            yield store
        finally:
            store.close()


def layout(path: Path) -> dict[str, int]:
    """The database's files and their sizes; the log, which only grows, without its size."""
    own = ("LOCK", "LOG", "rocksdict-config.json", CATALOGUE)
    names = [name for name in os.listdir(path) if not name.startswith(own)]
    with suppress(FileNotFoundError):
        return {name: 0 if name.endswith(".log") else (path / name).stat().st_size for name in names}
    raise FilesMoved
