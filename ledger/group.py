"""A group of chains that become durable together; each chain in it still stands or falls alone."""

from collections.abc import Callable
from typing import TypeVar

from domain.errors import DomainError, LedgerAccountMissing
from ledger.book import Head, Refusal
from ledger.journal import Sealed, seal
from ledger.rules import is_name, post_chain
from ledger.state import Books, Draft

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")


class Group(Draft):
    """A draft over the published books, and the journal entries that go with it."""

    def __init__(self, books: Books, at_us: int | None) -> None:
        super().__init__(books, at_us)
        self.head: Head = books.head
        self.sealed: list[Sealed] = []

    def run(self, rule: Callable[[Draft, Argument], Answer], argument: Argument) -> Answer:
        """Apply one rule of the book whole, or, if it raises, not at all; a refused chain is noted and refused."""
        draft = self._draft()
        try:
            answer = rule(draft, argument)
        except (DomainError, LedgerAccountMissing) as refusal:
            first: str = argument[0].id if rule is post_chain else ""  # type: ignore[index]  # it takes chains
            if is_name(first):
                self.note(Refusal(first, refusal.code))
            raise
        self._take(draft)
        return answer

    def note(self, refusal: Refusal) -> None:
        """Put a refusal on record."""
        draft = self._draft()
        draft.record(refusal)
        self._take(draft)

    def _draft(self) -> Draft:
        # As long as nothing is in the group, there is nothing in it to look through.
        return Draft(self if self.entries else self.below, self.at_us)

    def _take(self, draft: Draft) -> None:
        if draft.entries:
            self.head, sealed = seal(self.head, draft.entries)
            self.sealed += sealed
            self.absorb(draft)
