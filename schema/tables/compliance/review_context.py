"""What a reviewer looks up before deciding: what was said, who the parties were before, how such hits were decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from domain.decision import Role, Verdict
from domain.status import PaymentStatus
from schema.tables.common.session import ReadSession, typed

RECENT: Final = 20
"""Payments and decisions that are shown; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Said:
    """One word that was said on a review."""

    verdict: Verdict
    actor_id: str
    actor_role: Role
    check_id: str
    comment: str
    question: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another payment of the same party; `side` is where it stands there: "debtor" or "creditor"."""

    payment_id: str
    created_at: datetime
    status: PaymentStatus
    side: str
    counterparty: str
    amount_minor: int
    currency: str
    reason_codes: Sequence[str]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class PartyHistory:
    """The other payments of a party, known by name or account: the latest, and how many there are by status."""

    outcomes: dict[str, int]
    payments: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Precedent:
    """How a like hit was decided before: on the same listed entity, or on the same name."""

    payment_id: str
    verdict: Verdict
    decided_at: datetime
    decided_by: str
    comment: str
    list_name: str
    entity_id: str
    queried: str
    matched: str


async def said(session: ReadSession, review_id: str) -> list[Said]:
    """Every word on the review, in order."""
    rows = await session.all(_SAID, {"review_id": review_id})
    return [Said(**typed(row, verdict=Verdict, actor_role=Role)) for row in rows]


async def history(session: ReadSession, payment_id: str, name: str, account: str | None) -> PartyHistory:
    """What else the party of this name, or of this account, paid and was paid."""
    facts = {"payment_id": payment_id, "name": name, "account": account}
    counted = await session.all(_OUTCOMES, facts)
    rows = await session.all(_EARLIER, {**facts, "limit": RECENT})
    earlier = tuple(Earlier(**typed(row, status=PaymentStatus, verdict=_verdict)) for row in rows)
    return PartyHistory({row.status: row.payments for row in counted}, earlier)


async def precedents(session: ReadSession, check_id: str) -> list[Precedent]:
    """Decided reviews with a hit on the same listed entity or of the same name, the latest first."""
    rows = await session.all(_PRECEDENTS, {"check_id": check_id, "limit": RECENT})
    return [Precedent(**typed(row, verdict=Verdict)) for row in rows]


def _verdict(told: str | None) -> Verdict | None:
    return Verdict(told) if told else None


_SAID: Final = text(
    """
    SELECT verdict, actor_id, actor_role, check_id, comment, question, at
    FROM review_decisions WHERE review_id = :review_id ORDER BY at, id
    """
)
_PARTY: Final = """
    p.id <> :payment_id AND (
        p.sender_name = :name OR p.receiver_name = :name
        OR p.sender_account_id = CAST(:account AS text) OR p.receiver_account_id = CAST(:account AS text)
    )
"""
_OUTCOMES: Final = text(f"SELECT p.status, count(*) AS payments FROM payments AS p WHERE {_PARTY} GROUP BY 1")  # noqa: S608
_EARLIER: Final = text(
    f"""
    SELECT p.id AS payment_id, p.created_at, p.status, p.amount_minor, p.currency, p.reason_codes,
           CASE WHEN debtor THEN 'debtor' ELSE 'creditor' END AS side,
           CASE WHEN debtor THEN p.receiver_name ELSE p.sender_name END AS counterparty,
           (SELECT d.verdict FROM reviews AS r JOIN review_decisions AS d ON d.review_id = r.id
            WHERE r.payment_id = p.id AND r.state = 'decided' ORDER BY d.at DESC, d.id DESC LIMIT 1) AS verdict
    FROM payments AS p, LATERAL (
        SELECT p.sender_name = :name OR coalesce(p.sender_account_id = CAST(:account AS text), false) AS debtor
    ) AS side
    WHERE {_PARTY} ORDER BY p.created_at DESC, p.id DESC LIMIT :limit
    """  # noqa: S608 - a constant of this file
)
_PRECEDENTS: Final = text(
    """
    WITH ours AS (
        SELECT list_name, entity_id, queried FROM screening_hits WHERE check_id = :check_id
    ), alike AS (
        SELECT h.check_id, h.list_name, h.entity_id, h.queried, h.matched, h.score
        FROM ours JOIN screening_hits AS h ON (h.list_name, h.entity_id) = (ours.list_name, ours.entity_id)
        UNION
        SELECT h.check_id, h.list_name, h.entity_id, h.queried, h.matched, h.score
        FROM ours JOIN screening_hits AS h ON h.queried = ours.queried
    ), heaviest AS (
        SELECT DISTINCT ON (check_id) * FROM alike WHERE check_id <> :check_id ORDER BY check_id, score DESC, entity_id
    )
    SELECT r.payment_id, last.verdict, r.decided_at, last.actor_id AS decided_by, last.comment,
           h.list_name, h.entity_id, h.queried, h.matched
    FROM heaviest AS h JOIN reviews AS r ON r.check_id = h.check_id AND r.state = 'decided'
    JOIN LATERAL (
        SELECT verdict, actor_id, comment FROM review_decisions
        WHERE review_id = r.id ORDER BY at DESC, id DESC LIMIT 1
    ) AS last ON true
    ORDER BY r.decided_at DESC, r.id LIMIT :limit
    """
)
