"""Takes the text of an MT message apart: blocks by counting braces, block 4 by its lines (SWIFT FIN, block structure)."""

import re
from dataclasses import dataclass
from typing import Final

from schema.mt.message import Field

_OPENING: Final = re.compile(r"\{([1-5A-Z]):")
_NESTED: Final = re.compile(r"\{[1-5]:")
_BRACE: Final = re.compile(r"[{}]")
_GAP: Final = re.compile(r"[ \t\r\n]*")
_END: Final = re.compile(r"^(?:-\}|(?P<cut>\{1:[A-Z][0-9]{2}[A-Z0-9]{12}[0-9]{10}\}\s*+\{[234]:))", re.MULTILINE)
"""What ends block 4: its own end, or the head of another message where the end is missing."""
_FIELD: Final = re.compile(r":([0-9]{2}[A-Z]?):(.*)", re.DOTALL)

RAW_TEXT: Final = frozenset({"77E", "77T"})
"""Fields that hold another message or envelope as text and close their message: what looks like a tag in them is none."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a text from being a message: the rule, the place ("/4/32A"), the reason in words, the line."""

    rule: str
    path: str
    message: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its name ("1" to "5", or a letter for a system's own), what stands in it, and the line it opens on."""

    name: str
    content: str
    line: int
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """The blocks of the first message in a text, the text positions it takes, and what is wrong with its structure."""

    blocks: tuple[Block, ...]
    start: int
    end: int
    problems: tuple[Problem, ...] = ()

    def block(self, name: str) -> Block | None:
        """The block of this name."""
        return next((block for block in self.blocks if block.name == name), None)


@dataclass(slots=True)
class _Lines:
    """Tells the lines of positions that only ever grow, so that a long stream is counted once."""

    text: str
    position: int
    line: int

    def at(self, position: int) -> int:
        """The 1-based line of a position."""
        self.line += self.text.count("\n", self.position, position)
        self.position = position
        return self.line


def scan(text: str, start: int = 0, *, line: int = 1) -> Scan:
    """The first message from `start`, which is on `line`. It ends where one of its blocks would come a second time."""
    lines = _Lines(text, start, line)
    opening = _OPENING.search(text, start)
    if opening is None:
        return Scan((), start, len(text), (Problem("MT-03", "/", "there is no block like {1:…}", line),))
    blocks: dict[str, Block] = {}
    problems: list[Problem] = []
    first = position = end = opening.start()
    while (opening := _OPENING.match(text, position)) and opening[1] not in blocks:
        block, end, problem = _block(text, opening, lines)
        blocks[block.name] = block
        problems += [problem] if problem else []
        position = _skip(text, end)
    if "4" not in blocks and not problems:
        problems.append(_without_block_4(text, position, lines))
    return Scan(tuple(blocks.values()), first, end, tuple(problems))


def fields(block: Block) -> tuple[tuple[Field, ...], tuple[Problem, ...]]:
    """The fields of block 4 in their order; a field begins at the start of a line with ":", two digits, a letter or none, ":"."""
    found: list[tuple[str, list[str], int]] = []
    problems: list[Problem] = []
    for number, line in enumerate(block.content.split("\n"), block.line):
        if found and found[-1][0] in RAW_TEXT:
            found[-1][1].append(line)
        elif start := _FIELD.fullmatch(line):
            found.append((start[1], [start[2]], number))
        elif line.startswith(":"):
            problems.append(
                Problem("MT-07", "/4", "a line begins with a colon but with no field tag like :32A:", number)
            )
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            problems.append(Problem("MT-07", "/4", "text stands before the first field", number))
    if not found and not problems:
        problems.append(Problem("MT-03", "/4", "block 4 holds no field", block.line))
    return tuple(Field(tag, "\n".join(lines), line) for tag, lines, line in found), tuple(problems)


def line_at(text: str, position: int) -> int:
    """The 1-based line of a text position."""
    return text.count("\n", 0, position) + 1


def _block(text: str, opening: re.Match[str], lines: _Lines) -> tuple[Block, int, Problem | None]:
    name, line = opening[1], lines.at(opening.start())
    if name == "4" and not text.startswith("{", _skip(text, opening.end())):
        return _text_block(text, opening.end(), lines)
    depth, position = 1, opening.end()
    while depth and (brace := _BRACE.search(text, position)):
        if brace[0] == "{" and _NESTED.match(text, brace.start()):
            break
        depth += 1 if brace[0] == "{" else -1
        position = brace.end()
    content = text[opening.end() : position - (depth == 0)]
    if depth == 0:
        return Block(name, content, line), position, None
    return Block(name, content, line), position, Problem("MT-03", f"/{name}", f"block {name} is not closed", line)


def _text_block(text: str, start: int, lines: _Lines) -> tuple[Block, int, Problem | None]:
    line = lines.line
    end = _END.search(text, start)
    if end and not end["cut"]:
        return Block("4", text[start : max(start, end.start() - 1)], line, is_text=True), end.end(), None
    stop = end.start() if end else len(text)
    why = _diagnosis(text[start:stop], line, is_cut=end is not None)
    problem = Problem("MT-04", "/4", why, lines.at(stop))
    return Block("4", text[start:stop].rstrip("\n"), line, is_text=True), stop, problem


def _diagnosis(content: str, line: int, *, is_cut: bool) -> str:
    """Why block 4 does not end: what a person would look for first."""
    if is_cut:
        return f"block 4, opened on line {line}, is not closed before the next message begins"
    for number, text in enumerate(content.split("\n"), line):
        if "-}" in text:
            return f"block 4, opened on line {line}, is not closed: the -}} of line {number} does not begin its line"
        if text.startswith("}"):
            return f"block 4, opened on line {line}, is not closed: line {number} begins with }} and not with -}}"
    return f"block 4, opened on line {line}, is not closed: no line begins with -}}"


def _without_block_4(text: str, position: int, lines: _Lines) -> Problem:
    line = lines.at(position)
    if _OPENING.search(text, position):
        return Problem(
            "MT-03", "/", "the blocks do not follow each other: block 4 is missing, or text stands before it", line
        )
    return Problem("MT-03", "/4", "block 4 is missing", line)


def _skip(text: str, position: int) -> int:
    gap = _GAP.match(text, position)
    assert gap is not None, "a gap may be empty"
    return gap.end()
