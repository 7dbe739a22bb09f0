"""What the engine remembers of past payments: all it needs to know of the next one, without asking anybody."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from domain.risk import Case, Trace
from risk.sketch import DAYS, Amounts, Scores
from risk.windows import DAY, HOUR, Encounters, Tally, Windows

SPANS: Final = {"1h": HOUR, "24h": DAY, "7d": 7 * DAY}
"""The spans of the sliding windows."""
LATE: Final = DAY
"""A payment that is assessed so long after it was taken in still finds its windows whole."""
REPEATS: Final = 100_000
"""So many payments are known by their ids, so that one that is told twice counts once."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """What went before a payment, the payment itself not counted."""

    debtor: dict[str, Tally]
    corridor: dict[str, Tally]
    structured: int
    pair_count: int
    participant_count: int
    known: int
    rank: int
    p95: int
    scores: Scores


class Memory:
    """The past of 30 days, in windows and sketches. It depends on which payments it was told of, never on their order."""

    def __init__(self) -> None:
        self._debtors = Windows(SPANS["7d"] + LATE)
        self._corridors = Windows(SPANS["7d"] + LATE)
        self._structured = Windows(DAY + LATE)
        self._counterparties = Encounters(DAYS * DAY + LATE)
        self._amounts: dict[str, Amounts] = {}
        self._scores: dict[str, Scores] = {}
        self._told: OrderedDict[str, None] = OrderedDict()

    def remember(self, trace: Trace) -> bool:
        """Take a payment in; False when it is known already."""
        if trace.payment_id in self._told:
            return False
        self._told[trace.payment_id] = None
        if len(self._told) > REPEATS:
            self._told.popitem(last=False)
        at = trace.taken_in
        self._debtors.add(trace.debtor, at, trace.amount)
        self._corridors.add((trace.origin, trace.destination), at, trace.amount)
        self._counterparties.add((trace.debtor, trace.creditor), at)
        self._counterparties.add((trace.participant, trace.creditor), at)
        if trace.near_threshold:
            self._structured.add(trace.debtor, at)
        self._amounts.setdefault(trace.participant, Amounts()).add(at, trace.amount)
        self._scores.setdefault(trace.participant, Scores()).add(at, trace.payment_id, trace.score)
        return True

    def known(self, participant: str) -> int:
        """How many payments of a bank its distribution rests on."""
        return (self._amounts.get(participant) or Amounts()).known

    def recollect(self, case: Case, amount: int, *, own: Trace | None = None) -> Recollection:
        """What went before. `own` is the payment's trace when it has been remembered: then that is left out."""
        at, itself = case.taken_in, 0 if own is None else 1
        corridor = (case.origin, case.destination)
        amounts = self._amounts.get(case.participant) or Amounts()
        scores = self._scores.get(case.participant) or Scores()
        amounts.age(at)
        scores.age(at)
        less = Tally(itself, own.amount if own else 0)
        return Recollection(
            debtor={name: _without(self._debtors.within(case.debtor, span, at), less) for name, span in SPANS.items()},
            corridor={name: _without(self._corridors.within(corridor, span, at), less) for name, span in SPANS.items()},
            structured=self._structured.within(case.debtor, DAY, at).times - bool(own and own.near_threshold),
            pair_count=self._paid(case.debtor, case) - itself,
            participant_count=self._paid(case.participant, case) - itself,
            known=amounts.known,
            rank=amounts.rank(amount),
            p95=amounts.quantile(95),
            scores=scores,
        )

    def _paid(self, who: str, case: Case) -> int:
        return self._counterparties.within((who, case.creditor), DAYS * DAY, case.taken_in)


def _without(tally: Tally, less: Tally) -> Tally:
    return Tally(tally.times - less.times, tally.amount - less.amount)
