"""How far the ledger's journal had come when we last looked: the mark below which it may never be found again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, text
from sqlmodel import Field

from schema.tables.common.base import MOMENT, Table
from schema.tables.common.session import ReadSession, WriteSession

LEDGER: Final = "ledger"
"""The name of the ledger's journal, the only one so far."""


class LedgerHead(Table, table=True):
    """The highest head seen of one journal."""

    __tablename__ = "ledger_heads"

    name: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    hash: bytes
    updated_at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Mark:
    """A journal's highest head."""

    sequence: int
    hash: bytes
    updated_at: datetime


async def put(session: WriteSession, name: str, sequence: int, hash: bytes, at: datetime) -> None:
    """Raise the mark, or say that it still stands at this moment; it never sinks."""
    await session.run(_PUT, {"name": name, "sequence": sequence, "hash": hash, "at": at})


async def get(session: ReadSession, name: str) -> Mark | None:
    """The mark, or None when none was set."""
    row = await session.first(_GET, {"name": name})
    return Mark(*row) if row else None


_PUT: Final = text(
    """
    INSERT INTO ledger_heads (name, sequence, hash, updated_at) VALUES (:name, :sequence, :hash, :at)
    ON CONFLICT (name) DO UPDATE
    SET sequence = excluded.sequence, hash = excluded.hash, updated_at = excluded.updated_at
    WHERE ledger_heads.sequence < excluded.sequence
       OR (ledger_heads.sequence = excluded.sequence AND ledger_heads.hash = excluded.hash
           AND ledger_heads.updated_at < excluded.updated_at)
    """
)
_GET: Final = text("SELECT sequence, hash, updated_at FROM ledger_heads WHERE name = :name")
