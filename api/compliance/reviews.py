"""Reviews: the queue of held payments, and the human decision, on one of them or on many."""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from api.common.body import json_body
from api.common.conversation import ask, request_name
from api.common.deps import House, ReviewsDecide, ReviewsRead, Services
from api.common.errors import status_of
from api.common.fields import BicText, Currency, Label
from api.common.headers import IdempotencyKey
from api.common.problems import members
from api.common.shapes import Limit, PageNumber, payment_id, problems, takes
from api.compliance.review_shapes import (
    Decide,
    DecidedItem,
    DecidedMany,
    DecideMany,
    DecideOne,
    ReviewPage,
    ReviewShape,
    ReviewStateShape,
    facts,
)
from domain.decision import WAITING, Actor, Decision, ReviewState, check_decision
from domain.errors import DelTranError, InvalidValue, NotFound, Unavailable
from domain.ids import Bic, PaymentId
from domain.screening import RiskLevel
from schema.tables.compliance import review_queue, reviews
from schema.tables.compliance.review_queue import Order, Wanted
from schema.tables.payment import payments
from workflows.payment import PaymentWorkflow

router = APIRouter(tags=["reviews"])

AT_ONCE: Final = 8
"""Words of one request that are spoken to Temporal at the same time."""


@router.get("/reviews", summary="Held payments", responses=problems(422))
async def queue(
    _: ReviewsRead,
    house: House,
    page: PageNumber = 1,
    limit: Limit = 50,
    sort: Annotated[Order, Query(description="What comes first.")] = Order.PRIORITY,
    state: Annotated[list[ReviewState] | None, Query(description="Only these; else those that wait.")] = None,
    level: Annotated[list[RiskLevel] | None, Query(description="Only where the heaviest hit is of these.")] = None,
    assignee: Annotated[Label | None, Query(description="Only on this desk.")] = None,
    bank: Annotated[BicText | None, Query(description="Only what this bank sends or receives.")] = None,
    currency: Annotated[Currency | None, Query(description="Only of this currency.")] = None,
    ring_fenced: Annotated[bool | None, Query(description="Only what has (not) missed its cut-off.")] = None,
    overdue: Annotated[bool | None, Query(description="Only what is (not) past its first term.")] = None,
) -> ReviewPage:
    """The reviewers' queue, with every hit: the heaviest first, then the largest amount, then the least time left."""
    wanted = Wanted(
        states=state or WAITING,
        levels=level or None,
        assignee=assignee,
        bank=None if bank is None else Bic.parse(bank),
        currency=currency,
        ring_fenced=ring_fenced,
        overdue=overdue,
    )
    async with house.db.read() as session:
        found = await review_queue.queue(
            session, page=page, limit=limit, wanted=wanted, order=sort, at=datetime.now(UTC)
        )
    shown = [ReviewShape.model_validate(facts(item)) for item in found.items]
    return ReviewPage(reviews=shown, total=found.total, page=page, limit=limit)


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
) -> ReviewStateShape:
    """Approve, reject, escalate, or ask the sender. The rule is checked in the workflow, where the decision counts."""
    decision = Decision(body.verdict, actor, body.screening_id, body.comment, body.question)
    return await _decided(house, id, decision, key)


@router.post(
    "/reviews/decisions",
    summary="Decide many held payments",
    openapi_extra=takes(DecideMany),
    responses=problems(400, 415, 422),
)
async def decide_many(
    actor: ReviewsDecide,
    house: House,
    key: IdempotencyKey,
    body: Annotated[DecideMany, Depends(json_body(DecideMany))],
) -> DecidedMany:
    """Each word counts or is refused by itself, exactly as if it had been said alone."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(word: DecideOne) -> DecidedItem:
        async with turns:
            return await _one_of_many(house, actor, word, key)

    items = await asyncio.gather(*map(one, body.decisions))
    taken = sum(item.problem is None for item in items)
    return DecidedMany(total=len(items), taken=taken, refused=len(items) - taken, items=items)


async def _one_of_many(house: Services, actor: Actor, word: DecideOne, key: str | None) -> DecidedItem:
    decision = Decision(word.verdict, actor, word.screening_id, word.comment, word.question)
    try:
        state = await _decided(house, _parsed(word.payment_id), decision, key)
    except DelTranError as refused:
        problem = members(refused, f"/api/v1/payments/{word.payment_id}/decision")
        status = int(status_of(type(refused)))
        return DecidedItem(payment_id=word.payment_id, status=status, state=None, problem=problem)
    return DecidedItem(payment_id=word.payment_id, status=int(HTTPStatus.OK), state=state, problem=None)


def _parsed(text: str) -> PaymentId:
    try:
        return PaymentId.parse(text)
    except InvalidValue as wrong:
        raise NotFound("no such payment", payment_id=text[:64]) from wrong


async def _decided(house: Services, id: PaymentId, decision: Decision, key: str | None) -> ReviewStateShape:
    async with house.db.read() as session:
        await payments.detail(session, id, participant=decision.actor.bic)
    name = f"decide/{request_name(decision.actor, id, key)}"
    state = await ask(house, PaymentWorkflow.decide, id, decision, name=name)
    if state is None:
        async with house.db.read() as session:
            check_decision(decision, await reviews.case(session, id), datetime.now(UTC))
        raise Unavailable("the review is over, or about to be; look again")
    return ReviewStateShape.model_validate(state)
