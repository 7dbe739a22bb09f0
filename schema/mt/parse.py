"""Reads one SWIFT MT message that a stranger sent, whatever its type; every finding is of the message's structure.

Rules: MT-01 too large, MT-02 a character that FIN does not know, MT-03 block structure, MT-04 block 4 does not end,
MT-05 header block 1 or 2, MT-06 block 3 or 5, MT-07 a line of block 4 is no field, MT-08 more than one message,
MT-09 a service acknowledgment and no message. No finding repeats what the message says.
"""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.mt import scanner
from schema.mt.headers import SERVICE_ACK, ApplicationHeader, BasicHeader, read_application, read_basic
from schema.mt.message import Direction, Field, MtMessage
from schema.mt.scanner import Block, Problem, Scan

CAP_BYTES: Final = 100_000
"""Largest message taken by default; FIN itself stops at 10,000 characters, statements joined by others are larger."""

_FOREIGN: Final = re.compile(rb"[^\x20-\x7e\r\n]|\r(?!\n)")
_PAIR: Final = re.compile(r"\{([0-9A-Z]{3}):([^{}\n]*)\}")
_FRAME: Final = b"\x01"
_FRAME_END: Final = b" \x00\x03"

_Header = TypeVar("_Header", BasicHeader, ApplicationHeader)
_Pairs = tuple[tuple[str, str], ...]


def parse(raw: bytes, *, cap_bytes: int = CAP_BYTES) -> MtMessage:
    """The one message in `raw`, which may stand in a DOS-PCC frame and between other text. Raises MessageRefused."""
    return assemble(*open_text(raw, cap_bytes=cap_bytes))


def open_text(raw: bytes, *, cap_bytes: int = CAP_BYTES) -> tuple[str, Scan]:
    """The text of `raw` with LF as line end, and its first message's blocks. Raises MessageRefused (MT-01, MT-02)."""
    if len(raw) > cap_bytes:
        raise _refused([Problem("MT-01", "/", f"the message is larger than {cap_bytes} bytes", 1)])
    raw = raw.removeprefix(_FRAME).rstrip(_FRAME_END)
    if foreign := _FOREIGN.search(raw):
        line = raw.count(b"\n", 0, foreign.start()) + 1
        raise _refused([Problem("MT-02", "/", "a character that is neither printable ASCII nor a line end", line)])
    text = raw.decode("ascii").replace("\r\n", "\n")
    return text, scanner.scan(text)


def assemble(text: str, scan: Scan) -> MtMessage:
    """The message of a scan. Raises MessageRefused with everything that is wrong with its structure."""
    problems = list(scan.problems)
    basic = _header(scan, "1", read_basic, problems)
    if basic is not None and basic.service == SERVICE_ACK:
        raise _refused([Problem("MT-09", "/1", "a service acknowledgment and no message", 1)])
    application = _header(scan, "2", read_application, problems)
    user_header = _pairs(scan.block("3"), problems)
    trailer = _pairs(scan.block("5"), problems)
    fields, of_fields = _fields(scan.block("4"))
    problems += of_fields
    if re.search(r"\{1:[A-Z][0-9]{2}", text[scan.end :]):
        line = scanner.line_at(text, scan.end)
        problems.append(Problem("MT-08", "/", "another message follows: a stream is split first", line))
    if problems or basic is None or application is None:
        raise _refused(problems)
    here, there = basic.bic, application.bic
    is_input = application.direction is Direction.INPUT
    return MtMessage(
        mt_type=application.mt_type,
        sender=here if is_input else there,
        receiver=there if is_input else here,
        fields=fields,
        direction=application.direction,
        user_header=user_header,
        trailer=trailer,
        priority=application.priority,
        sent_at=application.sent_at,
    )


def _header(scan: Scan, name: str, read: Callable[[str], _Header], problems: list[Problem]) -> _Header | None:
    block = scan.block(name)
    if block is None:
        problems.append(Problem("MT-03", f"/{name}", f"block {name} is missing", 1))
        return None
    try:
        return read(block.content)
    except InvalidValue as wrong:
        problems.append(Problem("MT-05", f"/{name}", wrong.message, block.line))
        return None


def _pairs(block: Block | None, problems: list[Problem]) -> _Pairs:
    """The tags and values of block 3 or 5; a blank value counts as empty."""
    if block is None:
        return ()
    pairs = tuple((tag, value.strip()) for tag, value in _PAIR.findall(block.content))
    if _PAIR.sub("", block.content).strip():
        text = f"block {block.name} is not a list of tags and values like {{108:…}}"
        problems.append(Problem("MT-06", f"/{block.name}", text, block.line))
    return pairs


def _fields(block: Block | None) -> tuple[tuple[Field, ...], tuple[Problem, ...]]:
    if block is None:
        return (), ()
    if not block.is_text:
        return (), (Problem("MT-03", "/4", "block 4 holds no fields but a service message's tags", block.line),)
    return scanner.fields(block)


def _refused(problems: list[Problem]) -> MessageRefused:
    found = tuple(Finding(p.path, p.rule, p.message, Reason.FF01, p.line) for p in problems)
    return MessageRefused("this is not a SWIFT MT message that can be read", findings=found)
