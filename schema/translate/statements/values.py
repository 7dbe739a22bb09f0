"""Dates, moments, amounts and references as both worlds write them. Everything raises InvalidValue."""

import re
from datetime import UTC, date, datetime
from typing import Final

from domain.errors import InvalidValue
from domain.money import exponent
from domain.reason import Reason
from schema.translate.statements.codes import NOT_PROVIDED

AMOUNT_LENGTH: Final = 15
"""Characters of an MT amount, the comma among them."""

_MT_AMOUNT: Final = re.compile(r"0*([0-9]+),([0-9]*)")
_MX_AMOUNT: Final = re.compile(r"\+?0*([0-9]*)(?:\.([0-9]*))?")
_REFERENCE: Final = re.compile(r"(?!/)(?!.*//)(?!.*/$)[A-Za-z0-9/\-?:().,'+ ]+")
_CENTURY: Final = 80
"""MT years from 80 on are of the twentieth century."""


def iso_date(text: str) -> date:
    """A date written YYMMDD, or as ISO 20022 does (a time zone after it says nothing about the day)."""
    try:
        if re.fullmatch(r"[0-9]{6}", text):
            year = int(text[:2])
            return date((1900 if year >= _CENTURY else 2000) + year, int(text[2:4]), int(text[4:]))
        return date.fromisoformat(text[:10])
    except ValueError:
        raise InvalidValue("this date does not exist", reason=Reason.DT01) from None


def mt_date(day: date) -> str:
    """YYMMDD."""
    if not 1900 + _CENTURY <= day.year < 2000 + _CENTURY:
        raise InvalidValue("an MT date lies between 1980 and 2079", reason=Reason.DT01)
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


def moment(text: str) -> datetime:
    """An ISO 20022 moment; without an offset it is read as UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue("this moment does not exist", reason=Reason.DT01) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def in_utc(at: datetime) -> datetime:
    """The moment in UTC, as headers tell it."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise InvalidValue("this moment does not exist", reason=Reason.DT01) from None


def mt_moment(at: datetime) -> str:
    """Field 13D: YYMMDDhhmm and the offset ±hhmm."""
    return f"{mt_date(at.date())}{at:%H%M%z}"[:15]


def iso_moment(text: str) -> str:
    """Field 13D as an ISO 20022 moment with its offset."""
    match = re.fullmatch(r"([0-9]{6})([0-9]{2})([0-9]{2})([+-])([0-9]{2})([0-9]{2})", text)
    if match is None:
        raise InvalidValue("a moment is YYMMDDhhmm and an offset ±hhmm")
    written = f"{iso_date(match[1])}T{match[2]}:{match[3]}:00{match[4]}{match[5]}:{match[6]}"
    moment(written)
    return written


def mx_amount(text: str) -> str:
    """An MT amount ("8547,25", "10,") as ISO 20022 writes it, with the decimals it came with."""
    match = _MT_AMOUNT.fullmatch(text) if len(text) <= AMOUNT_LENGTH else None
    if match is None:
        raise InvalidValue("an amount has digits, a comma and at most 15 characters")
    return f"{match[1]}.{match[2]}" if match[2] else match[1]


def mt_amount(text: str, currency: str) -> str:
    """An ISO 20022 amount as MT writes it; zeros beyond the currency's decimals are left away."""
    match = _MX_AMOUNT.fullmatch(text) if len(text) <= 64 else None
    if match is None or not (match[1] or match[2]):
        raise InvalidValue("an amount is a plain decimal number")
    whole, fraction = match[1] or "0", match[2] or ""
    decimals = exponent(currency)
    if len(fraction) > decimals:
        if fraction[decimals:].strip("0"):
            raise InvalidValue(f"{currency} has {decimals} decimals", reason=Reason.AM09)
        fraction = fraction[:decimals]
    written = f"{whole},{fraction}"
    if len(written) > AMOUNT_LENGTH:
        raise InvalidValue("an MT amount has at most 15 characters", reason=Reason.AM02)
    return written


def reference(text: str, otherwise: str = NOT_PROVIDED) -> str:
    """A reference of 16 characters: a longer one ends in a plus; one that MT cannot write is `otherwise`."""
    short = text if len(text) <= 16 else text[:15] + "+"
    return short if _REFERENCE.fullmatch(short) else otherwise
