"""Foreign exchange as everybody speaks of it: what a payment was exchanged for, and how far the exchange has come."""

from dataclasses import dataclass
from enum import StrEnum

from domain.money import Money
from domain.turns import in_turn


@dataclass(frozen=True, slots=True)
class Exchanged:
    """At whose quote and rate a payment's amount is exchanged, and what its receiver gets for it.

    The rate is a decimal: so many major units of the currency bought for one of the payment's own.
    """

    quote_id: str
    dealer_bic: str
    rate: str
    bought: Money


class ConversionState(StrEnum):
    """How far the exchange of a payment has come."""

    LOCKED = "locked"
    """The rate holds for the payment, and the quote has that much less left."""
    RESERVING = "reserving"
    """Both amounts are being set aside; it can still be withdrawn."""
    SETTLING = "settling"
    """Everything is set aside and the rounding is taken in: from here on it only goes forward."""
    PAID = "paid"
    """Both currencies have moved."""
    RELEASED = "released"
    """The payment ended unpaid, and the quote has its amount back."""


def bought_hold(payment_id: str, turn: int = 0) -> str:
    """The ledger's name for what a dealer has set aside for a payment's receiver, in one of its turns."""
    return f"{in_turn(payment_id, turn)}/fx/hold"


def rounding_hold(payment_id: str, turn: int = 0) -> str:
    """The ledger's name for the unit that rounding may move, in one of the payment's turns."""
    return f"{in_turn(payment_id, turn)}/fx/rounding/hold"
