"""The ledger as SQL shows it: its journal, its balances, and the position they are true at."""

import asyncio
import logging
import time
from datetime import UTC, datetime
from typing import Final

from domain.errors import Unavailable
from ledger.book import Balance, Head
from ledger.protocol import Readable
from schema.tables.accounts import heads, ledger_entries, participants
from schema.tables.accounts.heads import LEDGER as LEDGER
from schema.tables.common.session import Database
from workers.heads import HeadSigner
from workers.journal import line

log = logging.getLogger(__name__)

PAUSE_S: Final = 0.5
CHUNK: Final = 1000
"""Journal entries in one transaction at most."""
SIGN_EVERY_S: Final = 5.0
"""How long a posting waits for a signed head over it at most."""


class Projection:
    """Copies the journal, changed balances, and the ledger's head as a high-water mark, into SQL; the owner runs one.

    Where SQL stands is asked of SQL each time: whoever has cleared it sees it filled again, and a projection that comes
    late or twice changes nothing. With a signer, heads of what is shown are signed from time to time.
    """

    def __init__(self, db: Database, ledger: Readable, signer: HeadSigner | None = None) -> None:
        self._db = db
        self._ledger = ledger
        self._signer = signer
        self._sign_next = 0.0
        self._balances_at = -1

    async def run(self) -> None:
        """Serve until cancelled. Raises Unavailable when the ledger has stopped serving: its owner must start afresh."""
        while True:
            head, changed = await self._ledger.changes(self._balances_at)
            try:
                await self._show(head, changed)
                if time.monotonic() >= self._sign_next:
                    await self._sign(head)
                    await self._confirm(head)
            except Unavailable as away:
                log.warning("the ledger is not shown up to date: %s", away)
            await asyncio.sleep(PAUSE_S)

    async def catch_up(self) -> None:
        """Bring SQL up to the ledger's present head, and sign it. Raises Unavailable."""
        head, changed = await self._ledger.changes(self._balances_at)
        await self._show(head, changed)
        await self._sign(head)

    async def _confirm(self, head: Head) -> None:
        """SQL shows this head at this moment, also where nothing has happened: how old that word is, is our lag."""
        async with self._db.write() as session:
            await heads.put(session, LEDGER, head.sequence, head.hash, datetime.now(UTC))

    async def _sign(self, head: Head) -> None:
        self._sign_next = time.monotonic() + SIGN_EVERY_S
        if self._signer is not None and head.sequence:
            await self._signer.sign(head)

    async def _show(self, head: Head, changed: list[Balance]) -> None:
        """The journal up to the head in chunks; with the last of them the balances and the mark."""
        async with self._db.read() as session:
            position, _ = await ledger_entries.position(session)
        while position < head.sequence or self._balances_at < head.sequence:
            async with self._db.write() as session:
                entries = await self._ledger.entries(position, min(CHUNK, max(0, head.sequence - position)))
                position = await ledger_entries.project(session, [line(sealed) for sealed in entries])
                if position >= head.sequence:
                    at = datetime.now(UTC)
                    await participants.project(session, changed, at)
                    await heads.put(session, LEDGER, head.sequence, head.hash, at)
            if position >= head.sequence:
                self._balances_at = head.sequence
