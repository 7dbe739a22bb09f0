"""Customers in fields 50 and 59: by BIC (A), by numbered name and address (F), or by plain ones (K, or no letter)."""

import re
from collections.abc import Iterable
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mt.addresses import LINES, is_numbered, numbered_address, plain_address
from schema.translate.to_mt.agents import account_number, read
from schema.translate.to_mt.lines import WIDTH, coded, plain, shortened
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import NOT_PROVIDED, bank

IDENTITIES: Final = {
    "ARNU": "ARNU",
    "CCPT": "CCPT",
    "CUST": "CUST",
    "DRLC": "DRLC",
    "EMPL": "EMPL",
    "NIDN": "NIDN",
    "SOSE": "SOSE",
    "TXID": "TXID",
    "DUNS": "CUST",
    "GS1G": "CUST",
}
"""What identifies a customer (ExternalPersonIdentification1Code, ExternalOrganisationIdentification1Code) and 50F's
code for it; DUNS and GS1 numbers go as customer numbers whose issuer is the scheme."""
ISSUED: Final = frozenset({"CUST", "DRLC", "EMPL"})
"""Codes of 50F whose identification names its issuer."""
NUMBERED_IDENTITIES: Final = {"CUST": "6/", "NIDN": "7/"}
"""Identifications that may follow the address in lines of their own, when the account has taken the first line."""

_OTHERS: Final = ("Id/OrgId/Othr", "Id/PrvtId/Othr")
_BIRTH: Final = "Id/PrvtId/DtAndPlcOfBirth"
_COUNTRY: Final = re.compile(r"([A-Z]{2})(?:/|$)")
_PLACE: Final = re.compile(r"3/([A-Z]{2})")
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def ordering_customer(node: Node, path: str) -> Iterable[Field]:
    """Field 50a from a debtor and its account ("Dbtr", "DbtrAcct")."""
    party, account = node.node(path), account_number(node, f"{path}Acct")
    if bic := _any_bic(party):
        return [_field("50A", [f"/{account}"] if account else [], [bic])]
    if _goes_numbered(party):
        return [_field("50F", *_numbered_customer(party, account))]
    lines = plain_address(party) or [NOT_PROVIDED]
    return [_field("50K", [f"/{account}"] if account else [], lines)] if party or account else []


def beneficiary_customer(node: Node, path: str) -> Iterable[Field]:
    """Field 59a from a creditor and its account ("Cdtr", "CdtrAcct")."""
    party, account = node.node(path), account_number(node, f"{path}Acct")
    first = [f"/{account}"] if account else []
    if bic := _any_bic(party):
        return [_field("59A", first, [bic])]
    if _goes_numbered(party):
        return [_field("59F", first, numbered_address(party))]
    return [_field("59", first, plain_address(party) or [NOT_PROVIDED])] if party or account else []


def returned_to(tag: str, node: Node, path: str) -> Iterable[Field]:
    """Field 50a or 59a of a return, whose debtor and creditor may be a customer ("Pty") or a bank ("Agt")."""
    choice = node.node(path)
    if choice.node("Agt"):
        agent = read(choice, "Agt")
        lines = [agent.bic] if agent.bic else list(agent.address or (NOT_PROVIDED,))
        option = "A" if agent.bic else {"50": "K", "59": ""}[tag]
        return [_field(tag + option, [agent.identification] if agent.identification else [], lines)]
    write = ordering_customer if tag == "50" else beneficiary_customer
    missing = Field({"50": "50K", "59": "59"}[tag], NOT_PROVIDED)
    return write(choice, "Pty") or [missing]


def _field(tag: str, first: list[str], lines: list[str]) -> Field:
    return Field(tag, "\n".join((*first, *lines)))


def _any_bic(party: Node) -> str:
    bic = bank(party, "Id/OrgId/AnyBIC")
    if bic:
        party.lose("the BIC names the customer", "Nm", "PstlAdr")
        _drop_not_provided(party)
    return bic


def _drop_not_provided(party: Node) -> None:
    for path in _OTHERS:
        for other in party.nodes(path):
            if other.peek("Id") == NOT_PROVIDED:
                other.take("")


def _goes_numbered(party: Node) -> bool:
    return bool(party.peek("Nm")) and (bool(party.peek("PstlAdr/Ctry")) or is_numbered(party))


def _numbered_customer(party: Node, account: str) -> tuple[list[str], list[str]]:
    """The first line of 50F, and those of name, address, birth and more identifications as far as there is room."""
    _drop_not_provided(party)
    others = [other for path in _OTHERS for other in party.nodes(path) if _code(other) and _country(other, party)]
    others.sort(key=lambda other: NUMBERED_IDENTITIES.get(_code(other), "9/"))
    first = f"/{account}"
    if not account:
        first = _identity(others.pop(), party) if others else f"/{NOT_PROVIDED}"
    lines = numbered_address(party)
    lines += _birth(party, room=LINES - len(lines))
    for other in others:
        if (number := NUMBERED_IDENTITIES.get(_code(other))) and len(lines) < LINES:
            lines.append(number + shortened(other, _said(other, party), WIDTH - len(number)))
    return [first], lines


def _code(other: Node) -> str:
    """50F's code for an identification; empty when it has none."""
    return IDENTITIES.get(other.peek("SchmeNm/Cd"), "") if other.peek("Id") not in {"", NOT_PROVIDED} else ""


def _identity(other: Node, party: Node) -> str:
    """An identification as 50F's first line says it: "TXID/GB/123", "CUST/GB/issuer/123"."""
    return shortened(other, f"{_code(other)}/{_said(other, party)}", WIDTH)


def _country(other: Node, party: Node) -> str:
    """The country of an identification: its issuer's where that begins with one ("GB", "GB/Bank"), else the party's."""
    issuer = _COUNTRY.match(other.peek("Issr"))
    lines = [match for line in party.nodes("PstlAdr/AdrLine") if (match := _PLACE.match(line.peek()))]
    return issuer[1] if issuer else party.peek("PstlAdr/Ctry") or next((match[1] for match in lines), "")


def _said(other: Node, party: Node) -> str:
    """Country, issuer and number of an identification."""
    code, scheme = _code(other), other.text("SchmeNm/Cd")
    issuer = _COUNTRY.sub("", plain(other, "Issr"), count=1)
    if issuer and code not in ISSUED:
        other.node("Issr").note(f"50F {code} does not name an issuer")
    if scheme != code:
        issuer = f"{scheme} {issuer}".strip()
    parts = [_country(other, party), *([issuer] if code in ISSUED and issuer else []), plain(other, "Id")]
    return "/".join(parts)


def _birth(party: Node, *, room: int) -> list[str]:
    """Lines 4/ and 5/, which come together only: the day, and the country and town."""
    birth = party.node(_BIRTH)
    day = _DAY.fullmatch(birth.peek("BirthDt"))
    country, town = birth.peek("CtryOfBirth"), birth.peek("CityOfBirth")
    if room < 2 or not (day and country and town):
        return []
    birth.take("BirthDt")
    place = f"{plain(birth, 'CtryOfBirth')}/{plain(birth, 'CityOfBirth')}"
    return [f"4/{''.join(day.groups())}", f"5/{shortened(birth.node('CityOfBirth'), place, WIDTH - 2)}"]


def country_of_residence(code: str, node: Node, path: str) -> list[str]:
    """A line of 77B: "/ORDERRES/GB" or "/BENEFRES/GB"."""
    country = node.node(f"{path}/CtryOfRes")
    return coded(country, code, plain(country), lines=1) if country else []
