"""CH: who bears the charges, and what was charged."""

from typing import Final

from domain.reason import Reason
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.rule import Table, Wrong
from schema.iso20022.rules.texts import decimal
from schema.iso20022.shape import CURRENCY, Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pacs.008",))


# SLEV belongs to schemes with a service level of their own.
RULES.value("CH-01", "charges are borne by debtor, creditor or both", Reason.FF01, on="ChrgBr")(
    {"DEBT", "CRED", "SHAR"}.__contains__
)


@RULES.content(
    "CH-02",
    "when the creditor bears the charges they are told, even when they are zero",
    Reason.FF01,
    on="CdtTrfTxInf",
    without=("ChrgsInf",),
)
def charges_untold(transaction: Part) -> Wrong:
    """CRED without ChrgsInf."""
    if transaction.text("ChrgBr") == "CRED":
        yield "ChrgsInf"


@RULES.content(
    "CH-03",
    "when the debtor bears the charges, only one prepaid charge may be told",
    Reason.FF01,
    on="CdtTrfTxInf",
    needs=("ChrgsInf",),
)
def charges_of_the_debtor(transaction: Part) -> Wrong:
    """DEBT with several charges, or one of nothing."""
    if transaction.text("ChrgBr") != "DEBT":
        return
    first, *others = transaction.parts("ChrgsInf")
    yield from others[:1]
    if not decimal(first.text("Amt")):
        yield from first.parts("Amt")


@RULES.content(
    "CH-04",
    "when both bear the charges, what was deducted is told",
    Reason.FF01,
    on="CdtTrfTxInf",
    needs=("InstdAmt",),
    without=("ChrgsInf",),
)
def deducted_untold(transaction: Part) -> Wrong:
    """SHAR in one currency, less arrives than was sent, nobody says why."""
    if transaction.text("ChrgBr") != "SHAR":
        return
    if transaction.text(f"InstdAmt/{CURRENCY}") != transaction.text(f"IntrBkSttlmAmt/{CURRENCY}"):
        return
    settled, instructed = decimal(transaction.text("IntrBkSttlmAmt")), decimal(transaction.text("InstdAmt"))
    if settled is not None and instructed is not None and settled < instructed:
        yield "ChrgsInf"


@RULES.structure("CH-05", "a charge names the bank that took it", Reason.FF01, on="ChrgsInf/Agt/FinInstnId")
def taken_by_nobody(agent: Part) -> Wrong:
    """The agent is there but empty."""
    if not agent.has("BICFI", "ClrSysMmbId", "LEI", "Nm"):
        yield "BICFI"
