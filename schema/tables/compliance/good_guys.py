"""Good guys: two people have said that a party of ours is not that listed entity. Any change of either voids it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Executable, Index, text
from sqlmodel import Field

from domain.errors import AlreadyDecided, NotFound, SelfApproval
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession, typed


class GoodGuyState(StrEnum):
    """Where such a word stands."""

    PROPOSED = "proposed"
    """One person has said it."""
    ACTIVE = "active"
    """A second one has agreed; it keeps hits from holding payments until it expires."""
    REVOKED = "revoked"
    """Somebody has taken it back."""


class GoodGuyRow(Table, table=True):
    """One party that is not one listed entity. The party is what `screening.good_guys.party_key` makes of it."""

    __tablename__ = "good_guys"
    __table_args__ = (
        one_of("state", GoodGuyState),
        Index("ix_good_guys_list_name_entity_id", "list_name", "entity_id"),
    )

    id: str = Field(primary_key=True)
    state: str
    party: str
    list_name: str
    entity_id: str
    entity_hash: str
    reason: str
    proposed_by: str
    proposed_at: datetime = Field(sa_type=MOMENT)
    approved_by: str | None
    approved_at: datetime | None = Field(sa_type=MOMENT)
    revoked_by: str | None
    revoked_at: datetime | None = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class GoodGuy:
    """A party that is not a listed entity, as it stands."""

    id: str
    state: GoodGuyState
    party: str
    list_name: str
    entity_id: str
    entity_hash: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    revoked_by: str | None
    revoked_at: datetime | None
    expires_at: datetime

    @property
    def approvers(self) -> frozenset[str]:
        """The people who have said it."""
        return frozenset(filter(None, (self.proposed_by, self.approved_by)))


async def propose(session: WriteSession, one: GoodGuy) -> None:
    """Store the first person's word."""
    facts = {name: getattr(one, name) for name in _PROPOSED}
    await session.run(_PROPOSE, facts)


async def proposal_like(session: WriteSession, one: GoodGuy) -> GoodGuy | None:
    """The same word of the same person that waits for a second one. No other comes before the transaction ends."""
    await session.run(_LOCK)
    row = await session.first(_ALIKE, {name: getattr(one, name) for name in _PROPOSED if name != "id"})
    return None if row is None else _view(row)


async def approve(session: WriteSession, good_guy_id: str, by: str, at: datetime) -> GoodGuy:
    """The second person's word. Raises NotFound, SelfApproval (it is the same person), AlreadyDecided."""
    standing = await find(session, good_guy_id)
    if standing.proposed_by == by:
        raise SelfApproval("whoever proposed it may not approve it", good_guy_id=good_guy_id)
    return await _decided(session, _APPROVE, good_guy_id, by, at)


async def revoke(session: WriteSession, good_guy_id: str, by: str, at: datetime) -> GoodGuy:
    """Take the word back. Raises NotFound, AlreadyDecided."""
    return await _decided(session, _REVOKE, good_guy_id, by, at)


async def _decided(session: WriteSession, statement: Executable, good_guy_id: str, by: str, at: datetime) -> GoodGuy:
    if not await session.run(statement, {"id": good_guy_id, "by": by, "at": at}):
        standing = await find(session, good_guy_id)
        raise AlreadyDecided(f"the word is {standing.state}", state=str(standing.state))
    return await find(session, good_guy_id)


async def find(session: ReadSession, good_guy_id: str) -> GoodGuy:
    """One. Raises NotFound."""
    if row := await session.first(_FIND, {"id": good_guy_id}):
        return _view(row)
    raise NotFound("no such good-guy decision", good_guy_id=good_guy_id[:64])


async def listing(session: ReadSession) -> list[GoodGuy]:
    """All of them, newest first."""
    return [_view(row) for row in await session.all(_LISTING)]


async def active(session: ReadSession, entities: Sequence[tuple[str, str]], at: datetime) -> list[GoodGuy]:
    """What is in force at a moment for some entities (list and id)."""
    if not entities:
        return []
    facts: dict[str, Any] = {
        "lists": [list_name for list_name, _ in entities],
        "ids": [entity_id for _, entity_id in entities],
        "at": at,
    }
    return [_view(row) for row in await session.all(_ACTIVE, facts)]


def _view(row: Line) -> GoodGuy:
    return GoodGuy(**typed(row, state=GoodGuyState))


_PROPOSED: Final = (
    "id", "party", "list_name", "entity_id", "entity_hash", "reason", "proposed_by", "proposed_at",
    "expires_at",
)  # fmt: skip
_COLUMNS: Final = ", ".join(f"g.{name}" for name in GoodGuy.__dataclass_fields__)
_PROPOSE: Final = text(
    """
    INSERT INTO good_guys (
        id, state, party, list_name, entity_id, entity_hash, reason, proposed_by, proposed_at, expires_at
    ) VALUES (
        :id, 'proposed', :party, :list_name, :entity_id, :entity_hash, :reason, :proposed_by, :proposed_at,
        :expires_at
    )
    """
)
_LOCK: Final = text("LOCK TABLE good_guys IN SHARE ROW EXCLUSIVE MODE")
_ALIKE: Final = text(
    f"""
    SELECT {_COLUMNS} FROM good_guys AS g
    WHERE g.state = 'proposed' AND g.party = :party AND g.list_name = :list_name AND g.entity_id = :entity_id
      AND g.entity_hash = :entity_hash AND g.reason = :reason AND g.proposed_by = :proposed_by
      AND g.expires_at - g.proposed_at = CAST(:expires_at AS timestamptz) - CAST(:proposed_at AS timestamptz)
    ORDER BY g.proposed_at LIMIT 1
    """  # noqa: S608
)
_APPROVE: Final = text(
    "UPDATE good_guys SET state = 'active', approved_by = :by, approved_at = :at WHERE id = :id AND state = 'proposed'"
)
_REVOKE: Final = text(
    "UPDATE good_guys SET state = 'revoked', revoked_by = :by, revoked_at = :at WHERE id = :id AND state <> 'revoked'"
)
_FIND: Final = text(f"SELECT {_COLUMNS} FROM good_guys AS g WHERE g.id = :id")  # noqa: S608 - names of this file
_LISTING: Final = text(f"SELECT {_COLUMNS} FROM good_guys AS g ORDER BY g.proposed_at DESC, g.id")  # noqa: S608
_ACTIVE: Final = text(
    f"""
    SELECT {_COLUMNS} FROM good_guys AS g
    JOIN unnest(CAST(:lists AS text[]), CAST(:ids AS text[])) AS wanted (list_name, entity_id)
      ON wanted.list_name = g.list_name AND wanted.entity_id = g.entity_id
    WHERE g.state = 'active' AND g.expires_at > :at
    """  # noqa: S608
)
