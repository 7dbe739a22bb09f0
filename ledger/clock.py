"""What time it is for a ledger: microseconds since 1970, UTC."""

import time
from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], int]
"""Tells the time in microseconds; the books see to it that the journal's time never goes backwards."""


def system_clock() -> int:
    """The machine's own time."""
    return time.time_ns() // 1000
