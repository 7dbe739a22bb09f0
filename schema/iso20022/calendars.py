"""On which days a currency can be settled."""

from datetime import date
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Any

import holidays

from domain.calendars import COUNTRIES, FINANCIAL, UNCERTAIN, WEEKENDS, weekend_of


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
    weekend = when.weekday() in WEEKENDS[weekend_of(currency)]
    calendar = _calendar(currency)
    if calendar is None:
        return Day.PERHAPS_HOLIDAY if weekend else Day.BUSINESS
    return Day.HOLIDAY if weekend or when in calendar else Day.BUSINESS


@cache
def _calendar(currency: str) -> Any:
    """The holidays of a currency, as far as a message may be refused for them."""
    if market := FINANCIAL.get(currency):
        return holidays.financial_holidays(market)
    country = COUNTRIES.get(currency)
    return None if country is None or country in UNCERTAIN else holidays.country_holidays(country)
