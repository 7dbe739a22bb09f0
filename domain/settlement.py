"""What is owed and what is moved: obligations in, transfers out."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Priority(IntEnum):
    """How early a queued payment has its turn: the greater first, and the smaller is deferred first."""

    NORMAL = 0
    """As it comes."""
    HIGH = 1
    """Its sender asks for speed (ISO 20022 InstrPrty or SttlmPrty HIGH, MT block 2 U)."""
    URGENT = 2
    """In front of everything else (ISO 20022 SttlmPrty URGT, or an operator's word)."""


class Backing(StrEnum):
    """What stands behind a net payment while it waits for its window."""

    HELD = "held"
    """Its whole amount is set aside on its sender's settlement account: it is always covered."""
    DUE = "due"
    """Nothing: it takes liquidity only when its window closes, and then only its part of the net."""


class AtCutOff(StrEnum):
    """What becomes of a payment that still waits in a queue when the cut-off of its settlement day comes."""

    ROLL = "roll"
    """It goes to the next settlement day, and keeps what is reserved for it."""
    RETURN = "return"
    """It is given back to its sender unpaid (TM01)."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One queued payment seen as a debt between two participants, in minor units of the window's currency.

    `arrived` is its place in the queue: the greater came later. Where places are equal the payment id decides.
    `hold_turn` is the turn whose hold stands for it (`domain.turns`).
    """

    payment_id: str
    debtor: str
    creditor: str
    amount_minor: int
    priority: Priority = Priority.NORMAL
    arrived: int = 0
    hold_turn: int = 0


@dataclass(frozen=True, slots=True)
class Deferred:
    """A payment that waits for the next window, why, and by how many minor units its debtor was short (0: another reason)."""

    owed: Obligation
    short_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class NetTransfer:
    """One movement that settles many obligations."""

    debtor: str
    creditor: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class NetPosition:
    """What one participant is owed (positive) or owes (negative) after netting."""

    participant: str
    owed_minor: int
    owing_minor: int

    @property
    def net_minor(self) -> int:
        """Positive: to receive. Negative: to pay."""
        return self.owed_minor - self.owing_minor
