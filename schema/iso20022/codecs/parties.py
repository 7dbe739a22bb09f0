"""Parties, banks, accounts and addresses: how a message writes them, and how they are read.

An address goes out as CBPR+ wants it (rule PA-04): town and country by name with at most two lines of 70 for the
rest, or, where the town is not known, in at most three lines of 35 and nothing else.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Finding
from domain.ids import Iban
from domain.mention import Mentioned, Seat
from domain.party import Particulars, Party
from domain.reason import Reason
from schema.iso20022.check import local_name
from schema.iso20022.codecs import values
from schema.iso20022.codecs.letters import extended, lines
from schema.iso20022.reader import Reader

_COUNTRY_LINE: Final = re.compile(r"Country ([A-Z]{2})")
"""How we write a country that may not stand beside unstructured lines, so that we can read it again."""
_NOT_ADDRESS: Final = frozenset({"AdrTp", "TwnNm", "Ctry"})
_BY_A_BANK: Final = frozenset({"BANK", "CUST", "EMPL"})
"""Schemes of identification (ISO 20022 external codes) that number a bank's own parties, a seller's customers, a firm's employees."""
UNKNOWN: Final = "NOTPROVIDED"
"""How CBPR+ writes what must stand somewhere and is not known."""


# Writing


def agent(
    bic: str | None,
    name: str | None = None,
    *,
    town: str | None = None,
    country: str | None = None,
    address: str | None = None,
) -> dict[str, Any]:
    """A bank: by its BIC, beside which name and address would say nothing more (rule AG-09), or by these two."""
    if bic is not None:
        return {"FinInstnId": {"BICFI": bic}}
    return {
        "FinInstnId": {
            "Nm": extended(name or UNKNOWN),
            "PstlAdr": postal(address, town, country) or {"AdrLine": [UNKNOWN]},
        }
    }


def agent_of(who: Party | Mentioned) -> dict[str, Any]:
    """A bank as it is known: by BIC, or else by name and address."""
    return agent(who.bic, who.name, town=who.town, country=who.country, address=who.address)


def party_of(who: Party | Mentioned, *, identified: bool = True) -> dict[str, Any]:
    """A customer, by name and address, or by BIC where it has one.

    A debtor or creditor without account and BIC is `identified` as NOTPROVIDED, for CBPR+ wants one or the other.
    """
    name = None if who.name == who.bic else who.name
    if who.bic is not None:
        known: dict[str, Any] | None = {"OrgId": {"AnyBIC": who.bic}}
    elif identified and who.account is None:
        known = {"OrgId": {"Othr": {"Id": UNKNOWN, "SchmeNm": {"Cd": "TXID"}}}}
    else:
        known = None
    return {
        "Nm": extended(name) if name else None,
        "PstlAdr": postal(who.address, who.town, who.country),
        "Id": known,
    }


def account(number: str | None) -> dict[str, Any] | None:
    """An account: as an IBAN if it is one. Raises MessageRefused (AC-02) for what no account number looks like."""
    if number is None:
        return None
    try:
        return {"Id": {"IBAN": Iban.parse(number)}}
    except InvalidValue:
        return {"Id": {"Othr": {"Id": _other_account(number)}}}


def postal(address: str | None, town: str | None, country: str | None) -> dict[str, Any] | None:
    """A postal address; None when nothing is known of it. Raises MessageRefused (PA-04) when it does not fit."""
    if not (address or town or country):
        return None
    if town and country:
        rest = ", ".join(_without({town, country}, address or ""))
        return {"TwnNm": extended(town), "Ctry": country, "AdrLine": _lines(rest, width=70, most=2)}
    known = [address, town, country and f"Country {country}"]
    return {"AdrLine": _lines(", ".join(part for part in known if part), width=35, most=3)}


def _lines(address: str, *, width: int, most: int) -> list[str]:
    """The address in lines, broken at its commas where that is possible, inside a part where it is not."""
    packed: list[str] = []
    for part in extended(address).split(", "):
        if packed and len(packed[-1]) + 2 + len(part) <= width:
            packed[-1] = f"{packed[-1]}, {part}"
        else:
            packed.extend(lines(part, width=width, most=most, path="/", rule="PA-04"))
    if len(packed) > most:
        complaint = f"the address does not fit into {most} lines of {width} characters"
        raise MessageRefused(complaint, findings=(Finding("/", "PA-04", complaint, Reason.FF01),))
    return packed


def _without(told: set[str], address: str) -> Iterator[str]:
    """The parts of an address but those that are told in an element of their own (rule PA-05)."""
    already = {extended(text).casefold() for text in told}
    yield from (part for part in extended(address).split(", ") if part and part.casefold() not in already)


def _other_account(number: str) -> str:
    if len(number) > 34 or number.startswith("/") or "//" in number:
        complaint = "an account number has at most 34 characters, no slash in front and no two in a row"
        raise MessageRefused(complaint, findings=(Finding("/", "AC-02", complaint, Reason.AC01),))
    return number


# Reading


def read_mention(
    read: Reader, role: Seat, path: str, account_path: str | None = None, *, is_agent: bool
) -> Mentioned | None:
    """Whoever stands at the path; None when nobody does, or nothing that could be screened is told of them."""
    if not read.elements(path) and not (account_path and read.elements(account_path)):
        return None
    at = f"{path}/FinInstnId" if is_agent else path
    address, town, country = read_postal(read, f"{at}/PstlAdr")
    found = Mentioned(
        role,
        name=read.text(f"{at}/Nm") or None,
        bic=values.bic(read, f"{at}/BICFI" if is_agent else f"{at}/Id/OrgId/AnyBIC"),
        account=read_account(read, account_path) if account_path else None,
        country=country,
        address=address,
        town=town,
        particulars=read_particulars(read, at),
    )
    return None if found == Mentioned(role, particulars=found.particulars) else found


def read_particulars(read: Reader, at: str) -> Particulars:
    """What else the party or bank at the path is known by. Numbers that a bank gives its own customers say nothing elsewhere."""
    prefix = f"{at}/" if at else ""
    others = (
        number
        for owner in ("OrgId", "PrvtId")
        for other in read.elements(f"{prefix}Id/{owner}/Othr")
        if (other.findtext("{*}SchmeNm/{*}Cd") or "").strip() not in _BY_A_BANK
        and (number := (other.findtext("{*}Id") or "").strip())
        and number != UNKNOWN
    )
    leis = (text.strip() for path in ("LEI", "Id/OrgId/LEI") for text in read.texts(f"{prefix}{path}"))
    return Particulars(
        births=tuple(text.strip() for text in read.texts(f"{prefix}Id/PrvtId/DtAndPlcOfBirth/BirthDt")),
        residence=read.text(f"{prefix}CtryOfRes").strip() or None,
        identifiers=tuple(dict.fromkeys((*leis, *others))),
    )


def read_account(read: Reader, path: str) -> str | None:
    """The account at the path: its IBAN (AC-01), or any other number."""
    iban = read.text(f"{path}/Id/IBAN")
    if iban:
        return read.parsed("AC-01", Iban.parse, iban, f"{path}/Id/IBAN")
    return read.text(f"{path}/Id/Othr/Id") or None


def read_postal(read: Reader, path: str) -> tuple[str | None, str | None, str | None]:
    """The address at the path: all but town and country in the order of the message, the town, the country."""
    told = [text for found in read.elements(path) for text in _parts_of(found)]
    country = read.text(f"{path}/Ctry") or None
    if told and country is None and (line := _COUNTRY_LINE.fullmatch(told[-1].rpartition(", ")[2])):
        country = line[1]
        told[-1:] = [before] if (before := told[-1].rpartition(", ")[0]) else []
    return ", ".join(told) or None, read.text(f"{path}/TwnNm") or None, country


def _parts_of(address: Any) -> Iterator[str]:
    for part in address:
        text = (part.text or "").strip()
        if text and text != UNKNOWN and local_name(part) not in _NOT_ADDRESS:
            yield text
