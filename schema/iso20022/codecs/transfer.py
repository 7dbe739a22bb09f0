"""What a credit transfer between banks is made of, whether a customer's or a bank's own: read and written once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.ids import Bic
from domain.mention import Mentioned, Seat
from domain.party import Party
from domain.payment import ChargeBearer, PaymentOrder, SettlementMethod
from domain.payment_return import ReturnOrder
from domain.reason import Reason
from domain.settlement import Priority
from schema.iso20022.codecs import values
from schema.iso20022.codecs.identity import derived_id, instruction_reference
from schema.iso20022.codecs.letters import extended
from schema.iso20022.codecs.parties import (
    account,
    agent,
    agent_of,
    party_of,
    read_account,
    read_mention,
    read_particulars,
    read_postal,
)
from schema.iso20022.codecs.references import told
from schema.iso20022.codecs.values import Part

_REASONS: Final = {"debtor": (Reason.RR02, Reason.RC03), "creditor": (Reason.RR03, Reason.RC04)}
"""What to say of a party without a name, and of one whose bank has no BIC."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody in a given seat stands in a message: the element, and whether a bank and with an account."""

    seat: Seat
    element: str
    is_agent: bool = True
    account: bool = False


PASSED_ON: Final = (
    Place(Seat.PREVIOUS_INSTRUCTING_AGENT_1, "PrvsInstgAgt1", account=True),
    Place(Seat.PREVIOUS_INSTRUCTING_AGENT_2, "PrvsInstgAgt2", account=True),
    Place(Seat.PREVIOUS_INSTRUCTING_AGENT_3, "PrvsInstgAgt3", account=True),
)
BETWEEN: Final = (
    Place(Seat.INTERMEDIARY_1, "IntrmyAgt1", account=True),
    Place(Seat.INTERMEDIARY_2, "IntrmyAgt2", account=True),
    Place(Seat.INTERMEDIARY_3, "IntrmyAgt3", account=True),
)
REIMBURSING: Final = (
    Place(Seat.INSTRUCTING_REIMBURSEMENT_AGENT, "InstgRmbrsmntAgt", account=True),
    Place(Seat.INSTRUCTED_REIMBURSEMENT_AGENT, "InstdRmbrsmntAgt", account=True),
    Place(Seat.THIRD_REIMBURSEMENT_AGENT, "ThrdRmbrsmntAgt", account=True),
)
NAMED_APART: Final = (
    Place(Seat.DEBTOR_AGENT, "DbtrAgt"),
    Place(Seat.CREDITOR_AGENT, "CdtrAgt"),
    Place(Seat.INSTRUCTING_AGENT, "InstgAgt"),
    Place(Seat.INSTRUCTED_AGENT, "InstdAgt"),
)
"""Banks that every message has a place for, for it names them anyway."""
_FULL_ADDRESS: Final = frozenset(
    {Seat.ULTIMATE_DEBTOR, Seat.ULTIMATE_CREDITOR, Seat.INITIATING_PARTY}
    | {Seat.UNDERLYING_ULTIMATE_DEBTOR, Seat.UNDERLYING_ULTIMATE_CREDITOR, Seat.UNDERLYING_INITIATING_PARTY}
)
"""Who has an address with town and country, or none (rule PA-08)."""

UNDERLYING: Final = (
    Place(Seat.UNDERLYING_ULTIMATE_DEBTOR, "UltmtDbtr", is_agent=False),
    Place(Seat.UNDERLYING_INITIATING_PARTY, "InitgPty", is_agent=False),
    Place(Seat.UNDERLYING_DEBTOR, "Dbtr", is_agent=False, account=True),
    Place(Seat.UNDERLYING_DEBTOR_AGENT, "DbtrAgt", account=True),
    Place(Seat.UNDERLYING_PREVIOUS_INSTRUCTING_AGENT_1, "PrvsInstgAgt1", account=True),
    Place(Seat.UNDERLYING_PREVIOUS_INSTRUCTING_AGENT_2, "PrvsInstgAgt2", account=True),
    Place(Seat.UNDERLYING_PREVIOUS_INSTRUCTING_AGENT_3, "PrvsInstgAgt3", account=True),
    Place(Seat.UNDERLYING_INTERMEDIARY_1, "IntrmyAgt1", account=True),
    Place(Seat.UNDERLYING_INTERMEDIARY_2, "IntrmyAgt2", account=True),
    Place(Seat.UNDERLYING_INTERMEDIARY_3, "IntrmyAgt3", account=True),
    Place(Seat.UNDERLYING_CREDITOR_AGENT, "CdtrAgt", account=True),
    Place(Seat.UNDERLYING_CREDITOR, "Cdtr", is_agent=False, account=True),
    Place(Seat.UNDERLYING_ULTIMATE_CREDITOR, "UltmtCdtr", is_agent=False),
)
"""The covered customer payment, in the order of its elements."""


SETTLEMENT_PRIORITY: Final = {"NORM": Priority.NORMAL, "HIGH": Priority.HIGH, "URGT": Priority.URGENT}
"""Settlement priorities by their codes (ISO 20022 Priority3Code)."""


def below(at: str, element: str) -> str:
    """The path of an element below another, or below the part itself where `at` is empty."""
    return f"{at}/{element}" if at else element


def mentioned(read: Part, at: str, places: Iterable[Place]) -> Iterator[Mentioned]:
    """Everybody who stands at the places below `at`, in their order."""
    for place in places:
        path = below(at, place.element)
        account_path = f"{path}Acct" if place.account else None
        if (found := read_mention(read, place.seat, path, account_path, is_agent=place.is_agent)) is not None:
            yield found


def seated(order: PaymentOrder | ReturnOrder, places: Iterable[Place]) -> dict[str, Any]:
    """The elements of everybody of the order who sits at one of the places, each followed by its account."""
    content: dict[str, Any] = {}
    for place in places:
        who = next((one for one in order.mentioned if one.role is place.seat), None)
        if who is None:
            continue
        identified = place.seat in {Seat.UNDERLYING_DEBTOR, Seat.UNDERLYING_CREDITOR}
        if place.seat in _FULL_ADDRESS and not place.is_agent:
            _refuse_half_address(who)
        content[place.element] = agent_of(who) if place.is_agent else party_of(who, identified=identified)
        if place.account:
            content[f"{place.element}Acct"] = account(who.account)
    return content


def _refuse_half_address(who: Mentioned) -> None:
    if (who.address or who.town or who.country) and not (who.town and who.country):
        complaint = "an ultimate or initiating party's address names town and country"
        raise MessageRefused(complaint, findings=(Finding("/", "PA-08", complaint, Reason.RR02),))


def refuse_strangers(order: PaymentOrder | ReturnOrder, *places: Iterable[Place]) -> None:
    """Raises MessageRefused when the order mentions somebody whom its message has no place for."""
    known = {place.seat for group in places for place in group}
    seats = [one.role for one in order.mentioned]
    if not set(seats) <= known or len(set(seats)) < len(seats):
        complaint = "the order mentions somebody whom its message has no place for"
        raise MessageRefused(complaint, findings=(Finding("/", "NU-01", complaint, Reason.FF01),))


def messengers(read: Part, at: str, group: str, debtor: Party | None, creditor: Party | None) -> Iterator[Mentioned]:
    """The two banks that the message travels between, where they are not the parties' own."""
    for seat, element, side in (
        (Seat.INSTRUCTING_AGENT, "InstgAgt", debtor),
        (Seat.INSTRUCTED_AGENT, "InstdAgt", creditor),
    ):
        bic = values.bic(read, *(below(path, f"{element}/FinInstnId/BICFI") for path in (at, group)))
        if bic is not None and side is not None and bic != side.agent_bic:
            yield Mentioned(seat, bic=bic)


def agents_in_full(read: Part, at: str, debtor: Party | None, creditor: Party | None) -> Iterator[Mentioned]:
    """The parties' banks, where the message tells more of them than the BIC that the party has already."""
    for seat, element, side in (
        (Seat.DEBTOR_AGENT, "DbtrAgt", debtor),
        (Seat.CREDITOR_AGENT, "CdtrAgt", creditor),
    ):
        path = below(at, element)
        found = read_mention(read, seat, path, f"{path}Acct", is_agent=True)
        if found is not None and side is not None and found != Mentioned(seat, bic=side.agent_bic):
            yield found


def agent_in_full(order: PaymentOrder | ReturnOrder, seat: Seat, element: str, bic: str) -> dict[str, Any]:
    """The element of a party's bank and of that bank's account, with all that the order knows of it."""
    who = next((one for one in order.mentioned if one.role is seat), None)
    if who is None:
        return {element: agent(bic)}
    return {element: agent_of(who), f"{element}Acct": account(who.account)}


def messenger_content(order: PaymentOrder | ReturnOrder, sender: str, receiver: str) -> dict[str, Any]:
    """The two banks the message travels between. Raises MessageRefused when the order mentions others as these."""
    for seat, bic in ((Seat.INSTRUCTING_AGENT, sender), (Seat.INSTRUCTED_AGENT, receiver)):
        if any(one.role is seat and one.bic != bic for one in order.mentioned):
            complaint = "the message travels between other banks than the order says"
            raise MessageRefused(complaint, findings=(Finding("/", "BH-07", complaint, Reason.FF01),))
    return {"InstgAgt": agent(sender), "InstdAgt": agent(receiver)}


def payment_id(order: PaymentOrder, message_id: str, path: str) -> dict[str, Any]:
    """The references of the transaction. One without an instruction id gets the message's name, or what follows from it.

    Raises MessageRefused (TX-02) when the instruction id is not one that MT could carry as well, InvalidValue when
    another reference is none.
    """
    instruction = order.reference or (message_id if len(message_id) <= 16 else derived_id(message_id, length=16))
    return {
        "InstrId": instruction_reference(instruction, f"{path}/PmtId/InstrId"),
        "EndToEndId": told(order.end_to_end_id),
        "TxId": told(order.transaction_id),
        "UETR": order.uetr,
    }


def method(read: Part, at: str, group: str) -> SettlementMethod:
    """Gross when any part of the message says that it is urgent, else net."""
    types = [below(path, "PmtTpInf") for path in (at, group)]
    urgent = (
        any("HIGH" in read.texts(f"{path}/InstrPrty") for path in types)
        or any("URGP" in read.texts(f"{path}/SvcLvl/Cd") for path in types)
        or not {"URGT", "HIGH"}.isdisjoint(read.texts(below(at, "SttlmPrty")))
    )
    return SettlementMethod.GROSS if urgent else SettlementMethod.NET


def priority(read: Part, at: str, group: str) -> Priority:
    """How early it has its turn: as its settlement priority says, or else HIGH where its instruction or its envelope is."""
    for code in read.texts(below(at, "SttlmPrty")):
        if code in SETTLEMENT_PRIORITY:
            return SETTLEMENT_PRIORITY[code]
    instructed = (read.texts(f"{below(path, 'PmtTpInf')}/InstrPrty") for path in (at, group))
    return Priority.HIGH if any("HIGH" in texts for texts in instructed) or _hurried(read) else Priority.NORMAL


def _hurried(read: Part) -> bool:
    header = read.business.header
    return header is not None and any(element.text == "HIGH" for element in header.iterchildren("{*}Prty"))


def instruction_priority(order: PaymentOrder) -> dict[str, Any] | None:
    """What says that a payment settles gross; a net payment says nothing, and has no way to tell its priority."""
    return {"InstrPrty": "HIGH"} if order.method is SettlementMethod.GROSS else None


def settlement_priority(order: PaymentOrder) -> str | None:
    """How early a gross payment has its turn, where that is not what its instruction says already."""
    if order.method is not SettlementMethod.GROSS or order.priority is Priority.HIGH:
        return None
    return next(code for code, meant in SETTLEMENT_PRIORITY.items() if meant is order.priority)


def charge_bearer(read: Part, path: str) -> ChargeBearer | None:
    """Who bears the charges; None when the message does not say."""
    text = read.text(path).strip()
    return ChargeBearer(text) if text in set(ChargeBearer) else None


def remittance(read: Part, path: str) -> str | None:
    """What the payment is for, in words; of structured information the creditor's reference."""
    told = read.texts(f"{path}/Ustrd") or read.texts(f"{path}/Strd/CdtrRefInf/Ref")
    return " ".join(told) or None


def remittance_content(text: str | None) -> dict[str, Any] | None:
    """What the payment is for, in one line (rule RM-02)."""
    return {"Ustrd": extended(text)} if text else None


def institution(read: Part, path: str, agents: tuple[str, ...], reason: Reason, *, account_path: str) -> Party | None:
    """A bank at the path that pays or is paid for itself. Its own bank is the one named, or else itself.

    A bank that is known by name only, and paid through none with a BIC, has no account with us (AG-02).
    """
    path = f"{path}/FinInstnId"
    own = values.bic(read, f"{path}/BICFI")
    name = read.text(f"{path}/Nm") or own
    if not name:
        read.report("AG-02", reason, "the bank has neither BIC nor name", f"{path}/BICFI")
    bic = values.bic(read, *(f"{agent_at}/FinInstnId/BICFI" for agent_at in agents)) or own
    if name and bic is None:
        read.report("AG-02", reason, "the bank has no BIC, nor has any that it is paid through", f"{path}/BICFI")
    if not name or bic is None:
        return None
    return _party(read, name, bic, own, path, account_path)


def customer(read: Part, path: str, agents: tuple[str, ...], words: str, *, account_path: str) -> Party | None:
    """The debtor or creditor at the path of a customer's payment; `words` says which (PA-01, AG-02)."""
    name_reason, agent_reason = _REASONS[words]
    own = values.bic(read, f"{path}/Id/OrgId/AnyBIC")
    # A party may be identified by its BIC alone; that is then the name that is screened.
    name = read.text(f"{path}/Nm") or own
    if not name:
        read.report("PA-01", name_reason, f"the {words} has no name", f"{path}/Nm")
    bic = values.bic(read, *(f"{agent_at}/FinInstnId/BICFI" for agent_at in agents))
    if bic is None:
        read.report("AG-02", agent_reason, f"the {words}'s bank has no BIC", f"{agents[0]}/FinInstnId/BICFI")
    if not name or bic is None:
        return None
    return _party(read, name, bic, own, path, account_path)


def _party(read: Part, name: str, agent_bic: Bic, own: Bic | None, path: str, account_path: str) -> Party:
    address, town, country = read_postal(read, f"{path}/PstlAdr")
    return Party(
        name=name,
        agent_bic=agent_bic,
        account=read_account(read, account_path),
        country=country,
        address=address,
        bic=own,
        town=town,
        particulars=read_particulars(read, path),
    )
