"""The ledger's owner: the one process that has the RocksDB ledger open, alone or inside the payments worker."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from temporalio.worker import Worker

from activities.accounts import AccountActivities
from activities.ledger import LedgerActivities
from domain.errors import Unavailable
from ledger.book import Head
from ledger.protocol import Ledger
from ledger.rocks import RocksLedger
from ledger.signing import Signer
from runtime.keys import kept_key
from schema.tables import heads
from schema.tables.session import Database
from workers.heads import HeadSigner
from workers.process import Process
from workers.projection import LEDGER, Projection


async def serve(process: Process) -> None:
    """Serve the ledger task queue until the process is told to stop."""
    async with owned_ledger(process) as ledger:
        worker = Worker(
            process.client,
            task_queue=process.settings.ledger_task_queue,
            activities=ledger_activities(process.db, ledger),
            max_concurrent_activities=200,
            graceful_shutdown_timeout=process.grace,
        )
        async with worker:
            await process.until_stopped()


def ledger_activities(db: Database, ledger: Ledger) -> list[Callable[..., Any]]:
    """Every step that moves money."""
    money = LedgerActivities(db, ledger)
    return [
        money.pay_gross,
        money.queue_net,
        money.release,
        money.execute_batch,
        AccountActivities(db, ledger).carry_out_order,
    ]


@asynccontextmanager
async def owned_ledger(process: Process) -> AsyncIterator[Ledger]:
    """Open the ledger, checked against the high-water mark in SQL, and keep SQL's balances in step with it.

    Raises LedgerCorrupt when the ledger has less than, or other than, what SQL remembers of it.
    """
    async with process.db.read() as session:
        mark = await heads.get(session, LEDGER)
    ledger = await RocksLedger.open(
        process.settings.ledger_path, high_water=Head(mark.sequence, mark.hash) if mark else None
    )
    signer = Signer(kept_key(process.settings.ledger_key_path, make=process.settings.ledger_key_file is None))
    projection = Projection(process.db, ledger, HeadSigner(process.db, ledger, signer))
    process.background(projection.run())
    try:
        yield ledger
    finally:
        with suppress(Unavailable):  # SQL catches up at the next start
            await projection.catch_up()
        await ledger.aclose()
