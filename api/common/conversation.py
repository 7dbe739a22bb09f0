"""Speaking with a payment's workflow: what people ask of it, and what it says of itself."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter
from temporalio.client import (
    WorkflowExecutionDescription,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.workflow import UpdateMethodMultiParam

from api.common.deps import Services
from api.common.errors import by_code
from domain.decision import Actor
from domain.errors import DomainError, NotFound, Unavailable
from schema.tables.common import views
from workflows import ids
from workflows.payloads import PaymentInput, PaymentOutcome, WorkflowState
from workflows.payment import PaymentWorkflow

A = TypeVar("A")

log = logging.getLogger(__name__)

ANSWER_S: Final = 10.0
"""How long an act may take to be carried out before its caller is sent away to ask again."""
QUERY_S: Final = 3.0

_AWAY: Final = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    }
)
_INPUT: Final = TypeAdapter(PaymentInput)
Payment = WorkflowHandle[PaymentWorkflow, PaymentOutcome]


@asynccontextmanager
async def reachable(within_s: float) -> AsyncIterator[None]:
    """Where Temporal is spoken to: its silence and its absence become Unavailable, whatever it answers passes."""
    try:
        async with asyncio.timeout(within_s):
            yield
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as late:
        raise Unavailable("no answer yet from Temporal, or from the worker behind it; ask again") from late
    except RPCError as error:
        if error.status not in _AWAY:
            raise
        raise Unavailable("Temporal is away; try again") from error
    except RuntimeError as error:
        # So the SDK says that a first connection cannot be made.
        if not str(error).startswith("Failed client connect"):
            raise
        raise Unavailable("Temporal is away; try again") from error


async def ask(
    house: Services, update: UpdateMethodMultiParam[[Any, A], WorkflowState], payment_id: str, arg: A, *, name: str
) -> WorkflowState | None:
    """Ask something of the payment and wait until it is carried out; None when the workflow does not run.

    `name` names the request: the same name again is the same request, and gets the same answer. Raises whatever the
    workflow refuses it with, by code; Unavailable when there is no answer in time.
    """
    handle = handle_of(house, payment_id)
    try:
        async with reachable(ANSWER_S):
            return await handle.execute_update(update, args=[arg], id=name, rpc_timeout=timedelta(seconds=ANSWER_S))
    except WorkflowUpdateFailedError as failed:
        raise refusal(failed.cause) from failed
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None


async def start_if_waiting(house: Services, payment_id: str) -> bool:
    """Start the payment's workflow if its start is not confirmed; whether it was so."""
    async with house.db.read() as session:
        told = await views.unstarted(session, ids.payment(payment_id))
    if told is None:
        return False
    async with reachable(ANSWER_S):
        await house.starter.payment(_INPUT.validate_python(told))
    return True


async def look(house: Services, payment_id: str) -> tuple[WorkflowExecutionDescription, WorkflowState]:
    """What Temporal and the workflow say of the payment. Raises NotFound (not started), Unavailable."""
    handle, patience = handle_of(house, payment_id), timedelta(seconds=QUERY_S)
    try:
        async with reachable(QUERY_S):
            description = await handle.describe(rpc_timeout=patience)
            return description, await handle.query(PaymentWorkflow.state, rpc_timeout=patience)
    except WorkflowQueryFailedError as failed:
        raise Unavailable("the worker cannot answer for this workflow") from failed
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotFound("the payment's workflow has not started yet", payment_id=payment_id) from error
        raise


def handle_of(house: Services, payment_id: str) -> Payment:
    """The payment's workflow."""
    return house.client.get_workflow_handle_for(PaymentWorkflow.run, ids.payment(payment_id))


def request_name(actor: Actor, payment_id: str, key: str | None) -> str:
    """The name of a request to a workflow: the caller's key, made its own and the payment's own."""
    return f"{payment_id}/{actor.id}/{key or uuid.uuid4()}"


def refusal(cause: BaseException) -> Exception:
    """A refused act as one of our errors again; anything else is nobody's fault but ours."""
    if isinstance(cause, ApplicationError):
        kind = by_code(cause.type or "")
        facts = cause.details[0] if cause.details and isinstance(cause.details[0], dict) else {}
        if "consequence" in facts:  # not facts, but what a failed step told its workflow
            facts = {}
        if kind is not None and issubclass(kind, DomainError):
            return kind(cause.message, **facts)
    return RuntimeError(f"a workflow failed an update with {type(cause).__name__}")
