"""`deltran ledger …`: the ledger on disk against itself and against PostgreSQL, and PostgreSQL made to follow it."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from activities.receipts import signed_head
from deltran.shown import differences
from devstack.errors import StackError, StateInUse
from devstack.lock import locked
from devstack.postgres import Postgres
from ledger.audit import verify_postgres
from ledger.book import Head
from ledger.onlooker import copy
from ledger.postgres import PostgresLedger, keeps_ledger
from ledger.protocol import Readable
from ledger.signing import SignedHead, Signer
from ledger.verify import Discrepancy, Report, Signatures
from ledger.verify import verify as replay
from runtime.keys import kept_key
from runtime.settings import Settings
from schema.tables.accounts import heads, ledger_entries, ledger_tree, participants
from schema.tables.common.session import Database, create_engine
from workers.projection import LEDGER, Projection


def verify(state: Path) -> Report:
    """Replay the ledger of a stack, running or stopped, and compare it with PostgreSQL. Raises StackError."""
    path = ledger_of(state)
    with database_of(state) as url:
        known = Known() if url is None else asyncio.run(known_of(url))
        signatures = Signatures(known.signed, public_key(state))
        if url and (book := book_of(path, url)):
            report = asyncio.run(verify_postgres(book, high_water=known.mark, signatures=signatures))
            return _with_shown(report, [] if report.findings else asyncio.run(_book_shown(url, book)))
        report = replay(path, high_water=known.mark, signatures=signatures)
        if url is None or report.findings or not report.entries:
            return report
        with copy(path) as ledger:
            return _with_shown(report, asyncio.run(differences(url, ledger)))


def _with_shown(report: Report, found: list[Discrepancy]) -> Report:
    return replace(report, verdict="broken", findings=(*report.findings, *found)) if found else report


async def _book_shown(url: str, book: str) -> list[Discrepancy]:
    ledger = await PostgresLedger.open(book)
    try:
        return await differences(url, ledger)
    finally:
        await ledger.aclose()


def project(state: Path, *, rebuild: bool) -> int:
    """Make SQL follow the ledger of a stack, running or stopped, up to the position answered.

    With `rebuild` everything that SQL shows of the ledger is made again from the journal's first entry. Raises
    StackError when there is no ledger or no database, Unavailable, LedgerCorrupt.
    """
    path = ledger_of(state)
    with database_of(state) as url:
        if url is None:
            raise StackError(f"there is no database at {state}: start its stack once, or set DATABASE_URL")
        if book := book_of(path, url):
            return asyncio.run(_project_book(url, book, rebuild))
        with copy(path) as ledger:
            return asyncio.run(_project(url, ledger, rebuild))


async def _project_book(url: str, book: str, rebuild: bool) -> int:
    ledger = await PostgresLedger.open(book)
    try:
        return await _project(url, ledger, rebuild)
    finally:
        await ledger.aclose()


async def _project(url: str, ledger: Readable, rebuild: bool) -> int:
    database = Database(create_engine(url, pool_size=1))
    try:
        if rebuild:
            async with database.write() as session:
                await ledger_entries.clear(session)
                await participants.forget_balances(session)
        await Projection(database, ledger).catch_up()  # only the owner signs
        async with database.read() as session:
            position, _ = await ledger_entries.position(session)
    finally:
        await database.close()
    return position


def ledger_of(state: Path) -> Path:
    """The ledger of a stack. Raises StackError when there is none."""
    path = Settings(state=state).ledger_path
    if not path.is_dir():
        raise StackError(f"there is no ledger at {path}: name its stack with --state")
    return path


def book_of(path: Path, url: str | None) -> str:
    """The database that the ledger itself lies in, empty when it lies on disk."""
    book = Settings().ledger_database_url or url
    return book if book and not (path / "CURRENT").exists() and asyncio.run(keeps_ledger(book)) else ""


@dataclass(frozen=True, slots=True)
class Known:
    """What PostgreSQL knows of a ledger: how far it has seen the journal come, and the heads that were signed."""

    mark: Head | None = None
    signed: tuple[SignedHead, ...] = ()


async def known_of(url: str) -> Known:
    """What a database knows of its ledger."""
    database = Database(create_engine(url, pool_size=1))
    try:
        async with database.read() as session:
            mark = await heads.get(session, LEDGER)
            kept = await ledger_tree.signed_heads(session)
    finally:
        await database.close()
    return Known(Head(mark.sequence, mark.hash) if mark else None, tuple(map(signed_head, kept)))


def public_key(state: Path) -> bytes | None:
    """The key that this stack's ledger signs with; None when it is not here."""
    path = Settings(state=state).ledger_key_path
    return Signer(kept_key(path, make=False)).public_key if path.exists() else None


@contextmanager
def database_of(state: Path) -> Iterator[str | None]:
    """The stack's own PostgreSQL, started for the moment if the stack is down; else what DATABASE_URL names, if anything.

    In this order, since a DATABASE_URL that is set for something else must not make a sound ledger look broken.
    """
    server = Postgres(state)
    if not server.data.exists():
        yield os.environ.get("DATABASE_URL")
        return
    with ExitStack() as held:
        try:
            held.enter_context(locked(state))
            held.enter_context(server)
        except StateInUse:
            pass  # The stack is up, and so is its PostgreSQL.
        yield server.url
