"""Customers: fields 50a and 59a with options A (BIC), F (numbered lines) and K or none (name and address)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schema.mt.fields.customers import Identifier, Structured
from schema.mt.fields.parties import Party
from schema.mt.message import Field
from schema.translate.to_mx.accounts import account
from schema.translate.to_mx.agents import bic_of, party_of
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft

_WITH_ISSUER: Final = frozenset({"CUST", "DRLC", "EMPL"})
"""Identifications that name their issuer before the number."""
_TOWN: Final = 35


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer and its account, each as content."""

    party: Content
    account: Content | None


def customer(draft: Draft, field: Field) -> Customer:
    """The customer that a field names, as far as the field does. Raises MessageRefused (TR-03)."""
    return _customer(draft, field, None, with_account=True)


def debtor(draft: Draft, field: Field, *, with_account: bool = True) -> Customer:
    """The customer of field 50a; without an account or an identification it gets the one that CBPR+ asks for.

    `with_account` is whether the message has a place for the account. Raises MessageRefused (TR-03).
    """
    return _customer(draft, field, {"Id": NOT_PROVIDED, "SchmeNm": {"Cd": "TXID"}}, with_account=with_account)


def creditor(draft: Draft, field: Field, *, with_account: bool = True) -> Customer:
    """The customer of field 59a, likewise."""
    return _customer(draft, field, {"Id": NOT_PROVIDED}, with_account=with_account)


def _customer(draft: Draft, field: Field, otherwise: Content | None, *, with_account: bool) -> Customer:
    party = party_of(field)
    cash = account(draft, party.account, field.tag)
    person = _person(draft, field.tag, party)
    organisation: Content = {"AnyBIC": bic_of(field) if party.bic else None}
    if otherwise and not person and not (cash and with_account):
        organisation["Othr"] = [otherwise]
    content = {
        "Nm": draft.cut(party.name or "", 140, field.tag),
        "PstlAdr": _address(draft, field.tag, party),
        "Id": {"PrvtId": person} if person else {"OrgId": organisation},
    }
    return Customer(content, cash)


def _address(draft: Draft, source: str, party: Party) -> Content:
    """Free lines; with numbered lines country and town apart, and streets as free lines."""
    lines = party.structured
    if lines is None:
        return {"AdrLine": draft.address(party.address_lines, source)}
    town, more = lines.town or "", []
    if len(town) > _TOWN:
        first, *more = lines.of(3)
        town = first.partition("/")[2]
    return {
        "Ctry": lines.country,
        "TwnNm": draft.cut(town, _TOWN, source),
        "AdrLine": draft.address([*lines.address, *more], source),
    }


def _person(draft: Draft, source: str, party: Party) -> Content:
    """Identifications of line 1 and of lines 6 and 7, the last continued by line 8; birth of lines 4 and 5."""
    if party.structured is None:
        return {}
    found = list(_identifiers(party.identifier, party.structured))
    more = "".join(party.structured.more)
    if more and found:
        last = found[-1]
        found[-1] = Identifier(last.code, last.country, last.number + more)
    elif more:
        draft.lose(source, "line 8 continues nothing")
    person = {
        "Othr": [_identification(draft, source, each) for each in found],
        "DtAndPlcOfBirth": _birth(draft, source, party.structured),
    }
    return {name: content for name, content in person.items() if content}


def _identifiers(first: Identifier | None, lines: Structured) -> Iterator[Identifier]:
    if first is not None:
        yield first
    for code, (country, number) in (("CUST", lines.customer_number), ("NIDN", lines.national_number)):
        if country is not None:
            yield Identifier(code, country, number or NOT_PROVIDED)


def _identification(draft: Draft, source: str, known: Identifier) -> Content:
    """The issuer is the country, and the authority or bank after it where the code names one."""
    issuer, number = known.country, known.number
    if known.code in _WITH_ISSUER and "/" in number:
        authority, _, number = number.partition("/")
        issuer = f"{issuer}/{authority}"
    return {
        "Id": draft.cut(number, 35, source) or NOT_PROVIDED,
        "SchmeNm": {"Cd": known.code},
        "Issr": draft.cut(issuer, 35, source),
    }


def _birth(draft: Draft, source: str, lines: Structured) -> Content | None:
    day, (country, town) = lines.birth_date, lines.birth_place
    if day and country and town:
        return {"BirthDt": day.isoformat(), "CityOfBirth": draft.cut(town, 35, source), "CtryOfBirth": country}
    if day or country:
        draft.lose(source, "date and place of birth are carried together or not at all")
    return None
