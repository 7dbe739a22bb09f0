"""A life of a ledger: opened, posted to, recorded, copied, closed, three times. `python -m tests.ledger.power.load PATH`.

Every acknowledgement is one line: the head's position and hash. With `careless` after the path, it does not wait for the
disk.
"""

import asyncio
import os
import sys
from pathlib import Path

from rocksdict import WriteBatch

import ledger.rocks
from ledger.book import Account, Operation, Reserve, Transfer
from ledger.rocks import RocksLedger
from ledger.store import Store
from tests.ledger.worlds import ALPHA, NETWORK, furnish

LIVES = 3
GROUPS = 4
AT_ONCE = 20


async def main(path: Path) -> None:
    for life in range(LIVES):
        book = await RocksLedger.open(path)
        await furnish(book)
        await _acknowledge(book)
        for group in range(GROUPS):
            await asyncio.gather(*(book.submit(chain) for chain in _chains(f"{life}/{group}")))
            await _acknowledge(book)
            if group == 1:
                await book.record_files()
        await book.open_account(Account(f"LATE{life}/USD", "USD", floor_minor=0))
        await _acknowledge(book)
        await book.checkpoint(path.with_name(f"copy{life}"))
        await book.aclose()


def _chains(name: str) -> list[list[Operation]]:
    return [
        [Reserve(f"{name}/{n}/hold", NETWORK, ALPHA, "USD", 3), Transfer(f"{name}/{n}/paid", NETWORK, ALPHA, "USD", 2)]
        for n in range(AT_ONCE)
    ]


class Careless(Store):
    """Takes a write that the operating system has for one that is on disk."""

    def persist(self, batch: WriteBatch) -> None:
        """Write, and do not wait."""
        assert self._database is not None
        self._database.write(batch)


async def _acknowledge(book: RocksLedger) -> None:
    head = await book.head()
    os.write(1, f"acknowledged {head.sequence} {head.hash.hex()}\n".encode())


if __name__ == "__main__":
    if sys.argv[2:] == ["careless"]:
        ledger.rocks.Store = Careless  # type: ignore[attr-defined]
    asyncio.run(main(Path(sys.argv[1])))
