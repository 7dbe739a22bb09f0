"""The embargo table by two people: one proposes a version, another puts it into force."""

import asyncio
from datetime import datetime
from typing import Final

from activities.list_files import ListFile, Prepared, prepare, put_in_force, standing_table, would_change
from domain.decision import Actor
from domain.errors import ListRefused, RulesNotReady
from domain.ids import new_id
from schema.tables.common import audit
from schema.tables.common.session import Database, WriteSession
from schema.tables.compliance import embargo_proposals, lists
from schema.tables.compliance.embargo_proposals import Proposal, ProposalState
from screening.regions import GEO

SOURCE: Final = "proposal"


async def propose(db: Database, data: bytes, by: Actor, at: datetime, *, note: str, acknowledged: bool) -> Proposal:
    """Keep a table for a second person to put into force; the same again, while it waits, is the same proposal.

    Raises ListRefused: it could not come into force now.
    """
    prepared = await asyncio.to_thread(prepare, _file(data, SOURCE, by, acknowledged=acknowledged))
    async with db.write() as session:
        return await _propose(session, prepared, by, at, note)


async def approve(db: Database, proposal_id: str, by: Actor, at: datetime) -> Proposal:
    """The second person's word: the table is in force, and payments on their way are screened again.

    Raises NotFound, SelfApproval, RulesNotReady (decided already, or another table has come into force since it was
    proposed), ListRefused.
    """
    async with db.read() as session:  # what was proposed stays as it is: it can be read before anybody is kept waiting
        proposal = await embargo_proposals.find(session, proposal_id)
        data = await embargo_proposals.content(session, proposal_id)
    file = _file(data, f"{SOURCE}/{proposal_id}", by, acknowledged=proposal.acknowledged)
    prepared = await asyncio.to_thread(prepare, file)
    async with db.write() as session:
        standing = await lists.lock(session, GEO)  # first, as an import does: whoever comes second waits here
        proposal = await embargo_proposals.held(session, proposal_id, by.id)
        if standing is None or standing.id != proposal.base_id:
            raise RulesNotReady("another table has come into force since this one was proposed", state="outdated")
        brought = await put_in_force(session, prepared, at)
        done = await embargo_proposals.approved(session, proposal_id, by.id, at, brought.version_id)
        await _log(session, by, at, "embargoes.approve", done)
        return done


async def withdraw(db: Database, proposal_id: str, by: Actor, at: datetime) -> Proposal:
    """Take a proposal back. Raises NotFound, RulesNotReady (it is decided)."""
    async with db.write() as session:
        done = await embargo_proposals.withdraw(session, proposal_id, by.id, at)
        await _log(session, by, at, "embargoes.withdraw", done)
        return done


async def _propose(session: WriteSession, prepared: Prepared, by: Actor, at: datetime, note: str) -> Proposal:
    file = prepared.file
    standing = await standing_table(session, at)
    if standing.sha256 == prepared.version.sha256:
        raise ListRefused("the table is in force already", reason="unchanged", list=GEO)
    changes = await would_change(session, prepared, standing)
    proposal = Proposal(
        id=new_id("emb"),
        state=ProposalState.PROPOSED,
        version=prepared.version.name,
        acknowledged=file.acknowledged,
        note=note,
        base_id=standing.id,
        added=changes.added,
        changed=changes.changed,
        removed=changes.removed,
        proposed_by=by.id,
        proposed_at=at,
    )
    if first := await embargo_proposals.proposal_like(session, proposal, file.data):
        return first
    await embargo_proposals.propose(session, proposal, file.data)
    await _log(session, by, at, "embargoes.propose", proposal)
    return proposal


def _file(data: bytes, source: str, by: Actor, *, acknowledged: bool) -> ListFile:
    return ListFile(GEO, data, source, by.id, acknowledged=acknowledged, role=by.role)


async def _log(session: WriteSession, by: Actor, at: datetime, action: str, proposal: Proposal) -> None:
    facts = ("version", "note", "acknowledged", "added", "changed", "removed")
    detail = {name: list(told) if isinstance(told := getattr(proposal, name), tuple) else told for name in facts}
    await audit.act(session, by, action, proposal.id, detail, at=at)
