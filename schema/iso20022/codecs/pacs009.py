"""pacs.009.001.08, the bank's own credit transfer: core and cover, read into a payment order and written from one.

The advice (ADV) looks like a payment and is none: the money moves by another message, so it is refused (NF-05).
"""

from typing import Any, Final

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.mention import Seat
from domain.payment import PaymentKind, PaymentOrder
from domain.reason import Reason
from schema.iso20022.codecs import transfer, values
from schema.iso20022.codecs.essentials import essentials, order_of
from schema.iso20022.codecs.identity import Identity, group, write
from schema.iso20022.codecs.parties import account, agent_of
from schema.iso20022.codecs.transfer import BETWEEN, NAMED_APART, PASSED_ON, REIMBURSING, UNDERLYING, Place
from schema.iso20022.codecs.values import Part
from schema.iso20022.envelope import BusinessMessage
from schema.iso20022.rules.texts import FIELD_21

MESSAGE: Final = "pacs.009.001.08"

_ROOT: Final = "FICdtTrf"
_GROUP: Final = f"{_ROOT}/GrpHdr"
_TX: Final = f"{_ROOT}/CdtTrfTxInf"
_UNDERLYING: Final = f"{_TX}/UndrlygCstmrCdtTrf"

_ORDERED_FOR: Final = (Place(Seat.ULTIMATE_DEBTOR, "UltmtDbtr"),)
_PAID_FOR: Final = (Place(Seat.ULTIMATE_CREDITOR, "UltmtCdtr"),)
_COVERED: Final = (
    Seat.UNDERLYING_DEBTOR,
    Seat.UNDERLYING_DEBTOR_AGENT,
    Seat.UNDERLYING_CREDITOR_AGENT,
    Seat.UNDERLYING_CREDITOR,
)
"""Whom a cover payment must name of the payment that it covers."""


def decode(business: BusinessMessage) -> PaymentOrder:
    """The one payment of the message: INSTITUTION, or COVER when it names an underlying customer payment.

    Raises MessageRefused when it is an advice (NF-05) or a cover of nothing (NF-01), is not one payment, or lacks a UETR
    (TX-04), an amount (AM), a date (DT) or two banks (AG-02).
    """
    read = Part(business)
    _refuse_advice(read)
    order = _order(read) if values.only(read, _TX) else None
    read.refuse_if_wrong()
    assert order is not None, "an order that cannot be made is reported"
    return order


def encode(order: PaymentOrder, identity: Identity) -> bytes:
    """The order as a CBPR+ message, core or cover by its kind.

    Raises MessageRefused when something does not fit, be it into field 21 of an MT (NF-03), or a cover names too few
    (NF-01), InvalidValue when XML cannot carry it.
    """
    if not FIELD_21.fullmatch(order.end_to_end_id):
        raise _refused(
            "NF-03", "the end-to-end id has no slash at the ends of its first 16 characters and no two in a row"
        )
    cover = order.kind is PaymentKind.COVER
    places = (*PASSED_ON, *BETWEEN, *REIMBURSING, *_ORDERED_FOR, *_PAID_FOR, *NAMED_APART)
    transfer.refuse_strangers(order, places, UNDERLYING if cover else ())
    if cover and not set(_COVERED) <= {one.role for one in order.mentioned}:
        raise _refused("NF-01", "a cover names the covered payment's debtor, creditor and their banks")
    reimbursing = transfer.seated(order, REIMBURSING)
    settlement = {"SttlmMtd": "COVE" if reimbursing else "INDA", **reimbursing}
    header = group(identity, NbOfTxs="1", SttlmInf=settlement)
    content = {_ROOT: {"GrpHdr": header, "CdtTrfTxInf": _transaction(order, identity)}}
    return write(MESSAGE, identity, content, variant="cov" if cover else "")


def _refuse_advice(read: Part) -> None:
    variant = values.variant(read.business)
    if variant == "adv":
        raise _refused("NF-05", "an advice settles nothing; the money moves by another message")
    if variant == "cov" and not read.elements(_UNDERLYING):
        raise _refused("NF-01", "a cover names the customer payment that it covers")


def _order(read: Part) -> PaymentOrder | None:
    cover = bool(read.elements(_UNDERLYING))
    told = essentials(read, _TX, _GROUP)
    debtor, creditor = (
        transfer.institution(read, f"{_TX}/{end}", (f"{_TX}/{end}Agt",), reason, account_path=f"{_TX}/{end}Acct")
        for end, reason in (("Dbtr", Reason.RC03), ("Cdtr", Reason.RC04))
    )
    return order_of(
        read,
        told,
        (debtor, creditor),
        (*PASSED_ON, *BETWEEN, *_ORDERED_FOR, *_PAID_FOR),
        also_mentioned=transfer.mentioned(read, _UNDERLYING, UNDERLYING),
        underlying=_UNDERLYING,
        remittance_info=transfer.remittance(read, f"{_UNDERLYING if cover else _TX}/RmtInf"),
        kind=PaymentKind.COVER if cover else PaymentKind.INSTITUTION,
        instructed=values.amount(read, f"{_UNDERLYING}/InstdAmt"),
    )


def _transaction(order: PaymentOrder, identity: Identity) -> dict[str, Any]:
    cover = order.kind is PaymentKind.COVER
    words = transfer.remittance_content(order.remittance_info)
    underlying = {**transfer.seated(order, UNDERLYING), "RmtInf": words, "InstdAmt": order.instructed}
    return {
        "PmtId": transfer.payment_id(order, identity.message_id, f"/Document/{_TX}"),
        "PmtTpInf": transfer.instruction_priority(order),
        "IntrBkSttlmAmt": order.amount,
        "IntrBkSttlmDt": order.value_date or f"{identity.created:%Y-%m-%d}",
        "SttlmPrty": transfer.settlement_priority(order),
        **transfer.seated(order, PASSED_ON),
        **transfer.messenger_content(order, identity.sender, identity.receiver),
        **transfer.seated(order, (*BETWEEN, *_ORDERED_FOR)),
        "Dbtr": agent_of(order.debtor),
        "DbtrAcct": account(order.debtor.account),
        **_own_agent(order, Seat.DEBTOR_AGENT, "DbtrAgt"),
        **_own_agent(order, Seat.CREDITOR_AGENT, "CdtrAgt"),
        "Cdtr": agent_of(order.creditor),
        "CdtrAcct": account(order.creditor.account),
        **transfer.seated(order, _PAID_FOR),
        "RmtInf": None if cover else words,
        "UndrlygCstmrCdtTrf": underlying if cover else None,
    }


def _own_agent(order: PaymentOrder, seat: Seat, element: str) -> dict[str, Any]:
    """The bank's own bank, left out where it is itself."""
    side = order.debtor if seat is Seat.DEBTOR_AGENT else order.creditor
    if side.bic == side.agent_bic and all(one.role is not seat for one in order.mentioned):
        return {}
    return transfer.agent_in_full(order, seat, element, side.agent_bic)


def _refused(rule: str, complaint: str) -> MessageRefused:
    return MessageRefused(complaint, findings=(Finding(f"/Document/{_TX}", rule, complaint, Reason.FF01),))
