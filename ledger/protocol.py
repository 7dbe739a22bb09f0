"""What a ledger is to the rest of the house."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from ledger.book import Account, Balance, Head, Hold, Operation, Receipt
from ledger.journal import Sealed


class Readable(Protocol):
    """A ledger as far as it is asked; every call may raise Unavailable."""

    async def closed(self, account_ids: Iterable[str]) -> frozenset[str]:
        """Those of some accounts that take no entries any more."""

    async def balance(self, account_id: str) -> Balance:
        """One account's balance. Raises LedgerAccountMissing."""

    async def balances(self) -> list[Balance]:
        """Every balance, ordered by account."""

    async def hold(self, pending_id: str) -> Hold | None:
        """A reservation and what became of it; None when nothing was reserved under the id."""

    async def head(self) -> Head:
        """The end of the journal: what a high-water mark remembers."""

    async def changes(self, since: int) -> tuple[Head, list[Balance]]:
        """The head, and the balances changed after a journal position, oldest change first."""

    async def entries(self, after: int, limit: int) -> list[Sealed]:
        """At most `limit` journal entries that follow position `after`, in order, as they were sealed."""


class Ledger(Readable, Protocol):
    """Where the money is. Every write is durable when it returns; every call may raise Unavailable."""

    async def open_account(self, account: Account) -> bool:
        """True when created, False when it is there with the same content.

        Raises AlreadyExists (other content), MalformedName, AmountOutOfRange.
        """

    async def close_account(self, account_id: str) -> None:
        """Take no new reservations and transfers; holds can still be resolved. Raises LedgerAccountMissing."""

    async def close_empty_account(self, account_id: str) -> None:
        """Close an account that holds nothing, in one step. Raises Refused (it is not empty), LedgerAccountMissing."""

    async def submit(self, chain: Sequence[Operation]) -> tuple[Receipt, ...]:
        """Apply operations all or none, in order; a repeat answers the first outcome.

        Raises InsufficientFunds, AccountClosed, LedgerAccountMissing and the errors of `ledger.errors`.
        """

    async def aclose(self) -> None:
        """Finish what was submitted and let go of the storage; later calls raise Unavailable."""
