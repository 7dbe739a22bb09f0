"""On which days a currency can be settled."""

from datetime import date
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Any, Final

import holidays

_FINANCIAL: Final = {"EUR": "XECB", "USD": "XFED"}
"""T2 and Fedwire."""
_COUNTRIES: Final = {
    "AUD": "AU", "BRL": "BR", "CAD": "CA", "CHF": "CH", "CZK": "CZ", "DKK": "DK", "GBP": "GB", "HKD": "HK", "HUF": "HU",
    "JPY": "JP", "KRW": "KR", "MXN": "MX", "NOK": "NO", "NZD": "NZ", "PLN": "PL", "RON": "RO", "SEK": "SE", "SGD": "SG",
    "THB": "TH", "ZAR": "ZA",
}  # fmt: skip
"""Currencies that are settled on the working days of one country."""
_FRIDAY_AND_SATURDAY: Final = frozenset({"BHD", "EGP", "ILS", "IQD", "JOD", "KWD", "LYD", "OMR", "QAR", "SAR", "YER"})
"""Currencies whose week ends a day or two earlier; their holidays follow the moon and are known only shortly before."""


class Day(Enum):
    """What a day is to a currency."""

    BUSINESS = auto()
    HOLIDAY = auto()
    PERHAPS_HOLIDAY = auto()
    """A weekend of a currency whose calendar is not here."""


@lru_cache(maxsize=50_000)
def day_of(currency: str, day: str) -> Day:
    """What the day (YYYY-MM-DD …) is to the currency; whatever is no day counts as a business day."""
    try:
        when = date.fromisoformat(day.strip()[:10])
    except ValueError:
        return Day.BUSINESS
    weekend = when.weekday() in ((4, 5) if currency in _FRIDAY_AND_SATURDAY else (5, 6))
    calendar = _calendar(currency)
    if calendar is None:
        return Day.PERHAPS_HOLIDAY if weekend else Day.BUSINESS
    return Day.HOLIDAY if weekend or when in calendar else Day.BUSINESS


@cache
def _calendar(currency: str) -> Any:
    if currency in _FINANCIAL:
        return holidays.financial_holidays(_FINANCIAL[currency])
    country = _COUNTRIES.get(currency)
    return holidays.country_holidays(country) if country else None
