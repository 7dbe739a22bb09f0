"""Texts as CBPR+ can carry them: accents are taken off on the way out, never on the way in."""

import re
from collections.abc import Iterator
from typing import Final

from anyascii import anyascii

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason

_OUTSIDE: Final = re.compile(r"[^a-zA-Z0-9/?:().,'+ !#$%&*=^_{|}~\";<>@\[\\\]`-]")
"""Everything but FIN X and the extended set of names, addresses and remittance information (rule CS-02)."""


def extended(text: str) -> str:
    """The text in the extended character set: "Lumière" becomes "Lumiere", single blanks, none at the ends.

    What has no letters that could stand for it becomes a full stop. Nothing is cut.
    """
    return " ".join(_OUTSIDE.sub(_stand_in, text).split())


def lines(text: str, *, width: int, most: int, path: str, rule: str) -> list[str]:
    """The text in lines, broken at blanks where there are any. Raises MessageRefused when it needs more than `most`."""
    broken = list(_broken(extended(text), width))
    if len(broken) > most:
        complaint = f"the text does not fit into {most} lines of {width} characters"
        raise MessageRefused(complaint, findings=(Finding(path, rule, complaint, Reason.FF01),))
    return broken


def _stand_in(found: re.Match[str]) -> str:
    character = found[0]
    if character.isspace():
        return " "
    return _OUTSIDE.sub("", anyascii(character)) or "."


def _broken(text: str, width: int) -> Iterator[str]:
    while len(text) > width:
        at = text.rfind(" ", 0, width + 1)
        line, text = (text[:at], text[at + 1 :]) if at > 0 else (text[:width], text[width:])
        yield line
    if text:
        yield text
