"""Foreign exchange: a quote is locked before it expires, and an amount converted so that no money appears or vanishes.

What a rate makes of an amount is seldom whole minor units. The customer gets the nearest whole, halves to the even one;
what that is too much or too little is the residue, an exact fraction of a minor unit, and goes to the rounding account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from domain.errors import CurrencyMismatch, InvalidValue, QuoteExpired
from domain.money import Money, exponent


@dataclass(frozen=True, slots=True)
class Quote:
    """A promise: until `expires_at`, one `sold` currency unit buys `rate` units of `bought` (major units, exact)."""

    id: str
    dealer: str
    sold: str
    bought: str
    rate: Decimal
    expires_at: datetime

    def __post_init__(self) -> None:
        if not (self.rate.is_finite() and self.rate > 0):
            raise InvalidValue("a rate is a positive decimal number")
        if self.sold == self.bought:
            raise CurrencyMismatch("a currency is not exchanged for itself")


@dataclass(frozen=True, slots=True)
class Locked:
    """A quote that was taken in time: its rate holds for this payment, whatever the market does."""

    quote: Quote
    payment_id: str
    locked_at: datetime


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is sold and what is bought for it. Exactly, it were `bought` plus `residue` minor units; |residue| ≤ 1/2."""

    sold: Money
    bought: Money
    residue: Fraction

    @property
    def may_move(self) -> Money:
        """What rounding it moves at most, whatever the account holds: one unit by the residue's sign, or nothing."""
        return Money((self.residue > 0) - (self.residue < 0), self.bought.currency)


@dataclass(frozen=True, slots=True)
class RoundingAccount:
    """What the network owes its dealer (positive) or has from it, below one minor unit of the currency."""

    currency: str
    residue: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        assert abs(self.residue) <= Fraction(1, 2), "a residue is less than a whole unit can mend"

    def take(self, conversion: Conversion) -> tuple["RoundingAccount", Money]:
        """Take in a conversion's residue. Answers the account, and the whole minor units that are to be moved by it.

        Positive units: the dealer gave too little and pays them to the rounding account; negative: it gets them back.
        """
        if conversion.bought.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {conversion.bought.currency} do not mix")
        total = self.residue + conversion.residue
        whole = round(total)
        return RoundingAccount(self.currency, total - whole), Money(whole, self.currency)


def lock(quote: Quote, payment_id: str, now: datetime) -> Locked:
    """Take a quote for a payment. Raises QuoteExpired from `expires_at` on."""
    if now >= quote.expires_at:
        raise QuoteExpired("the quote has expired; ask for another", quote_id=quote.id)
    return Locked(quote, payment_id, now)


def convert(amount: Money, locked: Locked) -> Conversion:
    """Exchange an amount at the locked rate. Raises CurrencyMismatch, and InvalidValue when it buys less than one unit."""
    quote = locked.quote
    if amount.currency != quote.sold:
        raise CurrencyMismatch(f"the quote sells {quote.sold}, not {amount.currency}")
    scale = Fraction(10) ** (exponent(quote.bought) - exponent(quote.sold))
    exact = amount.minor * Fraction(quote.rate) * scale
    whole = round(exact)
    if whole <= 0:
        raise InvalidValue(f"the amount buys less than one minor unit of {quote.bought}")
    return Conversion(amount, Money(whole, quote.bought), exact - whole)


def settle_rounding(
    account: RoundingAccount, conversions: Iterable[Conversion]
) -> tuple[RoundingAccount, tuple[Money, ...]]:
    """Take in many conversions, in order; the whole units moved for each."""
    moved = []
    for conversion in conversions:
        account, units = account.take(conversion)
        moved.append(units)
    return account, tuple(moved)
