"""How fast a day's payments are netted, in how few transfers, and how much liquidity that saves: `python -m bench netting`.

50 banks of very different size send 300,000 payments of 7 currencies, all from one seed. One window per currency closes:
positions, the liquidity rule (one bank in ten can cover only half of its net debit), transfers. `seconds` is the median of
three rounds over all currencies, dividing the payments by currency included; `growth` the same (fifteen) for fewer payments.
`lower_bound` is what no netting could go below. `liquidity_saved` and `gridlock_saved` are shares of what settling the same
payments one by one, in order of arrival, would need; docs/settlement.md defines them.
"""

import argparse
import gc
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Final, TypeAlias

from domain.settlement import NetTransfer, Obligation, Priority
from settlement.gridlock import Together, needed, resolve
from settlement.groups import fewest_at_least
from settlement.liquidity import Plan, defer
from settlement.multilateral import net_of, positions

PAYMENTS: Final = 300_000
BANKS: Final = tuple(f"BK{number:02}DEFFXXX" for number in range(50))
CURRENCIES: Final = {"EUR": 30, "USD": 30, "GBP": 12, "JPY": 10, "CHF": 8, "CAD": 6, "KWD": 4}
"""Out of a hundred payments."""
ROUNDS: Final = 3
ROUNDS_OF_FEW: Final = 15
"""A few thousand payments are netted in milliseconds, in which the machine's own unrest shows."""
IN_HAND: Final = 0.02
"""For the queue of gross payments: what each bank has, as a share of what it sends in the day."""

Queued: TypeAlias = tuple[str, Obligation]
"""A payment and its currency."""


@dataclass(frozen=True, slots=True)
class Netted:
    """What came of one currency's window."""

    plan: Plan
    transfers: tuple[NetTransfer, ...]


async def main(words: list[str]) -> None:
    """Run the benchmark and print its JSON line."""
    options = _options(words)
    day = _day(options.payments, options.seed)
    _say(f"{len(day)} payments, seed {options.seed}")
    seconds, netted = _timed(day, options.seed)
    sizes = [size for size in (3_000, 30_000) if size < options.payments]
    growth = {str(size): round(_timed(_day(size, options.seed), options.seed)[0], 4) for size in sizes}
    result = {
        "seconds": round(seconds, 3),
        "transfers": sum(len(one.transfers) for one in netted.values()),
        "lower_bound": sum(_lower_bound(one.plan) for one in netted.values()),
        "liquidity_saved": _liquidity_saved(netted),
        "gridlock_saved": _gridlock_saved(day),
        "growth": {**growth, str(options.payments): round(seconds, 4)},
    }
    print(json.dumps(result))


def _net(day: Iterable[Queued], funds: Mapping[str, Mapping[str, int]]) -> dict[str, Netted]:
    """What is measured: every window of the day closes."""
    netted = {}
    for currency, obligations in _by_currency(day).items():
        plan = defer(obligations, funds[currency], currency)
        netted[currency] = Netted(plan, net_of(positions(plan.settling)))
    return netted


def _timed(day: list[Queued], seed: int) -> tuple[float, dict[str, Netted]]:
    funds = {currency: _funds(owed, seed) for currency, owed in _by_currency(day).items()}
    spent = []
    for _ in range(ROUNDS if len(day) >= PAYMENTS else ROUNDS_OF_FEW):
        gc.collect()
        began = time.perf_counter()
        netted = _net(day, funds)
        spent.append(time.perf_counter() - began)
    deferred = sum(len(one.plan.deferred) for one in netted.values())
    _say(f"{len(day)} payments: {', '.join(f'{s:.3f}' for s in spent)} s, {deferred} deferred")
    return median(spent), netted


def _lower_bound(plan: Plan) -> int:
    return fewest_at_least({position.participant: position.net_minor for position in positions(plan.settling)})


def _liquidity_saved(netted: Mapping[str, Netted]) -> float:
    """One less the share of liquidity that the nets need, averaged over the currencies by what one by one would need."""
    alone = together = turnover = 0
    for one in netted.values():
        arrived = sorted(one.plan.settling, key=lambda owed: owed.arrived)
        alone += sum(needed((owed,) for owed in arrived).values())
        together += sum(needed([arrived]).values())
        turnover += sum(owed.amount_minor for owed in arrived)
    _say(f"liquidity: net {together:.3e}, one by one {alone:.3e}, every payment reserved {turnover:.3e} minor units")
    _say(f"saved against reserving every payment: {1 - together / turnover:.4f}")
    return round(1 - together / alone, 4)


def _gridlock_saved(day: Iterable[Queued]) -> float:
    """The same for gross payments that leave their queues as `settlement.gridlock` lets them."""
    alone = together = 0
    released: dict[str, int] = defaultdict(int)
    began = time.perf_counter()
    for queue in _by_currency(day).values():
        resolution = resolve(queue, _in_hand(queue))
        for release in resolution.released:
            released[release.how] += len(release.payments)
        released["waiting"] += len(resolution.waiting)
        settled = [owed for release in resolution.released for owed in release.payments]
        alone += sum(needed((owed,) for owed in sorted(settled, key=lambda owed: owed.arrived)).values())
        together += sum(needed(release.payments for release in resolution.released).values())
    by_way = ", ".join(f"{way} {released[way]}" for way in (*Together, "waiting"))
    _say(f"gridlock: {by_way}; {time.perf_counter() - began:.2f} s with its measurement")
    return round(1 - together / alone, 4)


def _by_currency(day: Iterable[Queued]) -> dict[str, list[Obligation]]:
    divided: dict[str, list[Obligation]] = {currency: [] for currency in CURRENCIES}
    for currency, owed in day:
        divided[currency].append(owed)
    return divided


def _day(count: int, seed: int) -> list[Queued]:
    """Payments of a day: banks by size, amounts over many powers of ten, few of them urgent."""
    chance = Random(seed)
    sizes = [1 / (place + 3) for place in range(len(BANKS))]
    currencies = chance.choices(list(CURRENCIES), list(CURRENCIES.values()), k=count)
    priorities = chance.choices(list(Priority), (90, 9, 1), k=count)
    debtors, creditors = chance.choices(BANKS, sizes, k=count), chance.choices(BANKS, sizes, k=count)
    return [
        (
            currencies[n],
            Obligation(
                f"pay_{n:08}",
                debtors[n],
                creditors[n] if creditors[n] != debtors[n] else BANKS[BANKS.index(debtors[n]) - 1],
                1 + int(chance.lognormvariate(14, 2)),
                priorities[n],
                n,
            ),
        )
        for n in range(count)
    ]


def _funds(obligations: list[Obligation], seed: int) -> dict[str, int]:
    """Everybody covers its net debit, but one bank in ten only half of it."""
    chance = Random(seed)
    return {
        position.participant: max(-position.net_minor, 0) // (2 if chance.random() < 0.1 else 1)
        for position in positions(obligations)
    }


def _in_hand(obligations: list[Obligation]) -> dict[str, int]:
    return {position.participant: int(position.owing_minor * IN_HAND) for position in positions(obligations)}


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench netting", description=__doc__)
    parser.add_argument("--payments", type=int, default=PAYMENTS, help="payments of the day")
    parser.add_argument("--seed", type=int, default=1, help="what chance begins with")
    return parser.parse_args(words)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
