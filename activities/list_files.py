"""List files on their way into force: read, held against the version before, stored, and packed for every worker."""

import asyncio
import gzip
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from domain.decision import Role
from domain.errors import ListRefused
from schema.tables.common import audit, outbox
from schema.tables.common.outbox import StartKind
from schema.tables.common.session import Database, ReadSession, WriteSession
from schema.tables.compliance import lists, rescreenings
from schema.tables.compliance.lists import Checked, CheckOutcome, ListVersion, NewVersion
from screening.embargo import PACKAGED, Embargoes
from screening.entity import Entity
from screening.lists import guard, layouts
from screening.lists.guard import Delta, Entry, Version
from screening.lists.layouts import UNKNOWN_LIST
from screening.lists.repeats import NONE, Repeats
from screening.regions import GEO

SHIPPED: Final = "packaged"
"""The source of an embargo table that came with DelTran."""
NETWORK: Final = "network/lists"
"""Who brings in what comes by itself."""
_JUST_BEFORE: Final = timedelta(milliseconds=1)

_ENTITY: Final = TypeAdapter(Entity)


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file that is to become a list: where it comes from, who brings it, and what its publisher says of it.

    The embargo table is one of them, by the name GEO. `companions` are OFAC's further separated files. `acknowledged`: a person has confirmed that much is gone.
    """

    list_name: str
    data: bytes
    source: str
    by: str
    acknowledged: bool = False
    expected_sha256: str | None = None
    companions: Mapping[str, bytes] | None = None
    role: str = Role.OPERATOR
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: the version in force, and what it changed; nothing when it was in force already.

    `repeats`: what its publisher had listed under an id that was taken.
    """

    list_name: str
    version: str
    entities: int
    delta: Delta
    version_id: str
    repeats: Repeats = NONE


@dataclass(frozen=True, slots=True)
class ListChange:
    """A version that came into force and the one whose place it took (None: it is the list's first), by their ids."""

    list_name: str
    version_id: str
    previous_id: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read: its version, its content as it is kept, and what it had listed under an id that was taken."""

    file: ListFile
    version: Version
    packed: bytes
    repeats: Repeats = NONE


async def bring_in(db: Database, file: ListFile, at: datetime) -> Imported:
    """Put a file into force in the place of the version before. Raises ListRefused, and the version before stays."""
    try:
        prepared = await asyncio.to_thread(prepare, file)
        async with db.write() as session:
            return await put_in_force(session, prepared, at)
    except ListRefused as refused:
        reason = str(refused.facts.get("reason", refused.code))
        if reason == UNKNOWN_LIST:  # a slip of the pen is no list whose last file was refused
            raise
        async with db.write() as session:
            await lists.record_check(session, _checked(file, CheckOutcome.REFUSED, at, reason))
        raise


def prepare(file: ListFile) -> Prepared:
    """Read a file. Raises ListRefused."""
    guard.announced(file.list_name, file.data, file.expected_sha256)  # even if it is in force already
    if file.list_name == GEO:  # kept as it is written, with its comments
        return Prepared(file, Embargoes.read(file.data).named, gzip.compress(file.data, mtime=0))
    entities, repeats = read(file)
    version = Version.of(file.list_name, guard.whole(file.data, file.companions), entities)
    return Prepared(file, version, pack(entities), repeats)


def read(file: ListFile) -> tuple[list[Entity], Repeats]:
    """The entities of a file. A list with a suffix ("OFAC-CONS") is a further one of the same publisher."""
    publisher = file.list_name.partition("-")[0]
    found, repeats = layouts.read_all(publisher, file.data, file.companions)
    if publisher != file.list_name:
        found = [replace(each, list_name=file.list_name) for each in found]
    return found, repeats


def pack(entities: Iterable[Entity]) -> bytes:
    """Entities as they are stored."""
    return gzip.compress(b"\n".join(_ENTITY.dump_json(entity) for entity in entities), compresslevel=6, mtime=0)


def unpack(content: bytes) -> Iterator[Entity]:
    """Stored entities."""
    return (_ENTITY.validate_json(line) for line in gzip.decompress(content).splitlines() if line)


def table_of(content: bytes) -> Embargoes:
    """A stored embargo table. Raises ListRefused."""
    return Embargoes.read(gzip.decompress(content))


def entries(list_name: str, content: bytes) -> Iterable[Entry]:
    """What a stored version lists."""
    return table_of(content).regions.values() if list_name == GEO else unpack(content)


async def put_in_force(session: WriteSession, prepared: Prepared, at: datetime) -> Imported:
    """The same within a transaction, which is the caller's. Raises ListRefused."""
    file, new = prepared.file, prepared.version
    if file.list_name == GEO and file.source != SHIPPED:
        await standing_table(session, at)
    standing = await lists.lock(session, file.list_name)
    if standing is not None and standing.sha256 == new.sha256:
        await lists.record_check(session, _checked(file, CheckOutcome.UNCHANGED, at, _told(prepared.repeats)))
        nothing = Delta((), (), ())
        return Imported(file.list_name, standing.version, standing.entities, nothing, standing.id, prepared.repeats)
    changes = await would_change(session, prepared, standing)
    version_id = await lists.activate(session, _row(prepared, changes, at))
    if _changes_anything(prepared, changes, first=standing is None):
        await _rescreen(session, ListChange(file.list_name, version_id, standing.id if standing else None), at)
    await lists.record_check(session, _checked(file, CheckOutcome.UPDATED, at, _told(prepared.repeats)))
    await audit.append(
        session,
        at=at,
        actor_id=file.by,
        actor_role=file.role,
        action="list.activate",
        subject=file.list_name,
        detail=_detail(prepared, changes),
    )
    return Imported(file.list_name, new.name, len(new.hashes), changes, version_id, prepared.repeats)


async def would_change(session: ReadSession, prepared: Prepared, standing: ListVersion | None) -> Delta:
    """What a file changes of the version in force, if it may take its place. Raises ListRefused."""
    before = None
    if standing is not None:
        content = await lists.content(session, standing.id)
        before = await asyncio.to_thread(_version_of, standing.list_name, standing.sha256, standing.size, content)
    return guard.admit(prepared.version, before, acknowledged=prepared.file.acknowledged)


async def standing_table(session: WriteSession, at: datetime) -> ListVersion:
    """The embargo table in force, held until the session ends.

    The packaged one is written down when it is the first: what the first checks were made by is archived, too.
    """
    if await lists.lock(session, GEO) is None:
        await put_in_force(session, prepare(shipped()), at - _JUST_BEFORE)
    standing = await lists.lock(session, GEO)
    assert standing is not None, "it was written down"
    return standing


def shipped() -> ListFile:
    """The embargo table that DelTran comes with."""
    return ListFile(GEO, PACKAGED.read_bytes(), SHIPPED, NETWORK)


def _changes_anything(prepared: Prepared, changes: Delta, *, first: bool) -> bool:
    """The embargo table that DelTran comes with was in force before it was written down."""
    written_down = first and prepared.file.source == SHIPPED
    return not written_down and bool(changes.added or changes.changed or changes.removed)


async def _rescreen(session: WriteSession, change: ListChange, at: datetime) -> None:
    """Have payments on their way screened again; in this very transaction, so that no change is without it."""
    await rescreenings.begin(session, change.version_id, change.list_name, at)
    await outbox.add(
        session,
        workflow_id=f"rescreening/{change.list_name}/{change.version_id}",
        kind=StartKind.RESCREENING,
        subject=change.version_id,
        input=asdict(change),
        at=at,
    )


def _version_of(list_name: str, sha256: str, size: int, content: bytes) -> Version:
    found = list(entries(list_name, content))
    hashes = {entry.entity_id: entry.content_hash for entry in found}
    return Version(list_name, sha256, size, hashes, names=guard.names_of(found))


def _row(prepared: Prepared, changes: Delta, at: datetime) -> NewVersion:
    file, new = prepared.file, prepared.version
    return NewVersion(
        list_name=file.list_name,
        version=new.name,
        sha256=new.sha256,
        size=new.size,
        entities=len(new.hashes),
        source=file.source,
        content=prepared.packed,
        imported_by=file.by,
        imported_at=at,
        **_counts(changes),
    )


def _detail(prepared: Prepared, changes: Delta) -> dict[str, Any]:
    new, repeats = prepared.version, prepared.repeats
    told = {"version": new.name, "sha256": new.sha256, "acknowledged": prepared.file.acknowledged, **_counts(changes)}
    return {**told, "repeated": asdict(repeats)} if repeats else told


def _told(repeats: Repeats) -> str | None:
    return str(repeats) if repeats else None


def _counts(changes: Delta) -> dict[str, int]:
    return {"added": len(changes.added), "changed": len(changes.changed), "removed": len(changes.removed)}


def _checked(file: ListFile, outcome: CheckOutcome, at: datetime, reason: str | None = None) -> Checked:
    return Checked(file.list_name, outcome, file.source, file.by, at, reason, file.etag, file.last_modified)
