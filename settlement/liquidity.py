"""Liquidity: which payments of a batch wait, so that every participant can pay its net position.

The rule, in this order:

1. Only a participant that cannot cover its position has payments deferred, and only its own outgoing ones.
2. A payment is deferred only if deferring everything of lower priority would not be enough.
3. As few payments as possible.
4. Among those that are as few: one whose receiver can do without it, so that it does not run short in turn; then the
   smallest that is enough; then the newest.

Afterwards whatever can still be covered is taken back in, the most urgent and oldest first, also two at a time where two
participants wait for one another. All this is done twice, beginning with the participant that lacks most and with the one
that lacks least, and the better plan is kept. Which payments are the fewest of all is NP-hard; how near the rule comes is
measured against exact search in the tests and told in docs/settlement.md.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import product
from typing import Final, TypeAlias

from domain.money import Money
from domain.settlement import Deferred, Obligation, Priority

Outgoing: TypeAlias = dict[str, list[Obligation]]
"""Payments by who pays them."""

LOOKED_AT: Final = 16
"""So many payments of sufficient size are looked at for one whose receiver can do without it."""
PAIRED: Final = 16
"""So many payments of each direction are tried two by two."""
SECOND_TRY: Final = 2_000
"""Up to so many deferrals, participants are worked off in the other order too, and the better plan is kept."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch divided: what settles now, in the order given, and what waits with its reason, in the order of the queue."""

    settling: tuple[Obligation, ...]
    deferred: tuple[Deferred, ...]


def defer(obligations: Iterable[Obligation], spendable: Mapping[str, int], currency: str) -> Plan:
    """Defer few payments so that nobody's net debit exceeds what it can spend: the same whatever order they come in.

    `spendable` is what each participant may pay beyond what it receives, in minor units: its available balance, plus
    its net debit cap. Nobody named there can spend nothing; a negative balance counts as nothing. O(m log m) for m
    obligations.
    """
    batch = list(obligations)
    room = _room(batch, spendable)
    if all(left >= 0 for left in room.values()):
        return Plan(tuple(batch), ())
    outgoing = _outgoing(batch)
    deferred = _deferred(outgoing, room, currency, most_first=True)
    if len(deferred) <= SECOND_TRY:
        deferred = min(deferred, _deferred(outgoing, room, currency, most_first=False), key=_how_bad)
    return Plan(
        tuple([owed for owed in batch if owed.payment_id not in deferred]),
        tuple(sorted(deferred.values(), key=lambda one: queue_order(one.owed))),
    )


def queue_order(owed: Obligation) -> tuple[int, int, str]:
    """Whose turn comes first: the more urgent, then the older."""
    return -owed.priority, owed.arrived, owed.payment_id


def _reason(owed: Obligation, short: Money) -> str:
    """Why a payment waits, in one line for its bank."""
    return (
        f"{owed.debtor} was {short} {short.currency} short of its net position;"
        f" deferred as one of the fewest payments of priority {owed.priority.name.lower()} that close the gap"
    )


def _room(batch: Iterable[Obligation], spendable: Mapping[str, int]) -> dict[str, int]:
    """What everybody could still spend if all of these were settled; negative: short by as much."""
    room: dict[str, int] = defaultdict(int)
    for owed in batch:
        assert owed.amount_minor > 0, "an obligation is a positive amount"
        room[owed.debtor] -= owed.amount_minor
        room[owed.creditor] += owed.amount_minor
    for name in room:
        room[name] += max(spendable.get(name, 0), 0)
    return dict(room)


def _outgoing(batch: Iterable[Obligation]) -> Outgoing:
    """What everybody is to pay to others."""
    outgoing: Outgoing = defaultdict(list)
    for owed in batch:
        if owed.debtor != owed.creditor:
            outgoing[owed.debtor].append(owed)
    return outgoing


def _deferred(outgoing: Outgoing, room: Mapping[str, int], currency: str, *, most_first: bool) -> dict[str, Deferred]:
    """What waits, by payment, when participants are worked off in one of the two orders."""
    room = dict(room)
    deferred = _Deferral(outgoing, room, currency, sign=1 if most_first else -1).run()
    _take_back(sorted((one.owed for one in deferred.values()), key=queue_order), room, deferred)
    assert all(left >= 0 for left in room.values()), "a plan is covered"
    return deferred


def _how_bad(deferred: Mapping[str, Deferred]) -> tuple[int, ...]:
    """How many wait, the most urgent counted first."""
    counted = Counter(one.owed.priority for one in deferred.values())
    return tuple(counted[priority] for priority in sorted(Priority, reverse=True))


class _Deferral:
    """Works off participants that are short until nobody is; `sign` 1 begins with the one that lacks most, -1 least."""

    def __init__(self, outgoing: Outgoing, room: dict[str, int], currency: str, sign: int) -> None:
        self._room = room
        self._currency = currency
        self._sign = sign
        self._deferred: dict[str, Deferred] = {}
        self._out: dict[str, dict[Priority, _BySize]] = {}
        self._outgoing = outgoing

    def run(self) -> dict[str, Deferred]:
        """Everything that is deferred, by payment."""
        short = [(self._sign * left, name) for name, left in self._room.items() if left < 0]
        heapify(short)
        while short:
            place, name = heappop(short)
            left = self._sign * place
            if self._room[name] != left:
                continue  # an entry of the past: a later one is in the heap if it is still short
            for owed in self._choose(name, -left):
                self._deferred[owed.payment_id] = Deferred(owed, -left, _reason(owed, Money(-left, self._currency)))
                self._room[name] += owed.amount_minor
                self._room[owed.creditor] -= owed.amount_minor
                if self._room[owed.creditor] < 0:
                    heappush(short, (self._sign * self._room[owed.creditor], owed.creditor))
            assert self._room[name] >= 0, "whoever pays nothing is not short"
        return self._deferred

    def _choose(self, name: str, short_minor: int) -> list[Obligation]:
        """Take the participant's payments that close the gap out of its outgoing ones."""
        if name not in self._out:
            classes: dict[Priority, list[Obligation]] = defaultdict(list)
            for owed in self._outgoing[name]:
                classes[owed.priority].append(owed)
            self._out[name] = {priority: _BySize(some) for priority, some in classes.items()}
        by_size = self._out[name]
        chosen: list[Obligation] = []
        for priority in sorted(by_size, reverse=True):
            lower = sum(some.total for other, some in by_size.items() if other < priority)
            while (missing := short_minor - lower) > 0 and by_size[priority].total:
                taken = by_size[priority].take(missing, self._room)
                short_minor -= taken.amount_minor
                chosen.append(taken)
        return chosen


class _BySize:
    """Payments of one participant and priority, the smallest first, the newest first among equals."""

    def __init__(self, some: Iterable[Obligation]) -> None:
        self._some = sorted(some, key=lambda owed: (owed.amount_minor, -owed.arrived, owed.payment_id))
        self._sizes = [owed.amount_minor for owed in self._some]
        self.total = sum(self._sizes)

    def take(self, missing_minor: int, room: Mapping[str, int]) -> Obligation:
        """Take out one that closes the gap alone, or else the largest."""
        first = bisect_left(self._sizes, missing_minor)
        if first == len(self._some):
            place = bisect_left(self._sizes, self._sizes[-1])
        else:
            upto = min(first + LOOKED_AT, len(self._some))
            spared = (at for at in range(first, upto) if room[self._some[at].creditor] >= self._sizes[at])
            place = next(spared, first)
        self.total -= self._sizes.pop(place)
        return self._some.pop(place)


def _take_back(waiting: list[Obligation], room: dict[str, int], deferred: dict[str, Deferred]) -> None:
    """Take in again what can be covered after all; `waiting` is in the order of the queue."""
    while _take_back_single(waiting, room, deferred) or _take_back_pairs(waiting, room, deferred):
        pass


def _take_back_single(waiting: list[Obligation], room: dict[str, int], deferred: dict[str, Deferred]) -> bool:
    """One pass through the queue; True when something was taken in, which may make room for more."""
    found = False
    for owed in waiting:
        if owed.payment_id in deferred and room[owed.debtor] >= owed.amount_minor:
            _take_in(owed, room, deferred)
            found = True
    return found


def _take_back_pairs(waiting: list[Obligation], room: dict[str, int], deferred: dict[str, Deferred]) -> bool:
    """One pass over the pairs of participants that wait for one another; True when some two were taken in together."""
    by_pair: dict[tuple[str, str], list[Obligation]] = defaultdict(list)
    for owed in waiting:
        if owed.payment_id in deferred and len(some := by_pair[owed.debtor, owed.creditor]) < PAIRED:
            some.append(owed)
    found = False
    for (debtor, creditor), some in by_pair.items():
        for there, here in product(some, by_pair.get((creditor, debtor), ())):
            if there.payment_id in deferred and here.payment_id in deferred:
                moved = here.amount_minor - there.amount_minor
                if room[debtor] + moved >= 0 and room[creditor] - moved >= 0:
                    _take_in(there, room, deferred)
                    _take_in(here, room, deferred)
                    found = True
    return found


def _take_in(owed: Obligation, room: dict[str, int], deferred: dict[str, Deferred]) -> None:
    del deferred[owed.payment_id]
    room[owed.debtor] -= owed.amount_minor
    room[owed.creditor] += owed.amount_minor
