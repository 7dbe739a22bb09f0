"""Exact search, against which the rules that have to be fast are measured. Exponential."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random

from domain.settlement import Obligation, Priority


def covered(obligations: Sequence[Obligation], spendable: Mapping[str, int]) -> bool:
    """Whether everybody can pay its net position."""
    room: dict[str, int] = defaultdict(int)
    for owed in obligations:
        room[owed.debtor] -= owed.amount_minor
        room[owed.creditor] += owed.amount_minor
    return all(left + max(spendable.get(name, 0), 0) >= 0 for name, left in room.items())


def fewest_deferred(obligations: Sequence[Obligation], spendable: Mapping[str, int]) -> int:
    """The fewest payments without which the rest is covered."""
    for count in range(len(obligations) + 1):
        for waiting in combinations(obligations, count):
            if covered([owed for owed in obligations if owed not in waiting], spendable):
                return count
    raise AssertionError("nothing at all is always covered")


def how_bad(waiting: Sequence[Obligation]) -> tuple[int, ...]:
    """How many wait, the most urgent counted first."""
    return tuple(sum(owed.priority is priority for owed in waiting) for priority in sorted(Priority, reverse=True))


def largest_in_order(queues: Mapping[str, Sequence[Obligation]], spendable: Mapping[str, int]) -> int:
    """The most payments that can leave the fronts of the queues together; every way to cut them is tried."""
    names = sorted(queues)

    def best(at: int, chosen: list[Obligation]) -> int:
        if at == len(names):
            return len(chosen) if covered(chosen, spendable) else -1
        queue = queues[names[at]]
        return max(best(at + 1, [*chosen, *queue[:count]]) for count in range(len(queue) + 1))

    return best(0, [])


def some_obligations(chance: Random, banks: Sequence[str], count: int, most_minor: int) -> list[Obligation]:
    """As many payments between banks, each of its own size and priority NORMAL, in the order of arrival."""
    pairs = [chance.sample(banks, 2) for _ in range(count)]
    return [
        Obligation(str(place), debtor, creditor, chance.randint(1, most_minor), arrived=place)
        for place, (debtor, creditor) in enumerate(pairs)
    ]
