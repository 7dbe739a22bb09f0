"""Durable postings per second of every ledger, against a plain RocksDB loop that does the same reads and writes.

A posting is one transfer between two of a thousand prefunded accounts, all rules on. `1` to `1000` are one caller's
chains of so many transfers; `concurrent64` is 64 callers with one transfer each, who share flushes. Nothing counts
before it is on disk. `ratio` is RocksDB over raw at 1000, measured in turns, since machines drift.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

from bench.crash import recovered
from bench.raw import RawLoop
from bench.transfers import Payments, conserved, furnish
from devstack.place import throwaway_state
from devstack.postgres import Postgres
from ledger.book import Transfer
from ledger.postgres import PostgresLedger
from ledger.rocks import RocksLedger
from schema.migrations.run import upgrade
from workers.process import settle_memory

SIZES: Final = (1, 10, 100, 1000)
CALLERS: Final = 64
TURNS: Final = 5

Post: TypeAlias = Callable[[Sequence[Transfer]], Awaitable[object]]
"""Makes one chain durable."""


async def main(words: list[str]) -> None:
    """Run the benchmark and print its JSON line."""
    options = _options(words)
    with TemporaryDirectory(prefix="bench-ledger-") as desk:
        found = await _measure(Path(desk), options.seconds)
    print(json.dumps({"rocks": found.pop("rocks"), "postgres": await _postgres(options.seconds), **found}))


async def _postgres(seconds: float) -> dict[str, int]:
    """The same ledger in a PostgreSQL of our own, with fsync, on a unix socket."""
    with throwaway_state() as state, Postgres(state) as server:
        await asyncio.to_thread(upgrade, server.url)
        ledger = await PostgresLedger.open(server.url)
        await furnish(ledger)
        figures, _ = await _figures("postgres", ledger.submit, seconds)
        assert conserved(await ledger.balances())
        await ledger.aclose()
    return figures


async def _measure(desk: Path, seconds: float) -> dict[str, Any]:
    raw, rocks = RawLoop(desk / "raw"), await RocksLedger.open(desk / "rocks")
    await furnish(rocks)
    settle_memory()  # as the ledger's owner does
    figures, latencies = await _figures("rocks", rocks.submit, seconds)
    plain = await _raw_figures(raw.post, seconds)
    ratios = [
        await _rate(rocks.submit, f"turn{turn}", 1000, seconds) / await _rate(raw.post, f"turn{turn}", 1000, seconds)
        for turn in range(TURNS)
    ]
    _say(f"ratios: {', '.join(f'{ratio:.3f}' for ratio in ratios)}")
    balanced = conserved(await rocks.balances())
    await rocks.aclose()
    raw.close()
    cuts = quantiles(latencies, n=100, method="inclusive")
    return {
        "rocks": figures,
        "raw": plain,
        "ratio": round(median(ratios), 3),
        "p50_ms": round(cuts[49] * 1000, 3),
        "p99_ms": round(cuts[98] * 1000, 3),
        "conserved": balanced,
        "recovered": await recovered(desk / "killed"),
    }


async def _figures(name: str, post: Post, seconds: float) -> tuple[dict[str, int], list[float]]:
    """Postings per second by chain size and with many callers, and how long each of the many waited, in seconds."""
    figures = {str(size): round(await _rate(post, f"by{size}", size, seconds)) for size in SIZES}
    per_s, latencies = await _concurrent(post, seconds)
    figures[f"concurrent{CALLERS}"] = round(per_s)
    _say(f"{name}: {figures}")
    return figures, latencies


async def _raw_figures(post: Post, seconds: float) -> dict[str, int]:
    """The same for the plain loop; many callers are one batch of as many to it, the best that sharing could come to."""
    figures = {str(size): round(await _rate(post, f"by{size}", size, seconds)) for size in SIZES}
    figures[f"concurrent{CALLERS}"] = round(await _rate(post, "many", CALLERS, seconds))
    _say(f"raw: {figures}")
    return figures


async def _rate(post: Post, name: str, size: int, seconds: float) -> float:
    """Postings per second of one caller. Its transfers are made beforehand: making them does not count."""
    payments, done, spent = Payments(name), 0, 0.0
    while spent < seconds:
        chain = payments.chain(size)
        began = time.perf_counter()
        await post(chain)
        spent += time.perf_counter() - began
        done += size
    return done / spent


async def _concurrent(post: Post, seconds: float) -> tuple[float, list[float]]:
    """Postings per second of many callers with one transfer each, and every caller's waits."""
    waits: list[float] = []
    ready = [Payments(f"caller{caller}").chain(int(2000 * seconds)) for caller in range(CALLERS)]
    start = time.perf_counter()

    async def caller(transfers: list[Transfer]) -> None:
        for transfer in transfers:
            began = time.perf_counter()
            if began > start + seconds:
                return
            await post([transfer])
            waits.append(time.perf_counter() - began)

    await asyncio.gather(*(caller(transfers) for transfers in ready))
    return len(waits) / (time.perf_counter() - start), waits


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench ledger", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5, help="length of each measurement")
    return parser.parse_args(words)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
