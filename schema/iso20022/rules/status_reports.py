"""SR: reports of what became of a payment, pacs.002: a group and its transactions do not contradict each other."""

import re
from typing import Final

from domain.reason import Reason
from schema.iso20022.profile import CBPR, Profile
from schema.iso20022.rules.kinds import MESSAGE
from schema.iso20022.rules.presence import removed, requires, single
from schema.iso20022.rules.rule import ISO, Table, Wrong
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pacs.002",))

_REPORT: Final = "FIToFIPmtStsRpt"
_GROUP: Final = "OrgnlGrpInfAndSts"
_TX: Final = "TxInfAndSts"
_NOT_REJECTED: Final = frozenset({"ACTC", "ACCP", "ACSP", "ACSC", "ACCC", "ACWC", "PDNG"})
"""Statuses of a group in which nothing was refused; with a refusal among the rest it would be PART."""
_REPORTED: Final = re.compile(
    r"(?:pacs\.(?:003|004|008|009|010)|pain\.(?:001|008))(?:\.[0-9]{3}\.[0-9]{2})?|MT[0-9]{3}"
)


@RULES.content(
    "SR-01",
    "the status of a group does not contradict those of its transactions",
    Reason.FF01,
    on=_REPORT,
    needs=(f"{_GROUP}/GrpSts",),
    **ISO,
)
def contradicted(report: Part) -> Wrong:
    """Of a rejected group all are rejected, of an accepted or pending one none is."""
    if report.count(_GROUP) > 1:
        return  # nobody can tell which transaction belongs to which group
    status = report.text(f"{_GROUP}/GrpSts")
    for transaction in report.parts(f"{_TX}/TxSts"):
        rejected = transaction.text() == "RJCT"
        if (status == "RJCT" and not rejected) or (status in _NOT_REJECTED and rejected):
            yield transaction


@RULES.content(
    "SR-02",
    "a report tells the status of a group or of transactions; a group accepted in part names them",
    Reason.FF01,
    on=_REPORT,
    without=(_TX,),
    **ISO | {"warns": frozenset({Profile.BASE, Profile.PAYABLE})},
)
def untold(report: Part) -> Wrong:
    """Neither, or PART of nobody knows what."""
    if report.text(f"{_GROUP}/GrpSts") in {"", "PART"}:
        yield _TX


@RULES.content("SR-03", "a rejection says why", Reason.FF01, on=_TX, needs=("TxSts",), without=("StsRsnInf/Rsn",))
def rejected_without_reason(transaction: Part) -> Wrong:
    """The sender has to know what to mend."""
    if transaction.text("TxSts") == "RJCT":
        yield "StsRsnInf/Rsn"


@RULES.content(
    "SR-04",
    "a rejected payment has no date on which it settled",
    Reason.DT01,
    on=_TX,
    needs=("FctvIntrBkSttlmDt",),
)
def settled_though_rejected(transaction: Part) -> Wrong:
    """What settled comes back as a return."""
    return transaction.parts("FctvIntrBkSttlmDt") if transaction.text("TxSts") == "RJCT" else []


single(RULES, "TX-01", "a report is of exactly one transaction", on=_REPORT, path=_TX)
removed(RULES, "NU-01", "CBPR+ reports of a transaction, not of a group", on=_REPORT, paths=(_GROUP,))
removed(RULES, "NU-01", "CBPR+ does not use supplementary data of a report", on=_TX, paths=("SplmtryData",))
removed(
    RULES,
    "GH-05",
    "in CBPR+ this is said of the transaction, not of the group",
    on="GrpHdr",
    paths=("InstgAgt", "InstdAgt"),
)

requires(RULES, "SR-05", "a report tells the status of its transaction", on=_TX, paths=("TxSts",))
requires(RULES, "SR-06", "a report names the payment by its UETR", on=_TX, paths=("OrgnlUETR",))
requires(
    RULES,
    "SR-06",
    "a report names the message of the payment",
    on=_TX,
    paths=("OrgnlGrpInf/OrgnlMsgId", "OrgnlGrpInf/OrgnlMsgNmId"),
)
requires(
    RULES,
    "AG-01",
    "instructing and instructed agent of a report are known by their BIC",
    on=_TX,
    paths=("InstgAgt/FinInstnId/BICFI", "InstdAgt/FinInstnId/BICFI"),
    reason=Reason.RC01,
)


@RULES.content(
    "SR-07",
    "a report is of a payment's message",
    Reason.FF01,
    on=MESSAGE,
    needs=tuple(f"Document/*/{where}/OrgnlMsgNmId" for where in (_GROUP, f"{_TX}/OrgnlGrpInf")),
)
def of_no_payment(message: Part) -> Wrong:
    """Transfers, returns, direct debits, a customer's orders of them; of MT, any, for it is named as it was translated."""
    names = message.parts(*(f"Document/*/{where}/OrgnlMsgNmId" for where in (_GROUP, f"{_TX}/OrgnlGrpInf")))
    return [name for name in names if not _REPORTED.fullmatch(name.text())]


RULES.elsewhere(
    "SR-08",
    "the status of a payment never goes backwards; a settled one is returned, not rejected",
    Reason.FF01,
    where="order of a payment's statuses",
)
