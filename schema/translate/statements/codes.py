"""The tables of statements and notifications: which code of one world is which of the other.

Source: the field specifications of category 9 (SWIFT MT standards), ISO 20022's external code sets, and the public
translations of the CBPR+ use cases.
"""

from dataclasses import dataclass
from typing import Final

NOT_PROVIDED: Final = "NOTPROVIDED"
"""What both worlds write where something is required and nobody told it."""

NO_REFERENCE: Final = "NONREF"
"""What field 61 says instead of a reference."""


@dataclass(frozen=True, slots=True)
class Form:
    """The names of one ISO 20022 message that differ from those of its two sisters."""

    message: str
    root: str
    item: str
    pages: str
    remarks: str


REPORT: Final = Form("camt.052.001.08", "BkToCstmrAcctRpt", "Rpt", "RptPgntn", "AddtlRptInf")
STATEMENT: Final = Form("camt.053.001.08", "BkToCstmrStmt", "Stmt", "StmtPgntn", "AddtlStmtInf")
NOTIFICATION: Final = Form("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn", "NtfctnPgntn", "AddtlNtfctnInf")


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A balance: its field, its ISO code, whether it is intermediate, and what stands in where the code is absent."""

    tag: str
    code: str
    is_intermediate: bool = False
    stand_ins: tuple[str, ...] = ()


BALANCES: Final = (
    BalanceRow("60F", "OPBD", stand_ins=("PRCD",)),  # yesterday's closing balance is today's opening balance
    BalanceRow("60M", "OPBD", is_intermediate=True),
    BalanceRow("62F", "CLBD", stand_ins=("ITBD",)),  # a balance report is drawn up in the course of the day
    BalanceRow("62M", "CLBD", is_intermediate=True),
    BalanceRow("64", "CLAV", stand_ins=("ITAV",)),
    BalanceRow("65", "FWAV"),
)

INTERMEDIATE: Final = "INTM"
"""The balance subtype of a page that is not the first, or not the last (ExternalBalanceSubType1Code)."""


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark of field 61: which way the money goes, whether it reverses an earlier entry, and whether it is booked.

    A reversal of a credit (RC) is a debit: ISO 20022 tells the way of the entry itself, not of the one it reverses.
    """

    mark: str
    indicator: str
    is_reversal: bool = False
    is_booked: bool = True


MARKS: Final = (
    MarkRow("C", "CRDT"),
    MarkRow("D", "DBIT"),
    MarkRow("RC", "DBIT", is_reversal=True),
    MarkRow("RD", "CRDT", is_reversal=True),
    MarkRow("EC", "CRDT", is_booked=False),
    MarkRow("ED", "DBIT", is_booked=False),
)

BOOKED: Final = "BOOK"
EXPECTED: Final = "PDNG"
"""Entry statuses (ExternalEntryStatus1Code); whatever is not booked, MT calls expected."""

TRANSFER: Final = "NTRF"
"""The transaction type of field 61 that stands for every bank transaction code."""

ONE_REFERENCE: Final = "the MT has room for one reference"
WHY_LOST: Final = {
    "UETR": "no UETR travels in the header of statements and confirmations",
    "AcctSvcrRef": "the MT is given the account owner's reference only, as in the public translations of the CBPR+ use cases",
    "BkTxCd": "bank transaction codes have no agreed counterpart; field 61 says NTRF",
    "EndToEndId": ONE_REFERENCE,
    "InstrId": ONE_REFERENCE,
}
"""Why an element stayed behind, by its name; for any other the MT simply has no place."""
