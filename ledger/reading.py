"""How every ledger answers questions: from its published books, and only while it serves."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from domain.errors import LedgerAccountMissing
from ledger.book import Balance, Head, Hold
from ledger.journal import Sealed
from ledger.state import WholeBooks, hold_of


class Reading(ABC):
    """The reading half of a ledger."""

    @abstractmethod
    def _serving(self) -> WholeBooks:
        """The published books. Raises Unavailable when the ledger has closed or stopped."""

    async def closed(self, account_ids: Iterable[str]) -> frozenset[str]:
        """Those of some accounts that take no entries any more."""
        found = map(self._serving().account, account_ids)
        return frozenset(account.id for account in found if account is not None and account.closed)

    async def balance(self, account_id: str) -> Balance:
        """One account's balance. Raises LedgerAccountMissing."""
        balance = self._serving().balance(account_id)
        if balance is None:
            raise LedgerAccountMissing("the account was never opened in the ledger", account=account_id)
        return balance

    async def balances(self) -> list[Balance]:
        """Every balance, ordered by account."""
        return self._serving().balances()

    async def hold(self, pending_id: str) -> Hold | None:
        """A reservation and what became of it; None when nothing was reserved under the id."""
        return hold_of(self._serving(), pending_id)

    async def head(self) -> Head:
        """The end of the journal."""
        return self._serving().head

    async def changes(self, since: int) -> tuple[Head, list[Balance]]:
        """The head, and the balances changed after a journal position, oldest change first."""
        books = self._serving()
        return books.head, books.changes(since)

    async def entries(self, after: int, limit: int) -> list[Sealed]:
        """At most `limit` journal entries that follow position `after`, in order."""
        return self._serving().entries(after, limit)
