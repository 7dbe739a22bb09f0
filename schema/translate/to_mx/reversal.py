"""The SWIFT guidelines for rejected and returned payments: field 72 or 79 that begins with /REJT/ or /RETN/.

The lines stand in their order: /REJT/99 with the field in error, the reason ("/AC04/text"), /MREF/ the reference of the
original message, /TREF/ that of the transaction, /CHGS/ charges taken, /TEXT/ more.
"""

import re
from dataclasses import dataclass
from typing import Final

from schema.iso20022.writer import Amount
from schema.mt.message import Field
from schema.translate.to_mx.codewords import Item, chunks, items
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.values import maybe_amount, uetr

REJECTED: Final = "REJT"
RETURNED: Final = "RETN"

_REASON: Final = re.compile(r"[A-Z]{2}[0-9]{2}")
_WORDS: Final = frozenset(
    {"AGNT", "ARDT", "CNOR", "CNPC", "CURR", "CUST", "DNOR", "DUPL", "EMVL", "ERIN", "FOCR", "FRAD", "FRTR"}
    | {"NARR", "NOAS", "NOCM", "NOOR", "PINL", "RUTA", "SVNR", "TRAC", "UPAY"}
)
"""Reason codes without a number (ExternalReturnReason1Code, ExternalStatusReason1Code)."""

_NO_FIELD: Final = "99"
_UETR: Final = "/UETR/"
_TEXT: Final = 105


@dataclass(slots=True)
class Reversal:
    """What the narrative tells of the payment that does not go through."""

    reason: str | None = None
    texts: tuple[str, ...] = ()
    message_reference: str | None = None
    transaction_reference: str | None = None
    uetr: str | None = None
    charge: Amount | None = None

    def reasons(self) -> list[Content]:
        """Reason and text, as StsRsnInf and RtrRsnInf carry them."""
        if not self.reason and not self.texts:
            return []
        pieces = [piece for text in self.texts for piece in chunks(text, _TEXT)]
        return [{"Rsn": {"Cd": self.reason or "NARR"}, "AddtlInf": pieces}]


def kind(field: Field | None) -> str | None:
    """REJT or RETN when the narrative begins with it."""
    found = items(field.lines) if field else []
    return found[0].code if found and found[0].code in {REJECTED, RETURNED} else None


def read(draft: Draft, field: Field) -> Reversal:
    """The narrative of a field of which `kind` said REJT or RETN."""
    first, *others = items(field.lines)
    if first.text.strip("/") not in ("", _NO_FIELD):
        draft.lose(field.tag, "the field in error has no place")
    found = Reversal()
    if others and others[0].code not in _HANDLERS:
        _reason(found, others.pop(0))
    elif others and others[0].code == "CHGS" and _charge(others[0]) is None:
        # In the reason's place stands something else: it is told in words.
        found.reason, found.texts = "NARR", (others.pop(0).whole,)
    for item in others:
        handler = _HANDLERS.get(item.code)
        if handler is None or not handler(found, item):
            draft.lose(field.tag, f"/{item.code}/ has no place" if item.code else "free text after the reason")
    return found


def _reason(found: Reversal, item: Item) -> None:
    text = item.text.rstrip("/")
    if _REASON.fullmatch(item.code) or item.code in _WORDS:
        found.reason, found.texts = item.code, (text,) if text else ()
    else:
        found.reason, found.texts = "NARR", (item.whole,)


def _message_reference(found: Reversal, item: Item) -> bool:
    found.message_reference = item.text[:35] or None
    return True


def _transaction_reference(found: Reversal, item: Item) -> bool:
    found.transaction_reference = item.text[:35] or None
    return True


def _text(found: Reversal, item: Item) -> bool:
    if item.text.startswith(_UETR):
        found.uetr = uetr(item.text.removeprefix(_UETR).replace(" ", ""))
        return found.uetr is not None
    found.texts = (*found.texts, item.text) if item.text else found.texts
    return True


def _charges(found: Reversal, item: Item) -> bool:
    found.charge = _charge(item)
    return found.charge is not None


def _charge(item: Item) -> Amount | None:
    return maybe_amount(item.text)


_HANDLERS: Final = {
    "MREF": _message_reference,
    "TREF": _transaction_reference,
    "TEXT": _text,
    "CHGS": _charges,
}
