"""Customers: fields 50a and 59a with options A (BIC), F (numbered lines) and K or none (name and address)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mx.accounts import account, identifier
from schema.translate.to_mx.agents import is_bic
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft

_CODED: Final = re.compile(r"(ARNU|CCPT|CUST|DRLC|EMPL|NIDN|SOSE|TXID)/([A-Z]{2})/(.+)")
_NUMBERED: Final = re.compile(r"([1-8])/(.*)")
_COUNTRY: Final = re.compile(r"([A-Z]{2})(?:/(.*))?")
_WITH_ISSUER: Final = frozenset({"CUST", "DRLC", "EMPL"})
"""Identifications that name their issuer before the number."""
_LINE_CODES: Final = {"6": "CUST", "7": "NIDN"}


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer and its account, each as content. `identified` is whether the customer has an identification."""

    party: Content
    account: Content | None
    identified: bool


def customer(draft: Draft, field: Field) -> Customer:
    """Who a field 50a or 59a names."""
    if field.option == "F":
        return _numbered(draft, field)
    who, lines = identifier(field.lines)
    if who.clearing:
        draft.lose(field.tag, "a customer has no clearing code")
    number = f"{who.mark}/{who.account}" if who.mark else who.account
    lines = [line for line in lines if line.strip()]
    cash = account(draft, number.strip("/"), field.tag)
    if field.option == "A" and lines and is_bic(lines[0]):
        return Customer({"Id": {"OrgId": {"AnyBIC": lines[0]}}}, cash, identified=False)
    name, address = (lines[0], lines[1:]) if lines else ("", [])
    party = {
        "Nm": draft.cut(name, 140, field.tag),
        "PstlAdr": {"AdrLine": [draft.cut(line, 70, field.tag) for line in address[:7]]},
    }
    return Customer(party, cash, identified=False)


def debtor(draft: Draft, field: Field, *, with_account: bool = True) -> Customer:
    """The customer of field 50a; without an account or an identification it gets the one that CBPR+ asks for."""
    return _known(customer(draft, field), {"Id": NOT_PROVIDED, "SchmeNm": {"Cd": "TXID"}}, with_account=with_account)


def creditor(draft: Draft, field: Field, *, with_account: bool = True) -> Customer:
    """The customer of field 59a, likewise."""
    return _known(customer(draft, field), {"Id": NOT_PROVIDED}, with_account=with_account)


def _known(found: Customer, otherwise: Content, *, with_account: bool) -> Customer:
    if found.identified or (found.account and with_account):
        return found
    organisation = found.party.get("Id", {}).get("OrgId", {})
    party = {**found.party, "Id": {"OrgId": {**organisation, "Othr": [otherwise]}}}
    return Customer(party, found.account, identified=True)


def _numbered(draft: Draft, field: Field) -> Customer:
    lines = field.lines
    first = _CODED.fullmatch(lines[0])
    who, rest = identifier(lines)
    lines = lines[1:] if first else rest
    parts: dict[str, list[str]] = {}
    for line in lines:
        numbered = _NUMBERED.fullmatch(line)
        number, text = (numbered[1], numbered[2]) if numbered else ("2", line)
        if text.strip():
            parts.setdefault(number, []).append(text)
    personal = _person(draft, field.tag, (first[1], first[2], first[3]) if first else None, parts)
    party = {
        "Nm": draft.cut(" ".join(parts.get("1", [])), 140, field.tag),
        "PstlAdr": _address(draft, field.tag, parts),
        "Id": {"PrvtId": personal},
    }
    number = f"{who.mark}/{who.account}" if who.mark else who.account
    return Customer(party, account(draft, number, field.tag), identified=bool(personal))


def _address(draft: Draft, source: str, parts: dict[str, list[str]]) -> Content:
    streets = list(parts.get("2", []))
    town, *more = parts.get("3", [""])
    found = _COUNTRY.fullmatch(town)
    if found is None and town:
        more = [town, *more]
    return {
        "Ctry": found[1] if found else None,
        "TwnNm": draft.cut(found[2] or "", 35, source) if found else None,
        "AdrLine": [draft.cut(line, 70, source) for line in [*streets, *more][:7]],
    }


def _person(draft: Draft, source: str, coded: tuple[str, str, str] | None, parts: dict[str, list[str]]) -> Content:
    """Identifications of line 1 ("CODE/CC/…") and of lines 6 and 7, continued by line 8; birth of lines 4 and 5."""
    found = [coded] if coded else []
    for number, code in _LINE_CODES.items():
        for text in parts.get(number, []):
            country, _, rest = text.partition("/")
            found.append((code, country, rest))
    if parts.get("8"):
        if found:
            code, country, rest = found[-1]
            found[-1] = (code, country, rest + "".join(parts["8"]))
        else:
            draft.lose(source, "line 8 continues nothing")
    others = [_identification(draft, source, each) for each in found]
    person: Content = {"Othr": others} if others else {}
    return {**person, **_birth(draft, source, parts)}


def _identification(draft: Draft, source: str, coded: tuple[str, str, str]) -> Content:
    code, country, rest = coded
    issuer = country
    if code in _WITH_ISSUER and "/" in rest:
        named, rest = rest.split("/", 1)
        issuer = f"{country}/{named}"
    return {
        "Id": draft.cut(rest, 35, source) or NOT_PROVIDED,
        "SchmeNm": {"Cd": code},
        "Issr": draft.cut(issuer, 35, source),
    }


def _birth(draft: Draft, source: str, parts: dict[str, list[str]]) -> Content:
    born = _day(parts.get("4", [""])[0])
    place = _COUNTRY.fullmatch(parts.get("5", [""])[0])
    if born and place and place[2]:
        birth = {
            "BirthDt": born,
            "CityOfBirth": draft.cut(place[2], 35, source),
            "CtryOfBirth": place[1],
        }
        return {"DtAndPlcOfBirth": birth}
    for line in ("4", "5"):
        if line in parts:
            draft.lose(source, "date and place of birth are carried together or not at all")
    return {}


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 8 else None
    except ValueError:
        return None
