"""Which database `deltran ledger verify` asks for the high-water mark."""

import asyncio

import pytest

from deltran.books import verify
from devstack.errors import StackError
from devstack.place import throwaway_state
from devstack.postgres import Postgres
from ledger.book import Account
from ledger.rocks import RocksLedger
from runtime.settings import Settings
from schema.migrations.run import upgrade


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


def test_no_ledger_is_said_plainly() -> None:
    with throwaway_state() as state, pytest.raises(StackError, match="no ledger"):
        verify(state)
