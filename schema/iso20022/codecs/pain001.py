"""pain.001.001.09, a customer's instruction to pay: read into one payment order for every transaction in it."""

import hashlib
from collections.abc import Iterator
from typing import Final

from lxml import etree

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.mention import Mentioned, Seat
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from domain.reason import Reason
from schema.iso20022.codecs import sayings, transfer, values
from schema.iso20022.codecs.identity import derived_uetr
from schema.iso20022.codecs.transfer import BETWEEN, Place
from schema.iso20022.codecs.values import Part
from schema.iso20022.envelope import BusinessMessage

MESSAGE: Final = "pain.001.001.09"

_ROOT: Final = "CstmrCdtTrfInitn"
_GROUP: Final = f"{_ROOT}/GrpHdr"

_ULTIMATE_DEBTOR: Final = (Place(Seat.ULTIMATE_DEBTOR, "UltmtDbtr", is_agent=False),)
_ULTIMATE_CREDITOR: Final = (Place(Seat.ULTIMATE_CREDITOR, "UltmtCdtr", is_agent=False),)
_INITIATING: Final = (Place(Seat.INITIATING_PARTY, "InitgPty", is_agent=False),)


def decode(business: BusinessMessage) -> list[PaymentOrder]:
    """Every payment of the message. Raises MessageRefused with all that is wrong in any of them."""
    orders: list[PaymentOrder] = []
    findings: list[Finding] = []
    for result in decode_each(business):
        if isinstance(result, MessageRefused):
            findings += result.findings
        else:
            orders.append(result)
    if findings:
        raise MessageRefused(f"the message breaks {len(findings)} rules of {MESSAGE}", findings=tuple(findings))
    return orders


def decode_each(business: BusinessMessage) -> Iterator[PaymentOrder | MessageRefused]:
    """The payments of the message in their order, each by itself: an order, or why there is none.

    A payment without a UETR gets one that follows from the message, so that the same message read again pays nothing
    twice.
    """
    message = Part(business)
    seed = hashlib.sha256(etree.tostring(business.document, method="c14n")).hexdigest()
    count = 0
    for batch in message.parts(f"{_ROOT}/PmtInf"):
        for payment in batch.parts("CdtTrfTxInf"):
            count += 1
            yield _attempt(message, batch, payment, seed=f"{seed}/{count}")


def _attempt(message: Part, batch: Part, payment: Part, *, seed: str) -> PaymentOrder | MessageRefused:
    message.findings.clear()
    batch.findings.clear()  # what its earlier payments found there, this one finds again
    order = _order(message, batch, payment, seed)
    findings = (*message.located(), *batch.located(), *payment.located())
    if findings or order is None:
        return MessageRefused(f"the payment breaks {len(findings)} rules of {MESSAGE}", findings=findings)
    return order


def _order(message: Part, batch: Part, payment: Part, seed: str) -> PaymentOrder | None:
    if payment.elements("Amt/EqvtAmt"):
        payment.report("NU-01", Reason.AM03, "an equivalent amount is not paid; name the amount itself", "Amt/EqvtAmt")
        return None
    amount = values.needed_amount(payment, "Amt/InstdAmt")
    debtor = transfer.customer(batch, "Dbtr", ("DbtrAgt",), "debtor", account_path="DbtrAcct")
    creditor = transfer.customer(payment, "Cdtr", ("CdtrAgt",), "creditor", account_path="CdtrAcct")
    end_to_end_id = payment.required("TX-03", Reason.FF01, "the end-to-end id is empty", "PmtId/EndToEndId")
    if amount is None or debtor is None or creditor is None:
        return None
    return PaymentOrder(
        amount=amount,
        debtor=debtor,
        creditor=creditor,
        end_to_end_id=end_to_end_id,
        uetr=values.uetr(payment, "PmtId/UETR") or derived_uetr(seed),
        method=_method(batch, payment),
        priority=max(transfer.priority(part, "", "") for part in (batch, payment)),
        reference=payment.text("PmtId/InstrId") or None,
        remittance_info=transfer.remittance(payment, "RmtInf"),
        message_type=message.business.message,
        message_id=message.text(f"{_GROUP}/MsgId"),
        value_date=values.day(batch, "ReqdExctnDt/Dt", "ReqdExctnDt/DtTm"),
        mentioned=tuple(_mentioned(message, batch, payment, debtor, creditor)),
        in_passing=(*sayings.in_passing(batch, ""), *sayings.in_passing(payment, "")),
        said=(*sayings.said(batch, ""), *sayings.said(payment, "")),
        charge_bearer=transfer.charge_bearer(payment, "ChrgBr") or transfer.charge_bearer(batch, "ChrgBr"),
        instructed=amount,
    )


def _method(batch: Part, payment: Part) -> SettlementMethod:
    urgent = SettlementMethod.GROSS in {transfer.method(part, "", "") for part in (batch, payment)}
    return SettlementMethod.GROSS if urgent else SettlementMethod.NET


def _mentioned(message: Part, batch: Part, payment: Part, debtor: Party, creditor: Party) -> Iterator[Mentioned]:
    yield from transfer.agents_in_full(batch, "", debtor, None)
    yield from transfer.agents_in_full(payment, "", None, creditor)
    ultimate = list(transfer.mentioned(payment, "", _ULTIMATE_DEBTOR))
    yield from ultimate or transfer.mentioned(batch, "", _ULTIMATE_DEBTOR)
    yield from transfer.mentioned(message, _GROUP, _INITIATING)
    yield from transfer.mentioned(payment, "", (*BETWEEN, *_ULTIMATE_CREDITOR))
