"""Amounts and moments as both worlds write them, digit by digit. Everything raises InvalidValue."""

import re
from datetime import UTC, date, datetime
from typing import Final

from domain.errors import InvalidValue
from domain.money import exponent
from domain.reason import Reason
from schema.mt.fields.amounts import FIRST_OF_LAST_CENTURY

AMOUNT_LENGTH: Final = 15
"""Characters of an MT amount, the comma among them."""

_MT_AMOUNT: Final = re.compile(r"0*([0-9]+),([0-9]*)")
_MX_AMOUNT: Final = re.compile(r"\+?(?=\.?[0-9])0*([0-9]*)(?:\.([0-9]*))?")
_LONGEST: Final = 64


def mx_amount(text: str) -> str:
    """An MT amount ("8547,25", "10,") as ISO 20022 writes it, with the decimals it came with."""
    match = _MT_AMOUNT.fullmatch(text) if len(text) <= AMOUNT_LENGTH else None
    if match is None:
        raise InvalidValue("an amount has digits, a comma and at most 15 characters")
    return f"{match[1]}.{match[2]}" if match[2] else match[1]


def mt_amount(text: str, currency: str) -> str:
    """An ISO 20022 amount as MT writes it; zeros beyond the currency's decimals are left away."""
    match = _MX_AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise InvalidValue("an amount is a plain decimal number")
    whole, fraction = match[1] or "0", match[2] or ""
    decimals = exponent(currency)
    if fraction[decimals:].strip("0"):
        raise InvalidValue(f"{currency} has {decimals} decimals", reason=Reason.AM09)
    written = f"{whole},{fraction[:decimals]}"
    if len(written) > AMOUNT_LENGTH:
        raise InvalidValue("an MT amount has at most 15 characters", reason=Reason.AM02)
    return written


def mt_moment(text: str) -> str:
    """An ISO 20022 moment as field 13D has it, YYMMDDhhmm±hhmm; without an offset it counts as UTC."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue("a moment is written 2026-11-24T09:30:00+01:00", reason=Reason.DT01) from None
    return f"{mt_date(told.date())}{told if told.tzinfo else told.replace(tzinfo=UTC):%H%M%z}"[:15]


def mt_date(day: date) -> str:
    """YYMMDD."""
    first = 1900 + FIRST_OF_LAST_CENTURY
    if not first <= day.year < first + 100:
        raise InvalidValue("MT can write the years 1980 to 2079 only", reason=Reason.DT01)
    return f"{day:%y%m%d}"


def nearest(month_and_day: str, to: date) -> date:
    """The day MMDD of the year that brings it closest to `to`: an entry of 1231 beside a value date of 0102."""
    days = []
    for year in (to.year - 1, to.year, to.year + 1):
        try:
            days.append(date(year, int(month_and_day[:2]), int(month_and_day[2:])))
        except ValueError:
            continue  # the 29th of February is no day of every year
    if not days:
        raise InvalidValue("this date does not exist", reason=Reason.DT01)
    return min(days, key=lambda day: abs(day - to))
