"""ST: statements, reports and notifications of an account, camt.053, camt.052 and camt.054, as a whole."""

import re
from typing import Any, Final

from domain.reason import Reason
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.entries import DIALECT, TRUE, added_up, amount_total, is_reversal, status_of
from schema.iso20022.rules.presence import requires
from schema.iso20022.rules.rule import INCOMPLETE, Table, Wrong
from schema.iso20022.rules.texts import WITH_OFFSET, decimal
from schema.iso20022.shape import CURRENCY, Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("camt.052", "camt.053", "camt.054"))

_STATEMENT: Final[dict[str, Any]] = {"messages": ("camt.053",)}
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)
_INTERIM: Final = "ITBD"
"""Of a statement in several pages: where one page ends and the next begins."""


@RULES.content(
    "ST-01",
    "opening balance and booked entries make the closing balance, exactly",
    Reason.AM09,
    on="Stmt",
    needs=("Bal",),
    **_STATEMENT,
    **DIALECT,
)
def misadded(statement: Part) -> Wrong:
    """A reversal keeps the direction it is told with. Pages of one statement cannot be added up one by one."""
    opening, closing = _balance(statement, _OPENING), _balance(statement, _CLOSING)
    if opening is None or closing is None or not _whole(statement):
        return
    entries = statement.parts("Ntry")
    told = statement.text("TxsSummry/TtlNtries/NbOfNtries").strip().lstrip("0")
    if not entries and told:
        return  # a statement of balances and totals alone
    if opening.text(f"Amt/{CURRENCY}") != closing.text(f"Amt/{CURRENCY}"):
        return
    statuses = [status_of(entry) for entry in entries]
    booked = [entry for entry, status in zip(entries, statuses, strict=True) if status == "BOOK"]
    if "" not in statuses and added_up([opening, *booked]) not in {None, added_up([closing])}:
        yield from closing.parts("Amt")


@RULES.content(
    "ST-01", "a statement tells where it begins and ends", Reason.FF01, on="Stmt", setting=INCOMPLETE, **_STATEMENT
)
def without_balances(statement: Part) -> Wrong:
    """By an opening and a closing balance, or by those between its pages."""
    told = set(statement.texts("Bal/Tp/CdOrPrtry/Cd"))
    if not told & {*_OPENING, _INTERIM} or not told & {*_CLOSING, _INTERIM}:
        yield "Bal"


requires(
    RULES,
    "ST-02",
    "a statement tells its page and whether it is the last",
    on="BkToCstmrStmt/Stmt",
    paths=("StmtPgntn",),
    **_STATEMENT,
)
requires(
    RULES,
    "ST-02",
    "a report tells its page and whether it is the last",
    on="BkToCstmrAcctRpt/Rpt",
    paths=("RptPgntn",),
    messages=("camt.052",),
)
RULES.value("ST-02", "pages are counted from 1", Reason.FF01, on="PgNb")(re.compile(r"\s*0*[1-9][0-9]*\s*").fullmatch)

RULES.value("GH-02", "a time of a statement has a UTC offset", Reason.DT01, on="CreDtTm")(WITH_OFFSET.fullmatch)

RULES.elsewhere(
    "ST-06",
    "a statement opens with what the one before it closed with, and none is left out",
    Reason.AM09,
    where="statements and notifications that are written",
    **_STATEMENT,
)


@RULES.content(
    "ST-07",
    "the totals are those of the entries",
    Reason.AM09,
    on=("Stmt", "Rpt", "Ntfctn"),
    needs=("TxsSummry",),
    **DIALECT,
)
def missummed(statement: Part) -> Wrong:
    """Of all entries or of the booked ones; reversals are counted on either side, and pages not at all."""
    entries = statement.parts("Ntry")
    if not entries or not _whole(statement):
        return
    booked = [entry for entry in entries if status_of(entry) == "BOOK"]
    sides: list[tuple[str, tuple[str, ...]]] = [("TtlNtries", ("CRDT", "DBIT"))]
    if not any(map(is_reversal, entries)):
        sides += [("TtlCdtNtries", ("CRDT",)), ("TtlDbtNtries", ("DBIT",))]
    for name, directions in sides:
        counted = [[entry for entry in some if entry.text("CdtDbtInd") in directions] for some in (entries, booked)]
        for total in statement.parts(f"TxsSummry/{name}"):
            number, amount = total.text("NbOfNtries").strip(), decimal(total.text("Sum"))
            if number and (number.lstrip("0") or "0") not in {str(len(some)) for some in counted}:
                yield from total.parts("NbOfNtries")
            if amount is not None and amount not in {amount_total(some) for some in counted} | {None}:
                yield from total.parts("Sum")


def _balance(statement: Part, kinds: tuple[str, ...]) -> Part | None:
    """The balance of the first kind that is there; None when there are several of it, as in some accounts."""
    balances = statement.parts("Bal")
    for kind in kinds:
        found = [balance for balance in balances if balance.text("Tp/CdOrPrtry/Cd") == kind]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _whole(statement: Part) -> bool:
    """Whether it is not one page of several."""
    pages = [
        *statement.parts("StmtPgntn", "RptPgntn", "NtfctnPgntn"),
        *(page for group in statement.beside("GrpHdr") for page in group.parts("MsgPgntn")),
    ]
    return all(
        page.text("PgNb").strip().lstrip("0") == "1" and page.text("LastPgInd").strip() in TRUE for page in pages
    )
