"""A group of chains that become durable together; each chain in it still stands or falls alone."""

from collections.abc import Callable
from typing import TypeVar

from ledger.book import Head
from ledger.journal import Sealed, seal
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
        """Apply one rule of the book whole, or, if it raises, not at all."""
        # As long as nothing is in the group, there is nothing in it to look through.
        draft = Draft(self if self.entries else self.below, self.at_us)
        answer = rule(draft, argument)
        if draft.entries:
            self.head, sealed = seal(self.head, draft.entries)
            self.sealed += sealed
            self.absorb(draft)
        return answer
