"""The entries of a camt.052 or camt.053 as statement lines (field 61) and what is said to the account's owner (86)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schema.mt.fields.amounts import read_date
from schema.mt.fields.statements import read_entry
from schema.mt.message import Field
from schema.translate.statements.codes import BOOKED, MARKS, NO_REFERENCE, NOT_PROVIDED, TRANSFER, WHY_LOST, MarkRow
from schema.translate.statements.from_item import Item, day_of, leave, money, said_again
from schema.translate.statements.texts import LINES, REMITTANCE, WIDTH_86
from schema.translate.to_mt.lines import folded, plain, shortened
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import reference

_DETAILS_LENGTH: Final = 34
"""Characters of the second line of field 61."""
_TYPE: Final = re.compile(r"[NSF][A-Z0-9]{3}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What the lines of one MT can say: remarks in field 86, entries that are only expected."""

    remarks: bool
    expected: bool


CUSTOMER: Final = Kind(remarks=True, expected=False)
NOSTRO: Final = Kind(remarks=False, expected=False)
INTERIM: Final = Kind(remarks=True, expected=True)


class Lines:
    """All entries of one account."""

    def __init__(self, item: Item, kind: Kind) -> None:
        self._entries = item.at.nodes("Ntry")
        self._currency = item.currency
        self._kind = kind

    def fields(self) -> Iterator[Field]:
        """Field 61 of every entry that the MT can carry, each with its field 86."""
        for entry in self._entries:
            mark = _mark(entry)
            if mark is None:
                leave(entry, "field 61 has no mark for a reversal that is not booked")
            elif not (mark.is_booked or self._kind.expected):
                leave(entry, "a statement lists booked entries only")
            elif entry.node("Amt").attribute("Ccy") != self._currency:
                leave(entry, "field 61 knows no currency but the account's")
            else:
                yield from self._entry(entry, mark)

    def _entry(self, entry: Node, mark: MarkRow) -> Iterator[Field]:
        entry.take("CdtDbtInd", "RvslInd", "Sts")
        transaction = only_transaction(entry)
        value_date = day_of(entry, "ValDt") or day_of(transaction, "RltdDts/IntrBkSttlmDt") or day_of(entry, "BookgDt")
        if not value_date:
            entry.complain("ValDt", "a statement line has a value date")
            return
        booked = day_of(entry, "BookgDt")
        remark, details = self._remark(entry, transaction)
        reference = _reference(transaction, mark)
        amount = money(entry)[1]
        line = f"{value_date}{booked[2:]}{mark.mark}{amount}{_type(entry)}{reference}"
        if booked and amount and read_entry(line, self._currency).entry_date != read_date(booked):
            entry.node("BookgDt").note("field 61 tells the day and the month only, and means the nearest year")
        leave_references(entry, transaction, reference)
        yield Field("61", f"{line}\n{details}" if details else line)
        if remark:
            yield Field("86", remark)

    def _remark(self, entry: Node, transaction: Node) -> tuple[str, str]:
        """Field 86, and the second line of field 61: what is said of the transaction goes where it fits."""
        details = plain(transaction, "AddtlTxInf")
        if not self._kind.remarks:
            return "", shortened(transaction.node("AddtlTxInf"), _guarded(details), _DETAILS_LENGTH)
        remittance = " ".join(text for node in transaction.nodes("RmtInf/Ustrd") if (text := plain(node)))
        told = [plain(entry, "AddtlNtryInf"), f"{REMITTANCE}{remittance}" if remittance else ""]
        if len(details) > _DETAILS_LENGTH or details != _guarded(details):
            told, details = [details, *told], ""
        text = " ".join(part for part in told if part)
        return "\n".join(folded(entry, text, lines=LINES, width=WIDTH_86)), details


def _guarded(details: str) -> str:
    """A second line may not begin as a field or the end of the text does."""
    return f".{details[1:]}" if details.startswith((":", "-")) else details


def _mark(entry: Node) -> MarkRow | None:
    status = entry.peek("Sts/Cd") or entry.peek("Sts")
    is_reversal = entry.peek("RvslInd") in {"true", "1"}
    told = (entry.peek("CdtDbtInd"), is_reversal, status in {"", BOOKED})
    return next((row for row in MARKS if (row.indicator, row.is_reversal, row.is_booked) == told), None)


def only_transaction(entry: Node) -> Node:
    """The entry's one transaction; that of an entry that stands for several is none of them."""
    transactions = entry.nodes("NtryDtls/TxDtls")
    if len(transactions) == 1:
        only = transactions[0]
        for path in ("Amt", "CdtDbtInd"):
            said_again(only, path, entry.peek(path))
        return only
    for each in transactions:
        leave(each, "the entry stands for several transactions, and the MT tells of one movement")
    return entry.node("NtryDtls/TxDtls/Absent")


def _reference(transaction: Node, mark: MarkRow) -> str:
    """The account owner's reference: a credit is known by its end-to-end identification, a debit by its instruction."""
    path = "Refs/EndToEndId" if mark.indicator == "CRDT" else "Refs/InstrId"
    told = transaction.peek(path)
    written = reference(transaction, path)
    return NO_REFERENCE if not written or (written == NOT_PROVIDED and told != NOT_PROVIDED) else written


def _type(entry: Node) -> str:
    """The transaction type: a proprietary code in the form of MT's types is one, any other code is a transfer."""
    code = entry.peek("BkTxCd/Prtry/Cd")
    if _TYPE.fullmatch(code):
        entry.take("BkTxCd/Prtry/Cd")
        return code
    leave_bank_code(entry)
    return TRANSFER


def leave_bank_code(entry: Node) -> None:
    """The bank transaction code stays behind, unless it says nothing."""
    if entry.peek("BkTxCd/Prtry/Cd") == NOT_PROVIDED:
        entry.take("BkTxCd/Prtry")
    entry.lose(WHY_LOST["BkTxCd"], *(path for path in ("BkTxCd/Domn", "BkTxCd/Prtry") if not entry.node(path).is_read))


def leave_references(entry: Node, transaction: Node, told: str) -> None:
    """References other than the one that was told stay behind, and why is known."""
    entry.lose(WHY_LOST["AcctSvcrRef"], "AcctSvcrRef")
    for name in ("AcctSvcrRef", "UETR", "InstrId", "EndToEndId"):
        path = f"Refs/{name}"
        said_again(transaction, path, told)
        if not transaction.node(path).is_read:
            transaction.lose(WHY_LOST[name], path)
