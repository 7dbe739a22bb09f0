"""What should long have moved: windows past their close, pairs past their time, changes of lists, payments that stand still."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import text

from domain.status import NEXT, TERMINAL
from schema.tables.session import ReadSession


async def windows(session: ReadSession, *, due_before: datetime, limit: int) -> list[str]:
    """Windows that were to close before a time and have not ended, the most overdue first."""
    rows = await session.all(_WINDOWS, {"before": due_before, "limit": limit})
    return [row.id for row in rows]


async def pairs(session: ReadSession, *, due_before: datetime, limit: int) -> list[str]:
    """Pairs of exchanges that could have been executed before a time and are neither settled nor dissolved."""
    rows = await session.all(_PAIRS, {"before": due_before, "limit": limit})
    return [row.id for row in rows]


async def rescreenings(session: ReadSession, *, begun_before: datetime, limit: int) -> list[tuple[str, str]]:
    """Changes of lists that have long not been followed up, by list and version id; nothing settles meanwhile."""
    rows = await session.all(_RESCREENINGS, {"before": begun_before, "limit": limit})
    return [(row.list_name, row.id) for row in rows]


async def pulled_back(session: ReadSession, *, told_before: datetime, limit: int) -> list[tuple[str, str, str]]:
    """Payments that have long been pulled back and were not screened again, with list and version; nothing settles them."""
    rows = await session.all(_PULLED_BACK, {"before": told_before, "limit": limit})
    return [(row.payment_id, row.list_name, row.version) for row in rows]


async def payments(
    session: ReadSession, *, still_since: datetime, after: str, limit: int, known: Sequence[str] = ()
) -> list[str]:
    """Started payments that are not over and have stood still: those known, and the next ones after an id, in its order."""
    facts = {"before": still_since, "after": after, "limit": limit, "known": list(known), "living": _LIVING}
    return [row.id for row in await session.all(_PAYMENTS, facts)]


_LIVING: Final = [str(status) for status in NEXT if status not in TERMINAL]
_WINDOWS: Final = text(
    """
    SELECT id FROM settlement_windows AS w
    WHERE state NOT IN ('final', 'deferred') AND closes_at < :before
      AND NOT EXISTS (SELECT 1 FROM workflow_starts AS s WHERE s.workflow_id = 'settlement/' || w.id)
    ORDER BY closes_at, id LIMIT :limit
    """
)
_PAIRS: Final = text(
    """
    SELECT id FROM exchange_pairs AS p
    WHERE state IN ('matched', 'executing') AND coalesce(claimed_at, waits_until, matched_at) < :before
      AND NOT EXISTS (SELECT 1 FROM workflow_starts AS s WHERE s.workflow_id = 'exchange/' || p.id)
    ORDER BY matched_at, id LIMIT :limit
    """
)
_RESCREENINGS: Final = text(
    """
    SELECT r.list_name, r.id FROM rescreenings AS r
    WHERE r.state = 'pending' AND r.begun_at < :before
      AND NOT EXISTS (
          SELECT 1 FROM workflow_starts AS s WHERE s.workflow_id = 'rescreening/' || r.list_name || '/' || r.id
      )
    ORDER BY r.begun_at, r.id LIMIT :limit
    """
)
_PULLED_BACK: Final = text(
    """
    SELECT DISTINCT ON (b.payment_id) b.payment_id, v.list_name, v.version
    FROM pull_backs AS b JOIN rescreenings AS r ON r.id = b.rescreening_id JOIN list_versions AS v ON v.id = r.id
    WHERE b.outcome IS NULL AND r.state = 'done' AND b.at < :before
    ORDER BY b.payment_id, b.at DESC LIMIT :limit
    """
)
_PAYMENTS: Final = text(
    """
    WITH still AS (
        SELECT id FROM payments AS p
        WHERE status = ANY(:living) AND created_at < :before AND updated_at < :before
          AND NOT EXISTS (SELECT 1 FROM workflow_starts AS s WHERE s.workflow_id = 'payment/' || p.id)
    )
    SELECT id FROM still WHERE id = ANY(CAST(:known AS text[]))
    UNION
    (SELECT id FROM still WHERE id > :after ORDER BY id LIMIT :limit)
    ORDER BY id
    """
)
