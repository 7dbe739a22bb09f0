"""A payment as JSON, and what every submission comes to, whatever it was written in."""

import hashlib
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from api.common.body import Body, read_json, validate
from api.common.fields import (
    Account,
    Amount,
    BicText,
    Currency,
    Day,
    Name,
    PriorityName,
    Reference,
    Text140,
    UetrText,
    as_money,
    broken,
)
from api.exchange.legs import ExchangePart, Security, fitting
from domain.finding import Finding
from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import Liquidity, PaymentOrder, SettlementMethod
from domain.reason import Reason
from domain.settlement import AtCutOff, Priority
from schema.tables.payment.payments import Original, RawMessage


class FxPart(Body):
    """The quote at which the amount is exchanged: its receiver gets what the rate makes of it."""

    quote_id: Annotated[str, Field(pattern="^[ -~]{1,64}$", examples=["quo_01JABCDEFGHJKMNPQRSTVWXYZ8"])]


class _Instruction(Body):
    """What every payment says of itself, whatever it gives."""

    sender_bic: BicText
    sender_name: Name
    sender_account_id: Account | None = None
    receiver_bic: BicText
    receiver_name: Name
    receiver_account_id: Account | None = None
    payment_reference: Reference | None = None
    end_to_end_id: Reference = "NOTPROVIDED"
    uetr: UetrText | None = None
    remittance_info: Text140 | None = None
    value_date: Day | None = None

    def ordered(self, gives: Money, method: SettlementMethod, exchange: ExchangePart | None) -> PaymentOrder:
        """The order in the bank's words."""
        return PaymentOrder(
            amount=gives,
            debtor=Party(self.sender_name, self.sender_bic, self.sender_account_id),
            creditor=Party(self.receiver_name, self.receiver_bic, self.receiver_account_id),
            end_to_end_id=self.end_to_end_id,
            uetr=self.uetr or Uetr.new(),
            method=method,
            reference=self.payment_reference,
            remittance_info=self.remittance_info,
            value_date=self.value_date,
            exchange=exchange.exchange if exchange else None,
        )


class NewPayment(_Instruction):
    """A payment to be made. Amounts are decimal strings; a JSON number is taken by its digits.

    By `pvp` or `dvp` it is one leg of an `exchange`, made only together with the other one. The `priority` counts where it
    waits; `liquidity` says whether it may, should there be no funds for it yet (`queue`), or is refused (`reject`).
    `at_cut_off` says what becomes of it where it still waits at the cut-off of its settlement day: it goes to the next one
    (`roll`), or is given back unpaid (`return`); if it says nothing, as the network's setting has it.
    """

    currency: Currency
    amount: Amount
    settlement_method: Annotated[SettlementMethod, Field(strict=False)] = SettlementMethod.NET
    exchange: Annotated[ExchangePart | None, Field(validate_default=True)] = None
    fx: FxPart | None = None
    priority: Annotated[PriorityName, Field(strict=False)] = PriorityName.NORMAL
    liquidity: Annotated[Liquidity, Field(strict=False)] = Liquidity.QUEUE
    at_cut_off: Annotated[AtCutOff | None, Field(strict=False)] = None

    @field_validator("amount")
    @classmethod
    def _positive(cls, text: str, info: ValidationInfo) -> str:
        # Without a valid currency its decimals are unknown: three is the most any currency here has.
        amount = as_money(text, info.data.get("currency", "KWD"))
        if not amount.minor:
            raise broken("AM-01", "the amount is zero", Reason.AM01)
        return text

    @field_validator("exchange")
    @classmethod
    def _fitting(cls, part: ExchangePart | None, info: ValidationInfo) -> ExchangePart | None:
        method = info.data.get("settlement_method")
        return part if method is None else fitting(part, method, info.data.get("currency"))

    @model_validator(mode="after")
    def _at_once(self) -> "NewPayment":
        asked = self.settlement_method if "settlement_method" in self.model_fields_set else SettlementMethod.GROSS
        if self.fx is not None and asked is not SettlementMethod.GROSS:
            raise broken("FX-06", "a payment at a quote settles gross, both currencies at once", Reason.AG01)
        return self

    def order(self) -> PaymentOrder:
        """The order in the bank's words. What it is exchanged for is put in when its quote is taken."""
        method = SettlementMethod.GROSS if self.fx else self.settlement_method
        order = self.ordered(Money.parse(self.amount, self.currency), method, self.exchange)
        priority = Priority[self.priority.name]
        return replace(order, priority=priority, liquidity=self.liquidity, at_cut_off=self.at_cut_off)


class NewDelivery(_Instruction):
    """The security's leg of an exchange: the sender delivers units of a security, made only together with the cash."""

    security: Security
    settlement_method: Literal["dvp"]
    exchange: ExchangePart

    @field_validator("exchange")
    @classmethod
    def _fitting(cls, part: ExchangePart, info: ValidationInfo) -> ExchangePart:
        security = info.data.get("security")
        fitting(part, SettlementMethod.DVP, security.isin if security else None)
        return part

    def order(self) -> PaymentOrder:
        """The order in the bank's words."""
        return self.ordered(self.security.money, SettlementMethod.DVP, self.exchange)


@dataclass(frozen=True, slots=True)
class Submitted:
    """An order, the message it came in, and the fingerprint that tells one body from another.

    `warnings` are kept with the payment; `original` is the payment that a return gives back; `quote_id` names the quote
    at which the amount is to be exchanged.
    """

    order: PaymentOrder
    message: RawMessage
    sha256: bytes
    warnings: tuple[Finding, ...] = ()
    original: Original | None = None
    quote_id: str | None = None


def fingerprinted(
    order: PaymentOrder, message: RawMessage, *, warnings: tuple[Finding, ...] = (), original: Original | None = None
) -> Submitted:
    """A submission whose body is the message itself."""
    digest = hashlib.sha256(message.message_type.encode() + b"\n" + message.raw).digest()
    return Submitted(order, message, digest, warnings, original)


def written(document: NewPayment | NewDelivery, raw: bytes) -> Submitted:
    """A submission that is a JSON document."""
    quote_id = document.fx.quote_id if isinstance(document, NewPayment) and document.fx else None
    return replace(fingerprinted(document.order(), RawMessage("json", raw)), quote_id=quote_id)


def of_json(raw: bytes) -> Submitted:
    """An order that came as JSON. Raises MalformedRequest, ValidationFailed."""
    return written(read_order(read_json(raw)), raw)


def read_order(document: Any) -> NewPayment | NewDelivery:
    """A JSON document as an order: of money, or of a security. Raises ValidationFailed with every finding."""
    delivers = isinstance(document, dict) and "security" in document
    return validate(NewDelivery, document) if delivers else validate(NewPayment, document)
