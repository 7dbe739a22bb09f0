"""Narratives of MT: lines that continue each other, and code words that begin an item ("/INS/BANKDEFF")."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

LINE: Final = 35
"""A line of a narrative; one that is full runs on in the next without a blank."""

_CODED: Final = re.compile(r"/([A-Z0-9]{1,8})/(.*)")


@dataclass(slots=True)
class Item:
    """A code word and what follows it; no code for free text."""

    code: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that follows the code word."""
        whole, head = joined(self.lines), f"/{self.code}/" if self.code else ""
        return whole.removeprefix(head).strip()

    @property
    def whole(self) -> str:
        """Code word and text, as instructions in free text carry it."""
        return joined(self.lines)


def items(lines: Iterable[str]) -> list[Item]:
    """A narrative by its code words. Lines that begin with "//" continue the item before them."""
    found: list[Item] = []
    for line in lines:
        if coded := _CODED.fullmatch(line):
            found.append(Item(coded[1], [line]))
        elif found and (line.startswith("//") or not found[-1].code):
            found[-1].lines.append(line)
        elif line.strip():
            found.append(Item("", [line]))
    return found


def joined(lines: Iterable[str]) -> str:
    """Lines as one text: a full line runs on, a shorter one is parted by a blank; "//" of continuations falls away."""
    text, full = "", True
    for line in lines:
        words = line.removeprefix("//") if text else line
        text += words if full else f" {words.lstrip()}"
        full = len(line) >= LINE
    return text.strip()


def chunks(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` characters."""
    pieces = (text[start : start + most].strip() for start in range(0, len(text), most))
    return [piece for piece in pieces if piece]
