"""The parts of a camt message that all three translations into ISO 20022 share."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from domain.errors import InvalidValue
from schema.iso20022.check import check
from schema.iso20022.envelope import HEADER, BusinessMessage
from schema.iso20022.writer import Amount, element
from schema.mt.message import Field, MtMessage
from schema.translate.result import MxTranslation
from schema.translate.statements.codes import BALANCES, INTERMEDIATE, NOT_PROVIDED, BalanceRow, Form
from schema.translate.statements.given import Given, read, unreadable
from schema.translate.statements.refusal import refused
from schema.translate.statements.values import iso_date, mx_amount

SERVICE: Final = "swift.cbprplus.03"
NO_CODE: Final = {"Prtry": {"Cd": NOT_PROVIDED, "Issr": NOT_PROVIDED}}
"""The bank transaction code of an entry whose kind has no code that both worlds agree on."""

Content = Mapping[str, Any]

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}")
_BALANCE: Final = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]+,[0-9]*)")
_OTHER_LENGTH: Final = 34


def finish(given: Given, form: Form, created: datetime, item: Content) -> MxTranslation:
    """The message around its one item. Raises MessageRefused (TR-03) rather than give what breaks the schema."""
    name, sent = form.message, _sent(given.message, created)
    identification = item["Id"]
    header = element("AppHdr", HEADER, _header(given.message, name, identification, sent))
    query = given.take("21") if form.item != "Ntfctn" else None
    group = {
        "MsgId": identification,
        "CreDtTm": sent,
        "OrgnlBizQry": {"MsgId": query.value} if query else None,
    }
    document = element("Document", name, {form.root: {"GrpHdr": group, form.item: item}})
    for part, of in ((header, HEADER), (document, name)):
        if findings := check(part, of):
            where = ", ".join(dict.fromkeys(finding.path for finding in findings[:3]))
            raise refused(f"this MT says something that {of} does not allow at {where}", rule="TR-03")
    return MxTranslation(BusinessMessage(name, document, header), given.lost(name[:8]))


def _header(message: MtMessage, name: str, identification: str, sent: str) -> Content:
    return {
        "Fr": _bank(message.sender),
        "To": _bank(message.receiver),
        "BizMsgIdr": identification,
        "MsgDefIdr": name,
        "BizSvc": SERVICE,
        "CreDt": sent,
        "PssblDplct": "true" if any(tag == "PDE" for tag, _ in message.trailer) else None,
    }


def _bank(bic: str) -> Content:
    return {"FIId": {"FinInstnId": {"BICFI": bic}}}


def _sent(message: MtMessage, created: datetime) -> str:
    """When the message was sent, as its header tells (in UTC), or else when it was translated."""
    try:
        at = datetime.strptime(message.sent_at or "", "%y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        at = created
    return at.isoformat(timespec="seconds")


def account(given: Given, currency: str, *, scheme: str | None = None) -> Content:
    """Field 25 or 25P: an account that is written as an IBAN is one; the owner's bank is told by option P."""
    field = given.need("25", "25P")
    number, _, owner = field.value.partition("\n")
    number = number.strip().removeprefix("/")
    if not number:
        raise unreadable(field, "there is no account")
    if owner and field.tag == "25":
        given.lose("25", "an account is one line")
    return {
        "Id": account_id(number, scheme=scheme),
        "Ccy": currency,
        "Ownr": {"Id": {"OrgId": {"AnyBIC": owner.strip()}}} if field.tag == "25P" and owner.strip() else None,
    }


def account_id(number: str, *, scheme: str | None = None) -> Content:
    """An account by its IBAN, or by any other number and the scheme that it is of."""
    if _IBAN.fullmatch(number):
        return {"IBAN": number}
    return {"Othr": {"Id": number[:_OTHER_LENGTH], "SchmeNm": {"Cd": scheme} if scheme else None}}


def currency_and_amount(text: str) -> Amount:
    """An amount after its currency: "EUR1000,". Raises InvalidValue."""
    if not re.match(r"[A-Z]{3}", text):
        raise InvalidValue("a currency of three letters stands before the amount")
    return Amount(mx_amount(text[3:]), text[:3])


def balances(given: Given) -> list[Content]:
    """Every balance, in the order of the table, whichever order the message has them in."""
    return [_balance(field, row) for row in BALANCES for field in given.every(row.tag)]


def _balance(field: Field, row: BalanceRow) -> Content:
    match = _BALANCE.fullmatch(field.value.strip())
    if match is None:
        raise unreadable(field, "a balance is mark, date, currency and amount")
    amount = read(field, mx_amount, match[4])
    return {
        "Tp": {
            "CdOrPrtry": {"Cd": row.code},
            "SubTp": {"Cd": INTERMEDIATE} if row.is_intermediate else None,
        },
        "Amt": Amount(amount, match[3]),
        "CdtDbtInd": "CRDT" if match[1] == "C" else "DBIT",
        "Dt": {"Dt": read(field, iso_date, match[2]).isoformat()},
    }
