"""Payments: submit, list, look at, follow, cancel."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from activities.payments import NETWORK
from api.common.body import MT, XML, Body, json_body
from api.common.conversation import ask, request_name, start_if_waiting
from api.common.deps import House, PaymentsRead, PaymentsWrite
from api.common.fields import DayInQuery, Remark
from api.common.headers import IdempotencyKey, WaitSeconds
from api.common.problems import FindingModel
from api.common.shapes import (
    DecimalText,
    EventShape,
    Limit,
    PageNumber,
    Shape,
    StateShape,
    amount,
    payment_id,
    problems,
    takes,
)
from api.compliance.risk_shapes import RiskShape
from api.compliance.risk_shapes import shown as risk_shown
from api.exchange.exchange_shapes import LegOfPayment, leg_of_payment
from api.exchange.fx_shapes import FxShape, fx_shape
from api.initiation import documents, intake
from api.initiation.orders import NewPayment
from api.settlement.queues import WaitingShape, waiting_shape
from domain.decision import Actor, Permission
from domain.errors import NotCancellable, NotPermitted, Unavailable
from domain.ids import PaymentId
from domain.payment import EXCHANGED, PaymentKind
from domain.status import TERMINAL, PaymentStatus
from schema.tables.common.session import ReadSession
from schema.tables.compliance import risk_assessments
from schema.tables.exchange import exchange_views, fx_conversions
from schema.tables.initiation import findings
from schema.tables.payment import events, payments
from schema.tables.payment.events import Event
from schema.tables.payment.payments import PaymentView
from schema.tables.settlement import gross_queue_views
from workflows.payloads import ActRequest, WorkflowState
from workflows.payment import PaymentWorkflow

router = APIRouter(prefix="/payments", tags=["payments"])

Id = Annotated[PaymentId, Depends(payment_id)]


class Comment(Body):
    """Why."""

    comment: Remark = ""


class Receipt(Shape):
    """A payment taken in; with `Prefer: wait=N`, also what became of it."""

    id: str
    status: PaymentStatus
    uetr: str
    payment_reference: str
    created_at: datetime
    links: dict[str, str]


class VerdictShape(Receipt):
    """The first word on a payment: accepted, rejected (with ISO reason codes), held (for review), parked (for repair),
    warehoused (for a later day)."""

    verdict: str
    reason_codes: list[str]


class PaymentSummary(Shape):
    """A payment in a list. The amount is what its sender pays; an exchange gives its receiver another one."""

    id: str
    payment_reference: str
    sender_bic: str
    sender_name: str
    receiver_bic: str
    receiver_name: str
    amount: DecimalText
    currency: str
    status: PaymentStatus
    created_at: datetime
    settled_at: datetime | None


class PaymentPage(Shape):
    """A page of payments, newest first."""

    payments: list[PaymentSummary]
    total: int
    page: int
    limit: int


class CheckShape(Shape):
    """The latest compliance check."""

    id: str
    check_type: str
    status: str
    risk_score: int
    requires_review: bool
    completed_at: datetime


class PaymentDetail(PaymentSummary):
    """A payment in full.

    `value_date` is the day that was wanted; `settlement_date` the one it gets, from `release_at` on, and `date_moved`
    why it is another. `warehoused`: it waits for its day. `waiting`: it waits for its window or for liquidity.
    """

    sender_account_id: str | None
    receiver_account_id: str | None
    risk_score: int | None
    processed_at: datetime | None
    updated_at: datetime
    value_date: date | None
    settlement_date: date | None
    release_at: datetime | None
    date_moved: str | None
    warehoused: bool
    batch_id: str | None
    kind: PaymentKind
    original_payment_id: str | None
    swift_message_type: str | None
    swift_message_id: str | None
    idempotency_key: str | None
    remittance_info: str | None
    uetr: str
    end_to_end_id: str
    compliance_check: CheckShape | None
    reason_codes: list[str]
    findings: list[FindingModel]
    risk: RiskShape | None
    exchange: LegOfPayment | None
    fx: FxShape | None
    waiting: WaitingShape | None


class EventList(Shape):
    """What happened to a payment, in order."""

    events: list[EventShape]


ASKED: Final = "information_requested"
DEFERRED: Final = "deferred"
WITHIN: Final = frozenset(
    {
        "review_reminder",
        "review_approved",
        "review_escalated",
        "review_decided",
        "review_expired",
        "decision_ignored",
        "review_reopened",
    }
)
"""What happens between reviewers; a participant sees that something went on, and no more."""
UNSEEN: Final = frozenset({"rescreened", "list_hit_after_close"})
"""What follows a change of a list. By its time alone a participant could tell that a party had been listed."""
DATED: Final = frozenset({"warehoused", "released", "redated"})
"""What happens to a payment's settlement day, which is both banks' business."""

OF_EXCHANGES: Final = frozenset({"exchange_matched", "exchange_mismatched", "exchange_dissolved"})
"""What happens between the two legs of an exchange; both banks are parties to both."""

_MESSAGES: Final = {
    XML: {"schema": {"type": "string", "description": "pacs.008, pacs.009 or pacs.004, in or out of an envelope"}},
    MT: {"schema": {"type": "string", "description": "MT103, MT202 or MT202COV"}},
}
_SUBMIT: Final = takes(NewPayment, **_MESSAGES)


@router.post(
    "",
    status_code=202,
    summary="Submit a payment",
    response_class=Response,
    openapi_extra=_SUBMIT,
    responses={
        **problems(400, 409, 413, 415, 422),
        202: {"description": "Taken in; nothing is lost from here on.", "model": Receipt},
        200: {"description": "With `Prefer: wait=N`: the verdict.", "model": VerdictShape},
    },
)
async def submit(
    request: Request, actor: PaymentsWrite, house: House, key: IdempotencyKey, wait_s: WaitSeconds
) -> Response:
    """Take a payment in, as JSON, ISO 20022 or SWIFT MT. Every fault of the body is listed at once.

    A bank that delivers a security in exchange for cash sends a `NewDelivery` in place of a `NewPayment`.
    """
    submitted = await documents.read_payment(house, request)
    return (await intake.take_in(house, actor, submitted, key, wait_s)).response()


@router.get("", summary="List payments", responses=problems(422))
async def listing(
    actor: PaymentsRead,
    house: House,
    page: PageNumber = 1,
    limit: Limit = 50,
    status: Annotated[PaymentStatus | None, Query(description="Only payments that stand here.")] = None,
    settlement_date: Annotated[DayInQuery | None, Query(description="Only payments of this settlement day.")] = None,
    warehoused: Annotated[bool, Query(description="Only payments that wait for their settlement day.")] = False,
) -> PaymentPage:
    """A page of payments, newest first; a participant sees those it sends or receives."""
    async with house.db.read() as session:
        found = await payments.listing(
            session,
            page=page,
            limit=limit,
            status=status,
            participant=actor.bic,
            settlement_date=settlement_date,
            warehoused=warehoused,
        )
    shown = [PaymentSummary.model_validate(_shown(payment)) for payment in found.payments]
    return PaymentPage(payments=shown, total=found.total, page=page, limit=limit)


@router.get("/{id}", summary="One payment", responses=problems(404))
async def detail(actor: PaymentsRead, house: House, id: Id) -> PaymentDetail:
    """A payment in full; for the house with its latest compliance check, for reviewers with its risk."""
    async with house.db.read() as session:
        payment = await payments.detail(session, id, participant=actor.bic)
        found = await findings.of(session, id)
        seen = _seen(await events.of(session, id), actor) if actor.bic is not None else []
        exchange = await _exchange(session, payment)
        waiting = await gross_queue_views.waits(session, id) if payment.status is PaymentStatus.QUEUED else None
        converted = await fx_conversions.of(session, id) if payment.dealer_bic else None
        # Weights are for those who decide: a sender that knew them could walk around the rules.
        weighed = await risk_assessments.of(session, id) if actor.may(Permission.REVIEWS_READ) else []
    listed = [FindingModel.model_validate(each.finding, from_attributes=True) for each in found]
    shown = _shown(payment) | {"findings": listed, "risk": risk_shown(weighed[0]) if weighed else None}
    shown |= {"exchange": exchange, "fx": fx_shape(converted, actor) if converted else None}
    shown["waiting"] = waiting_shape(waiting) if waiting else None
    if actor.bic is not None:
        # A weight of 100 would tell a bank that its customer stands on a list; so would the time of what it does not see.
        shown |= {"compliance_check": None, "risk_score": None, "updated_at": max(event.at for event in seen)}
    if actor.bic not in (None, payment.sender_bic):
        # The key is the sender's; what was found about its customers, and what it is short of, is not for the receiver.
        shown |= {"idempotency_key": None, "findings": [], "waiting": None}
    return PaymentDetail.model_validate(shown)


@router.get("/{id}/events", summary="What happened to a payment", responses=problems(404))
async def history(actor: PaymentsRead, house: House, id: Id) -> EventList:
    """Every status change and decision, numbered without gaps."""
    async with house.db.read() as session:
        payment = await payments.detail(session, id, participant=actor.bic)
        told = _seen(await events.of(session, id), actor)
    return EventList(events=[_told(event, actor, payment) for event in told])


@router.post(
    "/{id}/cancel", summary="Withdraw a payment", openapi_extra=takes(Comment), responses=problems(400, 404, 409, 422)
)
async def cancel(
    actor: PaymentsWrite,
    house: House,
    id: Id,
    key: IdempotencyKey,
    body: Annotated[Comment, Depends(json_body(Comment))],
) -> StateShape:
    """Withdraw a payment before its settlement. Only its sender may."""
    async with house.db.read() as session:
        payment = await payments.detail(session, id, participant=actor.bic)
    if actor.bic not in (None, payment.sender_bic):
        raise NotPermitted("only the sender may withdraw a payment", payment_id=id)
    request, name = ActRequest(actor, body.comment), f"cancel/{request_name(actor, id, key)}"
    state = await ask(house, PaymentWorkflow.cancel, id, request, name=name)
    if state is None and await start_if_waiting(house, id):
        state = await ask(house, PaymentWorkflow.cancel, id, request, name=name)
    if state is None:
        async with house.db.read() as session:
            payment = await payments.detail(session, id)
        if payment.status in TERMINAL:
            raise NotCancellable(f"the payment is {payment.status}", status=str(payment.status))
        raise Unavailable("the payment is just being started; try again")
    if actor.bic is not None:
        state = WorkflowState(
            state.status, step=""
        )  # where it stood, and what stood in its way, is the house's business
    return StateShape.model_validate(state)


async def _exchange(session: ReadSession, payment: PaymentView) -> LegOfPayment | None:
    if payment.method not in EXCHANGED:
        return None
    order, leg = await payments.order(session, payment.id), await exchange_views.leg_of(session, payment.id)
    return leg_of_payment(order, leg)


def _seen(told: list[Event], actor: Actor) -> list[Event]:
    """The events that the caller may know of, numbered without gaps."""
    if actor.bic is None:
        return told
    known = [event for event in told if event.kind not in UNSEEN]
    return [replace(event, number=number) for number, event in enumerate(known, start=1)]


def _told(event: Event, actor: Actor, payment: PaymentView) -> EventShape:
    """An event; a participant is told neither who reviewed its payment, nor what was said, nor what screening weighed.

    What its sender is asked, and what its bank is short of, is for the sender alone.
    """
    shown = EventShape.model_validate(event)
    if actor.bic is None:
        return shown
    of_status = event.kind == "status" and event.status != PaymentStatus.SCREENED
    detail = event.detail if of_status or event.kind in DATED | OF_EXCHANGES else {}
    if event.kind == ASKED and actor.bic == payment.sender_bic:
        detail = {"question": event.detail["question"]}
    if event.kind == DEFERRED and actor.bic == payment.sender_bic:
        detail = event.detail
    if event.status == PaymentStatus.QUEUED and actor.bic != payment.sender_bic:
        detail = {name: told for name, told in detail.items() if name != "reason"}
    return shown.model_copy(
        update={
            "kind": "review_progressed" if event.kind in WITHIN else event.kind,
            "actor": event.actor if event.actor == actor.id else NETWORK,
            "detail": detail,
        }
    )


def _shown(payment: PaymentView) -> dict[str, Any]:
    """The row with its amount as it goes over the wire."""
    facts = {name: getattr(payment, name) for name in payment.__slots__}
    facts["warehoused"] = payment.warehoused_at is not None and payment.status not in TERMINAL
    return facts | {"amount": amount(payment.amount_minor, payment.currency)}
