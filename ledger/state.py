"""The state that the rules read and write: what is published, and drafts laid over it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Protocol, cast

from ledger.book import (
    GENESIS,
    Account,
    Balance,
    Entry,
    Event,
    Head,
    Hold,
    Reserve,
    Resolution,
)
from ledger.clock import Clock
from ledger.journal import Sealed


class View(Protocol):
    """What the rules may ask of the book. Entries are written once and never change."""

    @property
    def sequence(self) -> int:
        """The last journal position that this view knows."""

    def account(self, account_id: str) -> Account | None:
        """The account, if it was opened."""

    def balance(self, account_id: str) -> Balance | None:
        """The account's balance; there is one for every account."""

    def operation(self, operation_id: str) -> Entry | None:
        """The entry that an operation made."""

    def resolution(self, pending_id: str) -> Entry | None:
        """The entry that ended a hold."""


def hold_of(view: View, pending_id: str) -> Hold | None:
    """The hold of that id as the view knows it; None when nothing was reserved under it."""
    entry = view.operation(pending_id)
    if entry is None or not isinstance(entry.event, Reserve):
        return None
    end = view.resolution(pending_id)
    return Hold.of(entry.event, cast(Resolution, end.event) if end else None)


class Draft:
    """Changes laid over a view that itself stays as it is: dropped whole, or absorbed whole.

    Everything in it is written at one moment, `at_us`.
    """

    def __init__(self, below: View, at_us: int | None) -> None:
        self.below = below
        self.at_us = at_us
        self.sequence = below.sequence
        self.entries: list[Entry] = []
        self.accounts: dict[str, Account] = {}
        self.balances: dict[str, Balance] = {}
        self.operations: dict[str, Entry] = {}
        self.resolutions: dict[str, Entry] = {}

    def account(self, account_id: str) -> Account | None:
        """The account as this draft leaves it."""
        return self.accounts.get(account_id) or self.below.account(account_id)

    def balance(self, account_id: str) -> Balance | None:
        """The balance as this draft leaves it."""
        return self.balances.get(account_id) or self.below.balance(account_id)

    def operation(self, operation_id: str) -> Entry | None:
        """The entry of an operation, of this draft or below."""
        return self.operations.get(operation_id) or self.below.operation(operation_id)

    def resolution(self, pending_id: str) -> Entry | None:
        """The entry that ended a hold, in this draft or below."""
        return self.resolutions.get(pending_id) or self.below.resolution(pending_id)

    def record(self, event: Event) -> Entry:
        """Give the event the next journal position."""
        self.sequence += 1
        entry = Entry(self.sequence, event, self.at_us)
        self.entries.append(entry)
        return entry

    def absorb(self, draft: "Draft") -> None:
        """Take over everything a draft over this one has changed."""
        assert draft.below is self or not self.entries, "a draft goes back to where it came from"
        self.sequence = draft.sequence
        self.entries += draft.entries
        self.accounts.update(draft.accounts)
        self.balances.update(draft.balances)
        self.operations.update(draft.operations)
        self.resolutions.update(draft.resolutions)


class Books(ABC):
    """What is durable and may be seen: accounts and balances in memory, and the head.

    `operation` and `resolution` come from whoever keeps the transfers.
    """

    def __init__(
        self,
        accounts: Iterable[Account] = (),
        balances: Iterable[Balance] = (),
        head: Head = GENESIS,
        at_us: int | None = None,
    ) -> None:
        self.head = head
        self.at_us = at_us
        self.accounts = {account.id: account for account in accounts}
        # Kept in the order of their last change, so that "what changed since" reads only what changed.
        self._balances = {b.account: b for b in sorted(balances, key=_last_change)}

    @property
    def sequence(self) -> int:
        """The last journal position that is durable."""
        return self.head.sequence

    def account(self, account_id: str) -> Account | None:
        """The account, if it was opened."""
        return self.accounts.get(account_id)

    def balance(self, account_id: str) -> Balance | None:
        """The account's balance."""
        return self._balances.get(account_id)

    @abstractmethod
    def operation(self, operation_id: str) -> Entry | None:
        """The entry that an operation made."""

    @abstractmethod
    def resolution(self, pending_id: str) -> Entry | None:
        """The entry that ended a hold."""

    def balances(self) -> list[Balance]:
        """Every balance, ordered by account."""
        return sorted(self._balances.values(), key=lambda balance: balance.account)

    def changes(self, since: int) -> list[Balance]:
        """The balances that changed after a journal position, oldest change first."""
        changed = []
        for balance in reversed(self._balances.values()):
            if balance.sequence <= since:
                break
            changed.append(balance)
        changed.reverse()
        return changed

    def at_now(self, clock: Clock) -> int:
        """When what is written now is written: the clock's time, but never before the last entry's."""
        return max(clock(), self.at_us or 0)

    def adopt(self, draft: Draft, head: Head) -> None:
        """Publish a draft that has become durable."""
        assert draft.sequence == head.sequence, "a draft ends at its head"
        if draft.entries:
            self.at_us = draft.at_us
        self.accounts.update(draft.accounts)
        for balance in sorted(draft.balances.values(), key=_last_change):
            self._balances.pop(balance.account, None)
            self._balances[balance.account] = balance
        self.head = head


class WholeBooks(Books):
    """Books that have their journal with them."""

    @abstractmethod
    def entries(self, after: int, limit: int) -> list[Sealed]:
        """At most `limit` journal entries that follow a position, in order."""


def _last_change(balance: Balance) -> int:
    return balance.sequence
