"""pacs.008.001.08, the customer credit transfer between banks: read into a payment order and written from one.

What is asked beyond the schema are the essentials of CBPR+ without which nothing could be paid: one transaction, a
UETR, a date, an amount the currency allows, two banks, two names. Rule names are those of the rule catalogue.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Finding
from domain.ids import Bic, Iban, Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from domain.reason import Reason
from schema.iso20022.check import check
from schema.iso20022.envelope import HEADER, BusinessMessage, unwrap
from schema.iso20022.reader import Reader
from schema.iso20022.safe_xml import PAYMENT_CAP_BYTES, parse
from schema.iso20022.writer import element, envelope

MESSAGE: Final = "pacs.008.001.08"

_GROUP: Final = "FIToFICstmrCdtTrf/GrpHdr"
_TX: Final = "FIToFICstmrCdtTrf/CdtTrfTxInf"
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

_URGENT: Final = {
    f"{_TX}/PmtTpInf/InstrPrty": {"HIGH"},
    f"{_GROUP}/PmtTpInf/InstrPrty": {"HIGH"},
    f"{_TX}/PmtTpInf/SvcLvl/Cd": {"URGP"},
    f"{_GROUP}/PmtTpInf/SvcLvl/Cd": {"URGP"},
    f"{_TX}/SttlmPrty": {"URGT", "HIGH"},
}
"""Where a message says that it is urgent; any of them makes it settle gross."""

_AMOUNT_RULES: Final = {Reason.AM03: "AM-02", Reason.AM09: "AM-04", Reason.AM02: "AM-05", Reason.FF01: "AM-06"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A payment order and the SHA-256, in hex, of the very bytes it was read from."""

    order: PaymentOrder
    sha256: str


@dataclass(frozen=True, slots=True)
class _Side:
    """What the message calls one end of the payment, and how its faults are reported."""

    party: str
    agent: str
    messenger: str
    words: str
    name_reason: Reason
    agent_reason: Reason


_DEBTOR: Final = _Side("Dbtr", "DbtrAgt", "InstgAgt", "debtor", Reason.RR02, Reason.RC03)
_CREDITOR: Final = _Side("Cdtr", "CdtrAgt", "InstdAgt", "creditor", Reason.RR03, Reason.RC04)


def decode(raw: bytes, *, cap_bytes: int = PAYMENT_CAP_BYTES) -> Decoded:
    """Read one payment, in or out of an envelope.

    Raises MessageRefused with everything that is wrong: unreadable (IN), schema (XS), rules (BH, GH, TX, AM, DT, AG,
    PA, AC). No finding quotes a name, an account or any other value of the message.
    """
    business = unwrap(parse(raw, cap_bytes=cap_bytes), frozenset({MESSAGE}))
    broken = _schema_findings(business)
    read = Reader(business.document, MESSAGE)
    order = _order(read)
    findings = _merged(broken, [*_header_findings(business), *read.findings])
    if findings or order is None:
        raise MessageRefused(f"the message breaks {len(findings)} rules of {MESSAGE}", findings=findings)
    return Decoded(order, hashlib.sha256(raw).hexdigest())


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
    if findings := _schema_findings(business):
        raise MessageRefused("the order does not fit into a message", findings=findings)
    return envelope(business)


def _schema_findings(business: BusinessMessage) -> tuple[Finding, ...]:
    header = () if business.header is None else check(business.header, HEADER)
    return (*header, *check(business.document, business.message))


def _merged(broken: tuple[Finding, ...], others: list[Finding]) -> tuple[Finding, ...]:
    """Both, less what a rule says of a place where the schema has spoken already."""
    spoken = {finding.path.partition("/@")[0] for finding in broken}
    return (*broken, *(finding for finding in others if finding.path not in spoken))


def _header_findings(business: BusinessMessage) -> Iterator[Finding]:
    if business.header is None:
        return
    header = Reader(business.header, HEADER)
    if header.text("MsgDefIdr") not in {"", business.message}:
        header.report("BH-03", Reason.FF01, "the header names another message than the Document is", "MsgDefIdr")
    yield from header.findings


def _order(read: Reader) -> PaymentOrder | None:
    """The order, or None when something that it cannot do without is reported."""
    transactions = len(read.elements(_TX))
    if transactions > 1:
        read.report("TX-01", Reason.FF01, "a message carries exactly one transaction", _TX, nth=1)
    if transactions != 1:
        return None
    if read.text(f"{_GROUP}/NbOfTxs") != "1":
        read.report("GH-03", Reason.FF01, "the number of transactions is not 1", f"{_GROUP}/NbOfTxs")
    uetr, amount = _uetr(read), _amount(read)
    debtor, creditor = _party(read, _DEBTOR), _party(read, _CREDITOR)
    end_to_end_id = read.required(
        "TX-03", Reason.FF01, "the end-to-end id is empty; unknown reads NOTPROVIDED", f"{_TX}/PmtId/EndToEndId"
    )
    value_date = _value_date(read)
    if uetr is None or amount is None or debtor is None or creditor is None:
        return None
    return PaymentOrder(
        amount=amount,
        debtor=debtor,
        creditor=creditor,
        end_to_end_id=end_to_end_id,
        uetr=uetr,
        method=_method(read),
        reference=read.text(f"{_TX}/PmtId/InstrId") or None,
        remittance_info=" ".join(read.texts(f"{_TX}/RmtInf/Ustrd")) or None,
        message_type=MESSAGE,
        message_id=read.text(f"{_GROUP}/MsgId"),
        value_date=value_date,
    )


def _uetr(read: Reader) -> Uetr | None:
    path = f"{_TX}/PmtId/UETR"
    return read.parsed("TX-04", Uetr.parse, read.required("TX-04", Reason.FF01, "the UETR is missing", path), path)


def _amount(read: Reader) -> Money | None:
    path = f"{_TX}/IntrBkSttlmAmt"
    found = read.elements(path)
    if not found:
        return None  # mandatory in the schema, which has said so
    try:
        amount = Money.parse(read.text(path).strip(), found[0].get("Ccy", ""))
    except InvalidValue as wrong:
        read.report(_AMOUNT_RULES.get(wrong.reason, "AM-06"), wrong.reason, wrong.message, path)
        return None
    if not amount.minor:
        read.report("AM-01", Reason.AM01, "the amount is zero", path)
    return amount


def _value_date(read: Reader) -> str:
    paths = (f"{_TX}/IntrBkSttlmDt", f"{_GROUP}/IntrBkSttlmDt")
    date = read.required("DT-01", Reason.DT01, "the settlement date is missing", *paths)
    if date and not _DATE.fullmatch(date):
        where = next(path for path in paths if read.text(path))
        read.report("DT-02", Reason.DT01, "a settlement date is written YYYY-MM-DD, without a time zone", where)
    return date


def _method(read: Reader) -> SettlementMethod:
    urgent = any(not codes.isdisjoint(read.texts(path)) for path, codes in _URGENT.items())
    return SettlementMethod.GROSS if urgent else SettlementMethod.NET


def _party(read: Reader, side: _Side) -> Party | None:
    party = f"{_TX}/{side.party}"
    # A party may be identified by its BIC alone; that is then the name that is screened.
    name = read.required(
        "PA-01", side.name_reason, f"the {side.words} has no name", f"{party}/Nm", f"{party}/Id/OrgId/AnyBIC"
    )
    agents = [f"{at}/FinInstnId/BICFI" for at in (f"{_TX}/{side.agent}", f"{_TX}/{side.messenger}")]
    agents.append(f"{_GROUP}/{side.messenger}/FinInstnId/BICFI")
    bic = read.required("AG-02", side.agent_reason, f"the {side.words}'s bank has no BIC", *agents)
    agent = read.parsed("AG-06", Bic.parse, bic, *agents)
    if not name or agent is None:
        return None
    return Party(
        name=name,
        agent_bic=agent,
        account=_account_id(read, f"{_TX}/{side.party}Acct/Id"),
        country=read.text(f"{party}/PstlAdr/Ctry") or None,
        address=_address(read, f"{party}/PstlAdr"),
    )


def _account_id(read: Reader, path: str) -> str | None:
    iban = read.text(f"{path}/IBAN")
    if iban:
        return read.parsed("AC-01", Iban.parse, iban, f"{path}/IBAN")
    return read.text(f"{path}/Othr/Id") or None


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
