"""CD: codes of the sets that ISO keeps outside its schemas."""

from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.codesets.code_sets import codes
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.rule import CODES, LENIENT, Table

RULES: Final = Table(source="ISO 20022 external code sets", setting=CODES, warns=LENIENT)

_STATUS: Final = ("pacs.002", "pain.002")


def _listed(id: str, what: str, on: str, code_set: str, messages: tuple[str, ...] = ("",)) -> None:
    known = codes(code_set)

    @RULES.value(id, f"{what} is one of {code_set}", Reason.FF01, on=on, messages=messages)
    def is_listed(code: str) -> bool:
        return code in known


_listed("CD-01", "a purpose", "Purp/Cd", "ExternalPurpose1Code")
_listed("CD-02", "a category purpose", "CtgyPurp/Cd", "ExternalCategoryPurpose1Code")
_listed("CD-03", "a service level", "SvcLvl/Cd", "ExternalServiceLevel1Code")
_listed("CD-04", "a clearing system", "ClrSysId/Cd", "ExternalClearingSystemIdentification1Code")
_listed("CD-05", "a status reason", "StsRsnInf/Rsn/Cd", "ExternalStatusReason1Code", _STATUS)
_listed("CD-05", "a return reason", "RtrRsnInf/Rsn/Cd", "ExternalReturnReason1Code")
_listed("CD-06", "a local instrument", "LclInstrm/Cd", "ExternalLocalInstrument1Code")


@RULES.value(
    "CD-03",
    "a customer payment on gpi has the service level of one",
    Reason.FF01,
    on="SvcLvl/Cd",
    messages=("pacs.008",),
    source="SWIFT gpi",
    profiles=CBPR,
    severity=Severity.WARNING,
    setting=None,
)
def of_a_customer(code: str) -> bool:
    """G004 is a transfer between banks."""
    return code != "G004"
