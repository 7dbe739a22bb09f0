"""MTn92, a request for cancellation, as camt.056."""

import re
from datetime import datetime
from typing import Final

from schema.mt.message import Field, MtMessage
from schema.translate.result import MxTranslation
from schema.translate.to_mx.cases import assignment, case, original, told_uetr
from schema.translate.to_mx.codewords import chunks, joined
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft
from schema.translate.to_mx.remittance import end_to_end
from schema.translate.to_mx.values import settlement

MESSAGE: Final = "camt.056.001.08"

_REASON: Final = re.compile(r"/([A-Z]{4}|[A-Z]{2}[0-9]{2})/(.*)")
_NARRATIVE: Final = "NARR"
_TEXT: Final = 105


def translate(message: MtMessage, created: datetime) -> MxTranslation:
    """A request for cancellation. Raises MessageRefused (TR-02, TR-03), InvalidValue."""
    draft = Draft(message, created, MESSAGE)
    draft.need("20", "21")
    reference, related = (draft.cut(draft.required(tag).value, 35, tag) for tag in ("20", "21"))
    told, lines = told_uetr(draft.fields.take("79"))
    unique = draft.header("121")
    cancelled = {
        "Case": case(reference),
        "OrgnlGrpInf": original(draft, draft.fields.take("11"), related),
        "OrgnlInstrId": related,
        "OrgnlUETR": told or draft.uetr(unique),
        "CxlRsnInf": _reason(lines),
        **_copied(draft, related),
    }
    document = {"FIToFIPmtCxlReq": {"Assgnmt": assignment(draft, reference), "Undrlyg": {"TxInf": cancelled}}}
    return draft.finish(document, reference=reference)


def _copied(draft: Draft, related: str) -> Content:
    """What the copy of the original's fields tells."""
    fields = draft.fields
    amount, text = fields.take("32A"), fields.take("70")
    settled = settlement(amount) if amount else None
    if any(field.value != related for field in fields.take_all("20")):
        draft.lose("20", "the copy names another reference than 21")
    return {
        "OrgnlEndToEndId": end_to_end(text) or _reference(fields.take("21")) or NOT_PROVIDED,
        "OrgnlIntrBkSttlmAmt": settled.amount if settled else None,
        "OrgnlIntrBkSttlmDt": settled.value_date if settled else None,
    }


def _reference(field: Field | None) -> str | None:
    return field.value[:35] if field else None


def _reason(lines: list[str]) -> Content:
    """The first code word is the reason; without one the reason is told in words."""
    code, texts = None, []
    for line in lines:
        found = _REASON.fullmatch(line)
        if found and code is None:
            code, line = found[1], found[2]
        if line.strip("/ "):
            texts.append(line)
    told = chunks(joined(texts), _TEXT) or [NOT_PROVIDED]
    return {"Rsn": {"Cd": code or _NARRATIVE}, "AddtlInf": told}
