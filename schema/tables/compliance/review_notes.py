"""Notes on a review: comments of the house, answers of the sender, with documents by reference."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.decision import Actor, Role
from domain.errors import IdempotencyConflict
from domain.review import Attachment
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession


class NoteKind(StrEnum):
    """Whose words a note holds."""

    COMMENT = "comment"
    """A reviewer's or an operator's; stays in the house."""
    INFORMATION = "information"
    """The sender's answer to a question."""


class ReviewNote(Table, table=True):
    """One note. The words and documents never change; `heard_at` is set when an answer has opened the review again."""

    __tablename__ = "review_notes"
    __table_args__ = (one_of("kind", NoteKind), one_of("actor_role", Role))

    id: str = Field(primary_key=True)
    review_id: str = Field(foreign_key="reviews.id", index=True)
    kind: str
    actor_id: str
    actor_role: str
    words: str
    attachments: list[dict[str, Any]] = Field(sa_type=JSONB)
    at: datetime = Field(sa_type=MOMENT)
    heard_at: datetime | None = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Note:
    """A note as reviewers see it."""

    id: str
    kind: NoteKind
    actor_id: str
    words: str
    attachments: tuple[Attachment, ...]
    at: datetime


async def write(session: WriteSession, review_id: str, note: Note, actor: Actor) -> bool:
    """Keep a note; False when it is there already. An answer is shown only once it was heard.

    Raises IdempotencyConflict when the note that is there says something else.
    """
    facts = {
        "id": note.id,
        "review_id": review_id,
        "kind": str(note.kind),
        "actor_id": actor.id,
        "actor_role": str(actor.role),
        "words": note.words,
        "attachments": dumps([asdict(each) for each in note.attachments], ensure_ascii=False),
        "at": note.at,
        "heard_at": note.at if note.kind is NoteKind.COMMENT else None,
    }
    if await session.run(_WRITE, facts):
        return True
    first = await kept(session, note.id)
    if (first.words, first.attachments) != (note.words, note.attachments):
        raise IdempotencyConflict("the idempotency key was used before with other words")
    return False


async def hear(session: WriteSession, note_id: str, at: datetime) -> str | None:
    """An answer has reached the review; its fingerprint for the audit log, None when there is no such note."""
    row = await session.first(_HEAR, {"id": note_id, "at": at})
    if row is None:
        return None
    return fingerprint(row.words, _documents(row))


async def kept(session: ReadSession, note_id: str) -> Note:
    """A note that is there, as it was written first."""
    return _note(await session.one(_KEPT, {"id": note_id}))


async def of(session: ReadSession, review_id: str) -> list[Note]:
    """The review's notes, oldest first."""
    return [_note(row) for row in await session.all(_OF, {"review_id": review_id})]


def fingerprint(words: str, attachments: Sequence[Attachment]) -> str:
    """SHA-256 over words and documents, so that the audit log proves them without repeating them."""
    told = dumps([words, [asdict(each) for each in attachments]], ensure_ascii=False, sort_keys=True)
    return sha256(told.encode()).hexdigest()


def _note(row: Line) -> Note:
    return Note(row.id, NoteKind(row.kind), row.actor_id, row.words, _documents(row), row.at)


def _documents(row: Line) -> tuple[Attachment, ...]:
    return tuple(Attachment(**each) for each in row.attachments)


_KEPT: Final = text("SELECT id, kind, actor_id, words, attachments, at FROM review_notes WHERE id = :id")
_WRITE: Final = text(
    """
    INSERT INTO review_notes (id, review_id, kind, actor_id, actor_role, words, attachments, at, heard_at)
    VALUES (:id, :review_id, :kind, :actor_id, :actor_role, :words, CAST(:attachments AS jsonb), :at, :heard_at)
    ON CONFLICT DO NOTHING
    """
)
_HEAR: Final = text(
    "UPDATE review_notes SET heard_at = coalesce(heard_at, :at) WHERE id = :id RETURNING words, attachments"
)
_OF: Final = text(
    """
    SELECT id, kind, actor_id, words, attachments, at FROM review_notes
    WHERE review_id = :review_id AND heard_at IS NOT NULL ORDER BY at, id
    """
)
