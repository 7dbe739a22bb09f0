"""CD: codes of the sets that ISO keeps outside its schemas."""

from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.codesets.code_sets import codes
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.rule import CODES, LENIENT, Table, Wrong
from schema.iso20022.shape import Part

RULES: Final = Table(source="ISO 20022 external code sets", setting=CODES, warns=LENIENT)

_STATUS: Final = ("pacs.002", "pain.002")
_ANSWER: Final = ("camt.029",)
_ACCOUNTS: Final = ("camt.052", "camt.053", "camt.054")


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
_listed("CX-02", "a cancellation reason", "CxlRsnInf/Rsn/Cd", "ExternalCancellationReason1Code", ("camt.056",))
_listed(
    "CX-05", "the outcome of an investigation", "Sts/Conf", "ExternalInvestigationExecutionConfirmation1Code", _ANSWER
)
_listed("CX-06", "why a recall is refused", "CxlStsRsnInf/Rsn/Cd", "ExternalPaymentCancellationRejection1Code", _ANSWER)
_listed("CD-06", "a local instrument", "LclInstrm/Cd", "ExternalLocalInstrument1Code")
_listed("CD-07", "the status of a transaction", "TxInfAndSts/TxSts", "ExternalPaymentTransactionStatus1Code", _STATUS)
_listed("CD-07", "the status of a group", "OrgnlGrpInfAndSts/GrpSts", "ExternalPaymentGroupStatus1Code", _STATUS)
_listed("CD-08", "a kind of balance", "Bal/Tp/CdOrPrtry/Cd", "ExternalBalanceType1Code", _ACCOUNTS)
_listed("CD-08", "the status of an entry", "Ntry/Sts/Cd", "ExternalEntryStatus1Code", _ACCOUNTS)


@RULES.content(
    "CD-05",
    "a reason that is told in words (NARR) has words",
    Reason.NARR,
    on=("StsRsnInf", "RtrRsnInf", "CxlRsnInf", "CxlStsRsnInf"),
    needs=("Rsn/Cd",),
    without=("AddtlInf",),
    messages=(*_STATUS, "pacs.004", "camt.056", *_ANSWER),
    source="ISO 20022",
    setting=None,
)
def wordless(reason: Part) -> Wrong:
    """The code itself says nothing."""
    if reason.text("Rsn/Cd") == "NARR":
        yield "AddtlInf"


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
