"""A payment as JSON, and what every submission comes to, whatever it was written in."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from api.body import Body, read_json, validate
from api.fields import (
    Account,
    Amount,
    BicText,
    Currency,
    Day,
    Name,
    Reference,
    Text140,
    UetrText,
    as_money,
    broken,
)
from domain.finding import Finding
from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from domain.reason import Reason
from schema.tables.payments import Original, RawMessage


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
    uetr: UetrText | None = None
    remittance_info: Text140 | None = None
    value_date: Day | None = None

    @field_validator("amount")
    @classmethod
    def _positive(cls, text: str, info: ValidationInfo) -> str:
        # Without a valid currency its decimals are unknown: three is the most any currency here has.
        amount = as_money(text, info.data.get("currency", "KWD"))
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
    """An order, the message it came in, and the fingerprint that tells one body from another.

    `warnings` are kept with the payment; `original` is the payment that a return gives back.
    """

    order: PaymentOrder
    message: RawMessage
    sha256: bytes
    warnings: tuple[Finding, ...] = ()
    original: Original | None = None


def fingerprinted(
    order: PaymentOrder, message: RawMessage, *, warnings: tuple[Finding, ...] = (), original: Original | None = None
) -> Submitted:
    """A submission whose body is the message itself."""
    digest = hashlib.sha256(message.message_type.encode() + b"\n" + message.raw).digest()
    return Submitted(order, message, digest, warnings, original)


def of_json(raw: bytes) -> Submitted:
    """An order that came as JSON. Raises MalformedRequest, ValidationFailed."""
    return fingerprinted(validate(NewPayment, read_json(raw)).order(), RawMessage("json", raw))
