"""MTn96, the answer to a request for cancellation, as camt.029."""

import re
from datetime import datetime
from typing import Final

from schema.mt.fields.texts import read_coded
from schema.mt.message import Field, MtMessage
from schema.translate.result import MxTranslation
from schema.translate.to_mx.cases import assignment, case, original, told_uetr
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft
from schema.translate.to_mx.refusal import unreadable
from schema.translate.to_mx.texts import chunks, whole

MESSAGE: Final = "camt.029.001.09"

ANSWERS: Final = ("CNCL", "PDCR", "RJCR")
"""Cancelled, pending, rejected: the answers to a request for cancellation."""

_REASON: Final = re.compile(r"/?([A-Z]{4}|[A-Z]{2}[0-9]{2})(?:/(.*))?")
_REJECTIONS: Final = frozenset(
    {"AC04", "AGNT", "AM04", "ARDT", "ARPL", "CUST", "INDM", "LEGL", "NOAS", "NOOR", "PTNA", "RQDA", "RR04"}
)
"""Reasons of MTn96 that may stand in front of a text without a slash between."""
_NARRATIVE: Final = "NARR"
_REJECTED: Final = "RJCR"
_TEXT: Final = 105


def translate(message: MtMessage, created: datetime) -> MxTranslation:
    """An answer to a request for cancellation. Raises MessageRefused (TR-02, TR-03: any other answer)."""
    draft = Draft(message, created, MESSAGE)
    draft.need("20", "21", "76")
    reference, related = draft.reference("20"), draft.reference("21")
    status, told = _answer(draft.required("76"))
    unique, others = told_uetr(draft.fields.take("77A"))
    reasons = _reasons(status, [*told, *map(whole, others)])
    resolved = {
        "CxlStsId": reference,
        "RslvdCase": case(related),
        "OrgnlGrpInf": original(draft, draft.fields.take("11"), NOT_PROVIDED),
        "OrgnlUETR": draft.uetr(unique),
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
    """The status, and the texts behind it."""
    first, *others = read_coded(field.value)
    if first.code not in ANSWERS:
        unreadable(field, f"the answer is one of {', '.join(f'/{code}/' for code in ANSWERS)}")
    return first.code, [text for text in (first.text.strip(), *map(whole, others)) if text.strip("/")]


def _reasons(status: str, texts: list[str]) -> list[Content]:
    """The reason is a code behind the answer ("/RJCR/AGNT/text"); a rejection without one tells it in words."""
    if not texts and status != _REJECTED:
        return []
    first, *others = texts or [""]
    code, text = _coded(first)
    told = chunks(" ".join(filter(None, [text, *others])), _TEXT)
    return [{"Rsn": {"Cd": code or _NARRATIVE}, "AddtlInf": told or ([] if code else [NOT_PROVIDED])}]


def _coded(text: str) -> tuple[str | None, str]:
    """The reason that a text begins with, and the rest."""
    if found := _REASON.fullmatch(text):
        return found[1], (found[2] or "").strip("/ ")
    return (text[:4], text[4:].strip("/ ")) if text[:4] in _REJECTIONS else (None, text)
