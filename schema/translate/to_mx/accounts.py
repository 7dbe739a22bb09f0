"""Account numbers, and the line of a party field that begins with a slash."""

import re
from dataclasses import dataclass
from typing import Final

from domain.errors import InvalidValue
from domain.ids import Iban
from schema.translate.to_mx.draft import Content, Draft

_MARKED: Final = re.compile(r"/([CD])(?:/(.*))?")
_MOST: Final = 34


@dataclass(frozen=True, slots=True)
class Identifier:
    """The line `[/1!a][/34x]`: a mark of debit or credit, and an account or ("//…") a national clearing code."""

    account: str = ""
    mark: str = ""
    clearing: str = ""


def identifier(lines: list[str]) -> tuple[Identifier, list[str]]:
    """The party identifier in front of a party's lines, and the lines after it."""
    if not lines or not lines[0].startswith("/"):
        return Identifier(), lines
    first, others = lines[0], lines[1:]
    if first.startswith("//"):
        return Identifier(clearing=first[2:]), others
    if marked := _MARKED.fullmatch(first):
        number = marked[2] or ""
        if number.startswith("/"):
            return Identifier(mark=marked[1], clearing=number[1:]), others
        return Identifier(mark=marked[1], account=number.strip()), others
    return Identifier(account=first[1:].strip()), others


def account(draft: Draft, number: str, source: str) -> Content | None:
    """A cash account: an IBAN where the number is one, any other identification elsewhere."""
    if not number:
        return None
    try:
        return {"Id": {"IBAN": Iban.parse(number)}}
    except InvalidValue:
        return {"Id": {"Othr": {"Id": draft.cut(number, _MOST, source)}}}
