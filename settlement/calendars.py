"""On which days a currency can be settled: TARGET, Fedwire, and the holidays of countries."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import holidays

from domain.calendars import UNCERTAIN, WEEKENDS, code_of
from domain.errors import InvalidValue

SUNDAY: Final = 6
_SATURDAY_AND_SUNDAY: Final = WEEKENDS["SAT-SUN"]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days on which something settles. `complete` False: not all of its holidays are known, perhaps only its weekends."""

    name: str
    weekend: frozenset[int] = _SATURDAY_AND_SUNDAY
    holidays: tuple[Container[date], ...] = ()
    complete: bool = True

    def is_open(self, day: date) -> bool:
        """Whether the day is a business day."""
        return day.weekday() not in self.weekend and not any(day in closed for closed in self.holidays)


@cache
def named(code: str) -> Calendar:
    """The calendar of a code: a financial market, a country, or a weekend. Raises InvalidValue when there is none."""
    if code in WEEKENDS:
        return Calendar(code, WEEKENDS[code], complete=not WEEKENDS[code])
    if code in holidays.list_supported_financial():
        return Calendar(code, _SATURDAY_AND_SUNDAY, (holidays.financial_holidays(code),))
    if code not in holidays.list_supported_countries(include_aliases=False):
        raise InvalidValue("no such calendar", calendar=code[:16])
    country = holidays.country_holidays(code)
    # Where offices are open on Saturdays, banks do not settle all the same.
    weekend = _SATURDAY_AND_SUNDAY if SUNDAY in country.weekend else frozenset(country.weekend)
    return Calendar(code, weekend, (country,), code not in UNCERTAIN)


def calendar(currency: str) -> Calendar:
    """The calendar of a currency. One whose holidays are not known closes on weekends and says so (`complete`)."""
    return named(code_of(currency))
