"""Dates, amounts, rates and references of MT in the digits of ISO 20022."""

import re
from datetime import date
from typing import Final, NamedTuple

from domain.errors import InvalidValue
from domain.ids import Uetr
from domain.money import Money
from schema.iso20022.writer import Amount
from schema.mt.message import Field
from schema.translate.to_mx.refusal import unreadable

_AMOUNT: Final = re.compile(r"([A-Z]{3})([0-9]+),([0-9]*)")
_DATED: Final = re.compile(r"([0-9]{6})(.*)")
_RATE: Final = re.compile(r"([0-9]{1,11}),([0-9]{0,10})")
_CENTURY: Final = 80
"""Two-digit years from here on are of the 1900s."""


class Settlement(NamedTuple):
    """Field 32A: when and how much the banks settle."""

    value_date: str
    amount: Amount


def settlement(field: Field) -> Settlement:
    """Field 32A. Raises MessageRefused (TR-03), InvalidValue (an amount that its currency does not know)."""
    match = _DATED.fullmatch(field.value)
    if match is None:
        unreadable(field, "expected a date, a currency and an amount")
    return Settlement(day(match[1], field), amount_in(match[2], field))


def amount(field: Field) -> Amount:
    """A currency and an amount, as in 33B or 71F. Raises MessageRefused (TR-03), InvalidValue."""
    return amount_in(field.value, field)


def amount_in(text: str, field: Field) -> Amount:
    """The currency and amount that stand in `text`, a part of the field."""
    read = maybe_amount(text)
    if read is None:
        unreadable(field, "expected a currency and an amount with a decimal comma")
    return read


def maybe_amount(text: str) -> Amount | None:
    """ "USD12,50" as 12.5 dollars; None when the text is no amount. Raises InvalidValue."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    digits = _decimal(match[2], match[3])
    Money.parse(digits, match[1])
    return Amount(digits, match[1])


def rate(field: Field) -> str:
    """An exchange rate (field 36). Raises MessageRefused (TR-03)."""
    match = _RATE.fullmatch(field.value)
    if match is None or len(match[1] + match[2]) > 11:
        unreadable(field, "expected a rate with a decimal comma")
    return _decimal(match[1], match[2])


def day(text: str, field: Field) -> str:
    """YYMMDD as an ISO date. Raises MessageRefused (TR-03)."""
    try:
        year, month, of_month = int(text[:2]), int(text[2:4]), int(text[4:6])
        return date(year + (1900 if year >= _CENTURY else 2000), month, of_month).isoformat()
    except ValueError:
        unreadable(field, "expected a date as YYMMDD")


def uetr(text: str) -> str | None:
    """The unique end-to-end transaction reference, or None when the text is none."""
    try:
        return Uetr.parse(text.strip().lower())
    except InvalidValue:
        return None


def _decimal(whole: str, fraction: str) -> str:
    return ".".join(filter(None, (whole.lstrip("0") or "0", fraction.rstrip("0"))))
