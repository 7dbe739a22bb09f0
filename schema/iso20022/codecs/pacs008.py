"""pacs.008, the customer credit transfer between banks: read into a payment order and written from one.

Versions .08, .10 and .12 are read, .08 is written. Rule names are those of the catalogue; what is asked here is only
what nothing could be paid without, for the message has been held against the rules before.
"""

from collections.abc import Iterator
from typing import Any, Final

from domain.mention import Seat
from domain.money import Money
from domain.payment import Charge, ChargeBearer, PaymentOrder
from schema.iso20022.codecs import transfer, values
from schema.iso20022.codecs.essentials import essentials, order_of
from schema.iso20022.codecs.identity import Identity, group, write
from schema.iso20022.codecs.parties import UNKNOWN, account, agent, party_of
from schema.iso20022.codecs.transfer import BETWEEN, NAMED_APART, PASSED_ON, REIMBURSING, Place
from schema.iso20022.codecs.values import Part
from schema.iso20022.envelope import BusinessMessage

MESSAGE: Final = "pacs.008.001.08"

_ROOT: Final = "FIToFICstmrCdtTrf"
_GROUP: Final = f"{_ROOT}/GrpHdr"
_TX: Final = f"{_ROOT}/CdtTrfTxInf"

_SENDING: Final = (f"{_TX}/DbtrAgt", f"{_TX}/InstgAgt", f"{_GROUP}/InstgAgt")
_RECEIVING: Final = (f"{_TX}/CdtrAgt", f"{_TX}/InstdAgt", f"{_GROUP}/InstdAgt")
"""Where a party's bank is found: its own, or else the bank that the message comes from or goes to."""

_ORDERED_FOR: Final = (
    Place(Seat.ULTIMATE_DEBTOR, "UltmtDbtr", is_agent=False),
    Place(Seat.INITIATING_PARTY, "InitgPty", is_agent=False),
)
_PAID_FOR: Final = (Place(Seat.ULTIMATE_CREDITOR, "UltmtCdtr", is_agent=False),)


def decode(business: BusinessMessage) -> PaymentOrder:
    """The one payment of the message.

    Raises MessageRefused when it is not one, or lacks a UETR (TX-04), an amount (AM), a date (DT), two banks (AG-02)
    or two names (PA-01).
    """
    read = Part(business)
    order = _order(read) if values.only(read, _TX) else None
    read.refuse_if_wrong()
    assert order is not None, "an order that cannot be made is reported"
    return order


def encode(order: PaymentOrder, identity: Identity) -> bytes:
    """The order as a CBPR+ message, settling on the day it is made where it has no value date.

    Raises MessageRefused when something does not fit, InvalidValue when XML cannot carry it.
    """
    transfer.refuse_strangers(order, PASSED_ON, BETWEEN, REIMBURSING, _ORDERED_FOR, _PAID_FOR, NAMED_APART)
    cover = transfer.seated(order, REIMBURSING)
    settlement = {"SttlmMtd": "COVE" if cover else "INDA", **cover}
    header = group(identity, NbOfTxs="1", SttlmInf=settlement)
    return write(MESSAGE, identity, {_ROOT: {"GrpHdr": header, "CdtTrfTxInf": _transaction(order, identity)}})


def _order(read: Part) -> PaymentOrder | None:
    told = essentials(read, _TX, _GROUP)
    debtor = transfer.customer(read, f"{_TX}/Dbtr", _SENDING, "debtor", account_path=f"{_TX}/DbtrAcct")
    creditor = transfer.customer(read, f"{_TX}/Cdtr", _RECEIVING, "creditor", account_path=f"{_TX}/CdtrAcct")
    return order_of(
        read,
        told,
        (debtor, creditor),
        (*PASSED_ON, *BETWEEN, *_ORDERED_FOR, *_PAID_FOR),
        remittance_info=transfer.remittance(read, f"{_TX}/RmtInf"),
        charge_bearer=transfer.charge_bearer(read, f"{_TX}/ChrgBr"),
        instructed=values.amount(read, f"{_TX}/InstdAmt"),
        exchange_rate=read.text(f"{_TX}/XchgRate").strip() or None,
        charges=tuple(_read_charges(read)),
    )


def _transaction(order: PaymentOrder, identity: Identity) -> dict[str, Any]:
    return {
        "PmtId": transfer.payment_id(order, identity.message_id, f"/Document/{_TX}"),
        "PmtTpInf": transfer.instruction_priority(order),
        "IntrBkSttlmAmt": order.amount,
        "IntrBkSttlmDt": order.value_date or f"{identity.created:%Y-%m-%d}",
        "SttlmPrty": transfer.settlement_priority(order),
        "InstdAmt": order.instructed or _before_charges(order),
        "XchgRate": order.exchange_rate,
        "ChrgBr": order.charge_bearer or ChargeBearer.SHAR,
        "ChrgsInf": list(_charges(order, identity)),
        **transfer.seated(order, PASSED_ON),
        **transfer.messenger_content(order, identity.sender, identity.receiver),
        **transfer.seated(order, (*BETWEEN, *_ORDERED_FOR)),
        "Dbtr": party_of(order.debtor),
        "DbtrAcct": account(order.debtor.account),
        **transfer.agent_in_full(order, Seat.DEBTOR_AGENT, "DbtrAgt", order.debtor.agent_bic),
        **transfer.agent_in_full(order, Seat.CREDITOR_AGENT, "CdtrAgt", order.creditor.agent_bic),
        "Cdtr": party_of(order.creditor),
        "CdtrAcct": account(order.creditor.account),
        **transfer.seated(order, _PAID_FOR),
        "RmtInf": transfer.remittance_content(order.remittance_info),
    }


def _before_charges(order: PaymentOrder) -> Money | None:
    """What charges were taken from, which is told together with them (rules AM-09 and AM-10)."""
    if not order.charges and order.charge_bearer is not ChargeBearer.CRED:
        return None
    if order.charge_bearer is ChargeBearer.DEBT:
        return order.amount
    return sum((charge.amount for charge in order.charges), start=order.amount)


def _charges(order: PaymentOrder, identity: Identity) -> Iterator[dict[str, Any]]:
    """Every charge told; one of nothing where the creditor bears the charges and none is told (rule CH-02)."""
    told = order.charges
    if not told and order.charge_bearer is ChargeBearer.CRED:
        told = (Charge(order.amount - order.amount, identity.sender),)
    for charge in told:
        yield {"Amt": charge.amount, "Agt": agent(charge.agent_bic, None if charge.agent_bic else UNKNOWN)}


def _read_charges(read: Part) -> Iterator[Charge]:
    for part in read.parts(f"{_TX}/ChrgsInf"):
        amount = values.amount(part, "Amt")
        if amount is not None:
            yield Charge(amount, values.bic(part, "Agt/FinInstnId/BICFI"))
