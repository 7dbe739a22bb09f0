"""When a currency settles: whose working days it keeps, between which hours, and where a day goes that is none.

Plain data: holidays themselves are looked up where they are needed (`settlement.calendars`, `schema.iso20022.calendars`).
What stands here is the network's rule book as it begins; operators change it in SQL (`schema.tables.settlement.calendars`).
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from domain.money import is_security

NETWORK_ZONE: Final = "Europe/Brussels"
"""The zone in which the network's clock and its cut-offs are told."""

FINANCIAL: Final = {"EUR": "XECB", "USD": "XFED"}
"""TARGET (T2, the euro's settlement system) and Fedwire."""
COUNTRIES: Final = {
    "AUD": "AU", "BRL": "BR", "CAD": "CA", "CHF": "CH", "CNY": "CN", "CZK": "CZ", "DKK": "DK", "GBP": "GB", "HKD": "HK",
    "HUF": "HU", "INR": "IN", "JPY": "JP", "KRW": "KR", "MXN": "MX", "NOK": "NO", "NZD": "NZ", "PLN": "PL", "RON": "RO",
    "SEK": "SE", "SGD": "SG", "THB": "TH", "TRY": "TR", "ZAR": "ZA",
}  # fmt: skip
"""Currencies that are settled on the working days of one country."""
UNCERTAIN: Final = frozenset({"BR", "CN", "IN", "TR"})
"""Countries whose bank holidays are partly decreed, observed regionally or told by the moon: they are kept as far as they
are known, and no message is refused for them."""
WEEKENDS: Final = {"FRI-SAT": frozenset({4, 5}), "SAT-SUN": frozenset({5, 6}), "EVERY-DAY": frozenset[int]()}
"""Calendars that know nothing but their weekend, as days of the week (Monday is 0). "EVERY-DAY" is never closed."""
_FRIDAY_AND_SATURDAY: Final = frozenset({"BHD", "EGP", "ILS", "IQD", "JOD", "KWD", "LYD", "OMR", "QAR", "SAR", "YER"})
"""Currencies whose week ends a day or two earlier; their holidays follow the moon and are known only shortly before."""


class Observance(StrEnum):
    """Whether the network keeps the calendars and cut-offs of its currencies."""

    ALWAYS_OPEN = "always_open"
    """It settles at every hour of every day. A payment for a later day still waits until that day begins."""
    OBSERVED = "observed"
    """It settles on business days, from opening to cut-off."""


class Roll(StrEnum):
    """Where a date goes that is no business day."""

    FOLLOWING = "following"
    """To the next business day."""
    MODIFIED_FOLLOWING = "modified_following"
    """To the next business day, unless that is in the next month: then to the one before."""
    PRECEDING = "preceding"
    """To the business day before."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a currency's day begins and ends, on the clock of its zone. What comes at `cut_off` or later is tomorrow's."""

    opens: time
    cut_off: time


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """When a currency settles: the calendar's code, its hours, where it puts other days, and the zone of all that.

    A code is a financial market ("XECB"), a country ("GB") or a weekend ("FRI-SAT", "EVERY-DAY").
    """

    currency: str
    calendar: str
    hours: Hours
    roll: Roll = Roll.FOLLOWING
    zone: str = NETWORK_ZONE


HOURS: Final = {
    "AUD": Hours(time(0, 30), time(8, 0)),
    "CAD": Hours(time(6, 0), time(22, 0)),
    "CHF": Hours(time(1, 0), time(16, 30)),
    "EUR": Hours(time(2, 30), time(17, 0)),
    "GBP": Hours(time(7, 0), time(17, 30)),
    "JPY": Hours(time(0, 30), time(8, 0)),
    "USD": Hours(time(3, 0), time(22, 0)),
}
"""The network's own rule book: each within the hours of the currency's settlement system."""
OTHER_HOURS: Final = Hours(time(6, 0), time(16, 0))
"""For a currency that has no line of its own."""


def value_day(settled_at: datetime, settlement_date: date | None, until: datetime | None) -> date:
    """The day as of which settled money counts.

    It is the payment's settlement day, unless it settled after that day had ended (`until`): then it is the network's day
    at that moment. So is that of a movement that had no settlement day.
    """
    if settlement_date is not None and until is not None and settled_at < until:
        return settlement_date
    return max(settled_at.astimezone(ZoneInfo(NETWORK_ZONE)).date(), settlement_date or date.min)


def code_of(currency: str) -> str:
    """The code of a currency's calendar. Of one that is not known, only the weekend is."""
    return FINANCIAL.get(currency) or COUNTRIES.get(currency) or weekend_of(currency)


def weekend_of(currency: str) -> str:
    """The code of the weekend that a currency keeps."""
    return "FRI-SAT" if currency in _FRIDAY_AND_SATURDAY else "SAT-SUN"


def line_of(currency: str) -> CalendarLine:
    """What the rule book says of a currency as long as no operator says otherwise.

    A security is delivered whenever the cash that it is exchanged for settles.
    """
    if is_security(currency):
        return CalendarLine(currency, "EVERY-DAY", Hours(time.min, time.max))
    return CalendarLine(currency, code_of(currency), HOURS.get(currency, OTHER_HOURS))
