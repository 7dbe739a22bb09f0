"""Hits computed again from the lists of their day: whoever audits a decision sees the numbers come out as they were stored."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from api.common.deps import House, ReviewsRead
from api.common.shapes import Shape, payment_id, problems
from domain.errors import NotFound
from domain.ids import PaymentId
from schema.tables.compliance import checks
from schema.tables.payment import payments
from screening.features import BIAS

router = APIRouter(prefix="/payments", tags=["screening"])


class ExplanationLine(Shape):
    """One feature of a hit: its value, what it adds to the points, and what it means."""

    feature: str
    value: float
    points: float
    meaning: str


class ExplanationShape(Shape):
    """A hit as it is stored and as it is computed again. `same`: from the same entry, with the same points.

    `engine_version` is today's engine and `stored_by` that of the day; another engine may count otherwise. `points` and `score`
    are null for a hit by identifier or country, which has none, and where the archived lists do not have the name.
    """

    check_id: str
    number: int
    list_version: str
    stored_by: str
    engine_version: str
    stored_score: int
    stored_points: float | None
    score: float | None
    points: float | None
    bias: float
    lines: list[ExplanationLine]
    entity_unchanged: bool
    same: bool


@router.get(
    "/{id}/checks/{check_id}/hits/{number}/explanation",
    summary="Compute a hit again",
    responses=problems(404, 422),
)
async def explain(
    _: ReviewsRead,
    house: House,
    id: Annotated[PaymentId, Depends(payment_id)],
    check_id: Annotated[str, Path(max_length=64)],
    number: Annotated[int, Path(ge=1, le=10_000, description="The hit's place in its check, from 1.")],
) -> ExplanationShape:
    """The same comparison again, from the archived lists that the check was made by. Takes some seconds with all lists."""
    async with house.db.read() as session:
        order = await payments.order(session, id)
        made = await checks.of(session, id)
    check = next((each for each in made if each.id == check_id), None)
    if check is None or number > len(check.hits):
        raise NotFound("the payment has no such hit", payment_id=id)
    hit = check.hits[number - 1]
    found = await house.archive.recompute(order, check, hit)
    again = found.explanation
    named = hit.evidence is not None and again is not None
    return ExplanationShape(
        check_id=check.id,
        number=number,
        list_version=check.list_version,
        stored_by=check.engine_version,
        engine_version=found.engine_version,
        stored_score=hit.score,
        stored_points=hit.evidence.points if named and hit.evidence else None,
        score=None if again is None else round(again.score, 3),
        points=None if again is None else again.points,
        bias=BIAS,
        lines=[
            ExplanationLine(feature=line.name, value=line.value, points=line.points, meaning=line.meaning)
            for line in (again.lines if again else ())
        ],
        entity_unchanged=hit.evidence is not None and hit.evidence.entity_hash == found.entity_hash,
        same=found.same(hit),
    )
