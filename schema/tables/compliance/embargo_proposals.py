"""Embargo tables that one person proposes and another puts into force."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field

from domain.errors import NotFound, RulesNotReady, SelfApproval
from schema.tables.common.base import MOMENT, TEXTS, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession, typed


class ProposalState(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    """One person has brought it."""
    APPROVED = "approved"
    """A second one has agreed, and it came into force at that moment."""
    WITHDRAWN = "withdrawn"
    """Somebody has taken it back."""


class EmbargoProposalRow(Table, table=True):
    """One proposed table, as its file has it, and what it changes of the version `base_id` that was in force then."""

    __tablename__ = "embargo_proposals"
    __table_args__ = (
        one_of("state", ProposalState),
        CheckConstraint("state <> 'approved' OR decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint("(state = 'approved') = (version_id IS NOT NULL)", name="in_force"),
        Index("ix_embargo_proposals_proposed_at", "proposed_at"),
    )

    id: str = Field(primary_key=True)
    state: str
    version: str
    content: bytes
    acknowledged: bool
    note: str
    base_id: str = Field(foreign_key="list_versions.id")
    added: list[str] = Field(sa_column=Column(TEXTS, nullable=False))
    changed: list[str] = Field(sa_column=Column(TEXTS, nullable=False))
    removed: list[str] = Field(sa_column=Column(TEXTS, nullable=False))
    proposed_by: str
    proposed_at: datetime = Field(sa_type=MOMENT)
    decided_by: str | None
    decided_at: datetime | None = Field(sa_type=MOMENT)
    version_id: str | None = Field(foreign_key="list_versions.id")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed table as it stands, with what it adds to, changes and removes from the one in force then."""

    id: str
    state: ProposalState
    version: str
    acknowledged: bool
    note: str
    base_id: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None


async def propose(session: WriteSession, new: Proposal, content: bytes) -> None:
    """Keep the first person's word."""
    facts: dict[str, Any] = {name: getattr(new, name) for name in Proposal.__dataclass_fields__}
    lists = {name: list(facts[name]) for name in ("added", "changed", "removed")}
    await session.run(_PROPOSE, {**facts, **lists, "state": str(new.state), "content": content})


async def proposal_like(session: WriteSession, new: Proposal, content: bytes) -> Proposal | None:
    """The same table of the same person that waits for a second one. No other comes before the transaction ends."""
    await session.run(_LOCK_ALL)
    facts = {name: getattr(new, name) for name in ("acknowledged", "note", "base_id", "proposed_by")}
    row = await session.first(_ALIKE, {**facts, "content": content})
    return None if row is None else _view(row)


async def held(session: WriteSession, proposal_id: str, by: str) -> Proposal:
    """One that nobody else decides about until the session ends, for another person than its own to approve.

    Raises NotFound, RulesNotReady (it is decided), SelfApproval.
    """
    standing = await _undecided(session, proposal_id)
    if standing.proposed_by == by:
        raise SelfApproval("whoever proposed a table may not approve it", proposal_id=proposal_id)
    return standing


async def approved(session: WriteSession, proposal_id: str, by: str, at: datetime, version_id: str) -> Proposal:
    """It is in force, as this version."""
    facts = {"id": proposal_id, "state": "approved", "by": by, "at": at, "version_id": version_id}
    await session.run(_DECIDE, facts)
    return await find(session, proposal_id)


async def withdraw(session: WriteSession, proposal_id: str, by: str, at: datetime) -> Proposal:
    """Take it back. Raises NotFound, RulesNotReady (it is decided)."""
    await _undecided(session, proposal_id)
    facts = {"id": proposal_id, "state": "withdrawn", "by": by, "at": at, "version_id": None}
    await session.run(_DECIDE, facts)
    return await find(session, proposal_id)


async def find(session: ReadSession, proposal_id: str) -> Proposal:
    """One. Raises NotFound."""
    return _view(await _found(session, _FIND, proposal_id))


async def content(session: ReadSession, proposal_id: str) -> bytes:
    """The table as its file has it. Raises NotFound."""
    return bytes((await _found(session, _CONTENT, proposal_id)).content)


async def listing(session: ReadSession, *, limit: int) -> list[Proposal]:
    """The latest, newest first."""
    return [_view(row) for row in await session.all(_LISTING, {"limit": limit})]


async def _undecided(session: WriteSession, proposal_id: str) -> Proposal:
    standing = _view(await _found(session, _LOCK, proposal_id))
    if standing.state is not ProposalState.PROPOSED:
        raise RulesNotReady(f"the table is {standing.state}", state=str(standing.state))
    return standing


async def _found(session: ReadSession, statement: Any, proposal_id: str) -> Line:
    if row := await session.first(statement, {"id": proposal_id}):
        return row
    raise NotFound("no such proposal of an embargo table", proposal_id=proposal_id[:64])


def _view(row: Line) -> Proposal:
    return Proposal(**typed(row, state=ProposalState, added=tuple, changed=tuple, removed=tuple))


_SHOWN: Final = """
    SELECT id, state, version, acknowledged, note, base_id, added, changed, removed, proposed_by, proposed_at, decided_by,
           decided_at
    FROM embargo_proposals
"""
_FIND: Final = text(f"{_SHOWN} WHERE id = :id")
_LOCK: Final = text(f"{_SHOWN} WHERE id = :id FOR UPDATE")
_LOCK_ALL: Final = text("LOCK TABLE embargo_proposals IN SHARE ROW EXCLUSIVE MODE")
_ALIKE: Final = text(
    f"""{_SHOWN}
    WHERE state = 'proposed' AND content = :content AND acknowledged = :acknowledged AND note = :note AND base_id = :base_id
      AND proposed_by = :proposed_by
    ORDER BY proposed_at LIMIT 1
    """
)
_LISTING: Final = text(f"{_SHOWN} ORDER BY proposed_at DESC, id DESC LIMIT :limit")
_CONTENT: Final = text("SELECT content FROM embargo_proposals WHERE id = :id")
_PROPOSE: Final = text(
    """
    INSERT INTO embargo_proposals (
        id, state, version, content, acknowledged, note, base_id, added, changed, removed, proposed_by, proposed_at
    ) VALUES (
        :id, :state, :version, :content, :acknowledged, :note, :base_id, :added, :changed, :removed, :proposed_by, :proposed_at
    )
    """
)
_DECIDE: Final = text(
    "UPDATE embargo_proposals SET state = :state, decided_by = :by, decided_at = :at, version_id = :version_id WHERE id = :id"
)
