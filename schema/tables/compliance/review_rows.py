"""Reviews as they are written down: their tables, and what is read of one."""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from domain.decision import PERMISSIONS, Permission, ReviewCase, ReviewState, Role, Verdict
from domain.errors import NotUnderReview
from domain.screening import RiskLevel
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession


class ReviewRow(Table, table=True):
    """The review of one payment. `weight` is its amount in millionths of its currency's four-eyes threshold.

    Until it has been weighed, a moment after it was opened, it needs 0 approvals.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        one_of("state", ReviewState),
        one_of("level", RiskLevel),
        Index("ix_reviews_state_opened_at", "state", "opened_at"),
        Index("ix_reviews_check_id", "check_id"),
    )

    id: str = Field(primary_key=True)
    payment_id: str = Field(foreign_key="payments.id", unique=True)
    check_id: str = Field(foreign_key="compliance_checks.id")
    state: str
    level: str | None
    weight: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    approvals_needed: int = Field(sa_column_kwargs={"server_default": "0"})
    assignee: str | None
    locked_until: datetime | None = Field(sa_type=MOMENT)
    opened_at: datetime = Field(sa_type=MOMENT)
    escalate_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)
    ring_fence_at: datetime | None = Field(sa_type=MOMENT)
    reminded_at: datetime | None = Field(sa_type=MOMENT)
    escalated_at: datetime | None = Field(sa_type=MOMENT)
    escalated_by: str | None
    ring_fenced_at: datetime | None = Field(sa_type=MOMENT)
    decided_at: datetime | None = Field(sa_type=MOMENT)


class ReviewDecision(Table, table=True):
    """One word of one reviewer on one screening result, under an id that its sender chose."""

    __tablename__ = "review_decisions"
    __table_args__ = (
        one_of("verdict", Verdict),
        one_of("actor_role", Role),
        # Four eyes are two people's: nobody approves the same screening result twice.
        Index(
            "uq_review_decisions_approval",
            "review_id",
            "check_id",
            "actor_id",
            unique=True,
            postgresql_where=text("verdict = 'approve'"),
        ),
    )

    id: str = Field(primary_key=True)
    review_id: str = Field(foreign_key="reviews.id", index=True)
    check_id: str = Field(foreign_key="compliance_checks.id")
    verdict: str
    actor_id: str
    actor_role: str
    comment: str
    question: str = Field(sa_column_kwargs={"server_default": ""})
    at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it stands; `verdict` is the one that ended it, if any."""

    id: str
    payment_id: str
    check_id: str
    state: ReviewState
    level: RiskLevel | None
    approvals_needed: int
    approvals: int
    assignee: str | None
    locked_until: datetime | None
    opened_at: datetime
    escalate_at: datetime
    expires_at: datetime
    ring_fence_at: datetime | None
    reminded_at: datetime | None
    escalated_at: datetime | None
    ring_fenced_at: datetime | None
    decided_at: datetime | None
    verdict: Verdict | None


async def of(session: ReadSession, payment_id: str) -> Review:
    """The payment's review. Raises NotUnderReview when it never had one."""
    row = await session.first(_OF, {"payment_id": payment_id})
    if row is None:
        raise NotUnderReview("the payment has no review", payment_id=payment_id)
    return read(row)


async def case(session: ReadSession, payment_id: str) -> ReviewCase | None:
    """What an act is judged against; None when the payment has no review."""
    row = await session.first(_CASE, {"payment_id": payment_id})
    if row is None:
        return None
    return ReviewCase(
        state=ReviewState(row.state),
        screening_id=row.check_id,
        submitted_by=row.submitted_by,
        level=RiskLevel(row.level) if row.level else None,
        approvals_needed=row.approvals_needed,
        approved_by=tuple(row.approved_by),
        senior_approved=any(Permission.REVIEWS_SENIOR in PERMISSIONS[Role(role)] for role in row.roles),
        escalated=row.escalated_at is not None,
        assignee=row.assignee,
        locked_until=row.locked_until,
    )


def read(row: Line) -> Review:
    """A review out of a row with the columns of `COLUMNS`."""
    return Review(
        **{name: getattr(row, name) for name in _PLAIN},
        state=ReviewState(row.state),
        level=RiskLevel(row.level) if row.level else None,
        verdict=Verdict(row.verdict) if row.verdict else None,
    )


_PLAIN: Final = {field.name for field in fields(Review)} - {"state", "level", "verdict"}
COLUMNS: Final = """
    r.id, r.payment_id, r.check_id, r.state, r.level, r.approvals_needed, r.assignee, r.locked_until, r.opened_at,
    r.escalate_at, r.expires_at, r.ring_fence_at, r.reminded_at, r.escalated_at, r.ring_fenced_at, r.decided_at,
    (SELECT count(*) FROM review_decisions
     WHERE review_id = r.id AND check_id = r.check_id AND verdict = 'approve') AS approvals,
    (SELECT verdict FROM review_decisions
     WHERE review_id = r.id AND r.state = 'decided' ORDER BY at DESC, id DESC LIMIT 1) AS verdict
"""
"""A review's columns, of `reviews AS r`."""

_OF: Final = text(f"SELECT {COLUMNS} FROM reviews AS r WHERE r.payment_id = :payment_id")
_CASE: Final = text(
    """
    SELECT r.state, r.check_id, p.submitted_by, r.level, r.approvals_needed, r.escalated_at, r.assignee, r.locked_until,
           ARRAY(SELECT actor_id FROM review_decisions
                 WHERE review_id = r.id AND check_id = r.check_id AND verdict = 'approve' ORDER BY at, id) AS approved_by,
           ARRAY(SELECT actor_role FROM review_decisions
                 WHERE review_id = r.id AND check_id = r.check_id AND verdict = 'approve') AS roles
    FROM reviews AS r JOIN payments AS p ON p.id = r.payment_id WHERE r.payment_id = :payment_id
    """
)
