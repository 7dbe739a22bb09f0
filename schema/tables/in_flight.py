"""Payments on their way, as a change of a list finds them: screened already, and not yet settled."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from domain.decision import WAITING
from domain.payment import PaymentOrder
from domain.screening import Hit
from domain.status import PaymentStatus
from schema.tables import compliance, payments
from schema.tables.session import Database, ReadSession

S = PaymentStatus
IN_FLIGHT: Final = (S.VALIDATED, S.SCREENED, S.APPROVED, S.QUEUED)
"""Where a payment with a check can stand and still be stopped, in the order of its life. A claimed one is queued, too."""
_DAWN: Final = (datetime(2000, 1, 1, tzinfo=UTC), "")


@dataclass(frozen=True, slots=True)
class InFlight:
    """A payment on its way, with the check that stands. `held`: people have yet to decide about it."""

    payment_id: str
    order: PaymentOrder
    list_version: str
    hits: tuple[Hit, ...]
    held: bool


async def pages(db: Database, *, size: int, but: str = "") -> AsyncIterator[list[InFlight]]:
    """Every screened payment that has not settled, but for those that were screened by the lists of this name.

    A payment only ever moves on from one status to a later one, and these are read in that order: whoever is not found at
    one, because it moved on meanwhile, is found at a later one, or is over.
    """
    for status in IN_FLIGHT:
        after: tuple[datetime, str] | None = _DAWN
        while after is not None:
            async with db.read() as session:
                found, after = await _page(session, status, after, size, but)
            if found:
                yield found


async def _page(
    session: ReadSession, status: PaymentStatus, after: tuple[datetime, str], size: int, but: str
) -> tuple[list[InFlight], tuple[datetime, str] | None]:
    """A page, and where the next one begins; None after the last."""
    facts = {"status": str(status), "at": after[0], "id": after[1], "limit": size}
    rows = await session.all(_PAGE, {**facts, "waiting": [str(state) for state in WAITING]})
    wanted = [row for row in rows if row.check_id is not None and row.list_version != but]
    hits = await compliance.hits(session, [row.check_id for row in wanted if row.risk_score])
    found = [
        InFlight(
            row.id,
            await payments.whole_order(session, row.id, row.payment_order),
            row.list_version,
            hits.get(row.check_id, ()),
            row.held,
        )
        for row in wanted
    ]
    return found, (rows[-1].created_at, rows[-1].id) if len(rows) == size else None


_PAGE: Final = text(
    """
    SELECT p.id, p.created_at, p.payment_order, c.id AS check_id, c.list_version, c.risk_score,
           EXISTS (SELECT FROM reviews AS r WHERE r.payment_id = p.id AND r.state = ANY(:waiting)) AS held
    FROM payments AS p
    LEFT JOIN LATERAL (
        SELECT id, list_version, risk_score FROM compliance_checks
        WHERE payment_id = p.id AND superseded_at IS NULL ORDER BY turn DESC LIMIT 1
    ) AS c ON true
    WHERE p.status = :status AND (p.created_at, p.id) > (:at, :id)
    ORDER BY p.created_at, p.id LIMIT :limit
    """
)
