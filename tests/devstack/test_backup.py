"""`deltran ledger backup` and `restore`: nothing that was acknowledged and shown is lost, and nothing unsound is put in place."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deltran.backup import NOTE, _digests, _note, backup, inspect, restore
from deltran.books import verify
from devstack.errors import StackError, StateInUse
from devstack.lock import locked
from devstack.place import throwaway_state
from devstack.postgres import Postgres
from ledger.book import Account, Head, Transfer
from ledger.catalogue import NAME as CATALOGUE
from ledger.rocks import RocksLedger
from ledger.signing import Signer
from runtime.keys import kept_key
from runtime.settings import Settings
from schema.migrations.run import upgrade
from schema.tables.common.session import Database, create_engine
from tests.ledger.test_files import flipped
from workers.heads import HeadSigner
from workers.projection import Projection

NETWORK, BANK = "NETWORK/EUR", "ALPHDEFFXXX/EUR"


@pytest_asyncio.fixture
async def state() -> AsyncIterator[Path]:
    """A stopped stack's state: a database that is migrated, and nothing else."""
    with throwaway_state() as place:
        with Postgres(place) as server:
            await asyncio.to_thread(upgrade, server.url)
        yield place


async def post(state: Path, name: str, *, shown: bool = True) -> Head:
    """Let an owner post a little, and show it in SQL."""
    settings = Settings(state=state)
    ledger = await RocksLedger.open(settings.ledger_path)
    await ledger.open_account(Account(NETWORK, "EUR", floor_minor=None))
    await ledger.open_account(Account(BANK, "EUR"))
    for n in range(20):
        await ledger.submit([Transfer(f"{name}/{n}/{leg}", NETWORK, BANK, "EUR", 1) for leg in (1, 2)])
    if shown:
        with Postgres(state) as server:
            database = Database(create_engine(server.url, pool_size=1))
            signer = HeadSigner(database, ledger, Signer(kept_key(settings.ledger_key_path, make=True)))
            await Projection(database, ledger, signer).catch_up()
            await database.close()
    head = await ledger.head()
    await ledger.aclose()
    return head


async def test_a_lost_ledger_comes_back_whole(state: Path, tmp_path: Path) -> None:
    early = await post(state, "early")
    copied = await asyncio.to_thread(backup, state, tmp_path / "backup")
    assert (copied.verdict, copied.head, copied.signed_heads) == ("ok", early, 1)
    command = [sys.executable, "-m", "deltran", "ledger", "verify", "--backup", str(tmp_path / "backup")]
    told = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    assert "verdict:       ok" in told.stdout
    late = await post(state, "late")
    shutil.rmtree(Settings(state=state).ledger_path)
    assert (await asyncio.to_thread(restore, state, tmp_path / "backup")).head == late
    report = await asyncio.to_thread(verify, state)
    assert (report.verdict, report.head, report.signed_heads) == ("ok", late, 2)
    assert report.posted_minor == {"EUR": 80}
    again = await post(state, "again")
    assert again.sequence == late.sequence + 40


async def test_the_owner_posts_on_while_it_is_backed_up(state: Path, tmp_path: Path) -> None:
    await post(state, "before")
    ledger = await RocksLedger.open(Settings(state=state).ledger_path)
    stop = asyncio.Event()

    async def busy() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            await ledger.submit([Transfer(f"busy/{n}", NETWORK, BANK, "EUR", 1)])

    posting = asyncio.ensure_future(busy())
    copies = [await asyncio.to_thread(backup, state, tmp_path / f"copy{n}") for n in range(2)]
    stop.set()
    await posting
    assert [copy.verdict for copy in copies] == ["ok", "ok"]
    assert copies[1].entries > copies[0].entries > 42
    await ledger.aclose()


async def test_what_sql_was_never_shown_is_missed(state: Path, tmp_path: Path) -> None:
    early = await post(state, "early")
    await asyncio.to_thread(backup, state, tmp_path / "backup")
    await post(state, "late", shown=False)
    report = await asyncio.to_thread(restore, state, tmp_path / "backup")
    assert (report.verdict, report.head) == ("ok", early)
    kept = [name for name in os.listdir(state) if name.startswith("ledger.before-")]
    assert len(kept) == 1, "what was there is still there"


async def test_nothing_is_restored_under_a_running_stack_or_owner(state: Path, tmp_path: Path) -> None:
    await post(state, "x")
    await asyncio.to_thread(backup, state, tmp_path / "backup")
    with locked(state), pytest.raises(StateInUse):
        restore(state, tmp_path / "backup")
    with pytest.raises(StackError, match="there already"):
        backup(state, tmp_path / "backup")


def files_of(directory: Path) -> list[Path]:
    return [file for file in sorted(directory.rglob("*")) if file.is_file() and file.stat().st_size]


async def test_every_byte_of_a_backup_counts(state: Path, tmp_path: Path) -> None:
    """Here its note, and a glance at the rest: the ledger's own tests go through every file."""
    await post(state, "x")
    await asyncio.to_thread(backup, state, tmp_path / "backup")
    assert inspect(tmp_path / "backup").verdict == "ok"
    note = tmp_path / "backup" / NOTE
    for offset in range(note.stat().st_size):
        with flipped(note, offset), pytest.raises((ValueError, KeyError, TypeError)):
            _note(tmp_path / "backup")
    for file in files_of(tmp_path / "backup"):
        for offset in (0, file.stat().st_size - 1):
            with flipped(file, offset):
                report = inspect(tmp_path / "backup")
            assert report.verdict == "broken"
            assert report.findings[0].detail.startswith(file.name)


async def test_a_backup_of_the_first_days_is_a_backup(state: Path, tmp_path: Path) -> None:
    """Its files are named by digest in the note, which has no seal; and there is no catalogue."""
    head = await post(state, "x")
    await asyncio.to_thread(backup, state, tmp_path / "backup")
    (tmp_path / "backup" / "ledger" / CATALOGUE).unlink()
    note = json.loads((tmp_path / "backup" / NOTE).read_text())
    del note["seal"]
    note["sha256"] = _digests(tmp_path / "backup" / "ledger")
    (tmp_path / "backup" / NOTE).write_text(json.dumps(note))
    assert inspect(tmp_path / "backup").verdict == "incomplete"
    with flipped(tmp_path / "backup" / "ledger" / "CURRENT", 3):
        assert inspect(tmp_path / "backup").verdict == "broken"
    assert (await asyncio.to_thread(restore, state, tmp_path / "backup")).head == head


async def test_a_damaged_backup_is_not_put_in_place(state: Path, tmp_path: Path) -> None:
    await post(state, "x")
    await asyncio.to_thread(backup, state, tmp_path / "backup")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(StackError, match="no backup"):
        restore(state, tmp_path / "nothing")
    for file in files_of(tmp_path / "backup"):
        with flipped(file, file.stat().st_size // 3), pytest.raises(StackError, match=f"not sound: {file.name}"):
            await asyncio.to_thread(restore, state, tmp_path / "backup")
    assert (await asyncio.to_thread(verify, state)).verdict == "ok", "nothing has changed"
