"""How well and how fast names are screened, against the rule that the product started from and against its peers.

`--index FILE` is a list as JSON lines, `--eval DIR` holds labelled queries as tab-separated files, `--lists DIR` the four lists
for the queries that need them all. Recall is measured at thresholds of which 1, 2 and 5 of 100 ordinary negatives alert; every
engine gets its own thresholds. Recombined listed names are the hard negatives and never set a threshold.
"""

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any, Final

from bench.screening_data import Labelled, entities, positives_and_negatives
from bench.screening_peers import PEERS
from bench.screening_sets import address_set, bic_set, pairs_set, party_set, remittance_set, vessel_set
from screening.entity import Entity
from screening.index import Index, Query

FPRS: Final = {"fpr1": 0.01, "fpr2": 0.02, "fpr5": 0.05}
CALLED: Final = {"xlist_variant": "real_variants", "xlist_native_script": "native_script"}
FAMILIES: Final = ("alias_removed", "ssb", "org_form")
"""Categories that are also reported together, by their beginning."""

Search = Callable[[Labelled], Sequence[tuple[str, float]]]
"""Answers, for a query, the listed entities with their scores."""


async def main(words: list[str]) -> None:
    """Run the benchmark and print its JSON line."""
    options = _options(words)
    before_mb = _rss_mb()
    listed = list(entities([options.index]))
    positives, negatives = positives_and_negatives(options.eval)
    index, build_s = _built(listed)
    sought = [row for row in positives if row.index != "all"]
    result = _measured(index, sought, negatives)
    result |= {"build_s": build_s, "rss_mb": _rss_mb(), "rss_before_mb": before_mb, "names": len(index.names)}
    result["sets"] = {
        "party": party_set(listed, sought, negatives),
        "pairs": pairs_set(options.eval),
        "bic": bic_set(options.eval, listed),
        "vessel": vessel_set(options.eval, listed),
        "remittance": remittance_set(options.eval, listed),
        "address": address_set(options.eval),
    }
    result["peers"] = {}
    if options.peers:
        for name, peer in PEERS.items():
            _say(f"peer {name}")
            search = peer(listed, index)
            result["peers"][name] = search and _peer(search, positives, negatives)
    if options.lists:
        del index
        gc.collect()
        everything = list(
            entities(sorted(options.lists.glob(f"{name}.jsonl"))[0] for name in ("ofac", "un", "eu", "uk"))
        )
        whole, build_s = _built(everything)
        sought = [row for row in positives if row.index == "all"]
        measured = _measured(whole, sought, negatives)
        measured |= {"build_s": build_s, "rss_mb": _rss_mb(), "names": len(whole.names)}
        del whole  # the screener of payments arranges an index of its own
        result["all_lists"] = measured | {"party": party_set(everything, sought, negatives)}
    print(json.dumps(result))


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench screening", description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="the list to search, as JSON lines")
    parser.add_argument("--eval", type=Path, required=True, help="the folder of labelled queries")
    parser.add_argument("--lists", type=Path, help="the folder of the four lists as JSON lines")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="leave the peers out")
    return parser.parse_args(words)


def _built(listed: Iterable[Entity]) -> tuple[Index, float]:
    began = time.perf_counter()
    index = Index.build(listed)
    took = time.perf_counter() - began
    _say(f"index of {len(index.names)} names in {took:.1f} s")
    return index, round(took, 2)


def _measured(index: Index, positives: list[Labelled], negatives: list[Labelled]) -> dict[str, Any]:
    def search(row: Labelled) -> list[tuple[str, float]]:
        found = index.search(Query(row.query, row.kind))
        return [(index.entities[index.rows[match.row].owner].entity_id, match.points) for match in found]

    taken: list[float] = []
    worked: list[float] = []
    result = _recall(_timed(search, taken, worked), positives, negatives)
    result["ms"] = _spread(taken)
    result["cpu_ms"] = _spread(worked)
    result["names_per_s"] = round(1000 / mean(taken), 1)
    return result


def _spread(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    percentile = ordered[int(len(ordered) * 0.99)]
    return {"mean": round(mean(ordered), 3), "p50": round(median(ordered), 3), "p99": round(percentile, 3)}


def _peer(search: Search, positives: list[Labelled], negatives: list[Labelled]) -> dict[str, Any]:
    taken: list[float] = []
    result = _recall(_timed(search, taken, []), [row for row in positives if row.index != "all"], negatives)
    return result | {"ms": {"mean": round(mean(taken), 3)}}


def _timed(search: Search, taken: list[float], worked: list[float]) -> Search:
    """The search, which notes its milliseconds by the clock and of the processor: others may use the machine as well."""

    def measured(row: Labelled) -> Sequence[tuple[str, float]]:
        began, working = time.perf_counter(), time.thread_time()
        found = search(row)
        worked.append((time.thread_time() - working) * 1000)
        taken.append((time.perf_counter() - began) * 1000)
        return found

    return measured


def _recall(search: Search, positives: list[Labelled], negatives: list[Labelled]) -> dict[str, Any]:
    """Recall by category at each rate of false alarms, and how the special negatives fare at the strictest."""
    found = [
        (row, max((score for entity, score in search(row) if entity == row.expected), default=None))
        for row in positives
    ]
    alarmed = [(row, max((score for _, score in search(row)), default=None)) for row in negatives]
    ordinary = sorted((_or_never(score) for row, score in alarmed if not row.hard), reverse=True)
    result: dict[str, Any] = {"recall": {}, "counts": {"positives": len(found), "negatives": len(ordinary)}}
    for name, rate in FPRS.items():
        threshold = ordinary[int(rate * len(ordinary))] if ordinary else 0.0
        hits = [(row.category, _or_never(score) > threshold) for row, score in found]
        result["recall"][name] = _by_category(hits)
        if name == "fpr1":
            alarms = [(row, _or_never(score) > threshold) for row, score in alarmed]
            result["fpr_at_1"] = {
                "popular": _share([hit for row, hit in alarms if row.popular]),
                "hard": _share([hit for row, hit in alarms if row.hard]),
                "all": _share([hit for row, hit in alarms if not row.hard]),
            }
    return result


def _or_never(score: float | None) -> float:
    return -1e9 if score is None else score


def _by_category(hits: list[tuple[str, bool]]) -> dict[str, float | None]:
    groups: dict[str, list[bool]] = {"all": [hit for _, hit in hits]}
    for category, hit in hits:
        groups.setdefault(CALLED.get(category, category), []).append(hit)
        for family in FAMILIES:
            if category.startswith(family):
                groups.setdefault(family, []).append(hit)
    return {name: _share(group) for name, group in groups.items()}


def _share(hits: Sequence[bool]) -> float | None:
    return round(sum(hits) / len(hits), 4) if hits else None


def _rss_mb() -> float:
    """Memory that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
