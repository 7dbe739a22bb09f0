"""An exchange of values: two payments, each of which is made only together with the other."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.money import Money


@dataclass(frozen=True, slots=True)
class Exchange:
    """What makes a payment a leg: the reference that both banks agreed on, and what its sender wants for it.

    From `expires_at` on it is no longer wanted; None: as long as the network's rules have it.
    """

    reference: str
    wants: Money
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of an exchange. An asset is a currency (minor units) or a security (units, by ISIN).

    `hold_turn` is the turn of its payment whose hold stands for it (`domain.turns`).
    """

    payment_id: str
    reference: str
    giver: str
    taker: str
    asset: str
    amount_minor: int
    wanted_asset: str
    wanted_minor: int
    arrived_at: datetime
    expires_at: datetime
    hold_turn: int = 0


class Side(StrEnum):
    """A bank's part in a leg."""

    GIVER = "giver"
    """Who pays or delivers."""
    TAKER = "taker"
    """Who gets it."""


SOMEBODY_ELSE: Final = "somebody else"
"""All that a bank learns of the partner whom another leg names, or has, in place of the one expected."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where two legs of one reference contradict each other."""

    field: str
    expected: str
    found: str

    @classmethod
    def elsewhere(cls, side: Side, *, giver: str, taker: str) -> "Mismatch":
        """Of a leg from `giver` to `taker`, for which there is one that answers it, but between other banks.

        Its giver is not the one that was expected; or it is, and names another taker.
        """
        return cls(side, taker if side is Side.GIVER else giver, SOMEBODY_ELSE)

    def __str__(self) -> str:
        """In one line: "amount: 1000 expected, 999 found"."""
        return f"{self.field}: {self.expected} expected, {self.found} found"
