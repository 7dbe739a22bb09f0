"""Account numbers: an IBAN where the number is one, any other identification elsewhere."""

from typing import Final

from domain.errors import InvalidValue
from domain.ids import Iban
from schema.translate.to_mx.draft import Content, Draft

_MOST: Final = 34


def account(draft: Draft, number: str | None, source: str) -> Content | None:
    """A cash account; nothing when there is no number."""
    number = (number or "").strip()
    if not number:
        return None
    try:
        return {"Id": {"IBAN": Iban.parse(number)}}
    except InvalidValue:
        return {"Id": {"Othr": {"Id": draft.cut(number, _MOST, source)}}}
