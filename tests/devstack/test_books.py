"""`deltran ledger verify` and `project`: which database they ask, and what they leave."""

import asyncio

import pytest
from sqlalchemy import text

from deltran.backup import backup
from deltran.books import project, verify
from devstack.errors import StackError
from devstack.lock import locked
from devstack.place import throwaway_state
from devstack.postgres import Postgres
from ledger.book import Account, Transfer
from ledger.postgres import PostgresLedger
from ledger.rocks import RocksLedger
from ledger.signing import Signer
from runtime.keys import kept_key
from runtime.settings import Settings
from schema.migrations.run import upgrade
from schema.tables.common.session import Database, create_engine
from workers.heads import HeadSigner
from workers.projection import Projection


async def test_a_database_url_of_somebody_else_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    with throwaway_state() as state:
        with Postgres(state) as server:
            await asyncio.to_thread(upgrade, server.url)
        ledger = await RocksLedger.open(Settings(state=state).ledger_path)
        await ledger.open_account(Account("ALPHDEFFXXX/EUR", "EUR"))
        await ledger.aclose()
        monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@/elsewhere?host=/nowhere")
        report = await asyncio.to_thread(verify, state)
        assert report.verdict == "incomplete", "the stack's own database was asked, and keeps no mark yet"


@pytest.mark.parametrize("owned", [True, False], ids=["its owner runs", "nobody has it open"])
async def test_what_sql_shows_is_made_again_from_nothing(owned: bool) -> None:
    with throwaway_state() as state, locked(state), Postgres(state) as server:  # as when its stack is up
        await asyncio.to_thread(upgrade, server.url)
        ledger = await RocksLedger.open(Settings(state=state).ledger_path)
        await ledger.open_account(Account("NETWORK/EUR", "EUR", floor_minor=None))
        await ledger.open_account(Account("ALPHDEFFXXX/EUR", "EUR"))
        for n in range(5):
            await ledger.submit([Transfer(f"fund/{n}", "NETWORK/EUR", "ALPHDEFFXXX/EUR", "EUR", 100)])
        head = await ledger.head()
        if not owned:
            await ledger.aclose()
        for rebuild in (False, True, True, False):
            assert await asyncio.to_thread(project, state, rebuild=rebuild) == head.sequence == 7
        report = await asyncio.to_thread(verify, state)
        assert (report.findings, report.head) == ((), head)
        assert report.unchecked[0] == "no signed head was found", "the mark in SQL was raised, but only the owner signs"
        await ledger.aclose()


async def test_a_ledger_in_postgres_is_found_and_verified() -> None:
    with throwaway_state() as state, locked(state), Postgres(state) as server:
        await asyncio.to_thread(upgrade, server.url)
        settings = Settings(state=state, database_url=server.url)
        settings.ledger_path.mkdir()
        ledger = await PostgresLedger.open(settings.ledger_url)
        await ledger.open_account(Account("NETWORK/EUR", "EUR", floor_minor=None))
        await ledger.open_account(Account("ALPHDEFFXXX/EUR", "EUR"))
        await ledger.submit([Transfer("fund/1", "NETWORK/EUR", "ALPHDEFFXXX/EUR", "EUR", 100)])
        database = Database(create_engine(server.url, pool_size=1))
        signer = HeadSigner(database, ledger, Signer(kept_key(settings.ledger_key_path, make=True)))
        await Projection(database, ledger, signer).catch_up()
        assert await asyncio.to_thread(project, state, rebuild=True) == 3
        report = await asyncio.to_thread(verify, state)
        assert (report.verdict, report.head, report.signed_heads) == ("ok", await ledger.head(), 1)
        async with database.write() as session:
            await session.run(text("UPDATE ledger_entries SET hash = body WHERE sequence = 2"))
        report = await asyncio.to_thread(verify, state)
        assert [finding.check for finding in report.findings] == ["projection"]
        with pytest.raises(StackError, match="no ledger on disk"):
            await asyncio.to_thread(backup, state, state / "backup")
        await ledger.aclose()
        await database.close()


def test_no_ledger_is_said_plainly() -> None:
    with throwaway_state() as state:
        with pytest.raises(StackError, match="no ledger"):
            verify(state)
        with pytest.raises(StackError, match="no ledger"):
            project(state, rebuild=True)


def test_no_database_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with throwaway_state() as state:
        Settings(state=state).ledger_path.mkdir()
        with pytest.raises(StackError, match="no database"):
            project(state, rebuild=False)
