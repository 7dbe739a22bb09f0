"""MTn92, a request for cancellation, as camt.056."""

import re
from datetime import datetime
from typing import Final

from schema.mt.fields.texts import CodedText
from schema.mt.message import Field, MtMessage
from schema.translate.result import MxTranslation
from schema.translate.to_mx.cases import assignment, case, original, told_uetr
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft
from schema.translate.to_mx.remittance import end_to_end
from schema.translate.to_mx.texts import chunks, whole
from schema.translate.to_mx.values import settlement

MESSAGE: Final = "camt.056.001.08"

_REASON: Final = re.compile(r"[A-Z]{4}|[A-Z]{2}[0-9]{2}")
_NARRATIVE: Final = "NARR"
_TEXT: Final = 105


def translate(message: MtMessage, created: datetime) -> MxTranslation:
    """A request for cancellation. Raises MessageRefused (TR-02, TR-03), InvalidValue."""
    draft = Draft(message, created, MESSAGE)
    draft.need("20", "21")
    reference, related = draft.reference("20"), draft.reference("21")
    told, texts = told_uetr(draft.fields.take("79"))
    cancelled = {
        "Case": case(reference),
        "OrgnlGrpInf": original(draft, draft.fields.take("11"), related),
        "OrgnlInstrId": related,
        "OrgnlUETR": draft.uetr(told),
        "CxlRsnInf": _reason(texts),
        **_copied(draft, related),
    }
    document = {"FIToFIPmtCxlReq": {"Assgnmt": assignment(draft, reference), "Undrlyg": {"TxInf": cancelled}}}
    return draft.finish(document, reference=reference)


def _copied(draft: Draft, related: str) -> Content:
    """What the copy of the original's fields tells."""
    fields = draft.fields
    amount, text = fields.take("32A"), fields.take("70")
    value_date, settled = settlement(amount) if amount else (None, None)
    if any(field.value != related for field in fields.take_all("20")):
        draft.lose("20", "the copy names another reference than 21")
    return {
        "OrgnlEndToEndId": end_to_end(text) or _reference(fields.take("21")) or NOT_PROVIDED,
        "OrgnlIntrBkSttlmAmt": settled,
        "OrgnlIntrBkSttlmDt": value_date,
    }


def _reference(field: Field | None) -> str | None:
    return field.value[:35] if field else None


def _reason(texts: list[CodedText]) -> Content:
    """The code word that comes first is the reason; without one the reason is told in words."""
    first, *others = texts or [CodedText(None, (), "")]
    code = first.code if first.code and _REASON.fullmatch(first.code) else None
    told = [first.text.strip("/ ") if code else whole(first), *map(whole, others)]
    return {
        "Rsn": {"Cd": code or _NARRATIVE},
        "AddtlInf": chunks(" ".join(filter(None, told)), _TEXT) or [NOT_PROVIDED],
    }
