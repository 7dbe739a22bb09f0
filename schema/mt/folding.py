"""Long text into MT's short lines, and back; what had to be cut ends with "+"."""

import re
from typing import Final

TRUNCATED: Final = "+"
"""Ends a value that could not be carried whole (CBPR+ translation rules)."""


def truncate(text: str, length: int) -> str:
    """The text, or as much of it as fits together with the "+" that tells of the rest."""
    return text if len(text) <= length else text[: length - 1] + TRUNCATED


def fold(text: str, *, lines: int, width: int = 35) -> list[str]:
    """The text in at most `lines` lines of `width` characters: full lines cut where they end, "+" where it was too long.

    A line that would begin with a colon or a hyphen, which block 4 does not allow, begins one character earlier.
    """
    folded: list[str] = []
    rest = text
    while rest and len(folded) < lines - 1 and len(rest) > width:
        cut = width
        while cut > 1 and rest[cut : cut + 1] in {":", "-"}:
            cut -= 1
        folded.append(rest[:cut])
        rest = rest[cut:]
    return [*folded, truncate(rest, width)] if rest else folded


def fold_words(text: str, *, lines: int, width: int = 35) -> list[str]:
    """The text in at most `lines` lines, broken between words where they fit a line; "+" where it was too long."""
    folded: list[str] = []
    words = [part for word in text.split() for part in re.findall(rf".{{1,{width}}}", word)]
    for position, word in enumerate(words):
        if folded and len(folded[-1]) + 1 + len(word) <= width:
            folded[-1] += f" {word}"
        elif len(folded) < lines and not (folded and word.startswith((":", "-"))):
            folded.append(word)
        else:
            folded[-1] = truncate(f"{folded[-1]} {' '.join(words[position:])}", width)
            break
    return folded


def unfold(lines: list[str], width: int = 35) -> str:
    """The lines as one text: after a full line without a blank, after a shorter one with a blank between."""
    text = ""
    for position, line in enumerate(lines):
        ended_short = position > 0 and len(lines[position - 1]) < width
        text += f" {line}" if ended_short else line
    return text


def continued(code: str, text: str, *, lines: int, width: int = 35) -> list[str]:
    """A code word and its text as fields 72 and 77B write them: "/CODE/text", then lines that begin with "//"."""
    head = f"/{code}/"
    first, rest = text[: width - len(head)], text[width - len(head) :]
    if lines == 1:
        return [truncate(head + text, width)]
    more = fold(rest, lines=lines - 1, width=width - 2)
    return [head + first, *(f"//{line}" for line in more)]
