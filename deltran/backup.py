"""`deltran ledger backup` and `restore`: a checked copy of the ledger, and the ledger back from it."""

import asyncio
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deltran.books import Known, database_of, known_of, ledger_of, public_key
from devstack.errors import StackError
from devstack.lock import locked
from devstack.place import write_private
from devstack.postgres import Postgres
from ledger.backup import checkpoint
from ledger.book import Head
from ledger.refill import refill
from ledger.signing import SignedHead
from ledger.verify import Report, Signatures
from ledger.verify import verify as replay
from runtime.settings import Settings
from schema.tables import ledger_entries
from schema.tables.session import Database, create_engine

CHUNK: Final = 10_000
NOTE: Final = "backup.json"
"""What a backup is expected to hold: the head, the newest head that the ledger had signed, and every file's digest."""


def backup(state: Path, target: Path) -> Report:
    """Copy the ledger of a stack, running or stopped, to a new directory, and verify the copy.

    Raises StackError when there is no ledger, or something is there already.
    """
    path = ledger_of(state)
    if not (path / "CURRENT").exists():
        raise StackError(
            f"there is no ledger on disk at {path}; one in PostgreSQL is backed up with PostgreSQL's tools"
        )
    if target.exists():
        raise StackError(f"{target} is there already: a backup gets a directory of its own")
    with database_of(state) as url:
        known = Known() if url is None else asyncio.run(known_of(url))
    target.mkdir(mode=0o700, parents=True)
    checkpoint(path, target / "ledger")
    report = replay(target / "ledger", high_water=known.mark, signatures=Signatures(known.signed, public_key(state)))
    note = {
        "sequence": report.head.sequence,
        "hash": report.head.hash.hex(),
        "signed": known.signed[-1].as_json() if known.signed else None,
        "sha256": _digests(target / "ledger"),
    }
    write_private(target / NOTE, json.dumps(note, indent=1) + "\n")
    return report


def restore(state: Path, source: Path) -> Report:
    """Put a stopped stack's ledger back from a backup, and after it every entry that PostgreSQL still shows.

    What was there is kept beside it under another name. A result that is not sound is not put in place: the report
    says why. Raises StackError (the stack runs, the backup is no sound ledger), LedgerCorrupt (PostgreSQL shows entries
    that do not follow the backup's).
    """
    _check(source)
    path = Settings(state=state).ledger_path
    with _stopped(state, path) as url:
        known = Known() if url is None else asyncio.run(known_of(url))
        fresh = path.with_name(f"{path.name}.restoring")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(source / "ledger", fresh)
        if url is not None:
            position = replay(fresh).head.sequence
            refill(fresh, asyncio.run(_missing(url, position)))
        report = replay(fresh, high_water=known.mark, signatures=Signatures(known.signed, public_key(state)))
        if report.verdict == "broken":
            shutil.rmtree(fresh)
            return report
        if path.exists():
            path.rename(path.with_name(f"{path.name}.before-{time.time_ns() // 1_000_000_000}"))
        fresh.rename(path)
    return report


def _check(source: Path) -> None:
    """The backup holds what it says. Raises StackError."""
    try:
        note = json.loads((source / NOTE).read_text())
        head = Head(int(note["sequence"]), bytes.fromhex(note["hash"]))
        signed = SignedHead.of_json(note["signed"]) if note["signed"] else None
        if _digests(source / "ledger") != note["sha256"]:
            raise StackError(f"the backup at {source} is not sound: its files are not the ones that were written")
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise StackError(f"{source} is no backup of a ledger") from wrong
    own = Signatures((signed,), signed.public_key) if signed else None
    report = replay(source / "ledger", high_water=head, signatures=own)
    if report.findings or report.head != head:
        raise StackError(f"the backup at {source} is not sound: {'; '.join(f.detail for f in report.findings)}")


def _digests(directory: Path) -> dict[str, str]:
    """The SHA-256 of every file."""
    digests = {}
    for file in sorted(directory.iterdir()):
        with file.open("rb") as data:
            digests[file.name] = hashlib.file_digest(data, "sha256").hexdigest()
    return digests


@contextmanager
def _stopped(state: Path, path: Path) -> Iterator[str | None]:
    """A stack that is down, with nobody else at its ledger; its database, up for the moment. Raises StackError."""
    with locked(state):
        if (path / "LOCK").exists():
            with (path / "LOCK").open("a") as lock:
                try:
                    fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise StackError(f"somebody has the ledger at {path} open: stop it first") from None
        server = Postgres(state)
        if not server.data.exists():
            yield os.environ.get("DATABASE_URL")
            return
        with server:
            yield server.url


async def _missing(url: str, position: int) -> list[tuple[bytes, bytes]]:
    """The journal's entries that PostgreSQL shows after a position."""
    database = Database(create_engine(url, pool_size=1))
    try:
        async with database.read() as session:
            found = await ledger_entries.after(session, position, CHUNK)
            while len(found) % CHUNK == 0 and (
                more := await ledger_entries.after(session, position + len(found), CHUNK)
            ):
                found += more
    finally:
        await database.close()
    return found
