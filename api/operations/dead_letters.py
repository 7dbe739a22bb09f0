"""Repair: payments that cannot go on by themselves, their workflows, and what an operator does about them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from temporalio.api.workflow.v1 import PendingActivityInfo

from api.common.body import Body, json_body
from api.common.conversation import ask, look, request_name
from api.common.deps import House, Repair, Services
from api.common.fields import Remark
from api.common.headers import IdempotencyKey
from api.common.shapes import DecimalText, Limit, PageNumber, Shape, StateShape, amount, payment_id, problems, takes
from domain.decision import Actor
from domain.errors import NotParked
from domain.ids import PaymentId
from schema.tables.payment import dead_letters, payments
from schema.tables.payment.dead_letters import DeadLetterState, DeadLetterView
from workflows.payloads import ActRequest
from workflows.payment import PaymentWorkflow

router = APIRouter(tags=["repair"])

Id = Annotated[PaymentId, Depends(payment_id)]


class Redrive(Body):
    """Why the step should work now."""

    comment: Remark = ""


class Abandon(Body):
    """Why the payment is given up; the reason is kept with it."""

    comment: Annotated[Remark, Field(min_length=1)]


class DeadLetterShape(Shape):
    """A payment that stands still: at which step, and why."""

    id: str
    payment_id: str
    payment_reference: str
    payment_status: str
    sender_bic: str
    receiver_bic: str
    amount: DecimalText
    currency: str
    step: str
    error_code: str
    message: str
    attempts: int
    state: DeadLetterState
    parked_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


class DeadLetterPage(Shape):
    """A page of dead letters, newest first."""

    dead_letters: list[DeadLetterShape]
    total: int
    page: int
    limit: int


class PendingShape(Shape):
    """A step that runs, or waits to be tried again, on a task queue."""

    activity: str
    state: str
    attempt: int
    last_failure: str | None


class WorkflowShape(Shape):
    """A payment's workflow as it stands: Temporal's view and its own."""

    workflow_id: str
    run_id: str | None
    execution: str | None
    status: str
    step: str
    attempt: int
    last_failure: str | None
    pending_activity: PendingShape | None
    state: StateShape


@router.get("/dead-letters", summary="Payments that need repair", responses=problems(422))
async def listing(
    _: Repair,
    house: House,
    page: PageNumber = 1,
    limit: Limit = 50,
    state: Annotated[DeadLetterState, Query(description="What became of them.")] = DeadLetterState.PARKED,
) -> DeadLetterPage:
    """A page of dead letters, newest first."""
    async with house.db.read() as session:
        found = await dead_letters.listing(session, page=page, limit=limit, state=state)
    shown = [_shown(letter) for letter in found.letters]
    return DeadLetterPage(dead_letters=shown, total=found.total, page=page, limit=limit)


@router.get("/payments/{id}/workflow", summary="Where a payment's workflow is", responses=problems(404))
async def workflow(_: Repair, house: House, id: Id) -> WorkflowShape:
    """Ask the workflow itself, for diagnosis: its step, the step that is being tried, and how it failed last."""
    async with house.db.read() as session:
        await payments.detail(session, id)
    description, state = await look(house, id)
    waiting = [_pending(activity) for activity in description.raw_description.pending_activities]
    pending = waiting[0] if waiting else None
    return WorkflowShape(
        workflow_id=description.id,
        run_id=description.run_id,
        execution=description.status.name.lower() if description.status else None,
        status=str(state.status),
        step=state.step,
        attempt=pending.attempt if pending else state.insisted_failures or state.attempts,
        last_failure=pending.last_failure if pending else state.insisted_message or state.parked_message,
        pending_activity=pending,
        state=StateShape.model_validate(state),
    )


@router.post(
    "/payments/{id}/redrive",
    summary="Try the failed step again",
    openapi_extra=takes(Redrive),
    responses=problems(400, 404, 409, 415, 422),
)
async def redrive(
    actor: Repair,
    house: House,
    id: Id,
    key: IdempotencyKey,
    body: Annotated[Redrive, Depends(json_body(Redrive))],
) -> StateShape:
    """Have a parked payment go on from the step it failed at."""
    return await _repair(house, PaymentWorkflow.redrive, id, "redrive", actor, key, body.comment)


@router.post(
    "/payments/{id}/abandon",
    summary="Give a parked payment up",
    openapi_extra=takes(Abandon),
    responses=problems(400, 404, 409, 415, 422),
)
async def abandon(
    actor: Repair,
    house: House,
    id: Id,
    key: IdempotencyKey,
    body: Annotated[Abandon, Depends(json_body(Abandon))],
) -> StateShape:
    """Give a parked payment up: it fails, and its funds are released."""
    return await _repair(house, PaymentWorkflow.abandon, id, "abandon", actor, key, body.comment)


async def _repair(
    house: Services, update: Any, id: PaymentId, act: str, actor: Actor, key: str | None, comment: str
) -> StateShape:
    async with house.db.read() as session:
        await payments.detail(session, id)
    name = f"{act}/{request_name(actor, id, key)}"
    state = await ask(house, update, id, ActRequest(actor, comment), name=name)
    if state is None:
        raise NotParked("the payment is not a dead letter", payment_id=id)
    return StateShape.model_validate(state)


def _pending(activity: PendingActivityInfo) -> PendingShape:
    return PendingShape(
        activity=activity.activity_type.name,
        state="running" if activity.state == 2 else "scheduled",
        attempt=activity.attempt,
        last_failure=activity.last_failure.message or None,
    )


def _shown(letter: DeadLetterView) -> DeadLetterShape:
    facts = {name: getattr(letter, name) for name in letter.__slots__}
    return DeadLetterShape.model_validate(facts | {"amount": amount(letter.amount_minor, letter.currency)})
