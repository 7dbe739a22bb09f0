"""The SWIFT guidelines for rejected and returned payments: field 72 or 79 that begins with /REJT/ or /RETN/.

The lines stand in their order: /REJT/99 with the field in error, the reason ("/AC04/text"), /MREF/ the reference of the
original message, /TREF/ that of the transaction, /CHGS/ charges taken, /TEXT/ more.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from schema.iso20022.writer import Amount
from schema.mt.fields.texts import CodedText, read_coded
from schema.mt.message import Field
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.texts import chunks, whole
from schema.translate.to_mx.values import maybe_amount, maybe_uetr

REJECTED: Final = "REJT"
RETURNED: Final = "RETN"

_REASON: Final = re.compile(r"[A-Z]{2}[0-9]{2}")
_WORDS: Final = frozenset(
    {"AGNT", "ARDT", "CNOR", "CNPC", "CURR", "CUST", "DNOR", "DUPL", "EMVL", "ERIN", "FOCR", "FRAD", "FRTR"}
    | {"NARR", "NOAS", "NOCM", "NOOR", "PINL", "RUTA", "SVNR", "TRAC", "UPAY"}
)
"""Reason codes without a number (ExternalReturnReason1Code, ExternalStatusReason1Code)."""
_IN_WORDS: Final = "NARR"
"""The reason that is told in words."""

_NO_FIELD: Final = "99"
_UETR: Final = "/UETR/"
_TEXT: Final = 105


@dataclass(slots=True)
class Reversal:
    """What the narrative tells of the payment that does not go through."""

    reason: str | None = None
    texts: list[str] = field(default_factory=list)
    message_reference: str | None = None
    transaction_reference: str | None = None
    uetr: str | None = None
    charge: Amount | None = None

    def reasons(self) -> list[Content]:
        """Reason and text, as StsRsnInf and RtrRsnInf carry them."""
        if not self.reason and not self.texts:
            return []
        pieces = [piece for text in self.texts for piece in chunks(text, _TEXT)]
        return [{"Rsn": {"Cd": self.reason or _IN_WORDS}, "AddtlInf": pieces}]


def kind(narrative: Field | None) -> str | None:
    """REJT or RETN when the narrative begins with it."""
    code = read_coded(narrative.value)[0].code if narrative else None
    return code if code in {REJECTED, RETURNED} else None


def read_reversal(draft: Draft, narrative: Field) -> Reversal:
    """The narrative of a field of which `kind` said REJT or RETN."""
    first, *others = read_coded(narrative.value)
    if first.text.strip("/ ") not in ("", _NO_FIELD):
        draft.lose(narrative.tag, "the field in error has no place")
    found = Reversal()
    if others and not _put(Reversal(), others[0]):
        # Whatever stands where the reason should is the reason, if only in words.
        _reason(found, others.pop(0))
    for item in others:
        if not _put(found, item):
            draft.lose(narrative.tag, f"/{item.code}/ has no place" if item.code else "free text has no place")
    return found


def _reason(found: Reversal, item: CodedText) -> None:
    code, text = item.code or "", item.text.rstrip("/ ")
    if _REASON.fullmatch(code) or code in _WORDS:
        found.reason, found.texts = code, [text] if text else []
    else:
        found.reason, found.texts = _IN_WORDS, [whole(item)]


def _put(found: Reversal, item: CodedText) -> bool:
    """Put an item after the reason into its place; whether it has one."""
    text = item.text.strip()
    match item.code:
        case "MREF":
            found.message_reference = text[:35] or None
        case "TREF":
            found.transaction_reference = text[:35] or None
        case "CHGS":
            found.charge = maybe_amount(text)
            return found.charge is not None
        case "TEXT" if text.startswith(_UETR):
            found.uetr = maybe_uetr(text.removeprefix(_UETR).replace(" ", ""))
            return found.uetr is not None
        case "TEXT":
            found.texts += [text] if text else []
        case _:
            return False
    return True
