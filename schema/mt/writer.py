"""Writes an MT message of any type as FIN text: CRLF, headers, block 3 and 5 where they say something."""

import re
from typing import Final

from domain.errors import InvalidValue
from domain.ids import Bic
from schema.mt.charset import is_written_in
from schema.mt.headers import terminal
from schema.mt.message import Direction, Field, MtMessage
from schema.mt.scanner import RAW_TEXT

_TAG: Final = re.compile(r"[0-9]{2}[A-Z]?")
_PAIR_TAG: Final = re.compile(r"[0-9A-Z]{3}")
_PAIR_VALUE: Final = re.compile(r"(?:[!-z|~](?:[ -z|~]*[!-z|~])?)?")
_SENT_AT: Final = re.compile(r"[0-9]{10}")
_NUMBERS: Final = "0000000000"
"""Session and sequence: the interface to the network fills them in."""


def write(message: MtMessage) -> bytes:
    """The message as FIN text; reading it gives the same message. Raises InvalidValue, naming the field, never its value.

    Characters outside the field's set (X, or Z for 77E, 77T and 86) and lines that would begin a field or end the
    block cannot be written.
    """
    blocks = [_basic(message), _application(message)]
    if message.user_header:
        blocks.append("{3:" + _pairs(message.user_header) + "}")
    if not message.fields:
        raise InvalidValue("a message without fields cannot be written")
    fields = [_field(field, is_last=field is message.fields[-1]) for field in message.fields]
    blocks.append("\n".join(("{4:", *fields, "-}")))
    if message.trailer:
        blocks.append("{5:" + _pairs(message.trailer) + "}")
    return "".join(blocks).replace("\n", "\r\n").encode("ascii")


def _basic(message: MtMessage) -> str:
    here = message.sender if message.direction is Direction.INPUT else message.receiver
    return "{1:F01" + terminal(Bic.parse(here), "A") + _NUMBERS + "}"


def _application(message: MtMessage) -> str:
    if not re.fullmatch(r"[0-9]{3}", message.mt_type) or not re.fullmatch(r"[A-Z]", message.priority):
        raise InvalidValue("a message type has three digits, a priority one letter")
    if message.direction is Direction.INPUT:
        return "{2:I" + message.mt_type + terminal(Bic.parse(message.receiver), "X") + message.priority + "}"
    sent_at = message.sent_at
    if sent_at is None or not _SENT_AT.fullmatch(sent_at):
        raise InvalidValue("an output header tells when the message was sent: YYMMDDHHMM")
    sender = terminal(Bic.parse(message.sender), "A")
    return "{2:O" + message.mt_type + sent_at[6:] + sent_at[:6] + sender + _NUMBERS + sent_at + message.priority + "}"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    for tag, value in pairs:
        if not (_PAIR_TAG.fullmatch(tag) and _PAIR_VALUE.fullmatch(value)):
            raise InvalidValue("a tag of block 3 or 5 cannot be written", tag=tag[:3])
    return "".join(f"{{{tag}:{value}}}" for tag, value in pairs)


def _field(field: Field, *, is_last: bool) -> str:
    if not _TAG.fullmatch(field.tag):
        raise InvalidValue("a field's tag has two digits and a letter or none")
    if not is_written_in(field.value, field.tag):
        raise InvalidValue(f"field {field.tag} holds a character that FIN does not carry there", tag=field.tag)
    first, *more = field.value.split("\n")
    if field.tag in RAW_TEXT:
        if not is_last:
            raise InvalidValue(f"field {field.tag} closes its message", tag=field.tag)
        forbidden: tuple[str, ...] = ("-}",)
    else:
        forbidden = (":", "-")
    if any(line.startswith(forbidden) for line in more):
        raise InvalidValue(f"a line of field {field.tag} begins with a colon or a hyphen", tag=field.tag)
    return f":{field.tag}:{first}" + "".join(f"\n{line}" for line in more)
