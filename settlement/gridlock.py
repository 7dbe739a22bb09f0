"""Gridlock: gross payments that wait for one another are settled together, as in real-time gross settlement systems.

Each participant's payments leave in the order of its queue: the more urgent first, then the older; none overtakes. The
largest set that keeps to this order and is covered is unique (two such sets joined are one again: nobody pays more than
in the one, everybody receives at least as much), and Bech and Soramäki's procedure finds it: begin with everything, and
while somebody is short, take out the last payment of its queue (M. Bech, K. Soramäki, "Gridlock resolution in interbank
payment systems", 2001). Payments that can go alone or two ways between two participants go first: what is settled as one
stays small.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heappush
from itertools import accumulate, islice, product
from typing import Final

from domain.money import Money
from domain.settlement import Obligation
from settlement.liquidity import queue_order

RUN: Final = 32
"""So many payments of each direction are offset between two participants at once."""


class Together(StrEnum):
    """How payments left the queue."""

    ALONE = "alone"
    """Its sender could pay it."""
    BILATERAL = "bilateral"
    """Two participants' payments to one another, covered by their difference."""
    MULTILATERAL = "multilateral"
    """A circle of many, covered by everybody's net position."""


@dataclass(frozen=True, slots=True)
class Release:
    """Payments that settle as one, all or none."""

    how: Together
    payments: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A payment that stays queued: behind another one, or (None) first in its queue and not covered by so much."""

    owed: Obligation
    behind: str | None
    short_minor: int

    def reason(self, currency: str) -> str:
        """Why it waits, in one line for its bank."""
        if self.behind is not None:
            return f"waits behind {self.behind} in the queue of {self.owed.debtor}"
        short = Money(self.short_minor, currency)
        return f"{self.owed.debtor} is {short} {currency} short of it, and nothing queued makes up for that"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What leaves the queue, in this order, and what stays."""

    released: tuple[Release, ...]
    waiting: tuple[Waiting, ...]


def resolve(queued: Iterable[Obligation], spendable: Mapping[str, int]) -> Resolution:
    """Release as much of the queues as the participants' funds allow, whatever order the payments come in.

    `spendable` is in minor units; nobody named there can spend nothing. O(m log n) for m payments of n participants.
    """
    queues = _Queues(queued, spendable)
    released = list(queues.release_single(queues.names()))
    while pair := queues.release_pair():
        released.append(pair)
        released += queues.release_single({owed.debtor for owed in pair.payments})
    if circle := queues.release_circle():
        released.append(circle)
    return Resolution(tuple(released), tuple(queues.waiting()))


def needed(steps: Iterable[Iterable[Obligation]]) -> dict[str, int]:
    """What each participant must have in hand at first, in minor units, to get through these steps, each settled as one.

    Payments one by one are steps of one payment; a net batch is a single step.
    """
    balance: dict[str, int] = defaultdict(int)
    deepest: dict[str, int] = defaultdict(int)
    for step in steps:
        touched = set()
        for owed in step:
            balance[owed.debtor] -= owed.amount_minor
            balance[owed.creditor] += owed.amount_minor
            touched.add(owed.debtor)
        for name in touched:
            deepest[name] = min(deepest[name], balance[name])
    return {name: -low for name, low in deepest.items()}


class _Queues:
    """Every participant's queue, and what it can spend."""

    def __init__(self, queued: Iterable[Obligation], spendable: Mapping[str, int]) -> None:
        self._queues: dict[str, deque[Obligation]] = defaultdict(deque)
        self._room: dict[str, int] = defaultdict(int, {name: max(left, 0) for name, left in spendable.items()})
        for owed in sorted(queued, key=queue_order):
            assert owed.amount_minor > 0, "an obligation is a positive amount"
            self._queues[owed.debtor].append(owed)

    def names(self) -> set[str]:
        """Everybody whose queue is not empty."""
        return {name for name, queue in self._queues.items() if queue}

    def release_single(self, names: Iterable[str]) -> Iterable[Release]:
        """Pay from the fronts of these queues as long as they are covered; what comes in pays on."""
        fronts = [(queue_order(self._queues[name][0]), name) for name in names if self._queues[name]]
        heapify(fronts)
        while fronts:
            order, name = heappop(fronts)
            queue = self._queues[name]
            if not queue or queue_order(queue[0]) != order or queue[0].amount_minor > self._room[name]:
                continue
            owed = queue.popleft()
            _move((owed,), self._room)
            yield Release(Together.ALONE, (owed,))
            for other in (name, owed.creditor):
                if front := self._queues.get(other):
                    heappush(fronts, (queue_order(front[0]), other))

    def release_pair(self) -> Release | None:
        """Offset the fronts of two queues that pay one another; as many payments as are covered."""
        for name in sorted(self.names()):
            other = self._queues[name][0].creditor
            if name < other and (back := self._queues.get(other)) and back[0].creditor == name:
                there, here = self._run(name, other), self._run(other, name)
                if covered := self._covered(there, here):
                    payments = (*there[: covered[0]], *here[: covered[1]])
                    self._take(payments)
                    return Release(Together.BILATERAL, payments)
        return None

    def release_circle(self) -> Release | None:
        """The largest set of fronts that is covered by everybody's net position."""
        fronts = {name: list(queue) for name, queue in self._queues.items()}
        room = defaultdict(int, self._room)
        for front in fronts.values():
            _move(front, room)
        short = [name for name in room if room[name] < 0]
        while short:
            name = short.pop()
            while room[name] < 0:
                last = fronts[name].pop()
                room[name] += last.amount_minor
                room[last.creditor] -= last.amount_minor
                if room[last.creditor] < 0:
                    short.append(last.creditor)
        payments = sorted((owed for front in fronts.values() for owed in front), key=queue_order)
        if not payments:
            return None
        self._take(payments)
        return Release(Together.MULTILATERAL, tuple(payments))

    def waiting(self) -> Iterable[Waiting]:
        """What is left, in the order of the queue."""
        left = [
            Waiting(owed, front.payment_id if front is not owed else None, self._short(front))
            for queue in self._queues.values()
            for front in islice(queue, 1)
            for owed in queue
        ]
        return sorted(left, key=lambda one: queue_order(one.owed))

    def _short(self, front: Obligation) -> int:
        return max(front.amount_minor - self._room[front.debtor], 0)

    def _run(self, debtor: str, creditor: str) -> list[Obligation]:
        run = []
        for owed in islice(self._queues[debtor], RUN):
            if owed.creditor != creditor:
                break
            run.append(owed)
        return run

    def _covered(self, there: list[Obligation], here: list[Obligation]) -> tuple[int, int] | None:
        """How many of each direction are covered by the difference: as many in all as can be."""
        debtor, creditor = there[0].debtor, here[0].debtor
        out = list(enumerate(accumulate(owed.amount_minor for owed in there), start=1))
        back = list(enumerate(accumulate(owed.amount_minor for owed in here), start=1))
        fitting = (
            (sent, returned)
            for (sent, given), (returned, got) in product(out, back)
            if self._room[debtor] + got - given >= 0 and self._room[creditor] + given - got >= 0
        )
        return max(fitting, key=lambda pair: (sum(pair), pair), default=None)

    def _take(self, payments: Iterable[Obligation]) -> None:
        """Take payments out of the fronts of their queues and settle them as one."""
        taken = list(payments)
        for owed in taken:
            front = self._queues[owed.debtor].popleft()
            assert front is owed, "payments leave in the order of their queue"
        _move(taken, self._room)


def _move(payments: Iterable[Obligation], room: dict[str, int]) -> None:
    for owed in payments:
        room[owed.debtor] -= owed.amount_minor
        room[owed.creditor] += owed.amount_minor
