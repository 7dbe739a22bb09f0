"""MT940 and MT950 as camt.053, MT941 and MT942 as camt.052."""

import re
from datetime import datetime
from typing import Any, Final

from schema.iso20022.writer import Amount
from schema.mt.message import Field, MtMessage
from schema.translate.result import MxTranslation
from schema.translate.statements.codes import BOOKED, EXPECTED, REPORT, STATEMENT, TRANSFER, Form
from schema.translate.statements.given import Given, read, unreadable
from schema.translate.statements.line import StatementLine
from schema.translate.statements.mx import (
    NO_CODE,
    Content,
    account,
    balances,
    finish,
)
from schema.translate.statements.texts import WIDTH_86, joined, told
from schema.translate.statements.values import iso_moment, mx_amount

_NUMBERS: Final = re.compile(r"([0-9]{1,5})(?:/([0-9]{1,5}))?")
_SUM: Final = re.compile(r"([0-9]{1,5})[A-Z]{3}([0-9]+,[0-9]*)")
_FLOOR: Final = re.compile(r"[A-Z]{3}([CD])?([0-9]+,[0-9]*)")
_LONGEST: Final = 35
"""Characters of a reference in ISO 20022."""
_LONGEST_REMARK: Final = 500


def to_camt053(message: MtMessage, created: datetime) -> MxTranslation:
    """A statement of booked entries, MT940 or MT950. Raises MessageRefused (TR-02, TR-03), InvalidValue."""
    given = Given(message)
    bodies = _balances_required(given)
    return finish(given, STATEMENT, created, _item(given, STATEMENT, bodies, bodies[0]["Amt"].currency))


def to_camt052(message: MtMessage, created: datetime) -> MxTranslation:
    """An interim report, MT942 or MT941. Raises MessageRefused (TR-02, TR-03), InvalidValue."""
    given = Given(message)
    bodies = balances(given)
    floors = given.every("34F")
    currency = _currency(given, floors, bodies)
    for field in floors:
        _floor_limit(given, field)
    return finish(given, REPORT, created, _item(given, REPORT, bodies, currency))


def _balances_required(given: Given) -> list[Any]:
    for tags in (("60F", "60M"), ("62F", "62M")):
        if given.message.first(*tags) is None:
            given.need(*tags)
    return balances(given)


def _item(given: Given, form: Form, bodies: list[Any], currency: str) -> Content:
    sequence, pages = _pages(given)
    entries, remarks = _entries(given, currency)
    moment = given.take("13D")
    return {
        "Id": given.need("20").value.strip(),
        form.pages: pages,
        **sequence,
        "CreDtTm": read(moment, iso_moment) if moment else None,
        "Acct": account(given, currency),
        "Bal": bodies,
        "TxsSummry": _summary(given),
        "Ntry": entries,
        form.remarks: remarks or None,
    }


def _pages(given: Given) -> tuple[Content, Content]:
    """The numbers of field 28C and the page: one that neither begins nor ends in the middle is the only one."""
    field = given.take("28C", "28")
    match = _NUMBERS.fullmatch(field.value.strip()) if field else None
    if field is not None and match is None:
        raise unreadable(field, "a statement has a number of five digits, and a sequence number after a slash")
    number, sequence = (str(int(group)) if group else None for group in match.groups()) if match else (None, None)
    begins, ends = given.message.first("60M") is None, given.message.first("62M") is None
    page = "1" if begins and ends else sequence or "1"
    return {"ElctrncSeqNb": sequence, "LglSeqNb": number}, {"PgNb": page, "LastPgInd": "true" if ends else "false"}


def _currency(given: Given, floors: list[Field], bodies: list[Any]) -> str:
    """The account's currency, which an interim report tells by its floor limit or its balances."""
    if bodies:
        currency: str = bodies[0]["Amt"].currency
        return currency
    field = floors[0] if floors else given.message.first("90D", "90C") or given.need("34F")
    match = re.search(r"[A-Z]{3}", field.value)
    if match is None:
        raise unreadable(field, "there is no currency")
    return match[0]


def _floor_limit(given: Given, field: Field) -> None:
    match = _FLOOR.fullmatch(field.value.strip())
    if match is None:
        raise unreadable(field, "a floor limit is currency, mark and amount")
    if read(field, mx_amount, match[2]).strip("0."):
        given.lose("34F", "a report does not tell from which amount on it lists entries")


def _summary(given: Given) -> Content | None:
    totals = {name: given.take(tag) for tag, name in (("90C", "TtlCdtNtries"), ("90D", "TtlDbtNtries"))}
    summary = {name: _total(field) for name, field in totals.items() if field}
    return summary or None


def _total(field: Field) -> Content:
    match = _SUM.fullmatch(field.value.strip())
    if match is None:
        raise unreadable(field, "a sum is a number of entries, currency and amount")
    return {"NbOfNtries": str(int(match[1])), "Sum": read(field, mx_amount, match[2])}


def _entries(given: Given, currency: str) -> tuple[list[Content], str]:
    """Every statement line with the field 86 that follows it, and what the last field 86 says of the whole."""
    entries: list[Content] = []
    remarks: list[str] = []
    pending: Field | None = None
    for field in (*given.message.fields, None):
        if pending is not None:
            of_entry = field if field is not None and field.tag == "86" else None
            entries.append(_entry(given, pending, of_entry, currency))
        elif field is not None and field.tag == "86":
            remarks.append(joined(field.lines, WIDTH_86))
        pending = field if field is not None and field.tag == "61" else None
    given.every("61", "86")
    whole = " ".join(remarks)
    if len(whole) > _LONGEST_REMARK:
        given.lose("86", f"remarks on the whole have at most {_LONGEST_REMARK} characters")
    return entries, whole[:_LONGEST_REMARK]


def _entry(given: Given, field: Field, remark: Field | None, currency: str) -> Content:
    line = read(field, StatementLine.parse)
    _note_losses(given, line, currency)
    amount = Amount(mx_amount(line.amount), currency)
    says, remittance = told(joined(remark.lines, WIDTH_86)) if remark else ("", [])
    transaction = {
        "Refs": {"EndToEndId": line.reference[:_LONGEST]},
        "Amt": amount,
        "CdtDbtInd": line.mark.indicator,
        "RmtInf": {"Ustrd": remittance} if remittance else None,
        "AddtlTxInf": line.details or None,
    }
    return {
        "Amt": amount,
        "CdtDbtInd": line.mark.indicator,
        "RvslInd": "true" if line.mark.is_reversal else None,
        "Sts": {"Cd": BOOKED if line.mark.is_booked else EXPECTED},
        "BookgDt": {"Dt": line.entry_date.isoformat()} if line.entry_date else None,
        "ValDt": {"Dt": line.value_date.isoformat()},
        "AcctSvcrRef": line.bank_reference[:_LONGEST] or None,
        "BkTxCd": NO_CODE,
        "NtryDtls": {"TxDtls": transaction},
        "AddtlNtryInf": says or None,
    }


def _note_losses(given: Given, line: StatementLine, currency: str) -> None:
    if line.type != TRANSFER:
        given.lose("61", "transaction types have no agreed bank transaction code; NOTPROVIDED stands for them")
    if line.funds and line.funds != currency[2]:
        given.lose("61", "the funds code is not of the account's currency")
    if max(len(line.reference), len(line.bank_reference)) > _LONGEST:
        given.lose("61", "a reference has at most 35 characters")
