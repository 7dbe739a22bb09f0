"""What follows a change of a list: payments on their way are screened again, and until that is done nothing settles.

The row is written in the very transaction that puts the version into force, so no change is ever without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.errors import NotFound
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import ReadSession, WriteSession, typed


class RescreeningState(StrEnum):
    """Where a re-screening stands."""

    PENDING = "pending"
    """Payments on their way are being compared with what changed, or have yet to leave their queues."""
    DONE = "done"
    """Every payment that had to be pulled back has been told."""


class RescreeningRow(Table, table=True):
    """The re-screening for one version of a list, under the version's id."""

    __tablename__ = "rescreenings"
    __table_args__ = (
        one_of("state", RescreeningState),
        Index("ix_rescreenings_list_name_begun_at", "list_name", "begun_at"),
        Index("ix_rescreenings_pending", "id", postgresql_where=text("state = 'pending'")),
    )

    id: str = Field(primary_key=True, foreign_key="list_versions.id")
    list_name: str
    state: str
    payments: int = Field(sa_column_kwargs={"server_default": "0"})
    parties: int = Field(sa_column_kwargs={"server_default": "0"})
    hits: int = Field(sa_column_kwargs={"server_default": "0"})
    begun_at: datetime = Field(sa_type=MOMENT)
    ended_at: datetime | None = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Compared:
    """What was looked at: payments on their way, different parties in them, and hits on what was added or changed."""

    payments: int = 0
    parties: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Rescreening:
    """A re-screening as it stands: of which version, what it looked at, and how many payments it pulled back and why."""

    id: str
    list_name: str
    version: str
    added: int
    changed: int
    removed: int
    state: RescreeningState
    payments: int
    parties: int
    hits: int
    pulled_back: int
    """Payments that resemble what was added or changed."""
    reopened: int
    """Reviews of what was removed or changed."""
    too_late: int
    """Payments that had left for their settlement."""
    unanswered: int
    """Payments that have not left their queue yet; nothing settles them."""
    begun_at: datetime
    ended_at: datetime | None


async def begin(session: WriteSession, version_id: str, list_name: str, at: datetime) -> None:
    """A version has come into force: nothing settles until payments on their way have been held against it."""
    await session.run(_BEGIN, {"id": version_id, "list_name": list_name, "at": at})


async def pending(session: ReadSession) -> bool:
    """Whether a list has changed and payments on their way are not yet known to be clear of it. Nothing settles meanwhile."""
    return await session.first(_PENDING) is not None


async def bars(session: ReadSession, payment_id: str) -> bool:
    """Whether a payment must not be paid for the moment: a list is changing, or has pulled it back."""
    return await session.first(_BARS, {"payment_id": payment_id}) is not None


async def compared(session: WriteSession, version_id: str, found: Compared) -> None:
    """Note what was looked at."""
    facts = {"payments": found.payments, "parties": found.parties, "hits": found.hits}
    await session.run(_COMPARED, {**facts, "id": version_id})


async def end(session: WriteSession, version_id: str, at: datetime) -> bool:
    """It is done; False when it was before."""
    return bool(await session.run(_END, {"id": version_id, "at": at}))


async def find(session: ReadSession, version_id: str) -> Rescreening:
    """One. Raises NotFound."""
    if row := await session.first(_FIND, {"id": version_id}):
        return Rescreening(**typed(row, state=RescreeningState))
    raise NotFound("no such re-screening", version_id=version_id[:64])


async def of_list(session: ReadSession, list_name: str, *, limit: int) -> Sequence[Rescreening]:
    """The latest re-screenings of a list, the newest first."""
    rows = await session.all(_OF_LIST, {"list_name": list_name, "limit": limit})
    return [Rescreening(**typed(row, state=RescreeningState)) for row in rows]


async def latest(session: ReadSession) -> dict[str, Rescreening]:
    """The last re-screening of each list."""
    return {row.list_name: Rescreening(**typed(row, state=RescreeningState)) for row in await session.all(_LATEST)}


_SHOWN: Final = """
    SELECT s.id, s.list_name, v.version, v.added, v.changed, v.removed, s.state, s.payments, s.parties, s.hits,
           b.pulled_back, b.reopened, b.too_late, b.unanswered, s.begun_at, s.ended_at
    FROM rescreenings AS s JOIN list_versions AS v ON v.id = s.id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE reason = 'listed') AS pulled_back,
               count(*) FILTER (WHERE reason = 'delisted') AS reopened,
               count(*) FILTER (WHERE outcome = 'too_late') AS too_late,
               count(*) FILTER (WHERE outcome IS NULL) AS unanswered
        FROM pull_backs WHERE rescreening_id = s.id
    ) AS b
"""
_BEGIN: Final = text(
    """
    INSERT INTO rescreenings (id, list_name, state, begun_at) VALUES (:id, :list_name, 'pending', :at)
    ON CONFLICT DO NOTHING
    """
)
_PENDING: Final = text("SELECT id FROM rescreenings WHERE state = 'pending' LIMIT 1")
_BARS: Final = text(
    """
    SELECT id FROM rescreenings WHERE state = 'pending'
    UNION ALL
    SELECT rescreening_id FROM pull_backs WHERE payment_id = :payment_id AND outcome IS NULL
    LIMIT 1
    """
)
_COMPARED: Final = text("UPDATE rescreenings SET payments = :payments, parties = :parties, hits = :hits WHERE id = :id")
_END: Final = text("UPDATE rescreenings SET state = 'done', ended_at = :at WHERE id = :id AND state = 'pending'")
_FIND: Final = text(f"{_SHOWN} WHERE s.id = :id")
_OF_LIST: Final = text(f"{_SHOWN} WHERE s.list_name = :list_name ORDER BY s.begun_at DESC, s.id DESC LIMIT :limit")
_LATEST: Final = text(
    f"""
    SELECT DISTINCT ON (shown.list_name) shown.* FROM ({_SHOWN}) AS shown
    ORDER BY shown.list_name, shown.begun_at DESC, shown.id DESC
    """  # noqa: S608 - constants of this file
)
