"""The ledger's balances as SQL shows them, with the position they are true at."""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Final

from domain.errors import Unavailable
from ledger.book import Balance, Head
from ledger.protocol import Ledger
from schema.tables import heads, participants
from schema.tables.session import Database

log = logging.getLogger(__name__)

LEDGER: Final = "ledger"
PAUSE_S: Final = 0.5


class Projection:
    """Copies changed balances, and the ledger's head as a high-water mark, into SQL; the owner runs one."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger
        self._position = -1

    async def run(self) -> None:
        """Serve until cancelled. Raises Unavailable when the ledger has stopped serving: its owner must start afresh."""
        while True:
            head, changed = await self._ledger.changes(self._position)
            try:
                await self._show(head, changed)
            except Unavailable as away:
                log.warning("balances are not shown up to date: %s", away)
            await asyncio.sleep(PAUSE_S)

    async def catch_up(self) -> None:
        """Bring SQL up to the ledger's present head. Raises Unavailable."""
        await self._show(*await self._ledger.changes(self._position))

    async def _show(self, head: Head, changed: list[Balance]) -> None:
        if head.sequence == self._position:
            return
        at = datetime.now(UTC)
        async with self._db.write() as session:
            await participants.project(session, changed, at)
            await heads.put(session, LEDGER, head.sequence, head.hash, at)
        self._position = head.sequence
