"""The warehouse: what waits for its settlement day, and what an operator lets go early."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from api.common.body import Body, json_body
from api.common.conversation import ask, request_name
from api.common.deps import House, PaymentsRead, SettlementWrite
from api.common.fields import Remark
from api.common.headers import IdempotencyKey
from api.common.shapes import DecimalText, Shape, StateShape, amount, payment_id, problems, takes
from domain.errors import NotReleasable
from domain.ids import PaymentId
from schema.tables.payment import payments, warehouse
from workflows.payloads import ActRequest
from workflows.payment import PaymentWorkflow

router = APIRouter(tags=["settlement"])


class Release(Body):
    """Why the payment need not wait for its hour; the reason is kept with the act."""

    comment: Annotated[Remark, Field(min_length=1)]


class ShelfShape(Shape):
    """What waits for one day in one currency."""

    settlement_date: date
    currency: str
    payments: int
    amount: DecimalText


class WarehouseShape(Shape):
    """What waits for its settlement day, by day and currency."""

    shelves: list[ShelfShape]


@router.get("/settlement/warehouse", summary="What waits for its settlement day", responses=problems())
async def contents(actor: PaymentsRead, house: House) -> WarehouseShape:
    """How many payments wait for which day, and their sum; a participant sees those that it sends or receives."""
    async with house.db.read() as session:
        shelves = await warehouse.contents(session, actor.bic)
    return WarehouseShape(
        shelves=[
            ShelfShape(
                settlement_date=shelf.settlement_date,
                currency=shelf.currency,
                payments=shelf.payments,
                amount=amount(shelf.amount_minor, shelf.currency),
            )
            for shelf in shelves
        ]
    )


@router.post(
    "/payments/{id}/release",
    summary="Let a warehoused payment go today",
    openapi_extra=takes(Release),
    responses=problems(400, 404, 409, 415, 422),
)
async def release(
    actor: SettlementWrite,
    house: House,
    id: Annotated[PaymentId, Depends(payment_id)],
    key: IdempotencyKey,
    body: Annotated[Release, Depends(json_body(Release))],
) -> StateShape:
    """Waive the hours or the cut-off for a payment whose day has come. Never before the sender's day, nor on a holiday."""
    async with house.db.read() as session:
        await payments.detail(session, id)
    name = f"release/{request_name(actor, id, key)}"
    state = await ask(house, PaymentWorkflow.release, id, ActRequest(actor, body.comment), name=name)
    if state is None:
        raise NotReleasable("the payment is not in the warehouse", payment_id=id)
    return StateShape.model_validate(state)
