"""The ledger's signed heads: made by its owner from its own journal, kept in SQL for everybody."""

import asyncio
from typing import Final

from activities.receipts import head_row, signed_head
from domain.merkle import Frontier
from ledger.book import Head
from ledger.clock import Clock, system_clock
from ledger.errors import LedgerCorrupt
from ledger.protocol import Readable
from ledger.signing import Signer
from schema.tables.accounts import ledger_tree
from schema.tables.common.session import Database

CHUNK: Final = 1000


class HeadSigner:
    """Signs where the journal stands. What it reads is the ledger's own journal, never what SQL shows of it."""

    def __init__(self, db: Database, ledger: Readable, signer: Signer, clock: Clock = system_clock) -> None:
        self._db = db
        self._ledger = ledger
        self._signer = signer
        self._clock = clock
        self._tree: Frontier | None = None
        self._signed = 0

    async def sign(self, head: Head) -> None:
        """Sign a head, unless it is signed. Raises LedgerCorrupt (it does not hold what was signed), Unavailable."""
        if head.sequence == self._signed:
            return
        tree = self._tree = self._tree or await self._resumed(head)
        while tree.size < head.sequence:
            for sealed in await self._ledger.entries(tree.size, min(CHUNK, head.sequence - tree.size)):
                tree.append(sealed.body)
            await asyncio.sleep(0)
        if tree.size == head.sequence:
            signed = self._signer.sign(head, tree, self._clock())
            async with self._db.write() as session:
                await ledger_tree.put_head(session, head_row(signed))
            self._signed = head.sequence

    async def _resumed(self, head: Head) -> Frontier:
        """The tree of the last head signed under our key, or an empty one."""
        async with self._db.read() as session:
            kept = await ledger_tree.latest_head(session)
        if kept is None or not (last := signed_head(kept)).holds(self._signer.public_key):
            return Frontier()
        found = await self._ledger.entries(last.size - 1, 1) if 0 < last.size <= head.sequence else []
        if last.size and (not found or found[0].hash != last.hash):
            raise LedgerCorrupt("the ledger does not hold what it has signed", head=head.sequence, signed=last.size)
        self._signed = last.size
        return last.frontier()
