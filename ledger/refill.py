"""A ledger that has fallen behind gets back what others still know of its journal, chain by chain, through the rules."""

from collections.abc import Iterable
from pathlib import Path

from ledger.custody import owned
from ledger.errors import LedgerCorrupt
from ledger.journal import Sealed, decode, link
from ledger.replay import replay
from ledger.store import StoredBooks, translated


def refill(path: Path, entries: Iterable[tuple[bytes, bytes]]) -> int:
    """Append entries (body, hash) that follow the head of a ledger that nobody has open; answers the new head's sequence.

    Chains whose end is missing are left out. Raises LedgerCorrupt at the first entry that does not follow.
    """
    with owned(path) as store:
        books = StoredBooks.at_head(store)
        _append(books, entries)
        return books.head.sequence


def _append(books: StoredBooks, entries: Iterable[tuple[bytes, bytes]]) -> None:
    digest, chain = books.head.hash, list[Sealed]()
    for body, claimed in entries:
        digest = link(digest, body)
        with translated():
            entry, left = decode(body)
        if digest != claimed or entry.sequence != books.head.sequence + len(chain) + 1:
            raise LedgerCorrupt("an entry does not follow the ledger's own", sequence=entry.sequence)
        chain.append(Sealed(entry, body, digest))
        if left == 0:
            group = replay(books, chain)
            with translated():
                books.store.persist(books.store.batch(group))
            books.adopt(group, group.head)
            chain = []
