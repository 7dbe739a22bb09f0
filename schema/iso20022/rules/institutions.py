"""NF: transfers between banks, pacs.009, with their variants for a cover and for an advice."""

from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.profile import CBPR, PAYMENTS
from schema.iso20022.rules.kinds import MESSAGE
from schema.iso20022.rules.rule import Table, Wrong
from schema.iso20022.rules.texts import FIELD_21
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pacs.009",))

_SERVICE: Final = "AppHdr/BizSvc"
_COVERED: Final = "Document/FICdtTrf/CdtTrfTxInf/UndrlygCstmrCdtTrf"


@RULES.content(
    "NF-01",
    "a cover tells of the customer's payment that it covers, and only a cover does",
    Reason.FF01,
    on=MESSAGE,
    needs=(_SERVICE,),
)
def cover_and_covered(message: Part) -> Wrong:
    """The business service says which of the three variants a pacs.009 is."""
    service = message.text(_SERVICE)
    if not service.startswith("swift.cbprplus"):
        return  # BH-05
    if message.has(_COVERED) and ".cov." not in service:
        yield _SERVICE
    if ".cov." in service and not message.has(_COVERED):
        yield _COVERED


RULES.elsewhere(
    "NF-02",
    "a cover has the UETR of the payment it covers, and that payment's instruction id as end-to-end id",
    Reason.FF01,
    where="matching of covers",
    profiles=PAYMENTS,
)

RULES.value(
    "NF-03",
    "the first 16 characters of the end-to-end id fit into a FIN reference: no slash at their ends, no //",
    Reason.FF01,
    on="PmtId/EndToEndId",
)(FIELD_21.fullmatch)

RULES.elsewhere("NF-04", "banks do not tell who bears the charges of a transfer", Reason.FF01, where="schema")

RULES.elsewhere(
    "NF-05", "an advice settles nothing and is never booked", Reason.FF01, where="settlement", profiles=PAYMENTS
)


@RULES.content(
    "CD-03",
    "a cover on gpi has the service level of a customer's payment, another transfer that of banks",
    Reason.FF01,
    on="CdtTrfTxInf",
    needs=("PmtTpInf/SvcLvl/Cd",),
    source="SWIFT gpi",
    severity=Severity.WARNING,
)
def of_another_service(transaction: Part) -> Wrong:
    """G001 follows a customer's payment, G004 a transfer between banks."""
    wrong = "G004" if transaction.has("UndrlygCstmrCdtTrf") else "G001"
    return [level for level in transaction.parts("PmtTpInf/SvcLvl/Cd") if level.text() == wrong]
