"""pacs.004.001.09, the return of a payment: read into a ReturnOrder and written from one.

The chain of the return names its parties the other way round: its debtor is whom the payment had reached. Where a
message has no chain, the original transaction that it repeats is turned round instead.
"""

from dataclasses import replace
from typing import Any, Final

from domain.mention import Seat
from domain.original import StatedReason
from domain.party import Party
from domain.payment import ChargeBearer, SettlementMethod
from domain.payment_return import ReturnOrder
from domain.reason import Reason
from schema.iso20022.codecs import transfer, values
from schema.iso20022.codecs.identity import Identity, group, instruction_reference, write
from schema.iso20022.codecs.parties import account, agent_of, party_of
from schema.iso20022.codecs.references import original_group, original_ids, stated
from schema.iso20022.codecs.transfer import BETWEEN, NAMED_APART, PASSED_ON, Place
from schema.iso20022.codecs.values import Part
from schema.iso20022.envelope import BusinessMessage

MESSAGE: Final = "pacs.004.001.09"

_ROOT: Final = "PmtRtr"
_GROUP: Final = f"{_ROOT}/GrpHdr"
_TX: Final = f"{_ROOT}/TxInf"
_CHAIN: Final = f"{_TX}/RtrChain"
_BEFORE: Final = f"{_TX}/OrgnlTxRef"
_PART: Final = "PART"

_BANKS: Final = tuple(Place(place.seat, place.element) for place in (*PASSED_ON, *BETWEEN))
_PARTIES: Final = (
    Place(Seat.ULTIMATE_DEBTOR, "UltmtDbtr/Pty", is_agent=False),
    Place(Seat.INITIATING_PARTY, "InitgPty/Pty", is_agent=False),
    Place(Seat.ULTIMATE_CREDITOR, "UltmtCdtr/Pty", is_agent=False),
)


def decode(business: BusinessMessage) -> ReturnOrder:
    """The one return of the message.

    Raises MessageRefused when it is not one, or lacks the original's UETR (RT-01), a reason (RT-02), an amount (AM), or
    the two ends (PA-01, AG-02).
    """
    read = Part(business)
    order = _order(read) if values.only(read, _TX) else None
    read.refuse_if_wrong()
    assert order is not None, "a return that cannot be made is reported"
    return order


def encode(order: ReturnOrder, identity: Identity) -> bytes:
    """The return as a CBPR+ message.

    Raises InvalidValue when more goes back than came or nothing says why, MessageRefused when something does not fit.
    """
    order.check()
    transfer.refuse_strangers(order, _BANKS, _PARTIES, NAMED_APART)
    header = group(identity, NbOfTxs="1", SttlmInf={"SttlmMtd": "INDA"})
    return write(MESSAGE, identity, {_ROOT: {"GrpHdr": header, "TxInf": _transaction(order, identity)}})


def _order(read: Part) -> ReturnOrder | None:
    returned = values.needed_amount(read, f"{_TX}/RtrdIntrBkSttlmAmt")
    read.required("RT-01", Reason.FF01, "the original's UETR is missing", f"{_TX}/OrgnlUETR")
    reasons = values.reasons(read, f"{_TX}/RtrRsnInf") or values.reasons(read, f"{_ROOT}/OrgnlGrpInf/RtrRsnInf")
    if not any(reason.code for reason in reasons):
        read.report("RT-02", Reason.FF01, "the return does not say why", f"{_TX}/RtrRsnInf/Rsn/Cd")
    debtor, creditor = _ends(read)
    if returned is None or debtor is None or creditor is None or not reasons:
        return None
    original_amount = values.amount(read, f"{_TX}/OrgnlIntrBkSttlmAmt")
    return _without_part(
        ReturnOrder(
            return_id=read.text(f"{_TX}/RtrId", f"{_GROUP}/MsgId"),
            original=values.original(read, _TX, f"{_ROOT}/OrgnlGrpInf"),
            returned=returned,
            reason=next((reason for reason in reasons if reason.code), reasons[0]),
            debtor=debtor,
            creditor=creditor,
            original_amount=original_amount,
            original_date=values.day(read, f"{_TX}/OrgnlIntrBkSttlmDt"),
            value_date=values.day(read, f"{_TX}/IntrBkSttlmDt", f"{_GROUP}/IntrBkSttlmDt"),
            charge_bearer=transfer.charge_bearer(read, f"{_TX}/ChrgBr"),
            method=transfer.method(read, _TX, _BEFORE),
            message_id=read.text(f"{_GROUP}/MsgId") or None,
            mentioned=(
                *transfer.agents_in_full(read, _CHAIN, debtor, creditor),
                *transfer.messengers(read, _TX, _GROUP, debtor, creditor),
                *transfer.mentioned(read, _CHAIN, (*_BANKS, *_PARTIES)),
            ),
        )
    )


def _without_part(order: ReturnOrder) -> ReturnOrder:
    """A partial return says PART before its own words, which is told by the amounts already."""
    text = order.reason.text or ""
    if not order.partial or text.partition(" ")[0] != _PART:
        return order
    return replace(order, reason=replace(order.reason, text=text.partition(" ")[2] or None))


def _ends(read: Part) -> tuple[Party | None, Party | None]:
    """Who gives back and who gets back: those of the chain, or those of the original changed round."""
    if read.elements(_CHAIN):
        return _end(read, f"{_CHAIN}/Dbtr", sending=True), _end(read, f"{_CHAIN}/Cdtr", sending=False)
    return _end(read, f"{_BEFORE}/Cdtr", sending=True), _end(read, f"{_BEFORE}/Dbtr", sending=False)


def _end(read: Part, path: str, *, sending: bool) -> Party | None:
    # A chain has no accounts; they are those of the original, where the sender of the return was its creditor.
    account_path = f"{_BEFORE}/{'Cdtr' if sending else 'Dbtr'}Acct"
    if read.elements(f"{path}/Agt"):
        reason = Reason.RC03 if sending else Reason.RC04
        return transfer.institution(read, f"{path}/Agt", (f"{path}Agt",), reason, account_path=account_path)
    messenger = "InstgAgt" if sending else "InstdAgt"
    agents = (f"{path}Agt", f"{_TX}/{messenger}", f"{_GROUP}/{messenger}")
    words = "debtor" if sending else "creditor"
    return transfer.customer(read, f"{path}/Pty", agents, words, account_path=account_path)


def _transaction(order: ReturnOrder, identity: Identity) -> dict[str, Any]:
    path = f"/Document/{_TX}"
    if order.original.instruction_id is not None:
        instruction_reference(order.original.instruction_id, f"{path}/OrgnlInstrId")
    accounts = {"DbtrAcct": account(order.creditor.account), "CdtrAcct": account(order.debtor.account)}
    return {
        # A return that has no name but its message's need not say it twice, and a message's may be the longer one.
        "RtrId": None
        if order.return_id == identity.message_id
        else instruction_reference(order.return_id, f"{path}/RtrId"),
        "OrgnlGrpInf": original_group(order.original),
        **original_ids(order.original),
        "OrgnlUETR": order.original.uetr,
        "OrgnlIntrBkSttlmAmt": order.original_amount,
        "OrgnlIntrBkSttlmDt": order.original_date,
        "RtrdIntrBkSttlmAmt": order.returned,
        "IntrBkSttlmDt": order.value_date or f"{identity.created:%Y-%m-%d}",
        "SttlmPrty": "HIGH" if order.method is SettlementMethod.GROSS else None,
        "ChrgBr": order.charge_bearer or ChargeBearer.SHAR,
        **transfer.messenger_content(order, identity.sender, identity.receiver),
        "RtrChain": _chain(order),
        "RtrRsnInf": _reason(order, path),
        "OrgnlTxRef": accounts if any(accounts.values()) else None,
    }


def _chain(order: ReturnOrder) -> dict[str, Any]:
    parties = {element.partition("/")[0]: {"Pty": who} for element, who in transfer.seated(order, _PARTIES).items()}
    return {
        "UltmtDbtr": parties.get("UltmtDbtr"),
        "Dbtr": _end_content(order, order.debtor),
        "InitgPty": parties.get("InitgPty"),
        **_own_agent(order, order.debtor, Seat.DEBTOR_AGENT, "DbtrAgt"),
        **transfer.seated(order, _BANKS),
        **_own_agent(order, order.creditor, Seat.CREDITOR_AGENT, "CdtrAgt"),
        "Cdtr": _end_content(order, order.creditor),
        "UltmtCdtr": parties.get("UltmtCdtr"),
    }


def _end_content(order: ReturnOrder, end: Party) -> dict[str, Any]:
    return {"Agt": agent_of(end)} if _between_banks(order) else {"Pty": party_of(end, identified=False)}


def _own_agent(order: ReturnOrder, end: Party, seat: Seat, element: str) -> dict[str, Any]:
    named_apart = any(one.role is seat for one in order.mentioned)
    if _between_banks(order) and end.bic == end.agent_bic and not named_apart:
        return {}
    return transfer.agent_in_full(order, seat, element, end.agent_bic)


def _between_banks(order: ReturnOrder) -> bool:
    return (order.original.message_name or "").startswith("pacs.009")


def _reason(order: ReturnOrder, path: str) -> dict[str, Any]:
    words = [_PART] if order.partial else []
    words += [order.reason.text] if order.reason.text else []
    return stated(StatedReason(order.reason.code, " ".join(words)), f"{path}/RtrRsnInf/AddtlInf")
