"""Whether what SQL shows of a ledger is what the ledger's journal says: statements and proofs are made from it."""

from typing import Final

from ledger.protocol import Readable
from ledger.verify import FINDINGS_LIMIT, Discrepancy
from schema.tables.accounts import ledger_entries
from schema.tables.common.session import Database, ReadSession, create_engine

CHUNK: Final = 2000


async def differences(url: str, ledger: Readable) -> list[Discrepancy]:
    """Entries that SQL shows otherwise, and accounts whose movements do not come to what the entries move.

    SQL may be behind the journal: what it does not show yet is no difference.
    """
    database = Database(create_engine(url, pool_size=1, command_timeout_s=None))
    try:
        async with database.read() as session:
            found = await _entries(session, ledger)
            accounts = await ledger_entries.unbalanced(session)
    finally:
        await database.close()
    found += [Discrepancy("projection", f"{account}: SQL's movements are not its entries") for account in accounts]
    return found[:FINDINGS_LIMIT]


async def _entries(session: ReadSession, ledger: Readable) -> list[Discrepancy]:
    found: list[Discrepancy] = []
    end, after = (await ledger.head()).sequence, 0
    while after < end:
        shown = await ledger_entries.after(session, after, min(CHUNK, end - after))
        if not shown:
            break
        told = await ledger.entries(after, len(shown))
        for sealed, row in zip(told, shown, strict=True):
            if (sealed.body, sealed.hash) != row:
                found.append(Discrepancy("projection", "SQL shows another entry", sealed.entry.sequence))
        after += len(shown)
    return found
