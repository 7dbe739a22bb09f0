"""How each field is read, what its failure means, and the lines it may have (61, which needs its account's currency, aside)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from domain.finding import Severity
from schema.mt.fields import amounts, codes, statements
from schema.mt.fields.parties import read_party
from schema.mt.message import Field

WARNING: Final = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Format:
    """A field's reader, how grave it is when that fails, and how many lines of which width the standard allows.

    Where a message can be acted on although the field cannot be read, failing is a warning. `is_public`: codes, dates
    and amounts may be shown in a finding; anything else is masked.
    """

    read: Callable[[Field], Any] | None = None
    severity: Severity = Severity.ERROR
    lines: int | None = None
    width: int = 35
    is_public: bool = False


def _of_value(read: Callable[[str], Any]) -> Callable[[Field], Any]:
    return lambda field: read(field.value)


def _plain(read: Callable[[str], Any], severity: Severity = Severity.ERROR, *, is_public: bool = True) -> Format:
    return Format(_of_value(read), severity, is_public=is_public)


def _text(lines: int, width: int = 35) -> Format:
    return Format(lines=lines, width=width)


_REFERENCE = _plain(codes.read_reference, is_public=False)
_ACCOUNT = _plain(codes.read_account, is_public=False)
_BALANCE = _plain(statements.read_balance)
_SUM = _plain(amounts.read_entry_sum, WARNING)
_LINK = _plain(codes.read_link, WARNING)
_AMOUNT = _plain(amounts.read_currency_amount)
_LINES: Final = {"A": 2, "B": 2, "C": 1, "D": 5, "F": 5, "K": 5, "": 5}
"""Lines of a party by option, the identifier's among them."""

FORMATS: Final[dict[str, Format]] = {
    "20": _REFERENCE,
    "21": _REFERENCE,
    "11R": _LINK,
    "11S": _LINK,
    "13C": _plain(codes.read_time, WARNING),
    "13D": _plain(codes.read_moment, WARNING),
    "23B": _plain(codes.read_operation),
    "23E": _plain(codes.read_instruction, is_public=False),
    "25": _ACCOUNT,
    "25P": _ACCOUNT,
    "26T": _plain(codes.read_transaction_type, WARNING),
    "28C": _plain(codes.read_statement_number),
    "32A": _plain(amounts.read_dated_amount),
    "32B": _AMOUNT,
    "33B": _AMOUNT,
    "34F": _plain(amounts.read_floor_limit),
    "36": _plain(amounts.read_rate),
    **{f"{n}{o}": Format(read_party, lines=_LINES[o]) for n in (50, 52, 53, 54, 55, 56, 57, 58, 59) for o in _LINES},
    "51A": Format(read_party, lines=2),
    **dict.fromkeys(("60F", "60M", "62F", "62M", "64", "65"), _BALANCE),
    "61": Format(lines=2, width=65),
    "70": _text(4),
    "71A": _plain(codes.read_charges),
    "71F": _AMOUNT,
    "71G": _AMOUNT,
    "72": _text(6),
    "76": _text(6),
    "77A": _text(20),
    "77B": _text(3),
    "79": _text(35, 50),
    "86": _text(6, 65),
    "90C": _SUM,
    "90D": _SUM,
}
