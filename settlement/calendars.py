"""On which days a currency can be settled: TARGET, Fedwire, and the holidays of countries."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
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

    def business_days(self, first: date, last: date) -> Iterator[date]:
        """The business days of a span, both ends included."""
        days = (first + timedelta(days=passed) for passed in range((last - first).days + 1))
        return (day for day in days if self.is_open(day))

    def __and__(self, other: "Calendar") -> "Calendar":
        """Open when both are: for an exchange of two currencies."""
        return Calendar(
            f"{self.name}+{other.name}",
            self.weekend | other.weekend,
            self.holidays + other.holidays,
            self.complete and other.complete,
        )


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


def joint(currencies: Iterable[str]) -> Calendar:
    """Open when every one of them is. At least one currency."""
    first, *others = (calendar(currency) for currency in dict.fromkeys(currencies))
    for other in others:
        first &= other
    return first
