"""Whether what SQL shows of a ledger is what the ledger's journal says: balances, statements and proofs are made from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from domain.merkle import Frontier, Subtree, node_hash
from ledger.book import Opening
from ledger.journal import Sealed
from ledger.protocol import Readable
from ledger.verify import FINDINGS_LIMIT, Discrepancy
from schema.tables.accounts import ledger_entries, ledger_tree, shown
from schema.tables.accounts.ledger_tree import BLOCK, BLOCK_LEVEL
from schema.tables.common.session import Database, ReadSession, create_engine
from workers.journal import line

CHUNK: Final = 2000


@dataclass
class Journal:
    """What the journal comes to while it is read: the floors of its accounts, and the roots of its full blocks."""

    floors: dict[str, int | None] = field(default_factory=dict)
    blocks: list[bytes] = field(default_factory=list)
    _block: Frontier = field(default_factory=Frontier)

    def read(self, sealed: Sealed) -> None:
        """Take in the next entry."""
        if isinstance(opening := sealed.entry.event, Opening):
            self.floors[opening.account.id] = opening.account.floor_minor
        self._block.append(sealed.body)
        if self._block.size == BLOCK:
            self.blocks.append(self._block.root())
            self._block = Frontier()

    def subtrees(self) -> Iterator[tuple[Subtree, bytes]]:
        """The roots of all complete subtrees that SQL keeps."""
        level, row = BLOCK_LEVEL, self.blocks
        while row:
            yield from ((Subtree(level, number), root) for number, root in enumerate(row))
            level, row = level + 1, [node_hash(row[left], row[left + 1]) for left in range(0, len(row) - 1, 2)]


async def differences(url: str, ledger: Readable) -> list[Discrepancy]:
    """Entries, movements, balances, floors and nodes of the tree that SQL shows otherwise than the journal has them.

    SQL may be behind the journal: what it does not show yet is no difference.
    """
    database = Database(create_engine(url, pool_size=1, command_timeout_s=None))
    try:
        async with database.read() as session:
            journal = Journal()
            found = await _entries(session, ledger, journal)
            if not found:
                found = await _rest(session, journal)
    finally:
        await database.close()
    return found[:FINDINGS_LIMIT]


async def _entries(session: ReadSession, ledger: Readable, journal: Journal) -> list[Discrepancy]:
    found: list[Discrepancy] = []
    position, _ = await ledger_entries.position(session)
    end, after = min((await ledger.head()).sequence, position), 0
    while after < end:
        told = await ledger.entries(after, min(CHUNK, end - after))
        for sealed in told:
            journal.read(sealed)
        for sequence in await ledger_entries.astray(session, [line(sealed) for sealed in told]):
            found.append(Discrepancy("projection", "SQL shows another entry", sequence))
        after += len(told)
    return found


async def _rest(session: ReadSession, journal: Journal) -> list[Discrepancy]:
    """What is made from the entries, now that they are the journal's."""
    moved, balances = await shown.unbalanced(session), await shown.misstated(session)
    floors, kept = await shown.floors(session), await ledger_tree.kept(session)
    lines = [
        *(f"{account}: SQL's movements are not its entries" for account in moved),
        *(f"{account}: SQL's balance is not what its entries come to" for account in balances),
        *(
            f"{account}: SQL's floor is not the ledger's"
            for account, floor in journal.floors.items()
            if floors.get(account, floor) != floor
        ),
        *(
            f"SQL's tree has another node {subtree.number} on level {subtree.level}"
            for subtree, root in journal.subtrees()
            if kept.get(subtree) != root
        ),
    ]
    return [Discrepancy("projection", detail) for detail in lines]
