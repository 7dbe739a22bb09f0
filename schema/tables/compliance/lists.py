"""Sanctions lists: every version that was in force, with its content, so that a hit can be explained for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field

from domain.ids import new_id
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import ReadSession, WriteSession, typed

CHANNEL: Final = "list_versions"
"""The NOTIFY channel that tells of a new version; the payload is the list's name."""


class ListState(StrEnum):
    """Where a version stands."""

    CURRENT = "current"
    """In force."""
    PREVIOUS = "previous"
    """Was in force, and is kept."""


class CheckOutcome(StrEnum):
    """What came of looking for a new version."""

    UPDATED = "updated"
    """There was one, and it is in force."""
    UNCHANGED = "unchanged"
    """The list is as it was."""
    REFUSED = "refused"
    """There was a file that must not take the place of the list."""
    FAILED = "failed"
    """Its publisher could not be reached."""


class ListVersionRow(Table, table=True):
    """One version of one list. `content` holds its entities, one JSON object a line, compressed."""

    __tablename__ = "list_versions"
    __table_args__ = (
        one_of("state", ListState),
        Index(
            "uq_list_versions_list_name_current", "list_name", unique=True, postgresql_where=text("state = 'current'")
        ),
        Index("ix_list_versions_list_name_imported_at", "list_name", "imported_at"),
    )

    id: str = Field(primary_key=True)
    list_name: str
    version: str
    sha256: str
    size: int = Field(sa_type=BigInteger)
    entities: int
    state: str
    source: str
    content: bytes
    imported_by: str
    imported_at: datetime = Field(sa_type=MOMENT)
    added: int
    changed: int
    removed: int


class ListCheck(Table, table=True):
    """One look for a new version of a list, whatever came of it."""

    __tablename__ = "list_checks"
    __table_args__ = (one_of("outcome", CheckOutcome), Index("ix_list_checks_list_name_at", "list_name", "at"))

    id: int | None = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    list_name: str
    outcome: str
    reason: str | None
    source: str
    etag: str | None
    last_modified: str | None
    by: str
    at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A version without its content. `confirmed_at` is when its publisher last said that it is still the list."""

    id: str
    list_name: str
    version: str
    sha256: str
    size: int
    entities: int
    source: str
    imported_by: str
    imported_at: datetime
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be put into force, and what it changes."""

    list_name: str
    version: str
    sha256: str
    size: int
    entities: int
    source: str
    content: bytes
    imported_by: str
    imported_at: datetime
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A look for a new version."""

    list_name: str
    outcome: CheckOutcome
    source: str
    by: str
    at: datetime
    reason: str | None = None
    etag: str | None = None
    last_modified: str | None = None


async def current(session: ReadSession) -> list[ListVersion]:
    """The versions in force, by list."""
    return [ListVersion(**typed(row)) for row in await session.all(_CURRENT)]


async def content(session: ReadSession, version_id: str) -> bytes:
    """A version's entities, compressed."""
    return bytes((await session.one(_CONTENT, {"id": version_id})).content)


async def digests(session: ReadSession, names: Sequence[str]) -> dict[str, str]:
    """The SHA-256 of the versions in force of some lists, by list: all it takes to see whether something has changed."""
    return {row.list_name: row.sha256 for row in await session.all(_DIGESTS, {"names": list(names)})}


async def of_list(session: ReadSession, list_name: str) -> list[ListVersion]:
    """Every version that a list ever had, newest first."""
    return [ListVersion(**typed(row)) for row in await session.all(_OF_LIST, {"list_name": list_name})]


async def in_force_at(session: ReadSession, at: datetime) -> list[ListVersion]:
    """The versions that were in force at a moment, by list."""
    return [ListVersion(**typed(row)) for row in await session.all(_IN_FORCE_AT, {"at": at})]


async def lock(session: WriteSession, list_name: str) -> ListVersion | None:
    """Hold a list until the session ends, so that its versions follow one another; the one in force."""
    await session.first(_LOCK, {"list_name": list_name})
    return next((each for each in await current(session) if each.list_name == list_name), None)


async def activate(session: WriteSession, new: NewVersion) -> str:
    """Put a version into force and the one before it aside; tells whoever listens. Answers its id."""
    facts: dict[str, Any] = {name: getattr(new, name) for name in NewVersion.__dataclass_fields__}
    version_id = new_id("lst")
    await session.run(_RETIRE, {"list_name": new.list_name})
    await session.all(_ACTIVATE, {**facts, "id": version_id, "channel": CHANNEL})
    return version_id


async def record_check(session: WriteSession, checked: Checked) -> None:
    """Remember a look for a new version."""
    facts: dict[str, Any] = {name: getattr(checked, name) for name in Checked.__dataclass_fields__}
    await session.run(_CHECKED, {**facts, "outcome": str(checked.outcome)})


async def last_checks(session: ReadSession) -> Sequence[Checked]:
    """The last look at each list."""
    return [Checked(**typed(row, outcome=CheckOutcome)) for row in await session.all(_LAST_CHECKS)]


_SHOWN: Final = """
    SELECT v.id, v.list_name, v.version, v.sha256, v.size, v.entities, v.source, v.imported_by, v.imported_at,
           greatest(v.imported_at, (
               SELECT max(c.at) FROM list_checks AS c
               WHERE c.list_name = v.list_name AND c.outcome IN ('updated', 'unchanged')
           )) AS confirmed_at
    FROM list_versions AS v
"""
_CURRENT: Final = text(f"{_SHOWN} WHERE v.state = 'current' ORDER BY v.list_name")
_OF_LIST: Final = text(f"{_SHOWN} WHERE v.list_name = :list_name ORDER BY v.state, v.imported_at DESC")
_CONTENT: Final = text("SELECT content FROM list_versions WHERE id = :id")
_DIGESTS: Final = text(
    "SELECT list_name, sha256 FROM list_versions WHERE state = 'current' AND list_name = ANY(:names)"
)
_IN_FORCE_AT: Final = text(
    f"""
    SELECT DISTINCT ON (shown.list_name) shown.* FROM ({_SHOWN}) AS shown
    WHERE shown.imported_at <= :at ORDER BY shown.list_name, shown.imported_at DESC
    """  # noqa: S608 - constants of this file
)
# A lock by name, also for a list that has no version yet.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('list/' || :list_name, 0))")
_RETIRE: Final = text("UPDATE list_versions SET state = 'previous' WHERE list_name = :list_name AND state = 'current'")
_ACTIVATE: Final = text(
    """
    WITH put AS (
        INSERT INTO list_versions (
            id, list_name, version, sha256, size, entities, state, source, content, imported_by, imported_at,
            added, changed, removed
        ) VALUES (
            :id, :list_name, :version, :sha256, :size, :entities, 'current', :source, :content, :imported_by,
            :imported_at, :added, :changed, :removed
        ) RETURNING list_name
    )
    SELECT pg_notify(:channel, list_name) FROM put
    """
)
_CHECKED: Final = text(
    """
    INSERT INTO list_checks (list_name, outcome, reason, source, etag, last_modified, by, at)
    VALUES (:list_name, :outcome, :reason, :source, :etag, :last_modified, :by, :at)
    """
)
_LAST_CHECKS: Final = text(
    """
    SELECT DISTINCT ON (list_name) list_name, outcome, source, by, at, reason, etag, last_modified
    FROM list_checks ORDER BY list_name, at DESC, id DESC
    """
)
