"""Single values as MT writes them: references, dates, amounts, rates, banks. What cannot be written is complained of."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from domain.errors import InvalidValue
from domain.ids import Bic
from domain.money import Money
from domain.reason import Reason
from schema.translate.to_mt.lines import plain, shortened
from schema.translate.to_mt.source import Node

REFERENCE: Final = 16
"""Characters of a reference (fields 20 and 21, /MREF/, /TREF/)."""
NOT_PROVIDED: Final = "NOTPROVIDED"
"""What CBPR+ writes where something must stand and nothing is known."""

_AMOUNT_LENGTH: Final = 15
_RATE: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_RATE_LENGTH: Final = 12
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_YEARS: Final = range(1980, 2080)
"""What six digits of a date can mean in MT."""


def reference(node: Node, *paths: str, length: int = REFERENCE) -> str:
    """The first reference found, cut to 16 characters; NOTPROVIDED for one that MT forbids (slash at an end, or two).

    Empty when there is none.
    """
    for path in paths:
        if text := plain(node, path):
            text = shortened(node.node(path), text, length)
            if text.startswith("/") or text.endswith("/") or "//" in text:
                node.node(path).note("MT forbids a slash at either end of a reference, and two together")
                return NOT_PROVIDED
            return text
    return ""


def day(node: Node, path: str) -> str:
    """A date as YYMMDD; the date of a moment is the one its sender wrote. Empty when there is none."""
    return node.parsed(path, lambda text: _day(text).strftime("%y%m%d"))


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        raise InvalidValue("a date is written 2026-11-24", reason=Reason.DT01) from None
    if found.year not in _YEARS:
        raise InvalidValue("MT can write the years 1980 to 2079 only", reason=Reason.DT01)
    return found


def moment(node: Node, path: str) -> datetime | None:
    """A moment in UTC (without an offset it counts as UTC); None when there is none, or none that can be read."""
    try:
        found = datetime.fromisoformat(node.text(path))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def amount(node: Node, path: str = "") -> str:
    """Currency and amount as MT writes them ("EUR15669,38"). Empty when there is none."""
    currency = node.node(path).attribute("Ccy")
    return node.parsed(path, lambda text: currency + digits(text, currency))


def digits(text: str, currency: str) -> str:
    """An amount's digits with MT's comma: 2450 is "2450,". Raises InvalidValue, AM02 where MT's 15 places do not do."""
    if not _CURRENCY.fullmatch(currency):
        raise InvalidValue("a currency has three letters", reason=Reason.AM03)
    Money.parse(text, currency)
    whole, _, fraction = text.partition(".")
    if len(whole) + 1 + len(fraction) > _AMOUNT_LENGTH:
        fraction = fraction.rstrip("0")
    if len(whole) + 1 + len(fraction) > _AMOUNT_LENGTH:
        raise InvalidValue("MT writes an amount with at most 14 digits", reason=Reason.AM02)
    return f"{whole},{fraction}"


def rate(node: Node, path: str) -> str:
    """An exchange rate with MT's comma and at most 12 places. Empty when there is none."""
    return node.parsed(path, _rate)


def _rate(text: str) -> str:
    if len(text) > 32 or not _RATE.fullmatch(text) or not Decimal(text):
        raise InvalidValue("an exchange rate is a plain decimal number above zero")
    whole, _, fraction = text.partition(".")
    whole = whole.lstrip("0") or "0"
    if len(whole) >= _RATE_LENGTH:
        raise InvalidValue("MT writes an exchange rate with at most 11 digits")
    return f"{whole},{fraction[: _RATE_LENGTH - 1 - len(whole)]}"


def bank(node: Node, path: str) -> str:
    """A BIC as the sender wrote it, 8 or 11 characters. Empty when there is none."""
    return node.parsed(path, _bank)


def _bank(text: str) -> str:
    Bic.parse(text)
    return text
