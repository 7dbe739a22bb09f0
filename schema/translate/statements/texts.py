"""Free text between the two worlds: lines of a fixed width there, one long text here."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_FOREIGN: Final = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
"""What SWIFT's character set X does not have."""

_REMITTANCE: Final = re.compile(r"/REMI/(.*?)(?=/[A-Z]{4}/|$)", re.DOTALL)
REMITTANCE: Final = "/REMI/"
"""The code word of field 86 before remittance information."""

USTRD_LENGTH: Final = 140
WIDTH_86: Final = 65
WIDTH_72: Final = 35
LINES: Final = 6
"""Lines of field 72 and of field 86."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A text as lines of a field. `is_whole` is false when characters were replaced or the end was cut."""

    value: str
    is_whole: bool


def joined(lines: Iterable[str], width: int) -> str:
    """Lines as one text: a full line runs on into the next, after a shorter one stands a blank."""
    text = ""
    for line in lines:
        text += line if len(line) >= width else f"{line.rstrip()} "
    return text.strip()


def plain(text: str) -> str:
    """The text in SWIFT's character set X: accents dropped, anything else that it does not have a full stop."""
    bare = unicodedata.normalize("NFKD", " ".join(text.split()))
    return _FOREIGN.sub(".", "".join(letter for letter in bare if not unicodedata.combining(letter)))


def wrapped(text: str, width: int, most: int = LINES) -> Wrapped:
    """A text as at most `most` lines; a cut one ends in a plus. No line begins as a field or the block's end would."""
    written = plain(text)
    lines: list[str] = []
    rest = written
    while rest and len(lines) < most:
        if rest[0] in ":-":
            rest = f" {rest}"
        lines.append(rest[:width])
        rest = rest[width:]
    if rest:
        lines[-1] = f"{lines[-1][: width - 1]}+"
    return Wrapped("\n".join(lines), not rest and written == " ".join(text.split()))


def told(text: str) -> tuple[str, list[str]]:
    """Field 86 parted: what it says to the account's owner, and remittance information in pieces for ISO 20022."""
    remittance = " ".join(part.strip() for part in _REMITTANCE.findall(text) if part.strip())
    pieces = [remittance[at : at + USTRD_LENGTH] for at in range(0, len(remittance), USTRD_LENGTH)]
    return (_REMITTANCE.sub("", text).strip() if pieces else text), pieces
