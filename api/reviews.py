"""Reviews: the queue of held payments, and the human decision."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.body import Body, json_body
from api.conversation import ask, request_name
from api.deps import House, ReviewsDecide, ReviewsRead
from api.fields import Remark
from api.headers import IdempotencyKey
from api.shapes import DecimalText, Limit, PageNumber, Shape, StateShape, amount, payment_id, problems, takes
from domain.decision import Decision, ReviewState, Verdict, check_decision
from domain.errors import Unavailable
from domain.ids import PaymentId
from schema.tables import payments, reviews
from schema.tables.reviews import QueueItem
from workflows.payment import PaymentWorkflow

router = APIRouter(tags=["reviews"])


class Decide(Body):
    """A reviewer's word. `screening_id` names the result the reviewer saw (the payment's `compliance_check.id`)."""

    verdict: Annotated[Verdict, Field(strict=False)]
    screening_id: Annotated[str, Field(pattern="^[ -~]{1,64}$")]
    comment: Remark = ""


class HitShape(Shape):
    """A listed entity that a name in the payment resembles."""

    role: str
    queried: str
    matched: str
    list_name: str
    entity_id: str
    level: str
    score: int
    distance: int


class ReviewShape(Shape):
    """A held payment with what a reviewer needs to decide."""

    payment_id: str
    payment_reference: str
    payment_status: str
    screening_id: str
    state: ReviewState
    verdict: Verdict | None
    opened_at: datetime
    escalate_at: datetime
    expires_at: datetime
    escalated_at: datetime | None
    decided_at: datetime | None
    sender_bic: str
    sender_name: str
    receiver_bic: str
    receiver_name: str
    amount: DecimalText
    currency: str
    submitted_by: str
    risk_score: int
    hits: list[HitShape]


class ReviewPage(Shape):
    """A page of reviews: escalated ones first, then the heaviest, then the oldest."""

    reviews: list[ReviewShape]
    total: int
    page: int
    limit: int


@router.get("/reviews", summary="Held payments", responses=problems(422))
async def queue(
    _: ReviewsRead,
    house: House,
    page: PageNumber = 1,
    limit: Limit = 50,
    state: Annotated[list[ReviewState] | None, Query(description="Only these; else those that wait.")] = None,
) -> ReviewPage:
    """The reviewers' queue, with every hit."""
    states = state or (ReviewState.OPEN, ReviewState.ESCALATED)
    async with house.db.read() as session:
        found = await reviews.queue(session, page=page, limit=limit, states=states)
    return ReviewPage(reviews=[_shown(item) for item in found.items], total=found.total, page=page, limit=limit)


@router.post(
    "/payments/{id}/decision",
    summary="Decide a held payment",
    openapi_extra=takes(Decide),
    responses=problems(400, 404, 409, 415, 422),
)
async def decide(
    actor: ReviewsDecide,
    house: House,
    id: Annotated[PaymentId, Depends(payment_id)],
    key: IdempotencyKey,
    body: Annotated[Decide, Depends(json_body(Decide))],
) -> StateShape:
    """Approve, reject or escalate. The rule is checked again in the workflow, where the decision counts."""
    async with house.db.read() as session:
        await payments.detail(session, id, participant=actor.bic)
    decision = Decision(body.verdict, actor, body.screening_id, body.comment)
    state = await ask(house, PaymentWorkflow.decide, id, decision, name=f"decide/{request_name(actor, id, key)}")
    if state is None:
        async with house.db.read() as session:
            check_decision(decision, await reviews.case(session, id))
        raise Unavailable("the review is over, or about to be; look again")
    return StateShape.model_validate(state)


def _shown(item: QueueItem) -> ReviewShape:
    review = item.review
    facts = {name: getattr(item, name) for name in item.__slots__ if name != "review"}
    return ReviewShape.model_validate(
        {
            **facts,
            **{name: getattr(review, name) for name in review.__slots__},
            "screening_id": review.check_id,
            "amount": amount(item.amount_minor, item.currency),
        }
    )
