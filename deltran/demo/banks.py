"""The banks of the demonstration: invented, prefunded, and one that is still being onboarded."""

from dataclasses import dataclass
from typing import Any, Final

from domain.ids import Bic
from domain.money import Money


@dataclass(frozen=True, slots=True)
class Bank:
    """A participant to register, with the balance that each of its accounts starts from, by currency."""

    bic: str
    name: str
    funds: tuple[Money, ...]

    def registration(self) -> dict[str, Any]:
        """As the API takes it."""
        return {
            "bic": self.bic,
            "name": self.name,
            "country": Bic.parse(self.bic).country,
            "accounts": [{"currency": funds.currency, "floor": "0"} for funds in self.funds],
        }


def _funds(*currencies: str) -> tuple[Money, ...]:
    return tuple(Money.parse(_PREFUNDED[currency], currency) for currency in currencies)


_PREFUNDED: Final = {
    "EUR": "5000000.00",
    "GBP": "4000000.00",
    "JPY": "750000000",
    "KWD": "1500000.000",
    "USD": "6000000.00",
}

ALPENHORN: Final = "ALPHDEFFXXX"
BRAVO: Final = "BRVOUS33XXX"
CHALK: Final = "CHLIGB2LXXX"
DELTA: Final = "DLTAJPJTXXX"
ECHO: Final = "ECHOKWKWXXX"
NOWHERE: Final = "NOWHFRPPXXX"
"""A bank that nobody registers."""

BANKS: Final = (
    Bank(ALPENHORN, "Alpenhorn Bank AG", _funds("EUR", "GBP", "USD")),
    Bank(BRAVO, "Bravo River Bank NA", _funds("EUR", "JPY", "USD")),
    Bank(CHALK, "Chalk Lion Bank plc", _funds("EUR", "GBP", "KWD", "USD")),
    Bank(DELTA, "Delta Sakura Bank", _funds("EUR", "JPY")),
    Bank(ECHO, "Echo Dunes Bank KSC", _funds("KWD", "USD")),
)
"""Those that hold a token (`devstack.options.DEMO_BANKS`)."""

_NEWCOMER: Final = "FOXTCHZZ"


def newcomer(registered: set[str]) -> Bank:
    """A bank whose account is registered but not open yet: on every run another branch, because a run opens it."""
    numbers = [int(bic[8:]) for bic in registered if bic.startswith(_NEWCOMER) and bic[8:].isdigit()]
    branch = max(numbers, default=0) % 999 + 1
    return Bank(f"{_NEWCOMER}{branch:03d}", f"Foxglove Privatbank, branch {branch}", (Money(0, "EUR"),))
