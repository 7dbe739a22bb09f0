"""PA: those who pay and are paid, and where they live."""

import re
from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.profile import CBPR, PAYMENTS
from schema.iso20022.rules.kinds import ADDRESS, PARTY
from schema.iso20022.rules.rule import ADDRESSES, ISO, Table, Wrong
from schema.iso20022.rules.texts import COUNTRIES, NOT_BLANK
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR)

_PAYER_AND_PAYEE: Final = ("CdtTrfTxInf/Dbtr", "CdtTrfTxInf/Cdtr")
_LINE: Final = "AdrLine"
_HYBRID_LINES: Final = 2
_FREE_LINES: Final = 3
_FREE_LENGTH: Final = 35
_IDS: Final = 2
_PIECES: Final = re.compile(r"[,;/]\s*|\s{2,}")


@RULES.structure(
    "PA-01",
    "debtor and creditor have a name, or a BIC that tells it",
    Reason.RR02,
    on=_PAYER_AND_PAYEE,
    creditor_reason=Reason.RR03,
    messages=("pacs.008",),
    profiles=PAYMENTS,
)
def nameless(party: Part) -> Wrong:
    """Nobody can be screened without a name."""
    if not party.has("Nm", "Id/OrgId/AnyBIC"):
        yield "Nm"


RULES.value(
    "PA-01",
    "the name of debtor or creditor is not blank",
    Reason.RR02,
    on=tuple(f"{party}/Nm" for party in _PAYER_AND_PAYEE),
    creditor_reason=Reason.RR03,
    messages=("pacs.008",),
    profiles=PAYMENTS,
)(NOT_BLANK.match)


@RULES.structure(
    "PA-02", "a party known by a BIC has neither name nor address", Reason.RR02, on=PARTY, creditor_reason=Reason.RR03
)
def named_twice(party: Part) -> Wrong:
    """AnyBIC says it all."""
    if party.has("Id/OrgId/AnyBIC") and party.has("Nm", "PstlAdr"):
        yield "Id/OrgId/AnyBIC"


@RULES.structure("PA-03", "an address belongs to a name", Reason.RR02, on=PARTY, creditor_reason=Reason.RR03)
def address_of_nobody(party: Part) -> Wrong:
    """PstlAdr without Nm."""
    if party.has("PstlAdr") and not party.has("Nm"):
        yield "Nm"


@RULES.structure(
    "PA-04",
    "an address with structured parts names town and country, and has at most two lines beside them",
    Reason.RR02,
    on=ADDRESS,
    creditor_reason=Reason.RR03,
)
def half_structured(address: Part) -> Wrong:
    """Structured has no lines; hybrid has town, country and up to two lines."""
    lines = address.parts(_LINE)
    if _unstructured(address):
        return
    yield from (name for name in ("TwnNm", "Ctry") if not address.has(name))
    yield from lines[_HYBRID_LINES : _HYBRID_LINES + 1]


@RULES.content(
    "PA-04",
    "an address of lines only has at most three of 35 characters",
    Reason.RR02,
    on=ADDRESS,
    needs=(_LINE,),
    creditor_reason=Reason.RR03,
)
def too_many_lines(address: Part) -> Wrong:
    """The form that ends with the switch date."""
    if _unstructured(address):
        lines = address.parts(_LINE)
        yield from lines[_FREE_LINES : _FREE_LINES + 1]
        yield from (line for line in lines if len(line.text()) > _FREE_LENGTH)


@RULES.structure(
    "PA-04",
    "an address names its town and country apart from its lines",
    Reason.RR02,
    on=ADDRESS,
    needs=(_LINE,),
    creditor_reason=Reason.RR03,
    severity=Severity.WARNING,
    setting=ADDRESSES,
)
def unstructured(address: Part) -> Wrong:
    """Lines only: refused from the switch date on."""
    if _unstructured(address):
        yield "TwnNm"


@RULES.content(
    "PA-05",
    "address lines do not repeat what is told in its own element",
    Reason.RR02,
    on=ADDRESS,
    needs=(_LINE,),
    creditor_reason=Reason.RR03,
)
def repeated(address: Part) -> Wrong:
    """A town, postcode or country that stands twice."""
    told = {part.text().strip().casefold() for part in address.parts("*") if part.name not in {_LINE, "AdrTp"}}
    for line in address.parts(_LINE):
        if any(piece.casefold() in told for piece in _PIECES.split(line.text().strip()) if piece):
            yield line


RULES.value(
    "PA-06",
    "a country is one of ISO 3166-1",
    Reason.RR02,
    on=("Ctry", "CtryOfRes", "CtryOfBirth"),
    **ISO | {"source": "ISO 3166"},
    creditor_reason=Reason.RR03,
)(COUNTRIES.__contains__)


@RULES.structure(
    "PA-07",
    "a party has at most two other identifications",
    Reason.RR02,
    on=("Id/OrgId", "Id/PrvtId"),
    creditor_reason=Reason.RR03,
)
def too_many_ids(identification: Part) -> Wrong:
    """The third is reported."""
    return identification.parts("Othr")[_IDS : _IDS + 1]


@RULES.structure(
    "PA-08",
    "an ultimate or initiating party's address names town and country",
    Reason.RR02,
    on=("UltmtDbtr/PstlAdr", "UltmtCdtr/PstlAdr", "InitgPty/PstlAdr"),
    creditor_reason=Reason.RR03,
)
def unstructured_behind(address: Part) -> Wrong:
    """They never had an unstructured address."""
    return [name for name in ("TwnNm", "Ctry") if not address.has(name)]


def _reachable(party: str, who: str, reason: Reason) -> None:
    @RULES.content(
        "PA-09",
        f"across a border the {who} has an account or an identification",
        reason,
        on="CdtTrfTxInf",
        without=(f"{party}Acct", f"{party}/Id"),
        messages=("pacs.008",),
    )
    def unreachable(transaction: Part) -> Wrong:
        if len({bic[4:6] for bic in transaction.texts("*/FinInstnId/BICFI")}) > 1:
            yield f"{party}Acct"


_reachable("Dbtr", "debtor", Reason.AC01)
_reachable("Cdtr", "creditor", Reason.AC03)


def _unstructured(address: Part) -> bool:
    return address.has(_LINE) and all(part.name in {_LINE, "AdrTp"} for part in address.parts("*"))
