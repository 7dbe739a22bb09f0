"""The whole compliance step of a payment with eight names and a remittance line, on a PostgreSQL of its own.

What is measured is `ScreeningActivities.screen` as the worker runs it: order read, every name, bank and text against the lists in
force, risk weighed, assessment, check and status written. `clear` payments name nobody listed; of the `hit` ones, one name is
a listed one, and a review is opened. `at_once` is with so many steps in flight in one process. The floor is what no step can do
without, by the bare driver: one read of an order, and one durable write of as many bytes as a result has; it is measured
before and after, since machines drift. All figures are milliseconds; `cpu` is the processor time of this process for a step.

`--lists DIR` has lists as JSON lines, `--eval DIR` names that are not listed; without them, both are made up.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any, Final

import asyncpg

from activities.library import Library
from activities.risk import RiskAssessor
from activities.screening import ScreeningActivities, ScreeningRequest
from bench.compliance_world import NAMES, Payments, library
from devstack.place import throwaway_state
from devstack.postgres import Postgres
from risk.defaults import RULES
from risk.engine import assess
from risk.memory import Memory
from risk.thresholds import Bounds
from runtime.metrics import Metrics
from schema.migrations.run import upgrade
from schema.tables.common.session import Database, create_engine
from schema.tables.compliance import checks, risk_assessments
from workers.process import settle_memory

BYTES: Final = 3_000
"""What a step writes, about: an assessment, a check and an event."""
TERMS: Final = (14_400.0, 72_000.0)
"""Seconds until a review is escalated, and until it expires."""
POOL: Final = 8


async def main(words: list[str]) -> None:
    """Run the benchmark and print its JSON line."""
    options = _options(words)
    with throwaway_state() as state, Postgres(state) as server:
        await asyncio.to_thread(upgrade, server.url)
        db = Database(create_engine(server.url, POOL))
        try:
            print(json.dumps(await _measure(db, server.url, options)))
        finally:
            await db.close()


async def _measure(db: Database, url: str, options: argparse.Namespace) -> dict[str, Any]:
    lists = await library(db, options.lists)
    world = Payments(lists.screener().index, options.eval)
    step = _step(db, lists)
    settle_memory()  # as a worker does
    await _run(step, await world.taken_in(db, 20), 1)
    floors = [await _floor(url, options.count)]
    figures: dict[str, dict[str, Any]] = {}
    for name, hits in (("clear", False), ("hit", True)):
        waiting = await world.taken_in(db, options.count, hit=hits)
        worked = time.process_time()
        figures[name] = _spread(await _run(step, waiting, 1))
        figures[name]["cpu"] = round((time.process_time() - worked) * 1000 / options.count, 2)
        figures[name] |= await _parts(db, waiting)
        crowd = await world.taken_in(db, options.count, hit=hits)
        figures[name]["at_once"] = _spread(await _run(step, crowd, options.at_once))
        _say(f"{name}: {figures[name]}")
    floors.append(await _floor(url, options.count))
    floor = round(mean(floors), 3)
    return {
        "names": NAMES,
        "listed_names": len(lists.screener().index.names),
        "floor_ms": floor,
        "ratio": round(floor / figures["clear"]["mean"], 3),
        **figures,
    }


def _step(db: Database, lists: Library) -> ScreeningActivities:
    risk = RiskAssessor(Metrics())
    risk.catch_up()
    return ScreeningActivities(db, lists, risk, Metrics())


async def _run(step: ScreeningActivities, waiting: Sequence[str], at_once: int) -> list[float]:
    """Milliseconds of each step, so many in flight."""
    slots = asyncio.Semaphore(at_once)

    async def one(payment_id: str) -> float:
        async with slots:
            began = time.perf_counter()
            await step.screen(ScreeningRequest(payment_id, *TERMS))
            return (time.perf_counter() - began) * 1000

    return list(await asyncio.gather(*(one(payment_id) for payment_id in waiting)))


async def _parts(db: Database, screened: Sequence[str]) -> dict[str, Any]:
    """Mean milliseconds of the engines: screening as each check tells it, risk once more; and the share that is held."""
    memory = Memory()
    screening, risk, held = [], [], 0
    for payment_id in screened:
        async with db.read() as session:
            (check,) = await checks.of(session, payment_id)
            case = await risk_assessments.case(session, payment_id)
        screening.append(check.milliseconds)
        held += check.requires_review
        began = time.perf_counter()
        memory.remember(assess(case, memory, RULES, Bounds()).trace)
        risk.append((time.perf_counter() - began) * 1000)
    parts = {"screening": round(mean(screening), 2), "risk": round(mean(risk), 2)}
    return {"of_which": parts, "held": round(held / len(screened), 3)}


async def _floor(url: str, count: int) -> float:
    """Mean milliseconds of one read and one durable write, by the bare driver."""
    body = "x" * BYTES
    bare = await asyncpg.connect(url)
    try:
        await bare.execute("CREATE TABLE IF NOT EXISTS bare (id bigint PRIMARY KEY, body text)")
        await bare.execute("TRUNCATE bare")
        read = await bare.prepare("SELECT payment_order FROM payments ORDER BY id LIMIT 1")
        write = await bare.prepare("INSERT INTO bare VALUES ($1, $2)")
        began = time.perf_counter()
        for number in range(count):
            await read.fetchrow()
            await write.fetch(number, body)
        return (time.perf_counter() - began) * 1000 / count
    finally:
        await bare.close()


def _spread(taken: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(taken)
    percentile = ordered[int(len(ordered) * 0.99)]
    return {"mean": round(mean(ordered), 2), "p50": round(median(ordered), 2), "p99": round(percentile, 2)}


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench compliance", description=__doc__)
    parser.add_argument("--lists", type=Path, help="the folder of the four lists as JSON lines")
    parser.add_argument("--eval", type=Path, help="the folder of labelled names")
    parser.add_argument("--count", type=int, default=300, help="payments of each kind, alone and at once")
    parser.add_argument("--at-once", type=int, default=8, help="steps in flight")
    return parser.parse_args(words)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
