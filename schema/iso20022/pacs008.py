"""pacs.008.001.08, the customer credit transfer between banks: read into a payment order and written from one.

What is asked beyond the schema is the profile `payable`: what ISO 20022 itself asks, and the essentials without which
nothing could be paid.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Severity
from domain.ids import Bic, Iban, Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from schema.iso20022.envelope import HEADER, BusinessMessage, unwrap
from schema.iso20022.profile import Options, Profile
from schema.iso20022.reader import Reader
from schema.iso20022.safe_xml import PAYMENT_CAP_BYTES, parse
from schema.iso20022.validate import against_schema, inspect
from schema.iso20022.writer import element, envelope

MESSAGE: Final = "pacs.008.001.08"

_GROUP: Final = "FIToFICstmrCdtTrf/GrpHdr"
_TX: Final = "FIToFICstmrCdtTrf/CdtTrfTxInf"

_URGENT: Final = {
    f"{_TX}/PmtTpInf/InstrPrty": {"HIGH"},
    f"{_GROUP}/PmtTpInf/InstrPrty": {"HIGH"},
    f"{_TX}/PmtTpInf/SvcLvl/Cd": {"URGP"},
    f"{_GROUP}/PmtTpInf/SvcLvl/Cd": {"URGP"},
    f"{_TX}/SttlmPrty": {"URGT", "HIGH"},
}
"""Where a message says that it is urgent; any of them makes it settle gross."""

_PAYABLE: Final = Options(Profile.PAYABLE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A payment order and the SHA-256, in hex, of the very bytes it was read from."""

    order: PaymentOrder
    sha256: str


def decode(raw: bytes, *, cap_bytes: int = PAYMENT_CAP_BYTES) -> Decoded:
    """Read one payment, in or out of an envelope.

    Raises MessageRefused with everything that is wrong: unreadable (IN), schema (XS), the rules of what can be paid.
    No finding quotes a name, an account or any other personal value of the message.
    """
    business = unwrap(parse(raw, cap_bytes=cap_bytes), frozenset({MESSAGE}))
    errors = tuple(finding for finding in inspect(business, _PAYABLE) if finding.severity is Severity.ERROR)
    if errors:
        raise MessageRefused(f"the message breaks {len(errors)} rules of {MESSAGE}", findings=errors)
    return Decoded(_order(Reader(business.document, MESSAGE)), hashlib.sha256(raw).hexdigest())


def encode(
    order: PaymentOrder,
    *,
    message_id: str,
    creation_time: datetime,
    sender: str | None = None,
    receiver: str | None = None,
) -> bytes:
    """Write the order as an enveloped CBPR+ message from `sender` to `receiver`, by default the two parties' banks.

    Without a value date the message settles on the day of `creation_time`, which must know its UTC offset.
    Raises MessageRefused when a text is longer than its element, InvalidValue when XML cannot carry it.
    """
    assert creation_time.tzinfo is not None, "a message's time has a UTC offset"
    created = creation_time.isoformat(timespec="seconds")
    sender, receiver = sender or order.debtor.agent_bic, receiver or order.creditor.agent_bic
    header = {
        "Fr": {"FIId": _agent(sender)},
        "To": {"FIId": _agent(receiver)},
        "BizMsgIdr": message_id,
        "MsgDefIdr": MESSAGE,
        "BizSvc": "swift.cbprplus.03",
        "CreDt": created,
    }
    group = {"MsgId": message_id, "CreDtTm": created, "NbOfTxs": "1", "SttlmInf": {"SttlmMtd": "INDA"}}
    transaction = {
        "PmtId": {
            "InstrId": order.reference or message_id,
            "EndToEndId": order.end_to_end_id,
            "UETR": order.uetr,
        },
        "PmtTpInf": {"InstrPrty": "HIGH"} if order.method is SettlementMethod.GROSS else None,
        "IntrBkSttlmAmt": order.amount,
        "IntrBkSttlmDt": order.value_date or f"{creation_time:%Y-%m-%d}",
        "ChrgBr": "SHAR",
        "InstgAgt": _agent(sender),
        "InstdAgt": _agent(receiver),
        "Dbtr": _named(order.debtor),
        "DbtrAcct": _account(order.debtor.account),
        "DbtrAgt": _agent(order.debtor.agent_bic),
        "CdtrAgt": _agent(order.creditor.agent_bic),
        "Cdtr": _named(order.creditor),
        "CdtrAcct": _account(order.creditor.account),
        "RmtInf": {"Ustrd": order.remittance_info} if order.remittance_info else None,
    }
    document = {"FIToFICstmrCdtTrf": {"GrpHdr": group, "CdtTrfTxInf": transaction}}
    business = BusinessMessage(MESSAGE, element("Document", MESSAGE, document), element("AppHdr", HEADER, header))
    if findings := against_schema(business):
        raise MessageRefused("the order does not fit into a message", findings=findings)
    return envelope(business)


def _order(read: Reader) -> PaymentOrder:
    amount = read.elements(f"{_TX}/IntrBkSttlmAmt")[0]
    return PaymentOrder(
        amount=Money.parse((amount.text or "").strip(), amount.get("Ccy", "")),
        debtor=_party(read, "Dbtr", "InstgAgt"),
        creditor=_party(read, "Cdtr", "InstdAgt"),
        end_to_end_id=read.text(f"{_TX}/PmtId/EndToEndId"),
        uetr=Uetr.parse(read.text(f"{_TX}/PmtId/UETR")),
        method=_method(read),
        reference=read.text(f"{_TX}/PmtId/InstrId") or None,
        remittance_info=" ".join(read.texts(f"{_TX}/RmtInf/Ustrd")) or None,
        message_type=MESSAGE,
        message_id=read.text(f"{_GROUP}/MsgId"),
        value_date=read.text(f"{_TX}/IntrBkSttlmDt", f"{_GROUP}/IntrBkSttlmDt").strip(),
    )


def _method(read: Reader) -> SettlementMethod:
    urgent = any(not codes.isdisjoint(read.texts(path)) for path, codes in _URGENT.items())
    return SettlementMethod.GROSS if urgent else SettlementMethod.NET


def _party(read: Reader, name: str, messenger: str) -> Party:
    party = f"{_TX}/{name}"
    agents = (f"{_TX}/{name}Agt", f"{_TX}/{messenger}", f"{_GROUP}/{messenger}")
    return Party(
        # A party may be identified by its BIC alone; that is then the name that is screened.
        name=read.text(f"{party}/Nm", f"{party}/Id/OrgId/AnyBIC"),
        agent_bic=Bic.parse(read.text(*(f"{agent}/FinInstnId/BICFI" for agent in agents))),
        account=read.text(f"{party}Acct/Id/IBAN", f"{party}Acct/Id/Othr/Id") or None,
        country=read.text(f"{party}/PstlAdr/Ctry") or None,
        address=_address(read, f"{party}/PstlAdr"),
    )


def _address(read: Reader, path: str) -> str | None:
    """All lines and parts of the address but the country, in the order of the message."""
    parts = [part for found in read.elements(path) for part in found if not str(part.tag).endswith(("}Ctry", "}AdrTp"))]
    return ", ".join(part.text.strip() for part in parts if part.text and part.text.strip()) or None


def _agent(bic: str) -> dict[str, Any]:
    return {"FinInstnId": {"BICFI": bic}}


def _named(party: Party) -> dict[str, Any]:
    address = {"Ctry": party.country, "AdrLine": list(_address_lines(party.address or ""))}
    return {"Nm": party.name, "PstlAdr": address if party.country or party.address else None}


def _address_lines(address: str) -> Iterator[str]:
    """The address in lines of at most 70 characters, broken at its commas where that is possible."""
    line = ""
    for part in address.split(", "):
        if line and len(line) + 2 + len(part) > 70:
            yield line
            line = part
        else:
            line = f"{line}, {part}" if line else part
    if line:
        yield line


def _account(account: str | None) -> dict[str, Any] | None:
    if account is None:
        return None
    try:
        return {"Id": {"IBAN": Iban.parse(account)}}
    except InvalidValue:
        return {"Id": {"Othr": {"Id": account}}}
