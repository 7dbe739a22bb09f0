"""The risk engine alone: how long an assessment takes, how fast a memory is rebuilt, and what a payment costs in it."""

import argparse
import gc
import json
import os
import random
import time
from array import array
from dataclasses import replace
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

from domain.risk import Case
from risk.defaults import RULES
from risk.engine import assess
from risk.memory import Memory
from risk.thresholds import Bounds

WEEK_US = 7 * 24 * 3600 * 1_000_000
COUNTRIES = ("DE", "FR", "GB", "US", "JP", "CH", "SG", "IN", "BR", "ZA")


async def main(words: list[str]) -> None:
    """Run the benchmark and print its JSON line."""
    options = _options(words)
    print(json.dumps(measure(options.payments, options.debtors, options.seed)))


def measure(payments: int, debtors: int, seed: int) -> dict[str, Any]:
    """Assess and remember a week of payments one by one; then again all of them into a fresh memory."""
    cases = _week(payments, debtors, random.Random(seed))
    memory = Memory()
    gc.collect()
    before = resident()
    micros = array("d")
    for case in cases:
        began = time.perf_counter_ns()
        made = assess(case, memory, RULES, Bounds())
        memory.remember(made.trace)
        micros.append((time.perf_counter_ns() - began) / 1000)
    gc.collect()
    grown = resident() - before
    traces = [assess(case, memory, RULES, Bounds()).trace for case in cases]
    gc.freeze()
    began_s = time.perf_counter()
    rebuilt = Memory()
    for trace in traces:
        rebuilt.remember(trace)
    rebuild_s = time.perf_counter() - began_s
    cuts = quantiles(micros, n=100)
    return {
        "payments": payments,
        "us": {"mean": round(mean(micros), 1), "p50": round(cuts[49], 1), "p99": round(cuts[98], 1)},
        "rebuild_per_s": round(payments / rebuild_s),
        "bytes_per_payment": round(grown / payments),
    }


def resident() -> int:
    """Bytes of memory that the process occupies."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _week(payments: int, debtors: int, chance: random.Random) -> list[Case]:
    """Payments of a week in order, by debtors of whom some pay much more often than others."""
    moments = sorted(chance.randrange(WEEK_US) for _ in range(payments))
    return [_case(number, at, debtors, chance) for number, at in enumerate(moments)]


def _case(number: int, at: int, debtors: int, chance: random.Random) -> Case:
    debtor = int(debtors * chance.random() ** 3)
    origin, destination = COUNTRIES[debtor % len(COUNTRIES)], chance.choice(COUNTRIES)
    plain = Case("", at, "", "", "", origin, destination, (origin, destination), 1, "USD")
    return replace(
        plain,
        payment_id=f"pay_{number:026}",
        participant=f"BANK{origin}{debtor % 50:02}XXX",
        debtor=f"d{debtor:015}",
        creditor=f"c{chance.randrange(debtors):015}",
        amount_minor=int(chance.lognormvariate(11, 2)) + 1,
    )


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench risk", description=__doc__)
    parser.add_argument("--payments", type=int, default=200_000)
    parser.add_argument("--debtors", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(words)
