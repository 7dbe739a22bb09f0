"""The whole life of payments, from POST to completed, against an empty workflow on the same server.

Load is a closed loop: `--at-once` payments are in flight, each waits for its end before the next begins.
"""

import argparse
import asyncio
import json
import sys
import time
from statistics import mean, median, quantiles
from typing import Any

from temporalio.client import Client

from bench.floor import floor_per_s
from bench.network import Network
from bench.processor import per_payment_ms, spent_s
from deltran.books import verify
from devstack.observer import LogFile
from devstack.options import Options
from devstack.place import throwaway_state
from devstack.stack import Stack


async def main(words: list[str]) -> None:
    """Run the benchmark and print its JSON line."""
    options = _options(words)
    with throwaway_state() as state:
        stack_options = Options(
            state, port=0, temporal_port=0, ui_port=0, workers=options.workers, window_s=options.window_s, demo=True
        )
        async with Stack(stack_options, LogFile(state / "stack.log")) as stack:
            result = await _measure(stack, options)
            report = await asyncio.to_thread(verify, state)
    result["conserved"] = report.verdict == "ok"
    print(json.dumps(result))


async def _measure(stack: Stack, options: argparse.Namespace) -> dict[str, Any]:
    client = await Client.connect(stack.urls()["temporal"])

    async def floor() -> float:
        per_s = await floor_per_s(client, count=options.floor, at_once=options.at_once)
        _say(f"floor: {per_s:.1f} empty workflows/s")
        return per_s

    # Machines drift: each load is compared with the mean of the floors measured right before and right after it.
    floors = [await floor()]
    network = Network(stack, options.at_once * options.net_factor)
    watching = asyncio.create_task(network.watch())
    await network.found()
    for method in ("gross", "net"):
        await _load(stack, network, method, 20, 10)  # warm-up
    unloaded = [(await network.pay("gross"))[1] for _ in range(options.single)]
    gross = await _load(stack, network, "gross", options.count, options.at_once)
    floors.append(await floor())
    unloaded_net = [(await network.pay("net"))[1] for _ in range(3)]
    net = await _load(stack, network, "net", options.count, options.at_once * options.net_factor)
    floors.append(await floor())
    watching.cancel()
    await network.aclose()
    ends = gross.pop("ends") + net.pop("ends")
    before, between, after = floors
    return {
        "floor_per_s": round(median(floors), 1),
        "gross": {**gross, "ratio": _ratio(gross, before, between), "unloaded_p50_ms": _ms(median(unloaded))},
        "net": {**net, "ratio": _ratio(net, between, after), "unloaded_p50_ms": _ms(median(unloaded_net))},
        "success_rate": sum(status == "completed" for status in ends) / len(ends),
        "lost": 2 * options.count - len(ends),
    }


async def _load(stack: Stack, network: Network, method: str, count: int, at_once: int) -> dict[str, Any]:
    slots, pids = asyncio.Semaphore(at_once), stack.pids()

    async def one() -> tuple[str, float]:
        async with slots:
            return await network.pay(method)

    began, spent = time.perf_counter(), spent_s(pids)
    ends = await asyncio.gather(*(one() for _ in range(count)))
    per_s = count / (time.perf_counter() - began)
    processor_ms = per_payment_ms(spent, spent_s(pids), count)
    cuts = quantiles((latency for _, latency in ends), n=100, method="inclusive")
    figures = {"per_s": round(per_s, 1), "p50_ms": _ms(cuts[49]), "p95_ms": _ms(cuts[94]), "p99_ms": _ms(cuts[98])}
    _say(f"{method}: {figures}, processor ms per payment: {processor_ms}")
    return {**figures, "processor_ms": processor_ms, "ends": [status for status, _ in ends]}


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench lifecycle", description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="payments of each method")
    parser.add_argument("--at-once", type=int, default=20, help="payments in flight (gross)")
    parser.add_argument("--net-factor", type=int, default=4, help="times as many in flight for net: they wait")
    parser.add_argument("--floor", type=int, default=400, help="empty workflows")
    parser.add_argument("--single", type=int, default=20, help="payments one by one on the idle stack")
    parser.add_argument("--window-s", type=float, default=1.0, help="length of a settlement window")
    parser.add_argument("--workers", type=int, default=1, help="payments workers; more than one: a ledger owner beside")
    return parser.parse_args(words)


def _ratio(load: dict[str, Any], *floors: float) -> float:
    return round(float(load["per_s"]) / mean(floors), 3)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
