"""The ledger in a process: owned on RocksDB, alone or inside the payments worker, or shared in PostgreSQL."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from temporalio.worker import Worker

from activities.accounts import AccountActivities
from activities.exchanges import ExchangeLedgerActivities
from activities.fx import FxActivities
from activities.gross_queue import GrossQueueActivities
from activities.ledger import LedgerActivities
from activities.liquidity import LiquidityActivities
from domain.errors import Unavailable
from domain.settlement import Backing
from ledger.book import Head
from ledger.postgres import PostgresLedger
from ledger.protocol import Ledger
from ledger.rocks import RocksLedger
from ledger.signing import Signer
from runtime.keys import kept_key
from runtime.metrics import Metrics
from schema.tables.accounts import heads
from schema.tables.common.session import Database
from workers.expiry import Expiry
from workers.heads import HeadSigner
from workers.process import Process
from workers.projection import LEDGER, Projection

log = logging.getLogger(__name__)

RECORD_EVERY_S: Final = 30.0
"""How old the catalogue of a running ledger's files may be: what a table held is on record after so long at most."""


async def serve(process: Process) -> None:
    """Serve the ledger task queue until the process is told to stop."""
    async with owned_ledger(process) as ledger:
        worker = Worker(
            process.client,
            task_queue=process.settings.ledger_queue,
            activities=ledger_activities(process.db, ledger, process.settings.net_backing, process.metrics),
            max_concurrent_activities=200,
            graceful_shutdown_timeout=process.grace,
        )
        async with worker:
            await process.until_stopped()


def ledger_activities(
    db: Database, ledger: Ledger, backing: Backing = Backing.HELD, metrics: Metrics | None = None
) -> list[Callable[..., Any]]:
    """Every step that moves money."""
    measured = metrics or Metrics()
    money, exchanges = LedgerActivities(db, ledger, measured, backing), ExchangeLedgerActivities(db, ledger)
    fx, queue = FxActivities(db, ledger, measured), GrossQueueActivities(db, ledger, measured)
    return [
        money.pay_gross,
        money.queue_net,
        money.release,
        money.take_over,
        money.execute_batch,
        exchanges.enter_exchange,
        exchanges.execute_pair,
        fx.pay_exchanged,
        fx.give_up_exchange,
        LiquidityActivities(db, ledger, measured).plan_batch,
        queue.pay_or_queue,
        queue.look_at_queue,
        queue.make_releases,
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
    process.background(_record_files(ledger))
    async with _shown(process, ledger):
        yield ledger


async def _record_files(ledger: RocksLedger) -> None:
    """Keep the catalogue of the ledger's files: of the tables that have come since, and of how far the log has grown."""
    while True:
        try:
            await ledger.record_files()
        except OSError as wrong:
            log.error("the ledger's files cannot be catalogued: %s", wrong)
        await asyncio.sleep(RECORD_EVERY_S)


@asynccontextmanager
async def shared_ledger(process: Process) -> AsyncIterator[Ledger]:
    """Connect to the ledger in PostgreSQL, as any number of processes may, and keep SQL in step with it."""
    async with _shown(process, ledger := await PostgresLedger.open(process.settings.ledger_url)):
        yield ledger


@asynccontextmanager
async def _shown(process: Process, ledger: Ledger) -> AsyncIterator[None]:
    """Show the ledger in SQL and sign its heads while it is open; close it at the end."""
    settings = process.settings
    signer = Signer(kept_key(settings.ledger_key_path, make=settings.ledger_key_file is None))
    projection = Projection(process.db, ledger, HeadSigner(process.db, ledger, signer))
    process.background(projection.run())
    process.background(Expiry(process.db, ledger).run())
    try:
        yield
    finally:
        with suppress(Unavailable):  # SQL catches up at the next start
            await projection.catch_up()
        await ledger.aclose()
