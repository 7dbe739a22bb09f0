"""Bilateral netting: what each pair of participants owes one another, for their reports."""

from collections import defaultdict
from collections.abc import Iterable

from domain.settlement import NetTransfer, Obligation


def bilateral(obligations: Iterable[Obligation]) -> tuple[NetTransfer, ...]:
    """The one net debt of every pair, by debtor and creditor; a pair that is quits is left out."""
    pairs: dict[tuple[str, str], int] = defaultdict(int)
    for obligation in obligations:
        assert obligation.amount_minor > 0, "an obligation is a positive amount"
        first, second = sorted((obligation.debtor, obligation.creditor))
        pairs[first, second] += obligation.amount_minor if obligation.debtor == first else -obligation.amount_minor
    debts = (
        NetTransfer(first, second, owing) if owing > 0 else NetTransfer(second, first, -owing)
        for (first, second), owing in pairs.items()
        if owing and first != second
    )
    return tuple(sorted(debts, key=lambda debt: (debt.debtor, debt.creditor)))
