"""Cuts a stream into messages and service acknowledgments: RJE ($), DOS-PCC (0x01 … 0x03, padded), or one after the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from domain.errors import InvalidValue
from schema.mt import scanner
from schema.mt.headers import SERVICE_ACK, BasicHeader, read_basic

_FRAME_START: Final = "\x01"
_FRAME: Final = re.compile(r"\x01([^\x01\x03]*)\x03?")
_SEPARATOR: Final = re.compile(r"\$\s*+(?=\{[1-5]:|\Z)")
_START: Final = re.compile(r"\{[1-5]:")
_TAG: Final = re.compile(r"\{([0-9]{3}):([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class RawMessage:
    """The bytes of one message, and the line of the stream they begin on."""

    raw: bytes
    line: int = 1


@dataclass(frozen=True, slots=True)
class ServiceAck:
    """The network's answer to a message: taken (ACK) or refused (NAK, with the network's error code).

    `session` and `sequence` are those of the message it answers, `original` the copy of it that followed, if any.
    """

    accepted: bool
    sender: str
    session: str
    sequence: str
    error: str | None = None
    reference: str | None = None
    original: RawMessage | None = None
    line: int = 1


def split(raw: bytes) -> Iterator[RawMessage | ServiceAck]:
    """Every message and acknowledgment of a stream in its order; text between them is passed over.

    Nothing is refused: what looks like a message comes out, and `parse` says what is wrong with it.
    """
    for frame, first_line in _frames(raw):
        waiting: ServiceAck | None = None
        for text, line, is_adjacent in _messages(frame, first_line):
            ack = _service_ack(text, line)
            if waiting is not None and ack is None and _answers(waiting, text, is_adjacent=is_adjacent):
                yield replace(waiting, original=RawMessage(_bytes(text), line))
                waiting = None
                continue
            if waiting is not None:
                yield waiting
            waiting = ack
            if ack is None:
                yield RawMessage(_bytes(text), line)
        if waiting is not None:
            yield waiting


def _frames(raw: bytes) -> Iterator[tuple[str, int]]:
    """The parts of the stream that its container separates, with the line each begins on."""
    text = raw.decode("latin-1")
    counted, line = 0, 1
    for start, end in _framed(text) if _FRAME_START in text else _separated(text):
        line += text.count("\n", counted, start)
        counted = start
        if text[start:end].strip():
            yield text[start:end], line


def _framed(text: str) -> Iterator[tuple[int, int]]:
    return (frame.span(1) for frame in _FRAME.finditer(text))


def _separated(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for separator in _SEPARATOR.finditer(text):
        yield start, separator.start()
        start = separator.end()
    yield start, len(text)


def _messages(frame: str, line: int) -> Iterator[tuple[str, int, bool]]:
    """Each message's text, its line, and whether it follows the one before it without a gap."""
    position = counted = 0
    while _START.search(frame, position):
        found = scanner.scan(frame, position)
        line += frame.count("\n", counted, found.start)
        counted = found.start
        yield frame[found.start : found.end], line, found.start == position
        position = found.end
    if position == 0 and frame.strip(" \r\n\0"):
        yield frame, line, False


def _service_ack(text: str, line: int) -> ServiceAck | None:
    found = scanner.scan(text)
    basic, block = found.block("1"), found.block("4")
    if basic is None or block is None or block.is_text:
        return None
    header = _basic(basic.content)
    tags = dict(_TAG.findall(block.content))
    if header is None or header.service != SERVICE_ACK or tags.get("451") not in {"0", "1"}:
        return None
    return ServiceAck(
        accepted=tags["451"] == "0",
        sender=header.bic,
        session=header.session,
        sequence=header.sequence,
        error=tags.get("405"),
        reference=tags.get("108"),
        line=line,
    )


def _answers(ack: ServiceAck, text: str, *, is_adjacent: bool) -> bool:
    """Whether the message is the copy of what the acknowledgment answers: it follows at once, or bears its numbers."""
    block = scanner.scan(text).block("1")
    header = _basic(block.content) if block else None
    is_same = header is not None and (header.session, header.sequence) == (ack.session, ack.sequence)
    return is_adjacent or is_same


def _basic(content: str) -> BasicHeader | None:
    try:
        return read_basic(content)
    except InvalidValue:
        return None


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")
