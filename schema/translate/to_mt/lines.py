"""Text of a message in MT's lines: in SWIFT's X set, folded, and noted as lost where it had to be cut."""

import re
from typing import Final

from anyascii import anyascii

from schema.mt.folding import continued, fold, truncate
from schema.translate.to_mt.source import Node

REWRITTEN: Final = "characters outside SWIFT's X set were replaced"
CUT: Final = "the MT has room for its beginning only"
FULL: Final = "the field is full"

WIDTH: Final = 35
"""Characters of a line in nearly every field; 79 has 50."""

_OPENERS: Final = (":", "-")
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_BREAKS: Final = re.compile(r"[\r\n\t ]*[\r\n\t]+[\r\n\t ]*")


def written(text: str) -> str:
    """The text in SWIFT's X set: letters lose their accents, other characters become a full stop, line ends a blank."""
    text = _BREAKS.sub(" ", text)
    return "".join(_letter(character) for character in text) if _FOREIGN.search(text) else text


def _letter(character: str) -> str:
    if not _FOREIGN.match(character):
        return character
    plain = anyascii(character) if character.isalpha() else ""
    return _FOREIGN.sub(".", plain) if plain else "."


def plain(node: Node, path: str = "") -> str:
    """The text at the path in SWIFT's X set; a replaced character is noted as lost. Empty when there is none."""
    text = node.text(path).strip()
    clean = written(text).strip()
    if clean != text:
        node.node(path).note(REWRITTEN)
    return clean


def shortened(node: Node, text: str, length: int) -> str:
    """The text of a node, or its beginning with a `+` and a note."""
    if len(text) > length:
        node.note(CUT)
    return truncate(text, length)


def folded(node: Node, text: str, *, lines: int, width: int = WIDTH) -> list[str]:
    """A node's text in lines, with a note where it had to be cut."""
    told = fold(text, lines=lines, width=width)
    if "".join(told) != text:
        node.note(CUT)
    return told


def coded(node: Node, code: str, text: str, *, lines: int, width: int = WIDTH) -> list[str]:
    """A code word with a node's text, "/ACC/…" and then "//…", with a note where it had to be cut."""
    if lines < 1:
        node.lose(FULL)
        return []
    told = continued(code, text, lines=lines, width=width)
    if told[0].removeprefix(f"/{code}/") + "".join(line[2:] for line in told[1:]) != text:
        node.note(CUT)
    return told


def standing_alone(node: Node, lines: list[str]) -> list[str]:
    """A node's lines that nothing stands before: a colon or hyphen in front would begin a field or end the text."""
    if not any(line.startswith(_OPENERS) for line in lines):
        return lines
    node.note(REWRITTEN)
    return [f".{line[1:]}" if line.startswith(_OPENERS) else line for line in lines]
