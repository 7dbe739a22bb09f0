"""What a payment cannot be made without, where CBPR+ is not asked for: rows of the profile "payable" alone."""

from typing import Final

from domain.reason import Reason
from schema.iso20022.profile import Profile
from schema.iso20022.rules.rule import Table, Wrong
from schema.iso20022.shape import Part

RULES: Final = Table(source="network", profiles=frozenset({Profile.PAYABLE}), messages=("pacs.008",))

_SIDES: Final = (("DbtrAgt", "InstgAgt"), ("CdtrAgt", "InstdAgt"))


@RULES.structure("DT-01", "the transaction or its group has a settlement date", Reason.DT01, on="CdtTrfTxInf")
def without_date(transaction: Part) -> Wrong:
    """Either will do."""
    groups = transaction.beside("GrpHdr")
    if not transaction.has("IntrBkSttlmDt") and not any(group.has("IntrBkSttlmDt") for group in groups):
        yield "IntrBkSttlmDt"


@RULES.structure(
    "AG-02", "the banks of debtor and creditor have a BIC", Reason.RC03, on="CdtTrfTxInf", creditor_reason=Reason.RC04
)
def without_bic(transaction: Part) -> Wrong:
    """Their own, or that of the bank that sends or receives for them."""
    group = transaction.beside("GrpHdr")
    for agent, messenger in _SIDES:
        places = (transaction, agent), (transaction, messenger), *((part, messenger) for part in group)
        if not any(part.has(f"{name}/FinInstnId/BICFI") for part, name in places):
            yield f"{agent}/FinInstnId/BICFI"
