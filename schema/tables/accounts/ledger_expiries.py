"""Holds that will expire, as the ledger's journal shows them: what is due is given back by the ledger's owner."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlmodel import Field

from schema.tables.common.base import MOMENT, Table
from schema.tables.common.session import ReadSession, WriteSession


class LedgerExpiry(Table, table=True):
    """A pending hold and when its time is over."""

    __tablename__ = "ledger_expiries"

    hold_id: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=MOMENT, index=True)


async def follow(session: WriteSession, begun: Mapping[str, datetime], ended: Iterable[str]) -> None:
    """Holds that expire have begun, and holds have ended; one that did both is not kept."""
    over = set(ended)
    kept = {hold: at for hold, at in begun.items() if hold not in over}
    if kept:
        await session.run(_ADD, {"holds": list(kept), "times": list(kept.values())})
    if over:
        await session.run(_REMOVE, {"holds": sorted(over)})


async def due(session: ReadSession, at: datetime, limit: int) -> list[str]:
    """Holds whose time is over, the longest over first."""
    return [row.hold_id for row in await session.all(_DUE, {"at": at, "limit": limit})]


_ADD: Final = text(
    """
    INSERT INTO ledger_expiries (hold_id, expires_at)
    SELECT * FROM unnest(CAST(:holds AS text[]), CAST(:times AS timestamptz[])) ON CONFLICT DO NOTHING
    """
)
_REMOVE: Final = text("DELETE FROM ledger_expiries WHERE hold_id = ANY(:holds)")
_DUE: Final = text(
    "SELECT hold_id FROM ledger_expiries WHERE expires_at <= :at ORDER BY expires_at, hold_id LIMIT :limit"
)
