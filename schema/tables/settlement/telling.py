"""How far the payments of a final batch have been told: they are told in the order of their ids, and none is forgotten."""

from datetime import datetime
from typing import Final

from sqlalchemy import text

from schema.tables.common.session import ReadSession, WriteSession


async def untold(session: ReadSession, batch_id: str, limit: int) -> list[str]:
    """The next payments of the batch that are to be told; none when all of them have been."""
    rows = await session.all(_UNTOLD, {"batch_id": batch_id, "limit": limit})
    return [str(row.payment_id) for row in rows]


async def told(session: WriteSession, batch_id: str, payment_ids: list[str], at: datetime) -> bool:
    """Note that these, as `untold` answered them, have been told; False when that was noted before."""
    facts = {"batch_id": batch_id, "first": payment_ids[0], "last": payment_ids[-1], "count": len(payment_ids)}
    return bool(await session.run(_TOLD, {**facts, "at": at}))


_UNTOLD: Final = text(
    """
    SELECT i.payment_id
    FROM settlement_items AS i JOIN settlement_batches AS b ON i.batch_id = b.id
    WHERE b.id = :batch_id AND b.told_at IS NULL AND i.payment_id > coalesce(b.told_through, '')
    ORDER BY i.payment_id LIMIT :limit
    """
)
# Two tries of the step may overlap when the first was believed dead: whoever notes a payment first has counted it.
_TOLD: Final = text(
    """
    UPDATE settlement_batches
    SET told_count = told_count + :count, told_through = :last,
        told_at = CASE WHEN told_count + :count >= payment_count THEN CAST(:at AS timestamptz) END
    WHERE id = :batch_id AND told_at IS NULL AND coalesce(told_through, '') < :first
    """
)
