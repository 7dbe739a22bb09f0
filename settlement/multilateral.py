"""Multilateral netting: many obligations become at most one transfer fewer than there are participants."""

from collections import defaultdict
from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from domain.settlement import NetPosition, NetTransfer, Obligation
from settlement.groups import groups


def net(obligations: Iterable[Obligation]) -> tuple[NetTransfer, ...]:
    """The transfers that settle all obligations at once, the same whatever order they come in.

    At most n - 1 of them, where n counts the participants whose position is not zero, and one fewer for every further
    group of participants that can be settled among themselves (`settlement.groups`). O(m) for m obligations.
    """
    return net_of(positions(obligations))


def net_of(nets: Iterable[NetPosition]) -> tuple[NetTransfer, ...]:
    """The transfers that settle these positions, which add up to zero: in each group the largest debtor pays the
    largest creditor, names breaking ties."""
    balances = {position.participant: position.net_minor for position in nets}
    transfers = [
        transfer for group in groups(balances) for transfer in _largest_first({name: balances[name] for name in group})
    ]
    _check_moved(balances, transfers)
    return tuple(transfers)


def positions(obligations: Iterable[Obligation]) -> tuple[NetPosition, ...]:
    """What each participant is owed and owes in all, by name; a participant who nets to zero is listed too."""
    owed: dict[str, int] = defaultdict(int)
    owing: dict[str, int] = defaultdict(int)
    for obligation in obligations:
        amount = obligation.amount_minor
        assert amount > 0, "an obligation is a positive amount"
        owed[obligation.creditor] += amount
        owing[obligation.debtor] += amount
    return tuple(NetPosition(name, owed.get(name, 0), owing.get(name, 0)) for name in sorted(owed.keys() | owing))


def _largest_first(balances: dict[str, int]) -> Iterable[NetTransfer]:
    debtors = [(balance, name) for name, balance in balances.items() if balance < 0]
    creditors = [(-balance, name) for name, balance in balances.items() if balance > 0]
    heapify(debtors)
    heapify(creditors)
    while debtors:
        (owing, debtor), (owed, creditor) = heappop(debtors), heappop(creditors)
        amount_minor = min(-owing, -owed)
        yield NetTransfer(debtor, creditor, amount_minor)
        if owing + amount_minor:
            heappush(debtors, (owing + amount_minor, debtor))
        if owed + amount_minor:
            heappush(creditors, (owed + amount_minor, creditor))


def _check_moved(balances: dict[str, int], transfers: Iterable[NetTransfer]) -> None:
    """The second path to the same truth: what is moved is what is owed, participant by participant."""
    left = dict(balances)
    for transfer in transfers:
        left[transfer.debtor] += transfer.amount_minor
        left[transfer.creditor] -= transfer.amount_minor
    assert not any(left.values()), "netting must leave nobody owing"
