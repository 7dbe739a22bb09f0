"""Groups of participants whose positions cancel out: each group of k needs k - 1 transfers, so many groups are few transfers.

To find the most groups is NP-hard. Pairs are found exactly (a pair that cancels out is in some best partition, because
taking it out of any two groups leaves at least as many). A rest of at most EXACT participants is divided by exact search;
before that, in a larger one, groups of three and four are looked for.
"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Final, TypeAlias

Group: TypeAlias = tuple[str, ...]
"""Participants whose positions add up to zero, by name."""

EXACT: Final = 16
"""So many participants are divided exactly: 2^16 sums take some forty milliseconds."""
TOO_MANY: Final = 400
"""Among more than this, looking for threes and fours (quadratic) would cost more than the transfers it saves."""


def groups(balances: Mapping[str, int]) -> list[Group]:
    """Divide everybody who is off zero into groups that cancel out; positions must add up to zero."""
    off = {name: balances[name] for name in sorted(balances) if balances[name]}
    assert sum(off.values()) == 0, "positions of one currency add up to zero"
    found = list(_take_pairs(off))
    if EXACT < len(off) <= TOO_MANY:
        found += _take_small(off)
    if len(off) <= EXACT:
        found += _most(off)
    else:
        found.append(tuple(off))
    return found


def fewest_transfers(balances: Mapping[str, int]) -> int:
    """How many transfers the best netting needs, by exact search: exponential, for at most some twenty participants."""
    off = {name: balance for name, balance in balances.items() if balance}
    return len(off) - len(_most(off))


def fewest_at_least(balances: Mapping[str, int]) -> int:
    """A bound that no netting can go below, however many participants there are.

    Every participant off zero takes part in a transfer, and a transfer has one debtor and one creditor; and after the
    pairs, which are taken out exactly, every group has three participants or more.
    """
    off = {name: balance for name, balance in balances.items() if balance}
    debtors = sum(balance < 0 for balance in off.values())
    pairs = len(list(_take_pairs(rest := dict(sorted(off.items())))))
    return max(debtors, len(off) - debtors, len(off) - pairs - len(rest) // 3)


def _take_pairs(off: dict[str, int]) -> Iterable[Group]:
    """Take out pairs of equal size, names deciding; `off` is by name."""
    creditors: dict[int, list[str]] = {}
    for name in reversed(off):
        if off[name] > 0:
            creditors.setdefault(off[name], []).append(name)
    for debtor in [name for name, balance in off.items() if balance < 0]:
        if matching := creditors.get(-off[debtor]):
            creditor = matching.pop()
            del off[debtor], off[creditor]
            yield debtor, creditor


def _take_small(off: dict[str, int]) -> Iterable[Group]:
    """Take out groups of three, then of four: pairs of participants whose sum is met by one other, or by a pair."""
    for sizes in (1, 2):
        sums: dict[int, list[Group]] = {}
        for some in combinations(off, sizes):
            sums.setdefault(-sum(off[name] for name in some), []).append(some)
        for pair in combinations(list(off), 2):
            if pair[0] not in off or pair[1] not in off:
                continue
            for others in sums.get(off[pair[0]] + off[pair[1]], ()):
                if all(name in off and name not in pair for name in others):
                    group = tuple(sorted((*pair, *others)))
                    for name in group:
                        del off[name]
                    yield group
                    break


def _most(off: Mapping[str, int]) -> list[Group]:
    """The most groups, over all subsets: the best division of a subset is that of it less some member, plus one if it sums to zero."""
    names = sorted(off)
    full = (1 << len(names)) - 1
    sums, best, last = [0] * (full + 1), [0] * (full + 1), [0] * (full + 1)
    for subset in range(1, full + 1):
        low = subset & -subset
        sums[subset] = sums[subset ^ low] + off[names[low.bit_length() - 1]]
        rest, most, taken = subset, -1, low
        while rest:
            bit = rest & -rest
            if best[subset ^ bit] > most:
                most, taken = best[subset ^ bit], bit
            rest ^= bit
        best[subset], last[subset] = most + (sums[subset] == 0), taken
    return _walk_back(names, sums, last)


def _walk_back(names: list[str], sums: list[int], last: list[int]) -> list[Group]:
    """Read the groups off the table: whenever what is left sums to zero, what was taken since is a group."""
    found: list[Group] = []
    members: list[str] = []
    subset = len(sums) - 1
    while subset:
        members.append(names[last[subset].bit_length() - 1])
        subset ^= last[subset]
        if sums[subset] == 0:
            found.append(tuple(sorted(members)))
            members = []
    return found
