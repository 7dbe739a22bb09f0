"""The header blocks 1 and 2: who sent a message to whom, and when (SWIFT FIN, basic and application header)."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.errors import InvalidValue
from domain.ids import Bic
from schema.mt.message import Direction

SERVICE_ACK: Final = "21"
"""The service number of an acknowledgment; a message of the financial application has 01."""

_BASIC: Final = re.compile(r"F(01|21)([A-Z0-9]{8,12})([0-9]{4})([0-9]{6})")
_INPUT: Final = re.compile(r"I([0-9]{3})([A-Z0-9]{12})([A-Z])(?:[0-9](?:[0-9]{3})?)?")
_SHORT: Final = re.compile(r"([IO])([0-9]{3})([A-Z0-9]{8}(?:[A-Z0-9]|[A-Z0-9]{3,4})?)([SUN])")
_OUTPUT: Final = re.compile(r"O([0-9]{3})([0-9]{4})([0-9]{6})([A-Z0-9]{12})([0-9]{10})([0-9]{6})([0-9]{4})([A-Z])?")


@dataclass(frozen=True, slots=True)
class BasicHeader:
    """Block 1: the service number, and the terminal at this end (the sender's, or an output message's receiver's)."""

    service: str
    bic: str
    session: str
    sequence: str


@dataclass(frozen=True, slots=True)
class ApplicationHeader:
    """Block 2: the type, and the terminal at the other end; an output header also tells when the message was sent.

    A header `is_short` when it stops where FIN's would go on: banks write so in the files they hand out themselves.
    """

    direction: Direction
    mt_type: str
    bic: str
    priority: str
    sent_at: str | None = None
    is_short: bool = False


def read_basic(content: str) -> BasicHeader:
    """Read block 1. Raises InvalidValue."""
    match = _BASIC.fullmatch(content)
    if match is None:
        raise InvalidValue("block 1 is F01, a logical terminal of 12 characters, 4 digits and 6 digits")
    return BasicHeader(match[1], terminal_bic(match[2]), match[3], match[4])


def read_application(content: str) -> ApplicationHeader:
    """Read block 2 of either direction. Raises InvalidValue."""
    if match := _INPUT.fullmatch(content):
        return ApplicationHeader(Direction.INPUT, match[1], terminal_bic(match[2]), match[3])
    if match := _SHORT.fullmatch(content):
        return ApplicationHeader(Direction(match[1]), match[2], terminal_bic(match[3]), match[4], is_short=True)
    match = _OUTPUT.fullmatch(content)
    if match is None:
        raise InvalidValue(
            "block 2 is neither an input header like I103BANKDEFFXXXXN nor an output header of 46 characters"
        )
    sent_at = match[3] + match[2]
    try:
        datetime.strptime(sent_at, "%y%m%d%H%M")  # noqa: DTZ007 (FIN writes local time without an offset)
    except ValueError:
        raise InvalidValue("the output header's input date and time do not exist") from None
    return ApplicationHeader(Direction.OUTPUT, match[1], terminal_bic(match[4]), match[8] or "N", sent_at)


def terminal_bic(terminal: str) -> Bic:
    """The bank of a logical terminal: its ninth character is the terminal, not the bank. Raises InvalidValue (RC01)."""
    if len(terminal) in {9, 12}:
        terminal = terminal[:8] + terminal[9:]
    return Bic.parse(terminal)


def terminal(bic: str, letter: str) -> str:
    """The logical terminal of a bank: "A" sends, "X" stands for any that receives."""
    return f"{bic[:8]}{letter}{bic[8:]}"
