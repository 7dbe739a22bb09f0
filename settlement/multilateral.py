"""Multilateral netting: many obligations become at most one transfer fewer than there are participants."""

from collections import defaultdict
from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from domain.settlement import NetPosition, NetTransfer, Obligation


def net(obligations: Iterable[Obligation]) -> tuple[NetTransfer, ...]:
    """The transfers that settle all obligations at once, the same whatever order they come in.

    At most n - 1 of them, where n counts the participants whose position is not zero. Positions of equal size
    are settled against each other first, because one transfer then closes two of them; what is left goes from
    the largest debtor to the largest creditor, names breaking ties. O(m + n log n) for m obligations.
    """
    balances = {position.participant: position.net_minor for position in positions(obligations)}
    transfers = [*_equal_pairs(balances), *_largest_first(balances)]
    assert not any(balances.values()), "netting must leave nobody owing"
    return tuple(transfers)


def positions(obligations: Iterable[Obligation]) -> tuple[NetPosition, ...]:
    """What each participant is owed and owes in all, by name; a participant who nets to zero is listed too."""
    owed: dict[str, int] = defaultdict(int)
    owing: dict[str, int] = defaultdict(int)
    for obligation in obligations:
        assert obligation.amount_minor > 0, "an obligation is a positive amount"
        owed[obligation.creditor] += obligation.amount_minor
        owing[obligation.debtor] += obligation.amount_minor
    return tuple(NetPosition(name, owed.get(name, 0), owing.get(name, 0)) for name in sorted(owed.keys() | owing))


def _equal_pairs(balances: dict[str, int]) -> Iterable[NetTransfer]:
    creditors: dict[int, list[str]] = defaultdict(list)
    for name in sorted(balances, reverse=True):
        if balances[name] > 0:
            creditors[balances[name]].append(name)
    for debtor in sorted(balances):
        matching = creditors.get(-balances[debtor])
        if balances[debtor] < 0 and matching:
            yield _move(balances, debtor, matching.pop(), -balances[debtor])


def _largest_first(balances: dict[str, int]) -> Iterable[NetTransfer]:
    debtors = [(balance, name) for name, balance in balances.items() if balance < 0]
    creditors = [(-balance, name) for name, balance in balances.items() if balance > 0]
    heapify(debtors)
    heapify(creditors)
    while debtors:
        (_, debtor), (_, creditor) = heappop(debtors), heappop(creditors)
        yield _move(balances, debtor, creditor, min(-balances[debtor], balances[creditor]))
        if balances[debtor]:
            heappush(debtors, (balances[debtor], debtor))
        if balances[creditor]:
            heappush(creditors, (-balances[creditor], creditor))


def _move(balances: dict[str, int], debtor: str, creditor: str, amount_minor: int) -> NetTransfer:
    balances[debtor] += amount_minor
    balances[creditor] -= amount_minor
    return NetTransfer(debtor, creditor, amount_minor)
