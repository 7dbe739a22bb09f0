"""A payment of the demonstration: how it is written down, what may stand in its way, and what must become of it."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from domain.payment import PaymentOrder
from domain.reason import Reason
from domain.status import PaymentStatus
from schema.iso20022.codecs import pacs008
from schema.iso20022.codecs.identity import Identity


class Form(StrEnum):
    """How a payment is written down."""

    JSON = "JSON"
    PACS008 = "pacs.008"


class Trouble(StrEnum):
    """What stands in a payment's way until somebody acts."""

    HELD = "held"
    """A name resembles one on the list: a reviewer decides."""
    PARKED = "parked"
    """A step failed for good: an operator repairs."""
    EARLY = "early"
    """Its day has not come: until then its sender may withdraw it."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must become of a payment, through which trouble."""

    status: PaymentStatus = PaymentStatus.COMPLETED
    reasons: tuple[str, ...] = ()
    trouble: Trouble | None = None


REFUSED: Final = Expected(PaymentStatus.REJECTED, (Reason.RR04,), Trouble.HELD)
"""What becomes of the held payment when the reviewer says no."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One payment of the demonstration."""

    number: int
    form: Form
    order: PaymentOrder
    about: str
    expected: Expected

    def at_quote(self, quote_id: str) -> "Planned":
        """The same, now that its dealer has given the quote that it takes."""
        assert self.order.fx is not None, "a payment that is converted"
        return replace(self, order=replace(self.order, fx=replace(self.order.fx, quote_id=quote_id)))

    def body(self) -> tuple[str, bytes]:
        """Media type and bytes, as a bank's system would send them."""
        order = self.order
        if self.form is Form.PACS008:
            name = f"DEMO-{order.uetr[:8]}-{self.number:02d}"
            banks = order.debtor.agent_bic, order.creditor.agent_bic
            return "application/xml", pacs008.encode(order, Identity(name, datetime.now(UTC), *banks))
        document = {
            "sender_bic": order.debtor.agent_bic,
            "sender_name": order.debtor.name,
            "sender_account_id": order.debtor.account,
            "receiver_bic": order.creditor.agent_bic,
            "receiver_name": order.creditor.name,
            "receiver_account_id": order.creditor.account,
            "currency": order.amount.currency,
            "amount": str(order.amount),
            "settlement_method": str(order.method),
            "end_to_end_id": order.end_to_end_id,
            "uetr": order.uetr,
            "remittance_info": order.remittance_info,
        }
        return "application/json", json.dumps(document | _terms(order)).encode()


def _terms(order: PaymentOrder) -> dict[str, Any]:
    """What else the payment depends on: its day, the other leg of an exchange, a dealer's quote."""
    terms: dict[str, Any] = {}
    if order.value_date is not None:
        terms["value_date"] = order.value_date
    if order.exchange is not None:
        wants = order.exchange.wants
        wanted = {"currency": wants.currency, "amount": str(wants)}
        terms["exchange"] = {"reference": order.exchange.reference, "wants": wanted}
    if order.fx is not None:
        terms["fx"] = {"quote_id": order.fx.quote_id}
    return terms
