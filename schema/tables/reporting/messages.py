"""Messages about payments, byte for byte, with their fingerprint: what came in, and what was reported of it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from domain.errors import NotFound
from domain.ids import new_id
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import ReadSession, WriteSession, typed


class MessageDirection(StrEnum):
    """Which way a message went."""

    IN = "in"
    """From a participant to the network."""
    OUT = "out"
    """From the network to a participant."""


class MessageFile(Table, table=True):
    """A file that brought several payments; each of them points here instead of carrying a copy."""

    __tablename__ = "message_files"
    __table_args__ = (UniqueConstraint("sha256", "submitted_by"),)

    id: str = Field(primary_key=True)
    message_type: str
    raw: bytes
    sha256: bytes
    submitted_by: str
    received_at: datetime = Field(sa_type=MOMENT)


class PaymentMessage(Table, table=True):
    """One message about one payment. `identity` says what of the payment it tells; `audience` is whose message it is."""

    __tablename__ = "payment_messages"
    __table_args__ = (
        one_of("direction", MessageDirection),
        CheckConstraint("(raw IS NULL) = (file_id IS NOT NULL)", name="content"),
        Index("uq_payment_messages_payment_id_identity", "payment_id", "identity", unique=True),
    )

    id: str = Field(primary_key=True)
    payment_id: str = Field(foreign_key="payments.id")
    direction: str
    identity: str
    audience: str
    message_type: str
    raw: bytes | None
    file_id: str | None = Field(foreign_key="message_files.id")
    sha256: bytes
    received_at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message to be kept: what it tells of the payment, to whom, and its bytes."""

    identity: str
    audience: str
    message_type: str
    raw: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageView:
    """A stored message without its bytes; `size` counts them."""

    id: str
    direction: MessageDirection
    identity: str
    audience: str
    message_type: str
    sha256: bytes
    size: int
    received_at: datetime


async def listing(session: ReadSession, payment_id: str) -> list[MessageView]:
    """The payment's messages, oldest first."""
    rows = await session.all(_LISTING, {"payment_id": payment_id})
    return [MessageView(**typed(row, direction=MessageDirection)) for row in rows]


async def raw(session: ReadSession, payment_id: str, message_id: str) -> tuple[MessageView, bytes]:
    """One message of the payment and its bytes. Raises NotFound."""
    row = await session.first(_RAW, {"payment_id": payment_id, "id": message_id})
    if row is None:
        raise NotFound("the payment has no such message", message_id=message_id[:64])
    facts = dict(row._mapping)
    content: bytes = facts.pop("raw")
    return MessageView(**{**facts, "direction": MessageDirection(facts["direction"])}), content


async def keep(session: WriteSession, payment_id: str, outbound: list[Outbound]) -> None:
    """Keep messages of the network; one that is kept already under its identity stands as it is."""
    if outbound:
        await session.run(_KEEP, {"payment_id": payment_id, **_columns(outbound)})


async def add(
    session: WriteSession,
    payment_id: str,
    *,
    identity: str,
    audience: str,
    message_type: str,
    raw: bytes,
    at: datetime,
) -> None:
    """Keep a message that a participant sent about a payment; the same identity again is no difference."""
    facts: dict[str, Any] = {
        "id": new_id("msg"),
        "payment_id": payment_id,
        "identity": identity,
        "audience": audience,
        "message_type": message_type,
        "raw": raw,
        "sha256": hashlib.sha256(raw).digest(),
        "at": at,
    }
    await session.run(_ADD, facts)


async def store_file(session: WriteSession, *, message_type: str, raw: bytes, submitted_by: str, at: datetime) -> str:
    """Keep a file that brings several payments, once for each sender; answers its id."""
    facts = {"id": new_id("fil"), "message_type": message_type, "raw": raw, "submitted_by": submitted_by, "at": at}
    digest = hashlib.sha256(raw).digest()
    await session.run(_STORE_FILE, {**facts, "sha256": digest})
    return str((await session.one(_FILE, {"sha256": digest, "submitted_by": submitted_by})).id)


def _columns(outbound: list[Outbound]) -> dict[str, list[Any]]:
    return {
        "ids": [new_id("msg") for _ in outbound],
        "identities": [each.identity for each in outbound],
        "audiences": [each.audience for each in outbound],
        "types": [each.message_type for each in outbound],
        "raws": [each.raw for each in outbound],
        "digests": [hashlib.sha256(each.raw).digest() for each in outbound],
        "ats": [each.at for each in outbound],
    }


_LISTING: Final = text(
    """
    SELECT m.id, m.direction, m.identity, m.audience, m.message_type, m.sha256,
           length(coalesce(m.raw, f.raw)) AS size, m.received_at
    FROM payment_messages AS m LEFT JOIN message_files AS f ON f.id = m.file_id
    WHERE m.payment_id = :payment_id ORDER BY m.received_at, m.identity
    """
)
_RAW: Final = text(
    """
    SELECT m.id, m.direction, m.identity, m.audience, m.message_type, m.sha256,
           length(coalesce(m.raw, f.raw)) AS size, m.received_at, coalesce(m.raw, f.raw) AS raw
    FROM payment_messages AS m LEFT JOIN message_files AS f ON f.id = m.file_id
    WHERE m.payment_id = :payment_id AND m.id = :id
    """
)
_KEEP: Final = text(
    """
    INSERT INTO payment_messages (
        id, payment_id, direction, identity, audience, message_type, raw, sha256, received_at
    )
    SELECT told.id, :payment_id, 'out', told.identity, told.audience, told.type, told.raw, told.sha256, told.at
    FROM unnest(
        CAST(:ids AS text[]), CAST(:identities AS text[]), CAST(:audiences AS text[]), CAST(:types AS text[]),
        CAST(:raws AS bytea[]), CAST(:digests AS bytea[]), CAST(:ats AS timestamptz[])
    ) AS told (id, identity, audience, type, raw, sha256, at)
    ON CONFLICT DO NOTHING
    """
)
_ADD: Final = text(
    """
    INSERT INTO payment_messages (
        id, payment_id, direction, identity, audience, message_type, raw, sha256, received_at
    ) VALUES (:id, :payment_id, 'in', :identity, :audience, :message_type, :raw, :sha256, :at)
    ON CONFLICT DO NOTHING
    """
)
_STORE_FILE: Final = text(
    """
    INSERT INTO message_files (id, message_type, raw, sha256, submitted_by, received_at)
    VALUES (:id, :message_type, :raw, :sha256, :submitted_by, :at) ON CONFLICT DO NOTHING
    """
)
_FILE: Final = text("SELECT id FROM message_files WHERE sha256 = :sha256 AND submitted_by = :submitted_by")
