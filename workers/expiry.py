"""Holds whose time is over are given back, each by an entry of its own."""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Final

from domain.errors import Unavailable
from ledger.book import Expire
from ledger.errors import AlreadyResolved, HoldNotExpired
from ledger.protocol import Ledger
from schema.tables.accounts import ledger_expiries
from schema.tables.common.session import Database

log = logging.getLogger(__name__)

PAUSE_S: Final = 1.0
AT_ONCE: Final = 200


class Expiry:
    """Looks in SQL which holds are due, and asks the ledger; whose clock is ahead or who comes twice does no harm."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger

    async def run(self) -> None:
        """Serve until cancelled. Raises Unavailable when the ledger has stopped serving."""
        while True:
            try:
                async with self._db.read() as session:
                    due = await ledger_expiries.due(session, datetime.now(UTC), AT_ONCE)
            except Unavailable as away:
                log.warning("expired holds wait: %s", away)
                due = []
            await self.give_back(due)
            await asyncio.sleep(PAUSE_S)

    async def give_back(self, holds: list[str]) -> None:
        """Give expired holds back. One that was ended meanwhile, or is not over by the ledger's own clock, stays."""
        found = await asyncio.gather(*map(self._expire, holds), return_exceptions=True)
        for one in found:
            if isinstance(one, BaseException) and not isinstance(one, AlreadyResolved | HoldNotExpired):
                raise one

    async def _expire(self, hold_id: str) -> None:
        await self._ledger.submit([Expire(f"{hold_id}/expiry", hold_id)])
