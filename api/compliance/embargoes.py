"""The embargo table: one person proposes a version, another puts it into force, and payments on their way are screened again."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from activities import embargoes
from api.common.body import Body, json_body
from api.common.deps import House, RulesRead, RulesWrite
from api.common.fields import Label, Remark
from api.common.shapes import Shape, problems, takes
from schema.tables.compliance import embargo_proposals
from schema.tables.compliance.embargo_proposals import ProposalState

router = APIRouter(prefix="/embargoes", tags=["screening"])

LONGEST: Final = 200_000
"""Letters that a table may have; every country of the world with ten towns has a tenth of them."""
SHOWN: Final = 100


class NewEmbargoes(Body):
    """A whole table as its file has it, and why. `acknowledged`: regions are gone from it, and that is right."""

    table: Annotated[str, Field(max_length=LONGEST)]
    note: Remark
    acknowledged: bool = False


class EmbargoProposal(Shape):
    """A proposed table: its version, and the regions that it adds to, changes in and removes from the one in force then."""

    id: str
    state: ProposalState
    version: str
    acknowledged: bool
    note: str
    added: list[str]
    changed: list[str]
    removed: list[str]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class EmbargoProposalWithTable(EmbargoProposal):
    """The same, with the table as it would come into force."""

    table: str


class EmbargoProposalList(Shape):
    """The latest of them, newest first."""

    proposals: list[EmbargoProposal]


@router.get("", summary="Proposed embargo tables", responses=problems())
async def listing(_: RulesRead, house: House) -> EmbargoProposalList:
    """The latest proposals, and what became of them. The table in force is shown with the lists."""
    async with house.db.read() as session:
        found = await embargo_proposals.listing(session, limit=SHOWN)
    return EmbargoProposalList(proposals=[EmbargoProposal.model_validate(each) for each in found])


@router.post(
    "",
    status_code=201,
    summary="Propose an embargo table",
    openapi_extra=takes(NewEmbargoes),
    responses={
        **problems(400, 415, 422),
        200: {"description": "Proposed before, alike, and nobody has decided yet.", "model": EmbargoProposal},
    },
)
async def propose(
    response: Response,
    actor: RulesWrite,
    house: House,
    body: Annotated[NewEmbargoes, Depends(json_body(NewEmbargoes))],
) -> EmbargoProposal:
    """Propose a whole new table, which is read strictly. It counts once a second person approves it.

    The same again, while it waits for that person, is the same proposal.
    """
    data, at = body.table.encode("utf-8", "surrogatepass"), datetime.now(UTC)
    made = await embargoes.propose(house.db, data, actor, at, note=body.note, acknowledged=body.acknowledged)
    response.status_code = 201 if made.proposed_at == at else 200
    return EmbargoProposal.model_validate(made)


ProposalId = Annotated[Label, Path()]


@router.get("/{id}", summary="One proposed embargo table", responses=problems(404))
async def one(_: RulesRead, house: House, id: ProposalId) -> EmbargoProposalWithTable:
    """A proposal with its table, for the second person to read."""
    async with house.db.read() as session:
        found = EmbargoProposal.model_validate(await embargo_proposals.find(session, id))
        table = await embargo_proposals.content(session, id)
    return EmbargoProposalWithTable(**found.model_dump(), table=table.decode())


@router.post("/{id}/approve", summary="Put an embargo table into force", responses=problems(404, 409, 422))
async def approve(actor: RulesWrite, house: House, id: ProposalId) -> EmbargoProposal:
    """The second person's word; whoever proposed it may not. At once in force: payments on their way are screened again."""
    return EmbargoProposal.model_validate(await embargoes.approve(house.db, id, actor, datetime.now(UTC)))


@router.post("/{id}/withdraw", summary="Take a proposed embargo table back", responses=problems(404, 409))
async def withdraw(actor: RulesWrite, house: House, id: ProposalId) -> EmbargoProposal:
    """It will not come into force."""
    return EmbargoProposal.model_validate(await embargoes.withdraw(house.db, id, actor, datetime.now(UTC)))
