"""Amounts, dates and rates: fields 32A, 32B, 33B, 71F, 71G, 34F, 36, 90C and 90D. Every reader raises InvalidValue."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from domain.errors import InvalidValue
from domain.money import Money
from domain.reason import Reason

_AMOUNT: Final = re.compile(r"([0-9]+),([0-9]*)")
_DATED: Final = re.compile(r"([0-9]{6})([A-Z]{3})([^\n]*)")
_CURRENCY_AMOUNT: Final = re.compile(r"([A-Z]{3})([^\n]*)")
_FLOOR: Final = re.compile(r"([A-Z]{3})([DC])?([^\n]*)")
_SUM: Final = re.compile(r"([0-9]{1,5})([A-Z]{3})([^\n]*)")

FIRST_OF_LAST_CENTURY: Final = 80
"""Years 80 to 99 are of the 1900s, 00 to 79 of the 2000s (SWIFT's year window)."""


@dataclass(frozen=True, slots=True)
class DatedAmount:
    """Field 32A: the value date and the amount that the banks settle."""

    value_date: date
    money: Money


@dataclass(frozen=True, slots=True)
class FloorLimit:
    """Field 34F: entries below the limit are not reported one by one; `mark` D or C where it holds for one side only."""

    money: Money
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class EntrySum:
    """Fields 90C and 90D: how many entries of one side, and their sum."""

    count: int
    money: Money


def read_amount(text: str, currency: str) -> Money:
    """An amount "15d": digits, a comma that is always there, no more decimals than the currency has; "1000," is 1000.

    Raises InvalidValue: not so written (FF01), too many decimals (AM09) or digits (AM02), unknown currency (AM03).
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise InvalidValue("an amount is written with a decimal comma and nothing else but digits, like 1000,")
    if len(text) > 15:
        raise InvalidValue("an amount has at most 15 characters with its comma", reason=Reason.AM02)
    whole = match[1].lstrip("0") or "0"
    return Money.parse(f"{whole}.{match[2]}" if match[2] else whole, currency)


def read_date(text: str) -> date:
    """A date YYMMDD in SWIFT's year window. Raises InvalidValue (DT01)."""
    if not re.fullmatch(r"[0-9]{6}", text):
        raise InvalidValue("a date is written YYMMDD", reason=Reason.DT01)
    year = int(text[:2])
    try:
        return date(year + (1900 if year >= FIRST_OF_LAST_CENTURY else 2000), int(text[2:4]), int(text[4:]))
    except ValueError:
        raise InvalidValue("the date does not exist", reason=Reason.DT01) from None


def read_dated_amount(value: str) -> DatedAmount:
    """Field 32A (6!n3!a15d)."""
    match = _matched(_DATED, value, "a date, a currency and an amount like 240603EUR1000,")
    return DatedAmount(read_date(match[1]), read_amount(match[3], match[2]))


def read_currency_amount(value: str) -> Money:
    """Fields 32B, 33B, 71F and 71G (3!a15d)."""
    match = _matched(_CURRENCY_AMOUNT, value, "a currency and an amount like EUR1000,")
    return read_amount(match[2], match[1])


def read_floor_limit(value: str) -> FloorLimit:
    """Field 34F (3!a[1!a]15d)."""
    match = _matched(_FLOOR, value, "a currency, D or C where it holds for one side only, and an amount")
    return FloorLimit(read_amount(match[3], match[1]), match[2])


def read_entry_sum(value: str) -> EntrySum:
    """Fields 90C and 90D (5n3!a15d)."""
    match = _matched(_SUM, value, "a number of entries, a currency and an amount")
    return EntrySum(int(match[1]), read_amount(match[3], match[2]))


def read_rate(value: str) -> Decimal:
    """Field 36 (12d): the rate between the instructed and the settled amount."""
    if not _AMOUNT.fullmatch(value) or len(value) > 12:
        raise InvalidValue("a rate has at most 12 characters and a decimal comma", reason=Reason.FF01)
    rate = Decimal(value.replace(",", "."))
    if not rate:
        raise InvalidValue("a rate is not zero")
    return rate


def _matched(pattern: re.Pattern[str], value: str, shape: str) -> re.Match[str]:
    match = pattern.fullmatch(value)
    if match is None:
        raise InvalidValue(f"the field is {shape}")
    return match
