"""MTn96, the answer to a request for cancellation, as camt.029."""

import re
from datetime import datetime
from typing import Final

from schema.mt.message import Field, MtMessage
from schema.translate.result import MxTranslation
from schema.translate.to_mx.cases import assignment, case, original, told_uetr
from schema.translate.to_mx.codewords import chunks, joined
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft
from schema.translate.to_mx.refusal import unreadable

MESSAGE: Final = "camt.029.001.09"

ANSWERS: Final = ("CNCL", "PDCR", "RJCR")
"""Cancelled, pending, rejected: the answers that have a confirmation in ISO 20022."""

_ANSWER: Final = re.compile(r"/(CNCL|PDCR|RJCR)/(.*)")
_REASON: Final = re.compile(r"/?([A-Z]{4}|[A-Z]{2}[0-9]{2})(?:/(.*))?")
_NARRATIVE: Final = "NARR"
_REJECTED: Final = "RJCR"
_TEXT: Final = 105


def translate(message: MtMessage, created: datetime) -> MxTranslation:
    """An answer to a request for cancellation. Raises MessageRefused (TR-02, TR-03: any other answer)."""
    draft = Draft(message, created, MESSAGE)
    draft.need("20", "21", "76")
    reference, related = (draft.cut(draft.required(tag).value, 35, tag) for tag in ("20", "21"))
    answer = draft.required("76")
    status, lines = _answer(answer)
    told, others = told_uetr(draft.fields.take("77A"))
    unique = draft.header("121")
    reasons = _reasons(status, [*lines, *others])
    if others and not reasons:
        draft.lose("77A", "an answer without a reason has no text")
    resolved = {
        "CxlStsId": reference,
        "RslvdCase": case(related),
        "OrgnlGrpInf": original(draft, draft.fields.take("11"), NOT_PROVIDED),
        "OrgnlUETR": told or draft.uetr(unique),
        "CxlStsRsnInf": reasons,
    }
    document = {
        "RsltnOfInvstgtn": {
            "Assgnmt": assignment(draft, reference),
            "Sts": {"Conf": status},
            "CxlDtls": {"TxInfAndSts": resolved},
        }
    }
    return draft.finish(document, reference=reference)


def _answer(field: Field) -> tuple[str, list[str]]:
    found = _ANSWER.fullmatch(field.lines[0])
    if found is None:
        unreadable(field, "expected an answer: " + ", ".join(f"/{code}/" for code in ANSWERS))
    return found[1], [line for line in (found[2], *field.lines[1:]) if line.strip("/ ")]


def _reasons(status: str, lines: list[str]) -> list[Content]:
    """The reason is a code behind the answer ("/RJCR/AGNT/text"); a rejection without one tells it in words."""
    if not lines and status != _REJECTED:
        return []
    found = _REASON.fullmatch(lines[0]) if lines else None
    code = found[1] if found else _NARRATIVE
    texts = [found[2] or "", *lines[1:]] if found else lines
    told = chunks(joined(text for text in texts if text.strip("/ ")), _TEXT)
    return [{"Rsn": {"Cd": code}, "AddtlInf": told or ([] if found else [NOT_PROVIDED])}]
