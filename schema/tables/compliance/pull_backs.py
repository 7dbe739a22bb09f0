"""Payments that a change of a list has pulled back: which, because of what, and how far they had come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, Index, text
from sqlmodel import Field

from schema.tables.common.base import MOMENT, TEXTS, Table, one_of
from schema.tables.common.session import ReadSession, WriteSession, typed


class PullReason(StrEnum):
    """Why a payment is screened again."""

    LISTED = "listed"
    """A party of it resembles an entity that was added or changed."""
    DELISTED = "delisted"
    """It is held because of an entity that was removed or changed."""


class PullOutcome(StrEnum):
    """What became of it."""

    SCREENED = "screened"
    """It was in time, and has been screened again."""
    TOO_LATE = "too_late"
    """It had left for its settlement."""
    ENDED = "ended"
    """It was over already."""


class PullBackRow(Table, table=True):
    """One payment, pulled back by one re-screening. Until `outcome` is set, nothing may settle it."""

    __tablename__ = "pull_backs"
    __table_args__ = (
        one_of("reason", PullReason),
        one_of("outcome", PullOutcome),
        Index("ix_pull_backs_payment_id_open", "payment_id", postgresql_where=text("outcome IS NULL")),
    )

    payment_id: str = Field(primary_key=True, foreign_key="payments.id")
    rescreening_id: str = Field(primary_key=True, foreign_key="rescreenings.id", index=True)
    reason: str
    entities: list[str] = Field(sa_column=Column(TEXTS, nullable=False))
    at: datetime = Field(sa_type=MOMENT)
    answered_at: datetime | None = Field(sa_type=MOMENT)
    outcome: str | None
    check_id: str | None = Field(foreign_key="compliance_checks.id")


@dataclass(frozen=True, slots=True)
class PullBack:
    """A payment to be pulled back, and the ids of the entities because of which."""

    payment_id: str
    reason: PullReason
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A pull-back that its payment has not answered."""

    payment_id: str
    rescreening_id: str


@dataclass(frozen=True, slots=True)
class PullBackView:
    """How a payment was pulled back: by which version of which list, why, and the check that was made then."""

    list_name: str
    version: str
    reason: PullReason
    entities: tuple[str, ...]
    at: datetime
    answered_at: datetime | None
    outcome: PullOutcome | None
    check_id: str | None


async def record(session: WriteSession, rescreening_id: str, pulled: Sequence[PullBack], at: datetime) -> None:
    """Have some payments pulled back: from now on nothing settles them. A repeat is no difference."""
    for one in pulled:
        facts = {"payment_id": one.payment_id, "reason": str(one.reason), "entities": list(one.entities)}
        await session.run(_RECORD, {**facts, "rescreening_id": rescreening_id, "at": at})


async def unanswered(session: ReadSession, rescreening_id: str) -> list[str]:
    """The payments of a re-screening that have not answered yet."""
    return [str(row.payment_id) for row in await session.all(_UNANSWERED, {"rescreening_id": rescreening_id})]


async def open_of(session: ReadSession, payment_id: str) -> list[Open]:
    """A payment's pull-backs that it has not answered."""
    return [Open(payment_id, row.rescreening_id) for row in await session.all(_OPEN_OF, {"payment_id": payment_id})]


async def answer(session: WriteSession, heard: Sequence[Open], check_id: str, at: datetime) -> list[dict[str, Any]]:
    """The payment was screened again because of these; answers list, version and entities of each."""
    told: list[dict[str, Any]] = []
    for one in heard:
        facts = {"payment_id": one.payment_id, "rescreening_id": one.rescreening_id, "check_id": check_id, "at": at}
        told += [dict(row._mapping) for row in await session.all(_ANSWER, facts)]
    return told


async def close(
    session: WriteSession, payment_id: str, outcome: PullOutcome, at: datetime, *, again: bool = False
) -> list[dict[str, Any]]:
    """The payment is over; answers list, version and entities of each pull-back that was open.

    With `again` also of those that it had answered: screening it once more was of no avail.
    """
    facts = {"payment_id": payment_id, "outcome": str(outcome), "at": at, "again": again}
    return [dict(row._mapping) for row in await session.all(_CLOSE, facts)]


async def of(session: ReadSession, payment_id: str) -> list[PullBackView]:
    """How often a payment was pulled back, in order."""
    rows = await session.all(_OF, {"payment_id": payment_id})
    return [PullBackView(**typed(row, reason=PullReason, outcome=_outcome, entities=tuple)) for row in rows]


async def held_back(session: ReadSession, payment_ids: Sequence[str]) -> frozenset[str]:
    """Those of some payments that are pulled back and have not answered yet: nothing may settle them."""
    return frozenset(row.payment_id for row in await session.all(_HELD_BACK, {"ids": list(payment_ids)}))


def _outcome(told: str | None) -> PullOutcome | None:
    return PullOutcome(told) if told else None


_RECORD: Final = text(
    """
    INSERT INTO pull_backs (payment_id, rescreening_id, reason, entities, at)
    VALUES (:payment_id, :rescreening_id, :reason, :entities, :at) ON CONFLICT DO NOTHING
    """
)
_OPEN_OF: Final = text("SELECT rescreening_id FROM pull_backs WHERE payment_id = :payment_id AND outcome IS NULL")
_UNANSWERED: Final = text(
    "SELECT payment_id FROM pull_backs WHERE rescreening_id = :rescreening_id AND outcome IS NULL ORDER BY payment_id"
)
_ANSWER: Final = text(
    """
    WITH answered AS (
        UPDATE pull_backs SET outcome = 'screened', answered_at = :at, check_id = :check_id
        WHERE payment_id = :payment_id AND rescreening_id = :rescreening_id AND outcome IS NULL
        RETURNING rescreening_id, entities
    )
    SELECT v.list_name, v.version, a.entities FROM answered AS a JOIN list_versions AS v ON v.id = a.rescreening_id
    """
)
_CLOSE: Final = text(
    """
    WITH closed AS (
        UPDATE pull_backs SET outcome = :outcome, answered_at = :at
        WHERE payment_id = :payment_id AND (outcome IS NULL OR :again AND outcome = 'screened')
        RETURNING rescreening_id, entities
    )
    SELECT v.list_name, v.version, c.entities FROM closed AS c JOIN list_versions AS v ON v.id = c.rescreening_id
    """
)
_OF: Final = text(
    """
    SELECT v.list_name, v.version, b.reason, b.entities, b.at, b.answered_at, b.outcome, b.check_id
    FROM pull_backs AS b JOIN list_versions AS v ON v.id = b.rescreening_id
    WHERE b.payment_id = :payment_id ORDER BY b.at, b.rescreening_id
    """
)
_HELD_BACK: Final = text("SELECT payment_id FROM pull_backs WHERE payment_id = ANY(:ids) AND outcome IS NULL")
