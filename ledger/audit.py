"""Proof that a ledger in PostgreSQL is sound: its journal is put through every check that a ledger on disk passes.

The journal is replayed into a ledger of our own on disk, which is verified as any other; then what PostgreSQL keeps
beside the journal (accounts, balances, head) is compared with it. All is read in one snapshot, so its owners post on.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import asyncpg

from domain.errors import DelTranError
from ledger.book import Head
from ledger.onlooker import copy
from ledger.postgres import account_of
from ledger.refill import refill
from ledger.verify import Discrepancy, Report, Signatures, verify

PAGE: Final = 20_000
"""Entries read at once."""

_PAGE: Final = "SELECT body, hash FROM book_journal WHERE sequence > $1 ORDER BY sequence LIMIT $2"


async def verify_postgres(url: str, *, high_water: Head | None = None, signatures: Signatures | None = None) -> Report:
    """Verify the ledger in a database; mark and signatures as in `verify`."""
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError) as away:
        return Report("incomplete", unchecked=(f"the database could not be read: {away}",))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            with TemporaryDirectory(prefix="ledger-audit-") as desk:
                return await _compare(connection, Path(desk, "ledger"), high_water, signatures)
    finally:
        await connection.close()


async def _compare(
    connection: asyncpg.Connection, path: Path, high_water: Head | None, signatures: Signatures | None
) -> Report:
    broken = await _replay(connection, path)
    report = await asyncio.to_thread(verify, path, high_water=high_water, signatures=signatures)
    found = [*broken, *(await _differences(connection, path) if not broken else [])]
    if not found:
        return report
    return replace(report, verdict="broken", findings=(*found, *report.findings))


async def _replay(connection: asyncpg.Connection, path: Path) -> list[Discrepancy]:
    """Append the journal to a ledger on disk; a page that ends inside a long chain is read again, twice as large."""
    reached, size = 0, PAGE
    end = await connection.fetchval("SELECT coalesce(max(sequence), 0) FROM book_journal")
    try:
        while reached < end:
            rows = await connection.fetch(_PAGE, reached, size)
            further = await asyncio.to_thread(refill, path, [(row["body"], row["hash"]) for row in rows])
            if further == reached and len(rows) < size:
                return [Discrepancy("chain", "the journal ends inside a chain", end)]
            reached, size = further, size * 2 if further == reached else PAGE
    except DelTranError as refusal:
        return [Discrepancy("rule", f"{refusal.code}: {refusal.message}", refusal.facts.get("sequence"))]
    return []


async def _differences(connection: asyncpg.Connection, path: Path) -> list[Discrepancy]:
    """What PostgreSQL keeps beside the journal, and the journal replayed, do not agree on."""
    head = await connection.fetchrow("SELECT sequence, hash FROM book_head WHERE id = 1")
    stored = {row["id"]: account_of(row) for row in await connection.fetch("SELECT * FROM book_accounts")}
    if not (path / "CURRENT").exists():
        return [Discrepancy("account", "there are accounts without a journal")] if stored else []
    with copy(path) as replayed:
        books = replayed.books
        kept = {name: (account, books.balance(name)) for name, account in books.accounts.items()}
        found = [
            Discrepancy("balance", f"{name}: stored {stored.get(name)}, replayed {kept.get(name)}")
            for name in sorted(stored.keys() | kept.keys())
            if stored.get(name) != kept.get(name)
        ]
        if head is None or Head(head["sequence"], head["hash"]) != books.head:
            found.append(Discrepancy("head", "the stored head is not the journal's end", books.head.sequence))
    return found
