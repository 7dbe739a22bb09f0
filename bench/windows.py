"""A settlement window with very many payments, from its close to the last payment told: `python -m bench windows`.

The window's own workflow runs on a real worker (in this process, with the ledger on RocksDB), on a PostgreSQL and a Temporal
server of their own. `--payments` due payments of 50 banks were queued in bulk. The first `--waiting` of them have a workflow
that waits, hears the news, records it in SQL and ends, in a process of its own; the others are signalled as well, but Temporal
knows no such workflow, which is cheaper. So `tell_per_s` is that of the waiting ones, and `tell_all_s` is what telling all
payments would take at that speed. `seconds` are by the workflow's history, `rss_mb` is this process's before and at its most.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.settlement import SIGNALS_AT_ONCE, SettlementActivities
from bench.waiting import QUEUE, Waiting
from bench.windows_world import fill_window, furnish
from devstack.place import throwaway_state
from devstack.ports import choose
from devstack.postgres import Postgres
from devstack.temporal import Temporal, kinds
from domain.settlement import Backing
from ledger.rocks import RocksLedger
from runtime.metrics import Metrics
from schema.migrations.run import upgrade
from schema.tables.common.session import Database, create_engine
from workers.ledger import ledger_activities
from workflows import attributes, ids
from workflows.payloads import WindowInput, WindowOutcome
from workflows.plugin import plugin
from workflows.settlement import SettlementWorkflow
from workflows.start import Starter

PHASES: Final = {
    "claim_window": "claim",
    "plan_batch": "plan",
    "execute_batch": "execute",
    "record_finality": "record",
    "tell_payments": "tell",
}
STARTS_AT_ONCE: Final = 40
LOOK_S: Final = 0.1


async def main(words: list[str]) -> None:
    """Run the benchmark and print its JSON line."""
    options = _options(words)
    port, ui_port = (choose(0, option="") for _ in range(2))
    with (
        throwaway_state() as state,
        Postgres(state) as postgres,
        Temporal(state, port=port, ui_port=ui_port, attributes=kinds(attributes.ALL)) as temporal,
    ):
        await asyncio.to_thread(upgrade, postgres.url)
        db = Database(create_engine(postgres.url, command_timeout_s=120))
        ledger = await RocksLedger.open(state / "ledger")
        client = await Client.connect(temporal.address, plugins=[plugin(reload=False)])
        await furnish(db, ledger)
        window, payments = await fill_window(db, ledger, options.payments)
        _say(f"{len(payments)} payments are queued")
        steps = SettlementActivities(db, client, Metrics(), signals_at_once=options.at_once)
        activities: list[Callable[..., Any]] = [steps.claim_window, steps.record_finality, steps.tell_payments]
        activities += ledger_activities(db, ledger, Backing.DUE)
        async with (
            _waiting(temporal.address, postgres.url),
            Worker(client, task_queue="bench", workflows=[SettlementWorkflow], activities=activities),
        ):
            await _begin_waiting(client, payments[: options.waiting])
            result = await _measure(client, db, window, options)
        await db.close()
        await ledger.aclose()
    print(json.dumps(result))


@asynccontextmanager
async def _waiting(address: str, database_url: str) -> AsyncIterator[None]:
    """The process in which payments wait."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.waiting", address, database_url)
    try:
        yield
    finally:
        child.terminate()
        await child.wait()


async def _begin_waiting(client: Client, payments: list[str]) -> None:
    slots = asyncio.Semaphore(STARTS_AT_ONCE)

    async def one(payment_id: str) -> None:
        async with slots:
            await client.start_workflow(Waiting.run, payment_id, id=ids.payment(payment_id), task_queue=QUEUE)

    began = time.perf_counter()
    await asyncio.gather(*map(one, payments))
    _say(f"{len(payments)} of them wait, after {time.perf_counter() - began:.0f} s")


async def _measure(client: Client, db: Database, window: WindowInput, options: argparse.Namespace) -> dict[str, Any]:
    await Starter(client, "bench").settlement(window)
    handle = client.get_workflow_handle(ids.settlement(window.window_id), result_type=WindowOutcome)
    watch = Watch(db, window.batch_id)
    looking = asyncio.create_task(watch.run())
    await handle.signal(SettlementWorkflow.close)
    outcome: WindowOutcome = await handle.result()
    waiting = await _of_the_batch(db, window.batch_id, options.waiting)
    await watch.until_completed(waiting)
    looking.cancel()
    per_s = waiting / watch.told_s(waiting) if waiting else None
    return {
        "payments": options.payments,
        "settled": outcome.payments,
        "deferred": outcome.deferred,
        "transfers": outcome.transfers,
        "seconds": await _phases(handle),
        "at_once": options.at_once,
        "waiting": waiting,
        "tell_per_s": per_s and round(per_s, 1),
        "tell_all_s": per_s and round(outcome.payments / per_s, 1),
        "completed_s": waiting and round(watch.completed_s, 1),
        "rss_mb": watch.rss_mb,
        "history_events": (await handle.describe()).history_length,
    }


class Watch:
    """Looks again and again how far the batch is, and how large this process."""

    def __init__(self, db: Database, batch_id: str) -> None:
        self._db = db
        self._batch_id = batch_id
        self._told: list[tuple[float, int]] = []
        self._final_at = 0.0
        self.rss_mb = {"before": _rss_mb(), "most": _rss_mb()}
        self.completed_s = 0.0

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            async with self._db.read() as session:
                row = await session.first(_TOLD, {"batch_id": self._batch_id})
            if row is not None:
                self._final_at = row.final_at.timestamp()
                self._told.append((time.time(), row.told_count))
            self.rss_mb["most"] = max(self.rss_mb["most"], _rss_mb())
            await asyncio.sleep(LOOK_S)

    def told_s(self, count: int) -> float:
        """Seconds from finality until so many had been told."""
        return next(at for at, told in self._told if told >= count) - self._final_at

    async def until_completed(self, count: int) -> None:
        """Wait until so many payments have been seen told, and completed."""
        while True:
            async with self._db.read() as session:
                row = await session.one(_COMPLETED)
            if row.payments >= count and self._told and self._told[-1][1] >= count:
                break
            await asyncio.sleep(LOOK_S)
        self.completed_s = time.time() - self._final_at


async def _of_the_batch(db: Database, batch_id: str, first: int) -> int:
    """How many of the first payments settled with the batch: those of them that wait are told."""
    async with db.read() as session:
        row = await session.one(_SETTLED, {"batch_id": batch_id, "first": first})
    return int(row.payments)


async def _phases(handle: WorkflowHandle[Any, Any]) -> dict[str, float]:
    """How long each step took, by the workflow's history."""
    began: dict[int, tuple[str, float]] = {}
    took = dict.fromkeys(PHASES.values(), 0.0)
    async for event in handle.fetch_history_events():
        at = event.event_time.ToNanoseconds() / 1e9
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            began[event.event_id] = (event.activity_task_scheduled_event_attributes.activity_type.name, at)
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            name, since = began[event.activity_task_completed_event_attributes.scheduled_event_id]
            took[PHASES[name]] += at - since
    return {phase: round(seconds, 2) for phase, seconds in took.items()}


def _rss_mb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench windows", description=__doc__)
    parser.add_argument("--payments", type=int, default=5_000, help="payments of the window")
    parser.add_argument("--waiting", type=int, default=5_000, help="so many of them have a workflow that waits")
    parser.add_argument("--at-once", type=int, default=SIGNALS_AT_ONCE, help="signals on their way at the same time")
    return parser.parse_args(words)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


_TOLD: Final = text("SELECT told_count, final_at FROM settlement_batches WHERE id = :batch_id AND state = 'final'")
_COMPLETED: Final = text("SELECT count(*) AS payments FROM payments WHERE status = 'completed'")
_SETTLED: Final = text(
    """
    SELECT count(*) AS payments FROM (SELECT id FROM payments ORDER BY id LIMIT :first) AS p
    JOIN settlement_items AS i ON i.payment_id = p.id AND i.batch_id = :batch_id
    """
)
