"""What OFAC writes into Remarks: weak aliases, dates of birth, nationalities and every identifier, parted by semicolons."""

import re
from dataclasses import dataclass, field
from typing import Final

from screening.entity import Document, ListedName, NameKind
from screening.lists.reading import date

_ALIAS: Final = re.compile(r"(?:alt\.\s*)?(a|f|n)\.k\.a\.\s+'(.+?)'\.?$")
_BIRTH: Final = re.compile(r"^(?:alt\.\s*)?DOB\s+(.+)$")
_NATION: Final = re.compile(r"^(?:alt\.\s*)?(?:nationality|citizen)\s+(.+)$")
_BIC: Final = re.compile(r"SWIFT/BIC\s+([A-Z0-9]{8}(?:[A-Z0-9]{3})?)\b")
_IMO: Final = re.compile(r"\bIMO\s+(\d{7})\b")
_LEI: Final = re.compile(r"\b(?:LEI|Legal Entity (?:Identifier|Number))\s+([A-Z0-9]{20})\b")
_WALLET: Final = re.compile(r"Digital Currency Address - [A-Z0-9]+\s+([A-Za-z0-9]{20,})")
_NUMBER: Final = re.compile(
    r"^(?:alt\.\s*)?(Passport|Tax ID No\.|National ID No\.|National Foreign ID Number|Registration Number|Registration ID"
    r"|Cedula No\.|NIT #|RUC #|RFC|C\.U\.R\.P\.|C\.R\. No\.|Company Number|Commercial Registry Number|Business Registration Number"
    r"|Identification Number|Unified Social Credit Code \(USCC\)|Government Gazette Number|SSN|D\.N\.I\.|V\.A\.T\. Number"
    r"|Folio Mercantil No\.|Economic Register Number \(CBLS\)|MMSI|Aircraft Tail Number|License|Personal ID Card"
    r"|Chinese Commercial Code|Trade License No\.|Birth Certificate Number|Stateless Person ID Card|Residency Number"
    r"|Diplomatic Passport|Driver's License No\.|Electoral Registry No\.|Matricula Mercantil No\.|Public Registration Number"
    r"|Romanian C\.R\.|Tazkira|Travel Document Number|Turkish Identification Number|UAE Identification|UK Company Number"
    r"|Dubai Chamber of Commerce Membership No\.|Enterprise Number|Fiscal Code|I\.F\.E\.|Kenyan ID No\.|Numero Unico de Identificacao)"
    r"\s+([A-Za-z0-9][A-Za-z0-9\-./ ]*?)(?:\s*\((.+?)\))?(?:\s+(?:issued|expires)\b.*)?\.?$"
)


@dataclass(slots=True)
class Remarks:
    """What one entity's remarks say."""

    names: list[ListedName] = field(default_factory=list)
    births: list[str] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    bics: list[str] = field(default_factory=list)
    imos: list[str] = field(default_factory=list)
    leis: list[str] = field(default_factory=list)
    wallets: list[str] = field(default_factory=list)


def read(remarks: str) -> Remarks:
    """Take the remarks apart. Aliases that stand here, and in no other file, are OFAC's weak ones."""
    found = Remarks()
    for part in re.split(r";\s*", remarks.strip().rstrip(".")):
        _take(part.strip(), found)
    return found


def _take(part: str, found: Remarks) -> None:
    if alias := _ALIAS.match(part):
        found.names.append(ListedName(alias[2].strip(), NameKind.WEAK))
    elif birth := _BIRTH.match(part):
        if known := date(birth[1]):
            found.births.append(known)
    elif nation := _NATION.match(part):
        found.nationalities.append(nation[1].strip())
    elif number := _NUMBER.match(part):
        found.documents.append(Document(number[1].rstrip(".").strip(), number[2].strip(), number[3] or ""))
    found.bics += _BIC.findall(part)
    found.imos += _IMO.findall(part)
    found.leis += _LEI.findall(part)
    found.wallets += _WALLET.findall(part)
