"""A ledger in dictionaries: the same rules and the same journal, gone with the process. For tests and simulation."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from domain.errors import Unavailable
from ledger.book import Account, Entry, Head, Operation, Receipt
from ledger.clock import Clock, system_clock
from ledger.group import Group
from ledger.journal import Sealed
from ledger.reading import Reading
from ledger.rules import close_account, close_empty_account, open_account, post_chain
from ledger.state import Draft, WholeBooks

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")


class MemoryLedger(Reading):
    """A whole ledger in memory."""

    def __init__(self, clock: Clock = system_clock) -> None:
        self._books = MemoryBooks()
        self._clock = clock
        self._closed = False

    async def open_account(self, account: Account) -> bool:
        """Open an account; False when it was there."""
        return self._write(open_account, account)

    async def close_account(self, account_id: str) -> None:
        """Take no new reservations and transfers on the account."""
        self._write(close_account, account_id)

    async def close_empty_account(self, account_id: str) -> None:
        """Close an account that holds nothing."""
        self._write(close_empty_account, account_id)

    async def submit(self, chain: Sequence[Operation]) -> tuple[Receipt, ...]:
        """Apply operations all or none."""
        return self._write(post_chain, chain)

    async def aclose(self) -> None:
        """Later calls raise Unavailable, as with every ledger."""
        self._closed = True

    def _write(self, rule: Callable[[Draft, Argument], Answer], argument: Argument) -> Answer:
        books = self._serving()
        group = Group(books, books.at_now(self._clock))
        try:
            return group.run(rule, argument)
        finally:  # a refusal is on record too
            books.adopt(group, group.head)
            books.journal += group.sealed

    def _serving(self) -> "MemoryBooks":
        if self._closed:
            raise Unavailable("the ledger is closed")
        return self._books


class MemoryBooks(WholeBooks):
    """Books whose transfers and journal are kept in memory too."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: list[Sealed] = []
        self._operations: dict[str, Entry] = {}
        self._resolutions: dict[str, Entry] = {}

    def operation(self, operation_id: str) -> Entry | None:
        """The entry of an operation."""
        return self._operations.get(operation_id)

    def resolution(self, pending_id: str) -> Entry | None:
        """The entry that ended a hold."""
        return self._resolutions.get(pending_id)

    def entries(self, after: int, limit: int) -> list[Sealed]:
        """Journal entries after a position."""
        return self.journal[after : after + limit]

    def adopt(self, draft: Draft, head: Head) -> None:
        """Publish a draft with its transfers."""
        super().adopt(draft, head)
        self._operations.update(draft.operations)
        self._resolutions.update(draft.resolutions)
