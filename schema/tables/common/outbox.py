"""Workflows that are to be started: a row stands until the start is confirmed, so that none is forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from schema.tables.common.base import MOMENT, Table, one_of, to_json
from schema.tables.common.session import ReadSession, WriteSession

CHANNEL: Final = "workflow_starts"
"""The NOTIFY channel that wakes the intake; the payload is the subject."""


class StartKind(StrEnum):
    """Which workflow is to be started."""

    PAYMENT = "payment"
    """The life of one payment."""
    SETTLEMENT = "settlement"
    """The life of one settlement window."""
    RESCREENING = "rescreening"
    """What follows a change of a list."""
    EXCHANGE = "exchange"
    """The execution of one pair of an exchange."""
    SCHEDULE = "schedule"
    """Not a workflow: the Temporal Schedule of a currency's windows is to follow its row in SQL."""
    GROSS_QUEUE = "gross_queue"
    """The owner of a currency's gross queue: it is started, or woken where it runs. The subject is the currency."""


class WorkflowStart(Table, table=True):
    """A workflow whose start is not confirmed. `not_before` is also the lease of whoever is starting it."""

    __tablename__ = "workflow_starts"
    __table_args__ = (one_of("kind", StartKind),)

    workflow_id: str = Field(primary_key=True)
    kind: str
    subject: str
    input: dict[str, Any] = Field(sa_type=JSONB)
    not_before: datetime = Field(sa_type=MOMENT, index=True)
    created_at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Claim:
    """A workflow to be started by the claimant before its lease runs out. `subject` is the payment, window or currency."""

    workflow_id: str
    kind: StartKind
    subject: str
    input: Mapping[str, Any]


async def claim(
    session: WriteSession, *, limit: int, lease_s: float, now: datetime, done: Sequence[str] = ()
) -> list[Claim]:
    """Strike out the confirmed starts and lease the oldest that are due; no two claimants get the same one."""
    facts = {"done": list(done), "now": now, "limit": limit, "leased_until": now + timedelta(seconds=lease_s)}
    rows = await session.all(_CLAIM, facts)
    return [Claim(row.workflow_id, StartKind(row.kind), row.subject, row.input) for row in rows]


async def add(
    session: WriteSession,
    *,
    workflow_id: str,
    kind: StartKind,
    subject: str,
    input: Mapping[str, Any],
    at: datetime,
    not_before: datetime | None = None,
) -> None:
    """Have a workflow started, at once or not before a time; a second time is no difference."""
    facts = {"workflow_id": workflow_id, "kind": kind, "subject": subject, "input": to_json(input), "at": at}
    await session.run(_ADD, {**facts, "not_before": not_before or at})


async def pending_count(session: ReadSession) -> int:
    """How many starts are not confirmed."""
    return int((await session.one(_PENDING_COUNT)).total)


_CLAIM: Final = text(
    """
    WITH done AS (
        DELETE FROM workflow_starts WHERE workflow_id = ANY(CAST(:done AS text[]))
    ), due AS (
        SELECT workflow_id FROM workflow_starts
        WHERE not_before <= :now AND workflow_id <> ALL(CAST(:done AS text[]))
        ORDER BY not_before LIMIT :limit
        FOR UPDATE SKIP LOCKED
    ), leased AS (
        UPDATE workflow_starts AS s SET not_before = :leased_until
        FROM due WHERE s.workflow_id = due.workflow_id
        RETURNING s.*
    )
    SELECT workflow_id, kind, subject, input FROM leased ORDER BY created_at, workflow_id
    """
)
_ADD: Final = text(
    """
    WITH added AS (
        INSERT INTO workflow_starts (workflow_id, kind, subject, input, not_before, created_at)
        VALUES (:workflow_id, :kind, :subject, :input, :not_before, :at)
        ON CONFLICT DO NOTHING
        RETURNING subject
    )
    SELECT pg_notify('workflow_starts', subject) FROM added
    """
)
_PENDING_COUNT: Final = text("SELECT count(*) AS total FROM workflow_starts")
