"""NU: elements that the profile has removed from use."""

from typing import Final

from domain.reason import Reason
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.kinds import MESSAGE, PARTY
from schema.iso20022.rules.rule import Table, Wrong
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR)

_OF_A_TRANSACTION: Final = ("AccptncDtTm", "PoolgAdjstmntDt", "Tax", "SplmtryData")


@RULES.structure(
    "NU-01",
    "CBPR+ does not use this element of a transaction",
    Reason.FF01,
    on="CdtTrfTxInf",
    messages=("pacs.008", "pacs.009"),
)
def of_a_transaction(transaction: Part) -> Wrong:
    """What only other schemes use."""
    return transaction.parts(*_OF_A_TRANSACTION)


@RULES.structure("NU-01", "CBPR+ does not use supplementary data", Reason.FF01, on=MESSAGE, messages=("pacs",))
def supplementary(message: Part) -> Wrong:
    """At the end of the message."""
    return message.parts("Document/*/SplmtryData")


@RULES.structure("NU-01", "CBPR+ does not use contact details of a party", Reason.FF01, on=PARTY, messages=("pacs",))
def contacts(party: Part) -> Wrong:
    """A telephone number is nothing to pay with."""
    return party.parts("CtctDtls")
