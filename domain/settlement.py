"""What is owed and what is moved: obligations in, transfers out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Obligation:
    """One queued payment seen as a debt between two participants, in minor units of the window's currency."""

    payment_id: str
    debtor: str
    creditor: str
    amount_minor: int


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
