"""Payments on their way, as a change of a list finds them: screened already, and not yet settled."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import TextClause, text

from domain.decision import WAITING
from domain.payment import PaymentOrder
from domain.screening import Hit
from domain.status import PaymentStatus
from schema.tables.common.session import Database, ReadSession
from schema.tables.compliance import checks
from schema.tables.payment import payments

S = PaymentStatus
IN_FLIGHT: Final = (S.VALIDATED, S.SCREENED, S.APPROVED, S.QUEUED)
"""Where a payment with a check can stand and still be stopped, in the order of its life. A claimed one is queued, too."""
Place: TypeAlias = tuple[datetime, str]
"""Where a page begins: after this moment, or at it and after this id."""
_DAWN: Final[Place] = (datetime(2000, 1, 1, tzinfo=UTC), "")


@dataclass(frozen=True, slots=True)
class InFlight:
    """A payment on its way, with the check that stands. `held`: people have yet to decide about it."""

    payment_id: str
    order: PaymentOrder
    list_version: str
    hits: tuple[Hit, ...]
    held: bool


async def pages(
    db: Database, *, size: int, but: str = "", since: datetime | None = None
) -> AsyncIterator[list[InFlight]]:
    """Every screened payment that has not settled, but for those that were screened by the lists of this name.

    A payment only ever moves on from one status to a later one, and these are read in that order: whoever is not found at
    one, because it moved on meanwhile, is found at a later one, or is over. Last come those that settled `since` then:
    it is too late for them, but not for those who must know.
    """
    walks = [(_PAGE, {"status": str(status)}, _DAWN) for status in IN_FLIGHT]
    if since is not None:
        walks.append((_SETTLED_PAGE, {}, (since, "")))
    for statement, facts, begin in walks:
        after: Place | None = begin
        while after is not None:
            async with db.read() as session:
                found, after = await _page(session, statement, facts, after, size, but)
            if found:
                yield found


async def _page(
    session: ReadSession, statement: TextClause, facts: Mapping[str, Any], after: Place, size: int, but: str
) -> tuple[list[InFlight], Place | None]:
    """A page, and where the next one begins; None after the last."""
    bounds = {"at": after[0], "id": after[1], "limit": size, "waiting": [str(state) for state in WAITING]}
    rows = await session.all(statement, {**facts, **bounds})
    wanted = [row for row in rows if row.check_id is not None and row.list_version != but]
    hits = await checks.hits(session, [row.check_id for row in wanted if row.risk_score])
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
    return found, (rows[-1].moment, rows[-1].id) if len(rows) == size else None


_CHECKED: Final = """
    p.id, p.payment_order, c.id AS check_id, c.list_version, c.risk_score,
    EXISTS (SELECT FROM reviews AS r WHERE r.payment_id = p.id AND r.state = ANY(:waiting)) AS held
    FROM payments AS p
    LEFT JOIN LATERAL (
        SELECT id, list_version, risk_score FROM compliance_checks
        WHERE payment_id = p.id AND superseded_at IS NULL ORDER BY turn DESC LIMIT 1
    ) AS c ON true
"""
_PAGE: Final = text(
    f"""
    SELECT p.created_at AS moment, {_CHECKED}
    WHERE p.status = :status AND (p.created_at, p.id) > (:at, :id)
    ORDER BY p.created_at, p.id LIMIT :limit
    """
)
_SETTLED_PAGE: Final = text(
    f"""
    SELECT p.settled_at AS moment, {_CHECKED}
    WHERE (p.settled_at, p.id) > (:at, :id)
    ORDER BY p.settled_at, p.id LIMIT :limit
    """
)
