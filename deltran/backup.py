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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from deltran.books import Known, database_of, known_of, ledger_of, public_key
from devstack.errors import StackError
from devstack.lock import locked
from devstack.place import write_private
from devstack.postgres import Postgres
from ledger.backup import checkpoint
from ledger.book import Head
from ledger.refill import refill
from ledger.signing import SignedHead
from ledger.verify import Discrepancy, Report, Signatures
from ledger.verify import verify as replay
from runtime.settings import Settings
from schema.tables.accounts import ledger_entries
from schema.tables.common.session import Database, create_engine

CHUNK: Final = 10_000
NOTE: Final = "backup.json"
"""What a backup is expected to hold: the head, and the newest head that the ledger had signed. It is sealed by its digest.

What its files hold is said by their own catalogue; in backups of the first days by `sha256` in the note.
"""


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
    }
    write_private(target / NOTE, _text(note | {"seal": _seal(note)}))
    return report


def inspect(source: Path) -> Report:
    """Verify a backup by what it says of itself: its note, every byte of every file, and the journal up to the head.

    Raises StackError when it is no backup.
    """
    note, found = Note(), list[Discrepancy]()
    try:
        note = _note(source)
    except OSError as wrong:
        raise StackError(f"{source} is no backup of a ledger") from wrong
    except (ValueError, KeyError, TypeError):
        found.append(Discrepancy("files", f"{NOTE} does not hold what it held"))
    if note.digests and note.digests != _digests(source / "ledger"):
        found.append(Discrepancy("files", f"the files are not the ones that {NOTE} names"))
    own = Signatures((note.signed,), note.signed.public_key) if note.signed else None
    report = replay(source / "ledger", high_water=note.head, signatures=own)
    found += report.findings
    if not found and report.head != note.head:
        found.append(Discrepancy("head", f"the journal does not end where {NOTE} says", report.head.sequence))
    return replace(report, verdict="broken", findings=tuple(found)) if found else report


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
    if findings := inspect(source).findings:
        raise StackError(f"the backup at {source} is not sound: {'; '.join(found.detail for found in findings)}")


@dataclass(frozen=True, slots=True)
class Note:
    """What a backup's note says, as far as it can be read."""

    head: Head | None = None
    signed: SignedHead | None = None
    digests: dict[str, str] | None = None


def _note(source: Path) -> Note:
    """The note of a backup. Raises OSError (there is none), ValueError, KeyError, TypeError (it is not as it was written)."""
    text = (source / NOTE).read_text()
    note = json.loads(text)
    digests = None if "seal" in note else note["sha256"]
    if digests is None and (note["seal"] != _seal(note) or text != _text(note)):
        raise ValueError(NOTE)
    head = Head(int(note["sequence"]), bytes.fromhex(note["hash"]))
    return Note(head, SignedHead.of_json(note["signed"]) if note["signed"] else None, digests)


def _seal(note: dict[str, Any]) -> str:
    return hashlib.sha256(_text({name: value for name, value in note.items() if name != "seal"}).encode()).hexdigest()


def _text(note: dict[str, Any]) -> str:
    return json.dumps(note, indent=1) + "\n"


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
