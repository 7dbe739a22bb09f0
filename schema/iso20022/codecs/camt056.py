"""camt.056.001.08, the request to cancel a payment: read into a RecallRequest and written from one."""

from datetime import datetime
from typing import Final

from domain.reason import Reason
from domain.recall import RecallRequest
from schema.iso20022.codecs import values
from schema.iso20022.codecs.cases import (
    assignment,
    assignment_content,
    case_content,
    needed_bank,
    original_content,
    read_bank,
)
from schema.iso20022.codecs.identity import write
from schema.iso20022.codecs.references import stated, told
from schema.iso20022.codecs.values import Part
from schema.iso20022.envelope import BusinessMessage

MESSAGE: Final = "camt.056.001.08"

_ROOT: Final = "FIToFIPmtCxlReq"
_TX: Final = f"{_ROOT}/Undrlyg/TxInf"
_CASES: Final = (f"{_TX}/Case", f"{_ROOT}/Case", f"{_ROOT}/Undrlyg/OrgnlGrpInfAndCxl/Case")


def decode(business: BusinessMessage) -> RecallRequest:
    """The recall of one payment.

    Raises MessageRefused when it is not one (CX-04), or lacks the original's UETR (CX-01), a reason (CX-02) or the
    two banks (CX-03).
    """
    read = Part(business)
    if len(read.elements(_TX)) > 1:
        read.report("CX-04", Reason.FF01, "a recall is of exactly one payment", _TX, nth=1)
    request = _request(read)
    read.refuse_if_wrong()
    assert request is not None, "a recall that cannot be read is reported"
    return request


def encode(request: RecallRequest, *, created: datetime | None = None) -> bytes:
    """The recall as a CBPR+ message, named by its assignment; made at `created`, or else when the request says.

    Raises InvalidValue when a name cannot go into its place or the moment is not told, MessageRefused when a text does
    not fit.
    """
    identity = assignment(request.assignment_id, created or request.created, request.assigner_bic, request.assignee_bic)
    transaction = {
        "CxlId": told(request.cancellation_id),
        "Case": case_content(request.case_id, request.creator_bic or request.assigner_bic),
        **original_content(request.original, _TX),
        "OrgnlUETR": request.original.uetr,
        "OrgnlIntrBkSttlmAmt": request.original_amount,
        "OrgnlIntrBkSttlmDt": request.original_date,
        "CxlRsnInf": stated(request.reason, f"/Document/{_TX}/CxlRsnInf/AddtlInf"),
    }
    content = {"Assgnmt": assignment_content(identity), "Undrlyg": {"TxInf": transaction}}
    return write(MESSAGE, identity, {_ROOT: content})


def _request(read: Part) -> RecallRequest | None:
    reasons = [reason for reason in values.reasons(read, f"{_TX}/CxlRsnInf") if reason.code]
    read.required("CX-01", Reason.FF01, "the original's UETR is missing", f"{_TX}/OrgnlUETR")
    assigner, assignee = needed_bank(read, f"{_ROOT}/Assgnmt/Assgnr"), needed_bank(read, f"{_ROOT}/Assgnmt/Assgne")
    if not reasons:
        read.report("CX-02", Reason.FF01, "the recall does not say why", f"{_TX}/CxlRsnInf/Rsn/Cd")
    if assigner is None or assignee is None or not reasons:
        return None
    case = next((path for path in _CASES if read.elements(path)), _CASES[0])
    creator = read_bank(read, f"{case}/Cretr")
    return RecallRequest(
        # Outside CBPR+ a recall need not open a case; it is then answered under its own name.
        case_id=read.text(*(f"{case}/Id" for case in _CASES), f"{_ROOT}/Assgnmt/Id"),
        assignment_id=read.text(f"{_ROOT}/Assgnmt/Id"),
        assigner_bic=assigner,
        assignee_bic=assignee,
        original=values.original(read, _TX, f"{_ROOT}/Undrlyg/OrgnlGrpInfAndCxl"),
        reason=reasons[0],
        original_amount=values.amount(read, f"{_TX}/OrgnlIntrBkSttlmAmt"),
        original_date=values.day(read, f"{_TX}/OrgnlIntrBkSttlmDt"),
        created=values.moment(read, f"{_ROOT}/Assgnmt/CreDtTm"),
        creator_bic=creator if creator != assigner else None,
        cancellation_id=read.text(f"{_TX}/CxlId") or None,
    )
