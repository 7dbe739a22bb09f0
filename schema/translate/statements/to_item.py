"""What the statement, the report and the notification of ISO 20022 have in common on their way from MT."""

import re
from typing import Final

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.check import check
from schema.iso20022.envelope import HEADER
from schema.mt.fields.statements import read_balance
from schema.mt.message import Field
from schema.translate.result import MxTranslation
from schema.translate.statements.codes import BALANCES, INTERMEDIATE, NOT_PROVIDED, BalanceRow, Form
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.refusal import read, unreadable
from schema.translate.to_mx.values import written

NO_CODE: Final[Content] = {"Prtry": {"Cd": NOT_PROVIDED, "Issr": NOT_PROVIDED}}
"""The bank transaction code of an entry whose kind has no code that both worlds agree on."""
LONGEST_REFERENCE: Final = 35

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}")
_OTHER_LENGTH: Final = 34


def finish(draft: Draft, form: Form, item: Content, *, request: Field | None = None) -> MxTranslation:
    """The message around its one item. Raises MessageRefused (TR-03) rather than give what breaks the schema."""
    group = {
        "MsgId": item["Id"],
        "CreDtTm": draft.moment,
        "OrgnlBizQry": {"MsgId": request.value} if request else None,
    }
    translation = draft.finish({form.root: {"GrpHdr": group, form.item: item}}, reference=item["Id"])
    message = translation.message
    assert message.header is not None
    findings = (*check(message.header, HEADER), *check(message.document, form.message))
    if findings:
        refused = tuple(Finding(each.path, "TR-03", each.message, Reason.FF01) for each in findings)
        raise MessageRefused("the MT says something that ISO 20022 does not allow", findings=refused)
    return translation


def account(draft: Draft, currency: str, *, scheme: str | None = None) -> Content:
    """Field 25 or 25P: an account that is written as an IBAN is one; option P tells the owner's bank as well."""
    field = draft.required("25")
    number, *more = (line.strip() for line in field.lines)
    owner = more.pop(0) if more and field.option == "P" else None
    if more:
        draft.lose(field.tag, "an account is one line")
    number = draft.cut(number.removeprefix("/"), _OTHER_LENGTH, field.tag)
    is_iban = _IBAN.fullmatch(number)
    return {
        "Id": {"IBAN": number} if is_iban else {"Othr": {"Id": number, "SchmeNm": {"Cd": scheme}}},
        "Ccy": currency,
        "Ownr": {"Id": {"OrgId": {"AnyBIC": owner}}},
    }


def balances(draft: Draft) -> list[Content]:
    """Every balance, in the order of the table, whichever order the message has them in."""
    return [_balance(field, row) for row in BALANCES for field in draft.fields.take_all(row.tag)]


def _balance(field: Field, row: BalanceRow) -> Content:
    balance = read(field, read_balance)
    return {
        "Tp": {"CdOrPrtry": {"Cd": row.code}, "SubTp": {"Cd": INTERMEDIATE if row.is_intermediate else None}},
        "Amt": written(balance.money),
        "CdtDbtInd": "CRDT" if balance.mark == "C" else "DBIT",
        "Dt": {"Dt": balance.on.isoformat()},
    }


def currency_of(field: Field) -> str:
    """The currency that a field names, wherever it stands."""
    match = re.search(r"[A-Z]{3}", field.value)
    if match is None:
        unreadable(field, "expected a currency")
    return match[0]


def shortened(draft: Draft, text: str, source: str) -> str | None:
    """A reference as long as ISO 20022 takes it; None when there is none."""
    return draft.cut(text, LONGEST_REFERENCE, source) or None
