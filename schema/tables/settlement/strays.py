"""What should long have moved: windows past their close, pairs past their time, changes of lists, payments that stand still."""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import TextClause, text

from domain.status import NEXT, TERMINAL
from schema.tables.common.session import ReadSession


@dataclass(frozen=True, slots=True)
class Page:
    """So many of a kind after an id, in the order of ids, so that none hides another; and with them those that are known."""

    limit: int
    after: str = ""
    known: frozenset[str] = frozenset()

    @property
    def facts(self) -> dict[str, Any]:
        """As a statement takes them."""
        return {"limit": self.limit, "after": self.after, "known": sorted(self.known)}


async def windows(session: ReadSession, page: Page, *, due_before: datetime) -> list[str]:
    """Windows that were to close before a time and have not ended."""
    return await _ids(session, _WINDOWS, {"before": due_before, **page.facts})


async def pairs(session: ReadSession, page: Page, *, due_before: datetime) -> list[str]:
    """Pairs of exchanges that could have been executed before a time and are neither settled nor dissolved."""
    return await _ids(session, _PAIRS, {"before": due_before, **page.facts})


async def payments(session: ReadSession, page: Page, *, still_since: datetime) -> list[str]:
    """Started payments that are not over and have stood still."""
    return await _ids(session, _PAYMENTS, {"before": still_since, "living": _LIVING, **page.facts})


async def rescreenings(session: ReadSession, *, begun_before: datetime, limit: int) -> list[tuple[str, str]]:
    """Changes of lists that have long not been followed up, by list and version id; nothing settles meanwhile."""
    rows = await session.all(_RESCREENINGS, {"before": begun_before, "limit": limit})
    return [(row.list_name, row.id) for row in rows]


async def pulled_back(session: ReadSession, page: Page, *, told_before: datetime) -> list[tuple[str, str, str]]:
    """Payments that have long been pulled back and were not screened again, with list and version; nothing settles them."""
    rows = await session.all(_PULLED_BACK, {"before": told_before, **page.facts})
    return [(row.id, row.list_name, row.version) for row in rows]


async def _ids(session: ReadSession, statement: TextClause, facts: Mapping[str, Any]) -> list[str]:
    return [row.id for row in await session.all(statement, facts)]


def _paged(still: str, columns: str = "id") -> TextClause:
    """A page of what a question finds."""
    return text(
        f"""
        WITH still AS ({still})
        SELECT {columns} FROM still WHERE id = ANY(CAST(:known AS text[]))
        UNION
        (SELECT {columns} FROM still WHERE id > :after AND id <> ALL(CAST(:known AS text[])) ORDER BY id LIMIT :limit)
        ORDER BY id
        """
    )


_LIVING: Final = [str(status) for status in NEXT if status not in TERMINAL]
_WINDOWS: Final = _paged(
    """
    SELECT id FROM settlement_windows AS w
    WHERE state NOT IN ('final', 'deferred') AND closes_at < :before
      AND NOT EXISTS (SELECT 1 FROM workflow_starts AS s WHERE s.workflow_id = 'settlement/' || w.id)
    """
)
_PAIRS: Final = _paged(
    """
    SELECT id FROM exchange_pairs AS p
    WHERE state IN ('matched', 'executing') AND coalesce(claimed_at, waits_until, matched_at) < :before
      AND NOT EXISTS (SELECT 1 FROM workflow_starts AS s WHERE s.workflow_id = 'exchange/' || p.id)
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
_PULLED_BACK: Final = _paged(
    """
    SELECT DISTINCT ON (b.payment_id) b.payment_id AS id, v.list_name, v.version
    FROM pull_backs AS b JOIN rescreenings AS r ON r.id = b.rescreening_id JOIN list_versions AS v ON v.id = r.id
    WHERE b.outcome IS NULL AND r.state = 'done' AND b.at < :before
    ORDER BY b.payment_id, b.at DESC
    """,
    "id, list_name, version",
)
_PAYMENTS: Final = _paged(
    """
    SELECT id FROM payments AS p
    WHERE status = ANY(:living) AND created_at < :before AND updated_at < :before
      AND NOT EXISTS (SELECT 1 FROM workflow_starts AS s WHERE s.workflow_id = 'payment/' || p.id)
    """
)
