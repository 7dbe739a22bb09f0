"""Customers and banks: fields 50a, 52a to 58a and 59a with every option."""

import re
from dataclasses import dataclass
from typing import Final

from domain.errors import InvalidValue
from domain.ids import Bic
from domain.reason import Reason
from schema.mt.fields.customers import Identifier, Structured, read_identifier, read_structured
from schema.mt.message import Field

CLEARINGS: Final = frozenset(
    [
        "AT",
        "AU",
        "BL",
        "CC",
        "CH",
        "CN",
        "CP",
        "ES",
        "FW",
        "GR",
        "HK",
        "IE",
        "IN",
        "IT",
        "NZ",
        "PL",
        "PT",
        "RT",
        "RU",
        "SC",
        "SW",
        "ZA",
    ],
)
"""The national clearing systems that a party identifier may name after two slashes; RT asks for an RTGS."""

_MARKED: Final = re.compile(r"/([CD])(?:/(.*))?")
_CLEARING: Final = re.compile(r"//([A-Z]{2})(.*)")
_CUSTOMERS: Final = frozenset({"50", "59"})


@dataclass(frozen=True, slots=True)
class Party:
    """A customer or a bank, as far as its option tells.

    `account` has no leading slash. `debit_credit` is the D or C before a bank's account: the sender's account there
    is debited, or the receiver's credited. `clearing` is system and code ("FW021000089", "RT"). `name` is the first of
    the lines that are neither identifier nor BIC, `address_lines` the others (option B's place is the name).
    `structured` and `identifier` come with option F only, whose name and address are there as well.
    """

    option: str
    account: str | None = None
    debit_credit: str | None = None
    clearing: str | None = None
    bic: Bic | None = None
    name: str | None = None
    address_lines: tuple[str, ...] = ()
    structured: Structured | None = None
    identifier: Identifier | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """Name and address as they were written."""
        return () if self.name is None else (self.name, *self.address_lines)


def read_party(field: Field) -> Party:
    """The party of field 50a, 52a to 58a or 59a. Raises InvalidValue (RC01 for a BIC that cannot be one).

    Too many lines, or lines that are too long, are read all the same.
    """
    lines = field.lines
    if field.option == "F":
        return _numbered(field, lines)
    is_customer = field.number in _CUSTOMERS
    identifier = lines.pop(0) if lines[0].startswith("/") else None
    account, mark, clearing = _identifier(identifier, is_customer=is_customer)
    party = Party(field.option, account, mark, clearing)
    match field.option:
        case "A" | "G":
            return _with_bic(party, lines)
        case "C" if identifier is None or any(line.strip() for line in lines):
            raise InvalidValue("option C is an account or a clearing code after a slash, on one line")
    is_nameless = not any(line.strip() for line in lines[:1])
    if is_customer and is_nameless:
        raise InvalidValue("the customer's name is missing", reason=_missing(field))
    if is_nameless and identifier is None and field.option != "B":
        raise InvalidValue("the bank has neither an identifier nor a name")
    if is_nameless and not any(line.strip() for line in lines):
        return party
    return Party(field.option, account, mark, clearing, name=lines[0], address_lines=tuple(lines[1:]))


def _identifier(line: str | None, *, is_customer: bool) -> tuple[str | None, str | None, str | None]:
    """Account, D or C, and clearing code of a party identifier line; a customer's line is an account whatever it says."""
    if line is None:
        return None, None, None
    if is_customer:
        return line[1:] or None, None, None
    if (found := _CLEARING.fullmatch(line)) and found[1] in CLEARINGS:
        return None, None, found[1] + found[2]
    if marked := _MARKED.fullmatch(line):
        return marked[2] or None, marked[1], None
    return line[1:] or None, None, None


def _with_bic(party: Party, lines: list[str]) -> Party:
    if len(lines) != 1:
        raise InvalidValue("option A is an identifier after a slash, or none, and a BIC", reason=Reason.RC01)
    return Party(party.option, party.account, party.debit_credit, party.clearing, bic=Bic.parse(lines[0]))


def _numbered(field: Field, lines: list[str]) -> Party:
    reason = _missing(field)
    first = lines[0]
    account = first[1:] if first.startswith("/") else None
    identifier = read_identifier(first) if field.number == "50" else None
    if account is None and identifier is None and field.number == "50":
        raise InvalidValue("50F begins with an account after a slash or with an identifier like TXID/BE/123")
    rest = lines[1:] if account is not None or identifier is not None else lines
    structured = read_structured(rest, highest=8 if field.number == "50" else 3, reason=reason)
    address = (*structured.address, *structured.of(3))
    return Party(
        field.option,
        account or None,
        name=structured.name,
        address_lines=address,
        structured=structured,
        identifier=identifier,
    )


def _missing(field: Field) -> Reason:
    return {"50": Reason.RR02, "59": Reason.RR03}.get(field.number, Reason.FF01)
