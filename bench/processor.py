"""Processor time of a stack's processes: what a payment costs, told by a figure that a busy machine falsifies less than a clock."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


def spent_s(pids: Mapping[str, int]) -> dict[str, float]:
    """Seconds of processor time of each process with all its children, those that have ended included; Linux only."""
    children = defaultdict(list)
    for pid in _everybody():
        if (figures := _figures(pid)) is not None:
            children[figures[0]].append(pid)
    return {name: _of_family(pid, children) for name, pid in pids.items()}


def per_payment_ms(before: Mapping[str, float], after: Mapping[str, float], payments: int) -> dict[str, float]:
    """What each process spent on one payment, in milliseconds."""
    return {name: round(1000 * (after[name] - before[name]) / payments, 1) for name in before}


def _of_family(pid: int, children: Mapping[int, list[int]]) -> float:
    own = _figures(pid)
    return (own[1] if own else 0.0) + sum(_of_family(child, children) for child in children.get(pid, ()))


def _figures(pid: int) -> tuple[int, float] | None:
    """Parent, and seconds of this process and of its children that were waited for; None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / TICKS_PER_S


def _everybody() -> Iterable[int]:
    return (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit())
