"""A SWIFT MT message as it was taken apart: header facts and the fields of block 4 in their order."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Which way the message went through SWIFT; in an output message block 1 names the receiver."""

    INPUT = "I"
    """From its sender into the network."""
    OUTPUT = "O"
    """Out of the network to its receiver."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of block 4: its tag ("32A", "20"), its value with lines parted by LF, and the line it begins on."""

    tag: str
    value: str
    line: int = 0

    @property
    def number(self) -> str:
        """The tag without its option: "50" of "50K"."""
        return self.tag[:2]

    @property
    def option(self) -> str:
        """The option letter, or nothing."""
        return self.tag[2:]

    @property
    def lines(self) -> list[str]:
        """The value's lines."""
        return self.value.split("\n")


@dataclass(frozen=True, slots=True)
class MtMessage:
    """A message of any type. Sender and receiver are BIC11, taken from the logical terminals whichever way it went.

    `user_header` is block 3 and `trailer` block 5, each as pairs of tag and value in their order. `sent_at` is the
    date and time of an output message's input (YYMMDDHHMM), where the header tells it.
    """

    mt_type: str
    sender: str
    receiver: str
    fields: tuple[Field, ...]
    direction: Direction = Direction.INPUT
    user_header: tuple[tuple[str, str], ...] = ()
    trailer: tuple[tuple[str, str], ...] = ()
    priority: str = "N"
    sent_at: str | None = None

    def first(self, *tags: str) -> Field | None:
        """The first field with one of the tags ("59", "59A"), in the order of the message."""
        return next(self.all(*tags), None)

    def all(self, *tags: str) -> Iterator[Field]:
        """Every field with one of the tags, in the order of the message."""
        return (field for field in self.fields if field.tag in tags)

    def numbered(self, number: str) -> list[Field]:
        """Every field with the number whatever its option: "50" finds 50A, 50F and 50K."""
        return [field for field in self.fields if field.number == number]

    def header(self, tag: str) -> str | None:
        """A value of block 3: "121" is the UETR, "119" the validation flag, "111" the gpi service type."""
        return next((value for known, value in self.user_header if known == tag), None)

    @property
    def uetr(self) -> str | None:
        """The unique end-to-end transaction reference."""
        return self.header("121")

    @property
    def variant(self) -> str:
        """The validation flag of block 3: STP, REMIT, COV or nothing."""
        return self.header("119") or ""
