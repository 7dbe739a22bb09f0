"""On which days a currency can be settled: TARGET, Fedwire, and the holidays of countries."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import holidays

_FINANCIAL: Final = {"EUR": "XECB", "USD": "XFED"}
"""TARGET (the euro's settlement system) and Fedwire."""
_COUNTRIES: Final = {
    "AUD": "AU", "BRL": "BR", "CAD": "CA", "CHF": "CH", "CNY": "CN", "CZK": "CZ", "DKK": "DK", "GBP": "GB", "HKD": "HK",
    "HUF": "HU", "INR": "IN", "JPY": "JP", "KRW": "KR", "MXN": "MX", "NOK": "NO", "NZD": "NZ", "PLN": "PL", "RON": "RO",
    "SEK": "SE", "SGD": "SG", "THB": "TH", "TRY": "TR", "ZAR": "ZA",
}  # fmt: skip
"""Currencies that are settled on the working days of one country."""
_FRIDAY_AND_SATURDAY: Final = frozenset({"BHD", "EGP", "ILS", "IQD", "JOD", "KWD", "LYD", "OMR", "QAR", "SAR", "YER"})
"""Currencies whose week ends a day or two earlier."""
SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days on which something settles. `complete` False: only its weekends are known, not its holidays."""

    name: str
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    holidays: tuple[Container[date], ...] = ()
    complete: bool = True

    def is_open(self, day: date) -> bool:
        """Whether the day is a business day."""
        return day.weekday() not in self.weekend and not any(day in closed for closed in self.holidays)

    def __and__(self, other: "Calendar") -> "Calendar":
        """Open when both are: for an exchange of two currencies."""
        return Calendar(
            f"{self.name}+{other.name}",
            self.weekend | other.weekend,
            self.holidays + other.holidays,
            self.complete and other.complete,
        )


@cache
def calendar(currency: str) -> Calendar:
    """The calendar of a currency. One whose holidays are not known closes on weekends and says so (`complete`)."""
    weekend = frozenset({4, 5}) if currency in _FRIDAY_AND_SATURDAY else SATURDAY_AND_SUNDAY
    if market := _FINANCIAL.get(currency):
        return Calendar(market, weekend, (holidays.financial_holidays(market),))
    if country := _COUNTRIES.get(currency):
        return Calendar(country, weekend, (holidays.country_holidays(country),))
    return Calendar(currency, weekend, complete=False)


def joint(currencies: Iterable[str]) -> Calendar:
    """Open when every one of them is. At least one currency."""
    first, *others = (calendar(currency) for currency in dict.fromkeys(currencies))
    for other in others:
        first &= other
    return first
