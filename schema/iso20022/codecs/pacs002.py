"""pacs.002.001.10, the status report between banks: read into a StatusReport and written from one."""

from typing import Final

from domain.reason import Reason
from domain.status_report import StatusReport
from schema.iso20022.codecs import values
from schema.iso20022.codecs.identity import Identity, group, instruction_reference, moment, write
from schema.iso20022.codecs.parties import agent
from schema.iso20022.codecs.references import original_group, original_ids, stated, told
from schema.iso20022.codecs.values import Part
from schema.iso20022.envelope import BusinessMessage

MESSAGE: Final = "pacs.002.001.10"

_ROOT: Final = "FIToFIPmtStsRpt"
_TX: Final = f"{_ROOT}/TxInfAndSts"
_GROUP: Final = f"{_ROOT}/OrgnlGrpInfAndSts"


def decode(business: BusinessMessage) -> StatusReport:
    """What the report says of its one transaction, or of the group where it tells of no transaction.

    Raises MessageRefused when it tells of more than one, or no status.
    """
    read = Part(business)
    count = len(read.elements(_TX))
    if count > 1:
        values.only(read, _TX)
    at = _TX if count else _GROUP
    report = StatusReport(
        original=values.original(read, at, _GROUP),
        status=read.required("XS", Reason.FF01, "the report tells no status", *(f"{_TX}/TxSts", f"{_GROUP}/GrpSts")),
        reasons=values.reasons(read, f"{at}/StsRsnInf"),
        accepted_at=values.moment(read, f"{at}/AccptncDtTm"),
        settled_on=values.day(read, f"{at}/FctvIntrBkSttlmDt/Dt", f"{at}/FctvIntrBkSttlmDt/DtTm"),
        clearing_reference=read.text(f"{at}/ClrSysRef") or None,
    )
    read.refuse_if_wrong()
    return report


def encode(report: StatusReport, identity: Identity) -> bytes:
    """The report as a CBPR+ message.

    Raises InvalidValue when a refusal has no reason or has a settlement date, MessageRefused when a text does not fit.
    """
    report.check()
    original = report.original
    if original.instruction_id is not None:
        instruction_reference(original.instruction_id, f"/Document/{_TX}/OrgnlInstrId")
    transaction = {
        "OrgnlGrpInf": original_group(original),
        **original_ids(original),
        "OrgnlUETR": original.uetr,
        "TxSts": report.status,
        "StsRsnInf": [stated(reason, f"/Document/{_TX}/StsRsnInf/AddtlInf") for reason in report.reasons],
        "AccptncDtTm": None if report.accepted_at is None else moment(report.accepted_at),
        "FctvIntrBkSttlmDt": {"Dt": report.settled_on} if report.settled_on else None,
        "ClrSysRef": told(report.clearing_reference),
        "InstgAgt": agent(identity.sender),
        "InstdAgt": agent(identity.receiver),
    }
    return write(MESSAGE, identity, {_ROOT: {"GrpHdr": group(identity), "TxInfAndSts": transaction}})
