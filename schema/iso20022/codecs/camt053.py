"""camt.053.001.08, the statement of an account: read into Statements and written from one."""

from datetime import date
from typing import Any, Final

from domain.money import Money
from domain.reason import Reason
from domain.statement import Balance, Direction, Statement
from schema.iso20022.codecs import values
from schema.iso20022.codecs.entries import (
    account_content,
    balance_content,
    entry_content,
    read_account_content,
    read_entries,
)
from schema.iso20022.codecs.identity import Identity, group, moment, reference, write
from schema.iso20022.codecs.values import Part
from schema.iso20022.envelope import BusinessMessage

MESSAGE: Final = "camt.053.001.08"

_ROOT: Final = "BkToCstmrStmt"


def decode(business: BusinessMessage) -> tuple[Statement, ...]:
    """Every statement of the message; whether it adds up is for the rules to say.

    Raises MessageRefused when a balance, an amount or an account cannot be read.
    """
    read = Part(business)
    told = [_statement(part, read) for part in read.parts(f"{_ROOT}/Stmt")]
    read.refuse_if_wrong()
    return tuple(statement for statement in told if statement is not None)


def encode(statement: Statement, identity: Identity) -> bytes:
    """The statement as a CBPR+ message from the account's servicer to its owner.

    Raises InvalidValue when opening and entries do not make the closing or an entry is wrong, MessageRefused when a
    text does not fit.
    """
    return write(MESSAGE, identity, {_ROOT: {"GrpHdr": group(identity), "Stmt": [_content(statement)]}})


def _content(statement: Statement) -> dict[str, Any]:
    statement.check()
    booked = [entry for entry in statement.entries if entry.status == "BOOK"]
    return {
        "Id": reference(statement.id, 35),
        "StmtPgntn": {"PgNb": "1", "LastPgInd": "true"},
        "ElctrncSeqNb": None if statement.sequence is None else str(statement.sequence),
        "CreDtTm": moment(statement.created),
        "FrToDt": {
            "FrDtTm": f"{statement.from_day.isoformat()}T00:00:00+00:00",
            "ToDtTm": f"{statement.to_day.isoformat()}T23:59:59+00:00",
        },
        "Acct": account_content(statement.account),
        "Bal": [
            balance_content("OPBD", statement.opening.amount, statement.opening.day),
            balance_content("CLBD", statement.closing.amount, statement.closing.day),
        ],
        "TxsSummry": {"TtlNtries": {"NbOfNtries": str(len(booked))}},
        "Ntry": [entry_content(entry) for entry in statement.entries],
    }


def _statement(part: Part, read: Part) -> Statement | None:
    opening, closing = _balance(part, "OPBD", "PRCD", "OPAV"), _balance(part, "CLBD", "CLAV")
    created = values.moment(part, "CreDtTm") or values.created(read, f"{_ROOT}/GrpHdr/CreDtTm")
    account, entries = read_account_content(part, "Acct"), read_entries(part)
    if opening is None or closing is None or created is None:
        return None
    from_day, to_day = values.day(part, "FrToDt/FrDtTm"), values.day(part, "FrToDt/ToDtTm")
    return Statement(
        id=part.text("Id"),
        sequence=values.number(part, "ElctrncSeqNb", "LglSeqNb"),
        account=account,
        from_day=date.fromisoformat(from_day) if from_day else opening.day,
        to_day=date.fromisoformat(to_day) if to_day else closing.day,
        opening=opening,
        entries=entries,
        closing=closing,
        created=created,
    )


def _balance(part: Part, *kinds: str) -> Balance | None:
    """The first balance of the kinds, in order of preference; none of them is reported (ST-01)."""
    found = {balance.text("Tp/CdOrPrtry/Cd"): balance for balance in part.parts("Bal")}
    chosen = next((found[kind] for kind in kinds if kind in found), None)
    if chosen is None:
        part.report("ST-01", Reason.FF01, f"the statement has no balance of type {kinds[0]}", "Bal")
        return None
    amount, day = values.told_amount(chosen, "Amt"), values.day(chosen, "Dt/Dt", "Dt/DtTm")
    chosen.required("DT-02", Reason.DT01, "the balance has no date", "Dt/Dt", "Dt/DtTm")
    if amount is None or day is None:
        return None
    return Balance(_signed(amount, chosen.text("CdtDbtInd").strip()), date.fromisoformat(day))


def _signed(amount: Money, direction: str) -> Money:
    return -amount if direction == Direction.DEBIT else amount
