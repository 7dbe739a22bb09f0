"""Money: whole minor units of one ISO 4217 currency, or whole units of one security. A float never touches it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, Self

from iso4217 import Currency as Iso4217

from domain.errors import CurrencyMismatch, InvalidValue
from domain.ids import Isin
from domain.reason import Reason

MAX_DIGITS: Final = 18
"""Total digits of an amount (ISO 20022 ActiveCurrencyAndAmount); it also fits a signed 64-bit integer."""

_ISIN_LENGTH: Final = 12
_AMOUNT: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.([0-9]+))?")


def is_security(asset: str) -> bool:
    """Whether an asset's code is that of a security: an ISIN has twelve characters, a currency's code has three."""
    return len(asset) == _ISIN_LENGTH


@lru_cache(maxsize=4096)
def exponent(currency: str) -> int:
    """Decimals of the currency's minor unit: USD 2, JPY 0, KWD 3 (ISO 4217); a security is counted in whole units.

    Raises InvalidValue for an unknown code and for those that are no money to pay with (XAU, XXX, XTS …).
    """
    if is_security(currency):
        Isin.parse(currency)
        return 0
    try:
        decimals = Iso4217(currency).exponent
    except ValueError:
        decimals = None
    if decimals is None or currency in {"XXX", "XTS"}:
        raise InvalidValue(f"{currency!r:.12} is not a currency to pay in", reason=Reason.AM03)
    return decimals


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, in minor units: Money(12550, "USD") is 125.50 dollars.

    In place of a currency there may be a security, by its ISIN: Money(500, "DE0001102580") is 500 units of it.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        assert type(self.minor) is int, "money is whole minor units"
        exponent(self.currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read a decimal string with at most the currency's decimals and no sign, exponent or separator.

        Raises InvalidValue: not a plain decimal (FF01), too many decimals or digits (AM09, AM02), unknown currency (AM03).
        """
        decimals = exponent(currency)
        match = _AMOUNT.fullmatch(text) if len(text) <= 64 else None
        if match is None:
            raise InvalidValue("an amount is a plain decimal number like 125000.50", reason=Reason.FF01)
        fraction = match[1] or ""
        if len(fraction) > decimals:
            raise InvalidValue(f"{currency} has {decimals} decimals, not {len(fraction)}", reason=Reason.AM09)
        whole = text.partition(".")[0]
        if len(whole) + decimals > MAX_DIGITS:
            raise InvalidValue(f"an amount has at most {MAX_DIGITS} digits", reason=Reason.AM02)
        return cls(int(whole) * 10**decimals + int(fraction.ljust(decimals, "0") or "0"), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        """The amount as it goes over the wire: exactly the currency's decimals, no currency code."""
        return f"{self.decimal:f}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return other.minor


def amount_bucket(amount: Money) -> str:
    """The power of ten of the amount in major units, for searching without telling the amount: "1e5"."""
    return f"1e{max(len(str(abs(amount.minor))) - 1 - exponent(amount.currency), 0)}"
