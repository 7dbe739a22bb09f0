"""MT940 and MT950 as camt.053, MT941 and MT942 as camt.052."""

from datetime import datetime
from typing import Final

from schema.mt.fields.amounts import read_entry_sum, read_floor_limit
from schema.mt.fields.codes import read_moment, read_statement_number
from schema.mt.fields.statements import read_entry
from schema.mt.folding import unfold
from schema.mt.message import Field, MtMessage
from schema.translate.result import MxTranslation
from schema.translate.statements.codes import BOOKED, EXPECTED, MARKS, NO_REFERENCE, REPORT, STATEMENT, TRANSFER, Form
from schema.translate.statements.texts import WIDTH_86, told
from schema.translate.statements.to_item import NO_CODE, account, balances, currency_of, finish, shortened
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.refusal import read
from schema.translate.to_mx.values import written

_BOOKED: Final = (("60F", "60M"), ("62F", "62M"))
"""The balances that a statement begins and ends with, of the whole or of a page."""
_LONGEST_REMARK: Final = 500
_MARKS: Final = {row.mark: row for row in MARKS}
_SUMS: Final = (("90C", "TtlCdtNtries"), ("90D", "TtlDbtNtries"))


def to_camt053(message: MtMessage, created: datetime) -> MxTranslation:
    """A statement of booked entries, MT940 or MT950. Raises MessageRefused (TR-02, TR-03), InvalidValue."""
    draft = Draft(message, created, STATEMENT.message)
    draft.need("20", "25", *(tags[0] for tags in _BOOKED if message.first(*tags) is None))
    return _translated(draft, STATEMENT)


def to_camt052(message: MtMessage, created: datetime) -> MxTranslation:
    """An interim report, MT942 or MT941. Raises MessageRefused (TR-02, TR-03), InvalidValue."""
    draft = Draft(message, created, REPORT.message)
    draft.need("20", "25", "62F" if message.mt_type == "941" else "34F")
    return _translated(draft, REPORT)


def _translated(draft: Draft, form: Form) -> MxTranslation:
    # The account's currency stands in its balances, and in a report without balances in the floor limit.
    tells_currency = draft.message.first("60F", "60M", "62F", "62M", "34F")
    assert tells_currency is not None, "somebody asked for it"
    currency = currency_of(tells_currency)
    numbers, pages = _numbers(draft)
    entries, remark = _entries(draft, currency)
    _leave_floor_limits(draft)
    moment = draft.fields.take("13D")
    item = {
        "Id": draft.required("20").value.strip(),
        form.pages: pages,
        **numbers,
        "CreDtTm": read(moment, read_moment).isoformat() if moment else None,
        "Acct": account(draft, currency),
        "Bal": balances(draft),
        "TxsSummry": {name: _total(field) for tag, name in _SUMS if (field := draft.fields.take(tag))},
        "Ntry": entries,
        form.remarks: remark,
    }
    return finish(draft, form, item, request=draft.fields.take("21"))


def _numbers(draft: Draft) -> tuple[Content, Content]:
    """Field 28C, and the page: a statement that neither begins nor ends in the middle is all on one page."""
    field = draft.fields.take("28C", "28")
    told = read(field, read_statement_number) if field else None
    number, sequence = (told.number, told.page) if told else (None, None)
    begins, ends = draft.message.first("60M") is None, draft.message.first("62M") is None
    page = 1 if begins and ends else sequence or 1
    return (
        {"ElctrncSeqNb": _text(sequence), "LglSeqNb": _text(number)},
        {"PgNb": str(page), "LastPgInd": "true" if ends else "false"},
    )


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _leave_floor_limits(draft: Draft) -> None:
    for field in draft.fields.take_all("34F"):
        if read(field, read_floor_limit).money.minor:
            draft.lose("34F", "a report does not tell from which amount on it lists entries")


def _total(field: Field) -> Content:
    total = read(field, read_entry_sum)
    return {"NbOfNtries": str(total.count), "Sum": written(total.money).text}


def _entries(draft: Draft, currency: str) -> tuple[list[Content], str | None]:
    """Every statement line with the field 86 that follows it, and what the last field 86 says of the whole."""
    entries: list[Content] = []
    remarks: list[str] = []
    waiting: Field | None = None
    for field in (*draft.message.fields, None):
        is_remark = field is not None and field.tag == "86"
        if waiting is not None:
            entries.append(_entry(draft, waiting, field if is_remark else None, currency))
        elif field is not None and is_remark:
            remarks.append(unfold(field.lines, WIDTH_86))
        waiting = field if field is not None and field.tag == "61" else None
    draft.fields.take_all("61", "86")
    return entries, draft.cut(" ".join(remarks), _LONGEST_REMARK, "86") or None


def _entry(draft: Draft, field: Field, remark: Field | None, currency: str) -> Content:
    line = read(field, lambda text: read_entry(text, currency))
    if line.kind != TRANSFER:
        draft.lose("61", "transaction types have no agreed bank transaction code; NOTPROVIDED stands for them")
    if line.funds_code and line.funds_code != currency[2]:
        draft.lose("61", "the funds code is not of the account's currency")
    mark, amount = _MARKS[line.mark], written(line.money)
    says, remittance = told(unfold(remark.lines, WIDTH_86)) if remark else ("", [])
    transaction = {
        "Refs": {"EndToEndId": shortened(draft, line.reference, "61") or NO_REFERENCE},
        "Amt": amount,
        "CdtDbtInd": mark.indicator,
        "RmtInf": {"Ustrd": remittance},
        "AddtlTxInf": " ".join(line.details) or None,
    }
    return {
        "Amt": amount,
        "CdtDbtInd": mark.indicator,
        "RvslInd": "true" if mark.is_reversal else None,
        "Sts": {"Cd": BOOKED if mark.is_booked else EXPECTED},
        "BookgDt": {"Dt": line.entry_date.isoformat() if line.entry_date else None},
        "ValDt": {"Dt": line.value_date.isoformat()},
        "AcctSvcrRef": shortened(draft, line.bank_reference or "", "61"),
        "BkTxCd": NO_CODE,
        "NtryDtls": {"TxDtls": transaction},
        "AddtlNtryInf": says or None,
    }
