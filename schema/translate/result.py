"""What a translation gives: the message on the other side, and a list of everything that could not come along."""

from dataclasses import dataclass

from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import MtMessage


@dataclass(frozen=True, slots=True)
class Lost:
    """Something the target cannot carry: where it stood ("72", "/Document/…/Tax"), and why it stayed. Never its value."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class MxTranslation:
    """An MT message as ISO 20022."""

    message: BusinessMessage
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True)
class MtTranslation:
    """An ISO 20022 message as MT."""

    message: MtMessage
    lost: tuple[Lost, ...] = ()
