"""The sanctions lists in force, and people's word that a party of ours is not a listed one."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from activities.list_files import SHIPPED, table_of
from api.common.body import Body, json_body
from api.common.deps import House, ReviewsDecide, ReviewsRead
from api.common.fields import Label, Remark
from api.common.shapes import Shape, problems, takes
from api.compliance.rescreenings import RescreeningShape
from domain.decision import Actor
from domain.errors import NotClearable, NotFound
from domain.ids import new_id
from domain.screening import Hit
from schema.tables.common import audit
from schema.tables.common.session import ReadSession, WriteSession
from schema.tables.compliance import checks, good_guys, lists, rescreenings
from schema.tables.compliance.good_guys import GoodGuy, GoodGuyState
from schema.tables.compliance.lists import CheckOutcome
from schema.tables.payment import payments
from screening.embargo import Embargoes, packaged
from screening.good_guys import party_key
from screening.policies import subjects
from screening.regions import GEO
from screening.scope import Scope

router = APIRouter(tags=["screening"])


class ListShape(Shape):
    """A list in force. `confirmed_at` is when its publisher last said that this is the list."""

    list_name: str
    version: str
    sha256: str
    entities: int
    source: str
    imported_by: str
    imported_at: datetime
    confirmed_at: datetime
    age_s: float
    rescreening: RescreeningShape | None
    """What followed its last change."""


class ListLookShape(Shape):
    """The last time that somebody brought a list's file or asked its publisher, and what came of it.

    `refused`: the file was not used, for a `reason`, and the version in force stayed. `failed`: there was none to be had.
    `updated` and `unchanged` have a reason when the list's publisher lists something under an id that was taken.
    """

    list_name: str
    outcome: CheckOutcome
    reason: str | None
    source: str
    by: str
    at: datetime


class EmbargoShape(Shape):
    """A country or a region where a payment is held whoever is named in it: how far the embargo goes, and what it rests on."""

    region: str
    scope: Scope
    basis: str


class EmbargoesShape(Shape):
    """The embargo table in force: a list like the others, but nobody's but the bank's own, so that it is never too old.

    `imported_at` and the age are null while it is the packaged one and no worker has written that down yet.
    """

    version: str
    sha256: str
    source: str
    imported_by: str | None
    imported_at: datetime | None
    age_s: float | None
    rescreening: RescreeningShape | None
    """What followed its last change."""
    regions: list[EmbargoShape]


class ListsShape(Shape):
    """Every list in force, every list without which nothing is screened, what came of the last looks, the embargo table."""

    wanted: list[str]
    lists: list[ListShape]
    looks: list[ListLookShape]
    embargoes: EmbargoesShape


class NewGoodGuy(Body):
    """The word that a party of a held payment is not the listed entity that it resembles."""

    payment_id: Label
    role: Annotated[str, Field(max_length=64)]
    list_name: Annotated[str, Field(max_length=64)]
    entity_id: Annotated[str, Field(max_length=128)]
    reason: Remark
    days: Annotated[int, Field(ge=1, le=730)] = 180


class GoodGuyShape(Shape):
    """Such a word: proposed by one, in force once a second person has agreed, until it expires or is taken back."""

    id: str
    state: GoodGuyState
    party: str
    list_name: str
    entity_id: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    revoked_by: str | None
    expires_at: datetime


class GoodGuyList(Shape):
    """All of them, newest first."""

    good_guys: list[GoodGuyShape]


@router.get("/lists", summary="Sanctions lists in force", responses=problems())
async def in_force(_: ReviewsRead, house: House) -> ListsShape:
    """Version, size and age of each list, what came of the last look for a newer one, and where nobody is paid."""
    now = datetime.now(UTC)
    async with house.db.read() as session:
        found = await lists.current(session)
        looks = await lists.last_checks(session)
        followed = await rescreenings.latest(session)
        table = next((each for each in found if each.list_name == GEO), None)
        content = await lists.content(session, table.id) if table else None
    shown = [
        ListShape.model_validate(
            {
                **_facts(each),
                "age_s": (now - each.confirmed_at).total_seconds(),
                "rescreening": followed.get(each.list_name),
            }
        )
        for each in found
        if each.list_name != GEO
    ]
    embargoes = _embargoes(table, packaged() if content is None else table_of(content), followed.get(GEO), now)
    told = [ListLookShape.model_validate(each) for each in looks]
    return ListsShape(wanted=list(house.settings.wanted_lists), lists=shown, looks=told, embargoes=embargoes)


@router.get("/good-guys", summary="Cleared parties", responses=problems())
async def cleared(_: ReviewsRead, house: House) -> GoodGuyList:
    """Every word that a party is not a listed entity."""
    async with house.db.read() as session:
        found = await good_guys.listing(session)
    return GoodGuyList(good_guys=[GoodGuyShape.model_validate(each) for each in found])


@router.post(
    "/good-guys",
    status_code=201,
    summary="Propose to clear a party",
    openapi_extra=takes(NewGoodGuy),
    responses={
        **problems(400, 404, 409, 422),
        200: {"description": "Proposed before, alike, and nobody has agreed yet.", "model": GoodGuyShape},
    },
)
async def propose(
    response: Response,
    actor: ReviewsDecide,
    house: House,
    body: Annotated[NewGoodGuy, Depends(json_body(NewGoodGuy))],
) -> GoodGuyShape:
    """Say that the party of a hit is not the listed entity. It counts once a second person agrees.

    The same again, while it waits for that person, is the same word.
    """
    at = datetime.now(UTC)
    async with house.db.write() as session:
        hit, party = await _hit(session, body)
        assert hit.evidence is not None, "it may be cleared"
        word = GoodGuy(
            id=new_id("gg"),
            state=GoodGuyState.PROPOSED,
            party=party,
            list_name=hit.list_name,
            entity_id=hit.entity_id,
            entity_hash=hit.evidence.entity_hash,
            reason=body.reason,
            proposed_by=actor.id,
            proposed_at=at,
            approved_by=None,
            approved_at=None,
            revoked_by=None,
            revoked_at=None,
            expires_at=at + timedelta(days=body.days),
        )
        if standing := await good_guys.proposal_like(session, word):
            response.status_code = 200
            return GoodGuyShape.model_validate(standing)
        await good_guys.propose(session, word)
        await _log(session, actor, at, "good_guy.propose", word)
    return GoodGuyShape.model_validate(word)


GoodGuyId = Annotated[Label, Path()]


@router.post("/good-guys/{id}/approve", summary="Agree to clear a party", responses=problems(404, 409))
async def approve(actor: ReviewsDecide, house: House, id: GoodGuyId) -> GoodGuyShape:
    """The second person's word; whoever proposed it may not."""
    at = datetime.now(UTC)
    async with house.db.write() as session:
        word = await good_guys.approve(session, id, actor.id, at)
        await _log(session, actor, at, "good_guy.approve", word)
    return GoodGuyShape.model_validate(word)


@router.post("/good-guys/{id}/revoke", summary="Take a cleared party back", responses=problems(404, 409))
async def revoke(actor: ReviewsDecide, house: House, id: GoodGuyId) -> GoodGuyShape:
    """From now on the hit holds payments again."""
    at = datetime.now(UTC)
    async with house.db.write() as session:
        word = await good_guys.revoke(session, id, actor.id, at)
        await _log(session, actor, at, "good_guy.revoke", word)
    return GoodGuyShape.model_validate(word)


async def _hit(session: ReadSession, body: NewGoodGuy) -> tuple[Hit, str]:
    """The hit that is spoken of, and its party. Raises NotFound, NotClearable."""
    order = await payments.order(session, body.payment_id)
    made = await checks.of(session, body.payment_id)
    wanted = (body.role, body.list_name, body.entity_id)
    # The latest check first: the entity may be listed otherwise by now.
    hits = [hit for check in reversed(made) for hit in check.hits if (hit.role, hit.list_name, hit.entity_id) == wanted]
    if not hits:
        raise NotFound("the payment has no such hit", payment_id=body.payment_id)
    if hits[0].evidence is None or hits[0].evidence.reason != "name":
        raise NotClearable("an identifier that is the same, or a country, is cleared payment by payment only")
    party = next(who for who in subjects(order) if who.role == body.role and who.name == hits[0].queried)
    return hits[0], party_key(party)


def _embargoes(
    version: lists.ListVersion | None, table: Embargoes, followed: rescreenings.Rescreening | None, now: datetime
) -> EmbargoesShape:
    return EmbargoesShape(
        version=table.version,
        sha256=table.named.sha256,
        source=version.source if version else SHIPPED,
        imported_by=version.imported_by if version else None,
        imported_at=version.imported_at if version else None,
        age_s=(now - version.imported_at).total_seconds() if version else None,
        rescreening=RescreeningShape.model_validate(followed) if followed else None,
        regions=[EmbargoShape(region=each.code, scope=each.scope, basis=each.basis) for each in table.regions.values()],
    )


def _facts(version: lists.ListVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in ListShape.model_fields if name in version.__slots__}


async def _log(session: WriteSession, actor: Actor, at: datetime, action: str, word: GoodGuy) -> None:
    detail = {"list": word.list_name, "entity": word.entity_id, "expires_at": word.expires_at.isoformat()}
    await audit.act(session, actor, action, word.id, detail, at=at)
