"""Field 70: remittance information, and the end-to-end reference in it."""

import re
from typing import Final

from schema.mt.folding import unfold
from schema.mt.message import Field
from schema.translate.to_mx.draft import Content, Draft

_REFERENCE: Final = re.compile(r"/ROC/(.*)")
_NEXT_CODE: Final = re.compile(r"//|/[A-Z]{3,8}/")
_USTRD: Final = 140
_LINE: Final = 35
_REFERENCE_MOST: Final = 35


def remittance(draft: Draft, texts: list[str], source: str) -> Content | None:
    """RmtInf with one unstructured text."""
    text = draft.cut(unfold(texts), _USTRD, source)
    return {"Ustrd": [text]} if text else None


def end_to_end(field: Field | None) -> str | None:
    """What stands after /ROC/; a reference that fills its line runs on in the next. Field 70 itself keeps it too."""
    lines = field.lines if field else []
    for number, line in enumerate(lines):
        if found := _REFERENCE.search(line):
            text = found[1]
            for before, after in zip(lines[number:], lines[number + 1 :], strict=False):
                if len(before) < _LINE or after.startswith("/"):
                    break
                text += after
            return _NEXT_CODE.split(text, maxsplit=1)[0].strip()[:_REFERENCE_MOST].strip() or None
    return None
