"""camt.029.001.09, the answer to a recall: read into a RecallAnswer and written from one.

The request that is answered stands in the header as the related message; what happened stands as confirmation of the
whole and, where the recall is refused, with reasons at the transaction.
"""

from datetime import datetime
from typing import Final

from domain.reason import Reason
from domain.recall import RecallAnswer, RecallStatus
from schema.iso20022.codecs import camt056, values
from schema.iso20022.codecs.cases import (
    assignment,
    assignment_content,
    case_content,
    needed_bank,
    original_content,
    read_bank,
)
from schema.iso20022.codecs.identity import Identity, Related, write
from schema.iso20022.codecs.references import stated, told
from schema.iso20022.codecs.values import Part
from schema.iso20022.envelope import BusinessMessage

MESSAGE: Final = "camt.029.001.09"

_ROOT: Final = "RsltnOfInvstgtn"
_TX: Final = f"{_ROOT}/CxlDtls/TxInfAndSts"
_CASES: Final = (f"{_TX}/RslvdCase", f"{_ROOT}/RslvdCase", f"{_ROOT}/CxlDtls/OrgnlGrpInfAndSts/RslvdCase")


def decode(business: BusinessMessage) -> RecallAnswer:
    """The answer to the recall of one payment.

    Raises MessageRefused when it answers more than one, is none of the three answers (CX-05), refuses without a reason
    (CX-06), or names no case (CX-07) or banks (CX-03).
    """
    read = Part(business)
    if len(read.elements(_TX)) > 1:
        values.only(read, _TX)
    answer = _answer(read)
    read.refuse_if_wrong()
    assert answer is not None, "an answer that cannot be read is reported"
    return answer


def encode(answer: RecallAnswer, *, created: datetime | None = None) -> bytes:
    """The answer as a CBPR+ message, named by its assignment; made at `created`, or else when the answer says.

    Raises InvalidValue when a refusal has no reason, a name cannot go into its place or the moment is not told,
    MessageRefused when a text does not fit.
    """
    answer.check()
    identity = assignment(answer.assignment_id, created or answer.created, answer.assigner_bic, answer.assignee_bic)
    transaction = {
        "CxlStsId": told(answer.status_id),
        "RslvdCase": case_content(answer.case_id, answer.creator_bic or answer.assignee_bic),
        **original_content(answer.original, _TX),
        "OrgnlUETR": answer.original.uetr,
        "CxlStsRsnInf": [stated(reason, f"/Document/{_TX}/CxlStsRsnInf/AddtlInf") for reason in answer.reasons],
    }
    content = {
        "Assgnmt": assignment_content(identity),
        "Sts": {"Conf": answer.status},
        "CxlDtls": {"TxInfAndSts": transaction},
    }
    return write(MESSAGE, identity, {_ROOT: content}, related=_related(answer))


def _related(answer: RecallAnswer) -> Related | None:
    if answer.request_id is None or answer.requested is None:
        return None
    asked = Identity(answer.request_id, answer.requested, answer.assignee_bic, answer.assigner_bic)
    return Related(camt056.MESSAGE, asked)


def _answer(read: Part) -> RecallAnswer | None:
    status = _status(read)
    case_id = read.required("CX-07", Reason.FF01, "the answer names no case", *(f"{case}/Id" for case in _CASES))
    assigner, assignee = needed_bank(read, f"{_ROOT}/Assgnmt/Assgnr"), needed_bank(read, f"{_ROOT}/Assgnmt/Assgne")
    reasons = values.reasons(read, f"{_TX}/CxlStsRsnInf")
    if status is RecallStatus.RJCR and not any(reason.code for reason in reasons):
        read.report("CX-06", Reason.FF01, "the refusal does not say why", f"{_TX}/CxlStsRsnInf/Rsn/Cd")
    if status is None or assigner is None or assignee is None:
        return None
    case = next((path for path in _CASES if read.elements(path)), _CASES[0])
    creator = read_bank(read, f"{case}/Cretr")
    header = values.header(read.business)
    return RecallAnswer(
        case_id=case_id,
        assignment_id=read.text(f"{_ROOT}/Assgnmt/Id"),
        assigner_bic=assigner,
        assignee_bic=assignee,
        original=values.original(read, _TX, f"{_ROOT}/CxlDtls/OrgnlGrpInfAndSts"),
        status=status,
        reasons=reasons,
        request_id=(header and header.text("Rltd/BizMsgIdr")) or None,
        requested=values.moment(header, "Rltd/CreDt") if header else None,
        created=values.moment(read, f"{_ROOT}/Assgnmt/CreDtTm"),
        creator_bic=creator if creator != assignee else None,
        status_id=read.text(f"{_TX}/CxlStsId") or None,
    )


def _status(read: Part) -> RecallStatus | None:
    paths = (f"{_ROOT}/Sts/Conf", f"{_TX}/TxCxlSts")
    text = read.text(*paths).strip()
    if text in set(RecallStatus):
        return RecallStatus(text)
    read.report("CX-05", Reason.FF01, "the answer is none of CNCL, RJCR and PDCR", paths[0])
    return None
