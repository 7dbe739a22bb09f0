"""The journal's chains put through the book's rules once more: they must come out exactly as they are written."""

from collections.abc import Sequence

from ledger.book import Closing, Entry, Opening, Operation, Refusal
from ledger.errors import LedgerCorrupt
from ledger.group import Group
from ledger.journal import Sealed
from ledger.rules import close_account, open_account, post_chain
from ledger.state import Books


def replay(books: Books, chain: Sequence[Sealed]) -> Group:
    """A group that holds one chain of the journal again, made over the books as they were before it.

    A refusal is taken at its word: what was refused is not on record. Raises LedgerCorrupt when the book would have written the chain differently, and whatever forbids it today.
    """
    group = Group(books, chain[0].entry.at_us)
    _apply(group, [sealed.entry for sealed in chain])
    if [sealed[1:] for sealed in group.sealed] != [sealed[1:] for sealed in chain]:
        raise LedgerCorrupt("the book would have written these entries differently", sequence=chain[0].entry.sequence)
    return group


def _apply(group: Group, entries: Sequence[Entry]) -> None:
    match entries[0].event:
        case Opening(account):
            group.run(open_account, account)
        case Closing(account_id):
            group.run(close_account, account_id)
        case Refusal() as refusal:
            group.note(refusal)
        case _:
            group.run(post_chain, [entry.event for entry in entries if isinstance(entry.event, Operation)])
