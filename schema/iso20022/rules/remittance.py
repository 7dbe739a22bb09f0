"""RM and RG: what the payment is for, and what the authorities want to know."""

from typing import Final

from domain.reason import Reason
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.rule import Table, Wrong
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pacs.008", "pacs.009"))

_STRUCTURED: Final = 9_000


@RULES.structure("RM-01", "remittance is free text or structured, not both", Reason.FF01, on="RmtInf")
def both(remittance: Part) -> Wrong:
    """Ustrd and Strd together."""
    if remittance.has("Ustrd"):
        yield from remittance.parts("Strd")[:1]


@RULES.structure("RM-02", "there is one line of free remittance text", Reason.FF01, on="RmtInf")
def second_line(remittance: Part) -> Wrong:
    """140 characters, as the schema says."""
    return remittance.parts("Ustrd")[1:2]


@RULES.content("RM-03", "structured remittance has at most 9,000 characters", Reason.FF01, on="RmtInf", needs=("Strd",))
def too_much(remittance: Part) -> Wrong:
    """Counted without tags."""
    if sum(len(part.text().strip()) for each in remittance.parts("Strd") for part in each.below()) > _STRUCTURED:
        yield "Strd"


@RULES.structure(
    "RM-04",
    "remittance travels in the payment or elsewhere, not both",
    Reason.FF01,
    on="CdtTrfTxInf",
    needs=("RltdRmtInf",),
)
def here_and_there(transaction: Part) -> Wrong:
    """RltdRmtInf with RmtInf."""
    if transaction.has("RmtInf"):
        yield "RltdRmtInf"


RULES.elsewhere("RG-01", "there are at most ten regulatory reports", Reason.FF01, where="schema")
