"""References, codes, times and numbers: fields 20, 21, 23B, 23E, 26T, 71A, 13C, 13D, 11S, 11R, 25, 28C.

Every reader raises InvalidValue.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from domain.errors import InvalidValue
from domain.ids import Bic
from domain.reason import Reason
from schema.mt.fields.amounts import read_date

OPERATIONS: Final = frozenset({"CRED", "CRTS", "SPAY", "SPRI", "SSTD"})
"""What field 23B may ask for."""
CHARGES: Final = frozenset({"OUR", "SHA", "BEN"})
"""Who bears the charges (field 71A)."""

_INSTRUCTION: Final = re.compile(r"([A-Z0-9]{4})(?:/([^\n]{1,30}))?")
_TIME: Final = re.compile(r"/([A-Z0-9]{1,8})/([0-9]{4})([+-])([0-9]{4})")
_MOMENT: Final = re.compile(r"([0-9]{6})([0-9]{4})([+-])([0-9]{4})")
_LINK: Final = re.compile(r"([0-9]{3})\n([0-9]{6})(?:\n([0-9]{4})([0-9]{6}))?")
_NUMBER: Final = re.compile(r"([0-9]{1,5})(?:/([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Instruction:
    """Field 23E: what the sender asks for ("PHOB"), with more words where the code allows them."""

    code: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class TimeIndication:
    """Field 13C: a time with its UTC offset and what it means ("CLSTIME", "SNDTIME" …)."""

    code: str
    at: time


@dataclass(frozen=True, slots=True)
class MessageLink:
    """Fields 11S and 11R: type and date of the original message, with session and sequence where they are known."""

    mt_type: str
    sent: date
    session: str | None = None
    sequence: str | None = None


@dataclass(frozen=True, slots=True)
class StatementNumber:
    """Field 28C: the statement's number and the page within it."""

    number: int
    page: int | None = None


def read_reference(value: str) -> str:
    """Fields 20 and 21 (16x): no slash at either end, no two in a row."""
    if not 1 <= len(value) <= 16 or "\n" in value:
        raise InvalidValue("a reference has 1 to 16 characters")
    if value.startswith("/") or value.endswith("/") or "//" in value:
        raise InvalidValue("a reference has no slash at either end and no two in a row")
    if not value.strip():
        raise InvalidValue("a reference is not blank")
    return value


def read_operation(value: str) -> str:
    """Field 23B: one of OPERATIONS."""
    return _one_of(value, OPERATIONS, "the bank operation code")


def read_charges(value: str) -> str:
    """Field 71A: one of CHARGES."""
    return _one_of(value, CHARGES, "the charge code")


def read_instruction(value: str) -> Instruction:
    """Field 23E (4!c[/30x])."""
    match = _INSTRUCTION.fullmatch(value)
    if match is None:
        raise InvalidValue("an instruction is a code of four and up to 30 characters after a slash")
    return Instruction(match[1], match[2])


def read_transaction_type(value: str) -> str:
    """Field 26T (3!c)."""
    if not re.fullmatch(r"[A-Z0-9]{3}", value):
        raise InvalidValue("a transaction type has three capitals or digits")
    return value


def read_time(value: str) -> TimeIndication:
    """Field 13C (/8c/4!n1!x4!n)."""
    match = _TIME.fullmatch(value)
    if match is None:
        raise InvalidValue("a time is written /CODE/hhmm+hhmm")
    return TimeIndication(match[1], _clock(match[2]).replace(tzinfo=_offset(match[3], match[4])))


def read_moment(value: str) -> datetime:
    """Field 13D (6!n4!n1!x4!n): a date and time with its UTC offset."""
    match = _MOMENT.fullmatch(value)
    if match is None:
        raise InvalidValue("a moment is written YYMMDDhhmm+hhmm")
    return datetime.combine(read_date(match[1]), _clock(match[2]), _offset(match[3], match[4]))


def read_link(value: str) -> MessageLink:
    """Fields 11S and 11R (3!n, 6!n and 4!n6!n on a line each, the last may be absent)."""
    match = _LINK.fullmatch(value)
    if match is None:
        raise InvalidValue("the original is named by its type, its date and perhaps session and sequence, a line each")
    return MessageLink(match[1], read_date(match[2]), match[3], match[4])


def read_statement_number(value: str) -> StatementNumber:
    """Field 28C (5n[/5n])."""
    match = _NUMBER.fullmatch(value)
    if match is None:
        raise InvalidValue("a statement's number has up to five digits, its page as many after a slash")
    return StatementNumber(int(match[1]), int(match[2]) if match[2] else None)


def read_account(value: str) -> str:
    """Fields 25 (35x) and 25P (the bank that holds the account on a second line): the account."""
    account, _, bank = value.partition("\n")
    if not account.strip() or len(account) > 35:
        raise InvalidValue("an account has 1 to 35 characters", reason=Reason.AC01)
    if bank:
        Bic.parse(bank)
    return account.removeprefix("/")


def _one_of(value: str, known: frozenset[str], name: str) -> str:
    if value not in known:
        raise InvalidValue(f"{name} is one of {', '.join(sorted(known))}")
    return value


def _clock(text: str) -> time:
    if int(text[:2]) > 23 or int(text[2:]) > 59:
        raise InvalidValue("the time of day does not exist")
    return time(int(text[:2]), int(text[2:]))


def _offset(sign: str, text: str) -> timezone:
    if int(text[:2]) > 14 or int(text[2:]) > 59:
        raise InvalidValue("the UTC offset does not exist")
    distance = timedelta(hours=int(text[:2]), minutes=int(text[2:]))
    return timezone(distance if sign == "+" else -distance)
