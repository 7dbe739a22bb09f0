"""Amounts and moments of ISO 20022 as MT writes them. Everything raises InvalidValue."""

import re
from datetime import UTC, datetime
from typing import Final

from domain.errors import InvalidValue
from domain.money import exponent
from domain.reason import Reason
from schema.mt.fields.amounts import FIRST_OF_LAST_CENTURY

AMOUNT_LENGTH: Final = 15
"""Characters of an MT amount, the comma among them."""

_AMOUNT: Final = re.compile(r"\+?(?=\.?[0-9])0*([0-9]*)(?:\.([0-9]*))?")
_LONGEST: Final = 64


def mt_amount(text: str, currency: str) -> str:
    """An amount with MT's comma and without zeros at its end: "250.50" is "250,5", "0250" is "250,"."""
    match = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise InvalidValue("an amount is a plain decimal number")
    whole, fraction = match[1] or "0", (match[2] or "").rstrip("0")
    if len(fraction) > exponent(currency):
        raise InvalidValue(f"{currency} has {exponent(currency)} decimals", reason=Reason.AM09)
    written = f"{whole},{fraction}"
    if len(written) > AMOUNT_LENGTH:
        raise InvalidValue("an MT amount has at most 15 characters", reason=Reason.AM02)
    return written


def mt_moment(text: str) -> str:
    """A moment as field 13D has it, YYMMDDhhmm±hhmm; without an offset it counts as UTC."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue("a moment is written 2026-11-24T09:30:00+01:00", reason=Reason.DT01) from None
    first = 1900 + FIRST_OF_LAST_CENTURY
    if not first <= told.year < first + 100:
        raise InvalidValue("MT can write the years 1980 to 2079 only", reason=Reason.DT01)
    return f"{told if told.tzinfo else told.replace(tzinfo=UTC):%y%m%d%H%M%z}"[:15]
