"""The audit log: who did what to what. Every line carries the hash of the one before; none can be changed unseen."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.decision import Actor
from schema.tables.common.base import MOMENT, Table, to_json
from schema.tables.common.session import ReadSession, WriteSession

GENESIS: Final = bytes(32)
"""The hash before the first line."""
PAGE: Final = 1000


class AuditLine(Table, table=True):
    """One act. The database refuses to update or delete it."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_at", "at"), Index("ix_audit_log_actor_id", "actor_id"))

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=MOMENT)
    actor_id: str
    actor_role: str
    action: str
    subject: str = Field(index=True)
    detail: dict[str, Any] = Field(sa_type=JSONB)
    previous_hash: bytes
    hash: bytes


class AuditHead(Table, table=True):
    """The end of the log, in one row: whoever appends holds it, so that lines form one chain."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(primary_key=True)
    lines: int = Field(sa_type=BigInteger)
    hash: bytes


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the whole log found. `broken_at` is the first line that is not as it was written."""

    lines: int
    broken_at: int | None

    @property
    def ok(self) -> bool:
        """Whether every line is there as it was written."""
        return self.broken_at is None


async def append(
    session: WriteSession,
    *,
    at: datetime,
    actor_id: str,
    actor_role: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
) -> int:
    """Write one line; answers its number. Lines are numbered from 1 without gaps."""
    lines, previous = await session.one(_HEAD)
    line = {
        "id": lines + 1,
        "at": at,
        "actor_id": actor_id,
        "actor_role": actor_role,
        "action": action,
        "subject": subject,
    }
    digest = _digest(previous, line, detail)
    await session.run(_APPEND, {**line, "detail": to_json(detail), "previous_hash": previous, "hash": digest})
    return int(lines) + 1


async def act(
    session: WriteSession, actor: Actor, action: str, subject: str, detail: Mapping[str, Any], *, at: datetime
) -> int:
    """Write the line of what somebody did; answers its number."""
    return await append(
        session, at=at, actor_id=actor.id, actor_role=actor.role, action=action, subject=subject, detail=detail
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as it is read, with the hash that the next one carries on."""

    id: int
    at: datetime
    actor_id: str
    actor_role: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    hash: bytes


@dataclass(frozen=True, slots=True)
class Search:
    """Which lines: whatever is None does not matter. `action` also finds what begins with it and a dot ("review").

    From the moment `since`, before the moment `until`.
    """

    actor_id: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, the newest first, and how many there are in all."""

    entries: tuple[Entry, ...]
    total: int


async def listing(session: ReadSession, search: Search, *, page: int, limit: int) -> Page:
    """A page of the log, newest first, pages counted from 1."""
    facts = {name: getattr(search, name) for name in Search.__slots__}
    rows = await session.all(_LISTING, {**facts, "limit": limit, "offset": (page - 1) * limit})
    counted = await session.one(_COUNT, facts)
    return Page(tuple(Entry(**row._mapping) for row in rows), counted.total)


async def verify(session: ReadSession) -> Verification:
    """Read the whole log and compute its chain anew, up to the head as it stands at the beginning."""
    lines, head = await session.one(_PEEK)
    previous, number = GENESIS, 0
    while page := await session.all(_PAGE, {"after": number, "until": lines, "limit": PAGE}):
        for row in page:
            line = dict(row._mapping)
            detail, stored, said = line.pop("detail"), line.pop("hash"), line.pop("previous_hash")
            if row.id != number + 1 or said != previous or stored != _digest(previous, line, detail):
                return Verification(lines, number + 1)
            previous, number = stored, row.id
    return Verification(lines, None if (number, previous) == (lines, head) else number + 1)


def _digest(previous: bytes, line: Mapping[str, Any], detail: Mapping[str, Any]) -> bytes:
    """SHA-256 over the previous hash and the line as JSON with sorted keys; times in UTC to the microsecond."""
    at = line["at"].astimezone(UTC).isoformat(timespec="microseconds")
    told = dumps({**line, "at": at, "detail": detail}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + told.encode()).digest()


_HEAD: Final = text("SELECT lines, hash FROM audit_head WHERE id = 1 FOR UPDATE")
_PEEK: Final = text("SELECT lines, hash FROM audit_head WHERE id = 1")
_APPEND: Final = text(
    """
    WITH line AS (
        INSERT INTO audit_log (id, at, actor_id, actor_role, action, subject, detail, previous_hash, hash)
        VALUES (:id, :at, :actor_id, :actor_role, :action, :subject, :detail, :previous_hash, :hash)
        RETURNING id, hash
    )
    UPDATE audit_head SET lines = line.id, hash = line.hash FROM line WHERE audit_head.id = 1
    """
)
_FOUND: Final = """
    FROM audit_log
    WHERE (CAST(:actor_id AS text) IS NULL OR actor_id = :actor_id)
      AND (CAST(:action AS text) IS NULL OR action = :action OR starts_with(action, CAST(:action AS text) || '.'))
      AND (CAST(:subject AS text) IS NULL OR subject = :subject)
      AND (CAST(:since AS timestamptz) IS NULL OR at >= :since)
      AND (CAST(:until AS timestamptz) IS NULL OR at < :until)
"""
_LISTING: Final = text(
    f"""
    SELECT id, at, actor_id, actor_role, action, subject, detail, hash {_FOUND}
    ORDER BY id DESC LIMIT :limit OFFSET :offset
    """
)
_COUNT: Final = text(f"SELECT count(*) AS total {_FOUND}")
_PAGE: Final = text(
    """
    SELECT id, at, actor_id, actor_role, action, subject, detail, previous_hash, hash
    FROM audit_log WHERE id > :after AND id <= :until ORDER BY id LIMIT :limit
    """
)
