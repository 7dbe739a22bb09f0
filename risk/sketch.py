"""A bank's own distributions: of its amounts in logarithmic buckets by day, and of its last scores."""

from bisect import bisect_left, insort
from collections import Counter
from typing import Final

from domain.risk import FULL_SCORE
from risk.windows import DAY

DAYS: Final = 30
"""How long an amount or a score counts."""
SCORES: Final = 500
"""How many scores count, the newest."""


class Amounts:
    """Amounts of the last days in buckets of an eighth of an octave: a quantile is right to within 13 per cent.

    What it answers depends on what was added, never on the order.
    """

    __slots__ = ("_counts", "_days", "_latest", "known")

    def __init__(self) -> None:
        self._days: dict[int, Counter[int]] = {}
        self._counts: Counter[int] = Counter()
        self._latest = 0
        self.known = 0

    def add(self, at: int, amount: int) -> None:
        """Count an amount on its day, unless that is too long ago."""
        self.age(at)
        day = at // DAY
        if day > self._latest - DAYS:
            self._days.setdefault(day, Counter())[bucket(amount)] += 1
            self._counts[bucket(amount)] += 1
            self.known += 1

    def age(self, at: int) -> None:
        """It is that late: forget the days that are too long ago by now."""
        if at // DAY > self._latest:
            self._latest = at // DAY
            self._forget()

    def rank(self, amount: int) -> int:
        """Per cent of the amounts that are smaller; of those in the same bucket, half. 50 when there are none."""
        if not self.known:
            return 50
        place = bucket(amount)
        below = sum(count for other, count in self._counts.items() if other < place)
        return (200 * below + 100 * self._counts.get(place, 0)) // (2 * self.known)

    def quantile(self, per_cent: int) -> int:
        """The amount that so many per cent stay under or reach; 0 when there are none."""
        wanted, seen = -(-per_cent * self.known // 100), 0
        for place in sorted(self._counts):
            seen += self._counts[place]
            if seen >= wanted:
                return least(place + 1) - 1
        return 0

    def _forget(self) -> None:
        for day in [day for day in self._days if day <= self._latest - DAYS]:
            gone = self._days.pop(day)
            self._counts -= gone  # what comes to nothing leaves
            self.known -= gone.total()


class Scores:
    """The newest scores of a bank, whatever the order they came in."""

    __slots__ = ("_counts", "_newest")

    def __init__(self) -> None:
        self._newest: list[tuple[int, str, int]] = []
        self._counts = [0] * (FULL_SCORE + 1)

    @property
    def known(self) -> int:
        """How many there are."""
        return len(self._newest)

    def add(self, at: int, payment_id: str, score: int) -> None:
        """Take a score in, and let the oldest go beyond so many."""
        insort(self._newest, (at, payment_id, score))
        self._counts[score] += 1
        if len(self._newest) > SCORES:
            _, _, oldest = self._newest.pop(0)
            self._counts[oldest] -= 1

    def age(self, at: int) -> None:
        """It is that late: let go of scores that are too old by now."""
        gone = bisect_left(self._newest, (at - DAYS * DAY,))
        for _, _, score in self._newest[:gone]:
            self._counts[score] -= 1
        del self._newest[:gone]

    def quantile(self, per_mille: int) -> int:
        """The score that so many per mille stay under or reach; 0 when there are none."""
        wanted, seen = -(-per_mille * self.known // 1000), 0
        for score, count in enumerate(self._counts):
            seen += count
            if seen >= wanted:
                return score
        return FULL_SCORE


def bucket(amount: int) -> int:
    """The amount's bucket: its binary magnitude, and the three digits that follow the first."""
    if amount < 8:
        return amount
    shift = amount.bit_length() - 4
    return 8 * shift + (amount >> shift)


def least(place: int) -> int:
    """The least amount of a bucket."""
    if place < 16:
        return place
    shift = place // 8 - 1
    return (8 + place % 8) << shift
