"""How often and how much within a span: exact sliding windows over any number of keys."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Hashable, Iterator
from typing import Final, NamedTuple

HOUR: Final = 3_600_000_000
"""Microseconds."""
DAY: Final = 24 * HOUR

SWEEP: Final = 2
"""Keys looked at for what is too old with each addition: forgetting keeps pace and never stops the house."""


class Tally(NamedTuple):
    """How many, and what they come to."""

    times: int
    amount: int


class Window:
    """Moments with amounts, in order of time, and what they come to up to each. Moments may be added in any order."""

    __slots__ = ("_before", "_moments", "_sums")

    def __init__(self) -> None:
        self._moments: list[int] = []
        self._sums: list[int] = []
        self._before = 0

    def add(self, at: int, amount: int = 0) -> None:
        """Take a moment in. Late ones cost time in proportion to how late they are."""
        place = bisect_right(self._moments, at)
        self._moments.insert(place, at)
        self._sums.insert(place, self._sum(place) + amount)
        for later in range(place + 1, len(self._sums)):
            self._sums[later] += amount

    def within(self, after: int, until: int) -> Tally:
        """What happened after one moment, up to and with another."""
        first, end = bisect_right(self._moments, after), bisect_right(self._moments, until)
        return Tally(end - first, self._sum(end) - self._sum(first)) if end > first else Tally(0, 0)

    def forget(self, before: int) -> bool:
        """Let go of what is older, once that is worth the work; True when nothing is left."""
        gone = bisect_left(self._moments, before)
        if 2 * gone > len(self._moments):
            self._before = self._sum(gone)
            del self._moments[:gone], self._sums[:gone]
        return not self._moments

    def _sum(self, place: int) -> int:
        return self._sums[place - 1] if place else self._before


class Windows:
    """A window for each key, as far back as `span` microseconds before the latest moment of all."""

    def __init__(self, span: int) -> None:
        self._span = span
        self._latest = 0
        self._windows: dict[Hashable, Window] = {}
        self._sweep: Iterator[Hashable] = iter(())

    def __len__(self) -> int:
        return len(self._windows)

    def add(self, key: Hashable, at: int, amount: int = 0) -> None:
        """Take a moment in; what has become too old goes little by little."""
        self._latest = max(self._latest, at)
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = Window()
        window.add(at, amount)
        for _ in range(SWEEP):
            self._forget_one()

    def within(self, key: Hashable, span: int, until: int) -> Tally:
        """What happened to a key within a span that ends at a moment: after its beginning, up to and with its end."""
        window = self._windows.get(key)
        return window.within(until - span, until) if window else Tally(0, 0)

    def _forget_one(self) -> None:
        key = next(self._sweep, None)
        if key is None:
            self._sweep = iter(list(self._windows))
        elif (window := self._windows.get(key)) and window.forget(self._latest - self._span):
            del self._windows[key]


class Encounters:
    """How often each pair met, as far back as `span` before the latest of all. Most pairs meet once: that is one number."""

    def __init__(self, span: int) -> None:
        self._span = span
        self._latest = 0
        self._moments: dict[Hashable, int | list[int]] = {}
        self._sweep: Iterator[Hashable] = iter(())

    def __len__(self) -> int:
        return len(self._moments)

    def add(self, pair: Hashable, at: int) -> None:
        """Take a meeting in; what has become too old goes little by little."""
        self._latest = max(self._latest, at)
        known = self._moments.get(pair)
        if known is None:
            self._moments[pair] = at
        elif isinstance(known, int):
            self._moments[pair] = sorted((known, at))
        else:
            insort(known, at)
        for _ in range(SWEEP):
            self._forget_one()

    def within(self, pair: Hashable, span: int, until: int) -> int:
        """How often they met within a span that ends at a moment: after its beginning, up to and with its end."""
        known = self._moments.get(pair)
        if known is None:
            return 0
        if isinstance(known, int):
            return int(until - span < known <= until)
        return bisect_right(known, until) - bisect_right(known, until - span)

    def _forget_one(self) -> None:
        pair = next(self._sweep, None)
        if pair is None:
            self._sweep = iter(list(self._moments))
            return
        known, horizon = self._moments.get(pair, 0), self._latest - self._span
        if isinstance(known, int):
            if known < horizon:
                self._moments.pop(pair, None)
        elif known[-1] < horizon:
            del self._moments[pair]
        elif known[len(known) // 2] < horizon:
            del known[: bisect_left(known, horizon)]
