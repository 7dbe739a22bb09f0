"""Idempotency keys: the same key from the same participant is the same request, however often it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from schema.tables.common.base import MOMENT, Table, to_json
from schema.tables.common.session import ReadSession, WriteSession


class IdempotencyKey(Table, table=True):
    """A key a participant has used, with the body's fingerprint and the answer it got."""

    __tablename__ = "idempotency_keys"

    participant: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body_sha256: bytes
    payment_id: str
    response: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Reservation:
    """A used key: what was asked, which payment it became, what was answered."""

    participant: str
    key: str
    body_sha256: bytes
    payment_id: str
    response: Mapping[str, Any]
    created_at: datetime


async def find(session: ReadSession, participant: str, key: str) -> Reservation | None:
    """The first use of a key, or None when it is fresh."""
    row = await session.first(_FIND, {"participant": participant, "key": key})
    return Reservation(*row) if row else None


async def reserve(session: WriteSession, use: Reservation) -> bool:
    """Take a key for a payment, in the payment's own transaction and before it.

    Waits for a concurrent use of the same key. False: the key is taken; end the session and read the original.
    """
    facts = {
        "participant": use.participant,
        "key": use.key,
        "body_sha256": use.body_sha256,
        "payment_id": use.payment_id,
        "response": to_json(use.response),
        "at": use.created_at,
    }
    return await session.run(_RESERVE, facts) == 1


_FIND: Final = text(
    "SELECT participant, key, body_sha256, payment_id, response, created_at"
    " FROM idempotency_keys WHERE participant = :participant AND key = :key"
)
_RESERVE: Final = text(
    "INSERT INTO idempotency_keys (participant, key, body_sha256, payment_id, response, created_at)"
    " VALUES (:participant, :key, :body_sha256, :payment_id, :response, :at) ON CONFLICT DO NOTHING"
)
