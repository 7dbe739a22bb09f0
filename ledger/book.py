"""The book's nouns: accounts, the six operations, balances, holds, receipts and the head. Pure values, no rules.

Amounts are whole minor units of the account's asset (an ISO 4217 currency, or a security). What the book makes for every
posting is a named tuple: those are made three times as fast as frozen dataclasses.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

MAX_AMOUNT: Final = 2**63 - 1
"""The largest amount of one operation: it fits a signed 64-bit integer."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Account:
    """One asset held by somebody. `floor_minor` is the lowest allowed available balance.

    Prefunded accounts have 0, a net debit cap is minus the cap, None is unlimited (the network's own accounts).
    """

    id: str
    asset: str
    floor_minor: int | None = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Reserve:
    """Hold funds on the debit account for the credit account (the first phase); its id is the hold's id.

    From `expires_us` on (microseconds since 1970, UTC; None: never) the hold can only be given back.
    """

    id: str
    debit: str
    credit: str
    asset: str
    amount_minor: int
    expires_us: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Make a hold final: whole (None) or in part, in which case the remainder is released."""

    id: str
    pending_id: str
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Void:
    """Release a hold: nothing was paid."""

    id: str
    pending_id: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Move funds at once, without a hold."""

    id: str
    debit: str
    credit: str
    asset: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Discharge:
    """Release a hold because its obligation is settled by the net transfers of the same chain.

    Put discharges before the transfers of a chain: they free the funds that the transfers need.
    """

    id: str
    pending_id: str


@dataclass(frozen=True, slots=True)
class Expire:
    """Release a hold because its time is over; the ledger's owner asks for it."""

    id: str
    pending_id: str


Resolution: TypeAlias = Post | Void | Discharge | Expire
"""What ends a hold."""

Operation: TypeAlias = Reserve | Post | Void | Transfer | Discharge | Expire
"""What a caller may ask of the book; its `id` is chosen by the caller and makes a repeat safe."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The journal's word for a new account."""

    account: Account


@dataclass(frozen=True, slots=True)
class Closing:
    """The journal's word for an account that takes no new entries any more."""

    account_id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The journal's word for a chain that was refused: the id of its first operation, and the refusal's code.

    It changes nothing, and the id is not used up: asked again, the chain is judged again.
    """

    id: str
    code: str


Event: TypeAlias = Operation | Opening | Closing | Refusal
"""Anything that the journal can hold."""


def moment(us: int) -> datetime:
    """A time of the ledger's for everybody else."""
    return _EPOCH + timedelta(microseconds=us)


class Entry(NamedTuple):
    """One event at its place in the journal; `at_us` is when it was written, in microseconds since 1970 (UTC).

    None where nobody knows any more: entries of the journal's first version have no time.
    """

    sequence: int
    event: Event
    at_us: int | None = None

    @property
    def at(self) -> datetime | None:
        """When it was written."""
        return None if self.at_us is None else moment(self.at_us)


class Balance(NamedTuple):
    """What an account has taken in and given out. `sequence` is the journal position of its last change."""

    account: str
    asset: str
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int
    sequence: int

    @property
    def posted_minor(self) -> int:
        """What is finally there."""
        return self.credits_posted - self.debits_posted

    @property
    def available_minor(self) -> int:
        """What may still be spent: posted less what is held."""
        return self.credits_posted - self.debits_posted - self.debits_pending


class HoldState(StrEnum):
    """What became of a hold."""

    PENDING = "pending"
    """The funds are held."""
    POSTED = "posted"
    """Paid, whole or in part."""
    VOIDED = "voided"
    """Released unpaid."""
    DISCHARGED = "discharged"
    """Released because net transfers settled it."""
    EXPIRED = "expired"
    """Released because its time was over."""


RESOLVED_AS: Final[dict[type[Resolution], HoldState]] = {
    Post: HoldState.POSTED,
    Void: HoldState.VOIDED,
    Discharge: HoldState.DISCHARGED,
    Expire: HoldState.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Hold:
    """A reservation and what became of it. `posted_minor` is what was paid out of `amount_minor`."""

    id: str
    debit: str
    credit: str
    asset: str
    amount_minor: int
    state: HoldState
    posted_minor: int = 0
    resolved_by: str | None = None

    @classmethod
    def of(cls, reserve: Reserve, resolution: Resolution | None) -> "Hold":
        """The hold as its reservation and its resolution (None: still pending) tell it."""
        state = HoldState.PENDING if resolution is None else RESOLVED_AS[type(resolution)]
        posted = (resolution.amount_minor or reserve.amount_minor) if isinstance(resolution, Post) else 0
        by = None if resolution is None else resolution.id
        return cls(reserve.id, reserve.debit, reserve.credit, reserve.asset, reserve.amount_minor, state, posted, by)


class Receipt(NamedTuple):
    """The book's answer to one operation. `created` False: it was there already; `sequence` is its journal position.

    `balances` are the debit and the credit account's as the operation left them; None in a repeat, whose time is past.
    """

    operation_id: str
    created: bool
    sequence: int
    balances: tuple[Balance, Balance] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the journal: the last sequence and the hash that covers everything up to it."""

    sequence: int
    hash: bytes


GENESIS: Final = Head(0, bytes(32))
"""The head of an empty journal."""
