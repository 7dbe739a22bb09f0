"""Payment versus payment and delivery versus payment: two legs settle as one, or neither does.

The legs find one another by the reference that both parties agreed on. A leg says what it gives and what it wants for it;
two legs match when each gives exactly what the other wants. Anything less is told, never settled.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.exchange import Leg as Leg
from domain.exchange import Mismatch as Mismatch


@dataclass(frozen=True, slots=True)
class Pair:
    """Two legs that match, the older first."""

    first: Leg
    second: Leg


@dataclass(frozen=True, slots=True)
class Single:
    """A leg that waits: for a partner that has not come (no mismatches), or for one that says the same."""

    leg: Leg
    nearest: str | None = None
    mismatches: tuple[Mismatch, ...] = ()


@dataclass(frozen=True, slots=True)
class Matching:
    """Every leg once: matched, waiting, or too late."""

    pairs: tuple[Pair, ...]
    waiting: tuple[Single, ...]
    expired: tuple[Leg, ...]


class Act(StrEnum):
    """What the ledger is to do for a leg."""

    HOLD = "hold"
    """Set aside what the leg gives."""
    PAY = "pay"
    """Make the hold final."""
    RELEASE = "release"
    """Give the hold back."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One ledger operation in the bank's words; those of one plan succeed or fail together."""

    act: Act
    payment_id: str
    giver: str
    taker: str
    asset: str
    amount_minor: int
    hold_turn: int = 0


def match(legs: Iterable[Leg], now: datetime) -> Matching:
    """Find the pairs, whatever order the legs come in: in each reference the oldest legs first. A leg is too late from
    `expires_at` on."""
    by_reference: dict[str, list[Leg]] = defaultdict(list)
    expired = []
    for leg in sorted(legs, key=lambda leg: (leg.arrived_at, leg.payment_id)):
        assert leg.amount_minor > 0, "a leg gives something"
        if leg.expires_at <= now:
            expired.append(leg)
        else:
            by_reference[leg.reference].append(leg)
    pairs: list[Pair] = []
    waiting: list[Single] = []
    for reference in sorted(by_reference):
        left = by_reference[reference]
        for pair in _pairs(left):
            left = [leg for leg in left if leg not in (pair.first, pair.second)]
            pairs.append(pair)
        waiting += [_single(leg, left) for leg in left]
    return Matching(tuple(pairs), tuple(waiting), tuple(expired))


def mismatches(leg: Leg, other: Leg) -> tuple[Mismatch, ...]:
    """Everything in which the other leg is not what this one wants; empty: they match."""
    beliefs = (
        ("reference", leg.reference, other.reference),
        ("giver", leg.taker, other.giver),
        ("taker", leg.giver, other.taker),
        ("asset", leg.wanted_asset, other.asset),
        ("amount", str(leg.wanted_minor), str(other.amount_minor)),
        ("wanted asset", leg.asset, other.wanted_asset),
        ("wanted amount", str(leg.amount_minor), str(other.wanted_minor)),
    )
    return tuple(Mismatch(field, expected, found) for field, expected, found in beliefs if expected != found)


def hold(leg: Leg) -> tuple[Movement, ...]:
    """Set aside what a leg gives, when it comes."""
    return (_movement(Act.HOLD, leg),)


def settle(pair: Pair) -> tuple[Movement, ...]:
    """Both legs in one chain: both or neither."""
    assert not mismatches(pair.first, pair.second), "only a matching pair settles"
    return _movement(Act.PAY, pair.first), _movement(Act.PAY, pair.second)


def release(*legs: Leg) -> tuple[Movement, ...]:
    """Give back what the legs hold: they came too late, or one of them was withdrawn."""
    return tuple(_movement(Act.RELEASE, leg) for leg in legs)


def _movement(act: Act, leg: Leg) -> Movement:
    return Movement(act, leg.payment_id, leg.giver, leg.taker, leg.asset, leg.amount_minor, leg.hold_turn)


def _pairs(legs: list[Leg]) -> Iterator[Pair]:
    taken: set[str] = set()
    for place, leg in enumerate(legs):
        if leg.payment_id in taken:
            continue
        for other in legs[place + 1 :]:
            if other.payment_id not in taken and not mismatches(leg, other):
                taken |= {leg.payment_id, other.payment_id}
                yield Pair(leg, other)
                break


def _single(leg: Leg, others: list[Leg]) -> Single:
    """The leg with the one that comes nearest to it among those that do not give the same way."""
    candidates = [other for other in others if other is not leg and other.giver != leg.giver]
    if not candidates:
        return Single(leg)
    nearest = min(candidates, key=lambda other: (len(mismatches(leg, other)), other.arrived_at, other.payment_id))
    return Single(leg, nearest.payment_id, mismatches(leg, nearest))
