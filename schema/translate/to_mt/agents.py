"""Banks in fields 52 to 58: by BIC (option A), by account alone (B), by code alone (C), or by name and address (D)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mt.addresses import plain_address
from schema.translate.to_mt.lines import plain
from schema.translate.to_mt.rows import Write
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import NOT_PROVIDED, bank

CLEARING: Final = {
    "ATBLZ": "AT",
    "AUBSB": "AU",
    "CACPA": "CC",
    "CHBCC": "SW",
    "CHSIC": "SW",
    "CNAPS": "CN",
    "DEBLZ": "BL",
    "ESNCC": "ES",
    "GBDSC": "SC",
    "GRBIC": "GR",
    "HKNCC": "HK",
    "IENCC": "IE",
    "INFSC": "IN",
    "ITNCC": "IT",
    "NZNCC": "NZ",
    "PLKNR": "PL",
    "PTNCC": "PT",
    "RUCBC": "RU",
    "USABA": "FW",
    "USPID": "CP",
    "ZANCC": "ZA",
}
"""National clearing systems (ExternalClearingSystemIdentification1Code) and the letters MT has for them."""

CLEARING_NUMBER: Final = 31
"""Characters of a member's number behind the letters of its clearing system."""

CLEARED: Final = "the line before the bank holds its clearing code"
RTGS: Final = {"US": "FW"}
"""What asks for real-time settlement in 56a and 57a: //FW in the United States, //RT everywhere else."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A bank as MT will name it: BIC, line of identification ("/…" or "//…"), lines of name and address."""

    bic: str
    identification: str
    address: tuple[str, ...]

    @property
    def option(self) -> str:
        """A by BIC, D by name and address, C by identification alone; nothing when the bank is not named at all."""
        if self.bic:
            return "A"
        if self.address:
            return "D"
        return "C" if self.identification else ""


def agent(number: str, options: str, *, may_ask_rtgs: bool = False) -> Write:
    """Writes a bank and its account ("DbtrAgt", "DbtrAgtAcct") as field `number` in one of the options."""

    def write(node: Node, path: str) -> Iterable[Field]:
        found = read(node, path)
        if may_ask_rtgs and found.option:
            found = _asking_rtgs(node, found)
        return agent_field(number, options, found)

    return write


def agent_field(number: str, options: str, found: Agent) -> Iterable[Field]:
    """The field in the first option that fits and is allowed; one without a name is NOTPROVIDED by name."""
    option = found.option
    if option == "C" and "C" not in options:
        option = "B" if "B" in options and not found.identification.startswith("//") else "D"
    lines = {
        "A": (found.identification, found.bic),
        "B": (found.identification,),
        "C": (found.identification,),
        "D": (found.identification, *(found.address or (NOT_PROVIDED,))),
    }
    if option:
        yield Field(number + option, "\n".join(line for line in lines[option] if line))


def read(node: Node, path: str) -> Agent:
    """The bank at the path and its account at the path with "Acct" after it."""
    institution = node.node(f"{path}/FinInstnId")
    bic = bank(institution, "BICFI")
    identification = _identification(institution, node, f"{path}Acct")
    if bic:
        institution.lose("the BIC names the bank", "Nm", "PstlAdr")
        return Agent(bic, identification, ())
    return Agent("", identification, tuple(plain_address(institution, lines=4)))


def short_name(agent: Node) -> str:
    """A bank in one word for field 72: its BIC, or its clearing code and name. Empty when neither is known."""
    institution = agent.node("FinInstnId")
    if bic := bank(institution, "BICFI"):
        institution.lose("the BIC names the bank", "Nm", "PstlAdr", "ClrSysMmbId")
        return bic
    return f"{_clearing_code(institution)} {plain(institution, 'Nm')}".strip()


def _identification(institution: Node, node: Node, account: str) -> str:
    """The line before the bank: its clearing code, or else its account."""
    if code := _clearing_code(institution):
        node.lose(CLEARED, account)
        return code
    number = account_number(node, account)
    return f"/{number}" if number else ""


def _clearing_code(institution: Node) -> str:
    member = institution.node("ClrSysMmbId")
    if not member:
        return ""
    letters = CLEARING.get(member.peek("ClrSysId/Cd"))
    if letters is None:
        member.lose("MT has no code for this clearing system")
        return ""
    member.take("ClrSysId")
    number = plain(member, "MmbId")
    if len(number) > CLEARING_NUMBER:
        member.lose("MT has no room for a code of this length", "MmbId")
        return ""
    return f"//{letters}{number}"


def account_number(node: Node, path: str) -> str:
    """An account as IBAN or as the bank's own number; empty when there is none or it is NOTPROVIDED."""
    account = node.node(path)
    number = plain(account, "Id/IBAN") or plain(account, "Id/Othr/Id")
    if account.peek("Id/Othr/SchmeNm/Cd") == "CUID" and len(number) == 6:
        account.take("Id/Othr/SchmeNm")
        return f"/CH{number}"
    return "" if number == NOT_PROVIDED else number.lstrip("/")


def _asking_rtgs(node: Node, found: Agent) -> Agent:
    """The first bank of 56a and 57a asks for real-time settlement, unless another code stands there already."""
    if node.peek("PmtTpInf/ClrChanl") != "RTGS" or found.identification or not found.bic:
        return found
    path = "PmtTpInf/ClrChanl"
    if node.node(path).is_read:
        return found
    node.take(path)
    return Agent(found.bic, f"//{RTGS.get(found.bic[4:6], 'RT')}", found.address)
