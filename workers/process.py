"""What every worker process has: settings, SQL, Temporal, background tasks, and an orderly end."""

import asyncio
import gc
import logging
import signal
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client

from runtime import notify, temporal
from runtime.metrics import Metrics
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from workflows import attributes
from workflows.plugin import plugin

log = logging.getLogger(__name__)

COLLECT_AFTER: Final = (20_000, 20, 20)
"""Allocations before a collection of each generation; every workflow run leaves cycles, so collecting goes on."""
GRACE: Final = timedelta(seconds=4)
"""How long running steps may take to finish when the process is told to stop."""


class Process:
    """One worker process. A background task that fails ends the process: the supervisor starts a fresh one."""

    grace = GRACE

    def __init__(self, settings: Settings, db: Database, client: Client) -> None:
        self.settings = settings
        self.db = db
        self.client = client
        self.metrics = Metrics()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._failure: BaseException | None = None

    @classmethod
    async def start(cls, settings: Settings) -> "Process":
        """Connect to SQL and Temporal; waits for Temporal for as long as it is away."""
        db = Database(create_engine(settings.database_url, settings.database_pool))
        client = await temporal.connect(
            settings.temporal_address,
            settings.temporal_namespace,
            plugin(repair_attempts=settings.repair_attempts, reload=False),
        )
        await attributes.register(client)
        process = cls(settings, db, client)
        if settings.metrics_port:
            process.metrics.serve(settings.host, settings.metrics_port)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, process._stop.set)
        return process

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the worker for as long as the process lives."""
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    async def until_stopped(self) -> None:
        """Report ready, then wait for the signal to stop. Raises what a background task failed with."""
        settle_memory()
        notify.ready()
        log.info("ready")
        await self._stop.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._failure is not None:
            raise self._failure

    async def aclose(self) -> None:
        """Let go of the database."""
        await self.db.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failure = failure
            self._stop.set()


def settle_memory() -> None:
    """Spare the collector what lives as long as the process: half a million objects that it would visit over and over."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
