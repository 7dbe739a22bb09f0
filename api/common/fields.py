"""Fields that documents share: what a BIC, an amount, a name may be, and the rule that is broken otherwise."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from domain.errors import InvalidValue
from domain.ids import Bic, Uetr
from domain.money import Money, exponent, is_security
from domain.reason import Reason

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_AMOUNT_RULES: Final = {Reason.AM09: "AM-04", Reason.AM02: "AM-05"}


class PriorityName(StrEnum):
    """How early a queued payment has its turn."""

    NORMAL = "normal"
    """As it comes."""
    HIGH = "high"
    """Before those that come as they come."""
    URGENT = "urgent"
    """Before all others; deferred last."""


def broken(rule: str, message: str, reason: Reason = Reason.FF01) -> PydanticCustomError:
    """A broken rule as pydantic collects it."""
    return PydanticCustomError("rule", "{message}", {"message": message, "rule": rule, "reason": str(reason)})


def _rule(rule: str, parse: Callable[[str], object]) -> AfterValidator:
    def check(text: str) -> str:
        try:
            return str(parse(text))
        except InvalidValue as wrong:
            raise broken(rule, wrong.message, wrong.reason) from wrong

    return AfterValidator(check)


def _printable(text: str) -> str:
    if _CONTROL.search(text):
        raise broken("JS-05", "a text holds no control characters")
    if not text.strip():
        raise broken("JS-04", "a text is not blank")
    return text


def _readable(text: str) -> str:
    """Lines of text; no control character may reach a screen or a database."""
    if _UNREADABLE.search(text):
        raise broken("JS-05", "a text holds no control characters but line breaks")
    return text


def _currency(code: str) -> str:
    try:
        if not is_security(code):
            exponent(code)
            return code
    except InvalidValue:
        pass
    raise broken("AM-02", "not a currency to pay in (ISO 4217)", Reason.AM03)


def _asset(code: str) -> str:
    try:
        exponent(code)
    except InvalidValue as wrong:
        raise broken(
            "AM-02", "neither a currency to pay in (ISO 4217) nor a security (ISO 6166)", Reason.AM03
        ) from wrong
    return code


def _day(text: str) -> str:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise broken("DT-02", "a date is written YYYY-MM-DD", Reason.DT01)


def _calendar_day(text: str) -> date:
    return date.fromisoformat(_day(text))


def code(rule: str, known: frozenset[str]) -> AfterValidator:
    """A code of one of ISO's external sets."""

    def check(text: str) -> str:
        if text not in known:
            raise broken(rule, "not a code of the set that belongs here", Reason.NARR)
        return text

    return AfterValidator(check)


def digits(value: Any) -> Any:
    """A JSON number by its digits: it was read exactly, so nothing is lost."""
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    return value


def in_utc(moment: datetime) -> datetime:
    """A moment as it is kept. Raises InvalidValue for one without offset, or before or after all years."""
    if moment.tzinfo is None:
        raise InvalidValue("a moment tells its offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError as wrong:
        raise InvalidValue("a moment lies in the years 1 to 9999") from wrong


def as_money(text: str, currency: str) -> Money:
    """An amount of a currency, for a validator."""
    try:
        return Money.parse(text, currency)
    except InvalidValue as wrong:
        raise broken(_AMOUNT_RULES.get(wrong.reason, "AM-06"), wrong.message, wrong.reason) from wrong


BicText = Annotated[str, Field(examples=["DEUTDEFF"]), _rule("AG-06", Bic.parse)]
Currency = Annotated[str, Field(examples=["USD"]), AfterValidator(_currency)]
Asset = Annotated[
    str,
    Field(examples=["EUR"], description="A currency (ISO 4217), or a security by its ISIN (ISO 6166)."),
    AfterValidator(_asset),
]
Amount = Annotated[str, BeforeValidator(digits), Field(examples=["125000.50"])]
Name = Annotated[str, Field(max_length=140), AfterValidator(_printable)]
Account = Annotated[str, Field(max_length=34), AfterValidator(_printable)]
Remark = Annotated[str, Field(max_length=1000), AfterValidator(_readable)]
Reference = Annotated[str, Field(max_length=35), AfterValidator(_printable)]
Label = Annotated[str, Field(max_length=128), AfterValidator(_printable)]
"""What something is looked up by: whatever could never be a name of it is refused before it reaches a table."""
Text140 = Annotated[str, Field(max_length=140), AfterValidator(_printable)]
UetrText = Annotated[str, _rule("TX-04", Uetr.parse)]
Day = Annotated[str, Field(examples=["2026-10-13"]), AfterValidator(_day)]
DayInQuery = Annotated[date, BeforeValidator(_calendar_day)]
