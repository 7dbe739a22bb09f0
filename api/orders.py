"""From a submitted document, JSON or pacs.008, to a payment order; every fault is found at once."""

import asyncio
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import Request
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from api.body import JSON, XML, Body, media_type, read_json, validate
from domain.errors import InvalidValue
from domain.ids import Bic, Uetr
from domain.money import Money, exponent
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from domain.reason import Reason
from schema.iso20022 import pacs008
from schema.tables.payments import RawMessage

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_AMOUNT_RULES: Final = {Reason.AM09: "AM-04", Reason.AM02: "AM-05"}


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


def _currency(code: str) -> str:
    try:
        exponent(code)
    except InvalidValue as wrong:
        raise broken("AM-02", "not a currency to pay in (ISO 4217)", Reason.AM03) from wrong
    return code


def _date(text: str) -> str:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise broken("DT-02", "a date is written YYYY-MM-DD", Reason.DT01)


def digits(value: Any) -> Any:
    """A JSON number by its digits: it was read exactly, so nothing is lost."""
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    return value


def money(text: str, currency: str) -> Money:
    """An amount of a currency, for a validator."""
    try:
        return Money.parse(text, currency)
    except InvalidValue as wrong:
        raise broken(_AMOUNT_RULES.get(wrong.reason, "AM-06"), wrong.message, wrong.reason) from wrong


BicText = Annotated[str, Field(examples=["DEUTDEFF"]), _rule("AG-06", Bic.parse)]
Currency = Annotated[str, Field(examples=["USD"]), AfterValidator(_currency)]
Amount = Annotated[str, BeforeValidator(digits), Field(examples=["125000.50"])]
Name = Annotated[str, Field(max_length=140), AfterValidator(_printable)]
Account = Annotated[str, Field(max_length=34), AfterValidator(_printable)]
Reference = Annotated[str, Field(max_length=35), AfterValidator(_printable)]
Text140 = Annotated[str, Field(max_length=140), AfterValidator(_printable)]


class NewPayment(Body):
    """A payment to be made. Amounts are decimal strings; a JSON number is taken by its digits."""

    sender_bic: BicText
    sender_name: Name
    sender_account_id: Account | None = None
    receiver_bic: BicText
    receiver_name: Name
    receiver_account_id: Account | None = None
    currency: Currency
    amount: Amount
    settlement_method: Annotated[SettlementMethod, Field(strict=False)] = SettlementMethod.NET
    payment_reference: Reference | None = None
    end_to_end_id: Reference = "NOTPROVIDED"
    uetr: Annotated[str, _rule("TX-04", Uetr.parse)] | None = None
    remittance_info: Text140 | None = None
    value_date: Annotated[str, AfterValidator(_date)] | None = None

    @field_validator("amount")
    @classmethod
    def _positive(cls, text: str, info: ValidationInfo) -> str:
        # Without a valid currency its decimals are unknown: three is the most any currency here has.
        amount = money(text, info.data.get("currency", "KWD"))
        if not amount.minor:
            raise broken("AM-01", "the amount is zero", Reason.AM01)
        return text

    def order(self) -> PaymentOrder:
        """The order in the bank's words."""
        return PaymentOrder(
            amount=Money.parse(self.amount, self.currency),
            debtor=Party(self.sender_name, self.sender_bic, self.sender_account_id),
            creditor=Party(self.receiver_name, self.receiver_bic, self.receiver_account_id),
            end_to_end_id=self.end_to_end_id,
            uetr=self.uetr or Uetr.new(),
            method=self.settlement_method,
            reference=self.payment_reference,
            remittance_info=self.remittance_info,
            value_date=self.value_date,
        )


@dataclass(frozen=True, slots=True)
class Submitted:
    """An order, the message it came in, and the fingerprint that tells one body from another."""

    order: PaymentOrder
    message: RawMessage
    sha256: bytes


async def read(request: Request) -> Submitted:
    """Read the body. Raises UnsupportedMediaType, BodyTooLarge, MalformedRequest, ValidationFailed, MessageRefused."""
    kind = media_type(request, JSON, XML)
    raw = await request.body()
    if kind == XML:
        order = (await asyncio.to_thread(pacs008.decode, raw)).order
    else:
        order = validate(NewPayment, read_json(raw)).order()
    message = RawMessage(order.message_type or "json", raw)
    return Submitted(order, message, hashlib.sha256(kind.encode() + b"\n" + raw).digest())
