"""Texts with code words: fields 70, 72, 76, 77A, 77B and 79."""

import re
from dataclasses import dataclass
from typing import Final

from schema.mt.folding import unfold

_CODED: Final = re.compile(r"/([A-Z0-9]{1,8})/(.*)")
_REFERENCE: Final = re.compile(r"/([A-Z]{3,8})/(.*)", re.DOTALL)
_BETWEEN: Final = re.compile(r"//(?=/[A-Z]{3,8}/)")


@dataclass(frozen=True, slots=True)
class CodedText:
    """A code word and what it says; without a code word (`code` None) plain text.

    `lines` are without code word and continuation slashes. `text` joins them: after a full line of 35 without a blank.
    """

    code: str | None
    lines: tuple[str, ...]
    text: str


def read_coded(value: str) -> tuple[CodedText, ...]:
    """Fields 72, 76, 77A, 77B and 79: "/CODE/text", lines that go on with "//", or plain lines; never refused."""
    groups: list[tuple[str | None, list[str], list[int]]] = []
    for line in value.split("\n"):
        if coded := _CODED.fullmatch(line):
            groups.append((coded[1], [coded[2]], [len(line)]))
        elif line.startswith("//") and groups:
            groups[-1][1].append(line[2:])
            groups[-1][2].append(len(line))
        elif groups and groups[-1][0] is None:
            groups[-1][1].append(line)
            groups[-1][2].append(len(line))
        else:
            groups.append((None, [line], [len(line)]))
    return tuple(CodedText(code, tuple(lines), _joined(lines, widths)) for code, lines, widths in groups)


def read_remittance(value: str) -> tuple[CodedText, ...]:
    """Field 70: its lines as one text, cut where two slashes stand before a code word ("/ROC/…///URI/…"); never refused."""
    found = []
    for part in _BETWEEN.split(unfold(value.split("\n"))):
        coded = _REFERENCE.fullmatch(part)
        code, text = (coded[1], coded[2]) if coded else (None, part)
        found.append(CodedText(code, (text,), text))
    return tuple(found)


def _joined(lines: list[str], widths: list[int]) -> str:
    text = lines[0]
    for line, width_before in zip(lines[1:], widths, strict=False):
        text += line if width_before >= 35 else f" {line}"
    return text
