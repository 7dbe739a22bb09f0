"""Taking a payment in: one transaction, one answer, the same answer for a repeat; and waiting for the verdict."""

import json
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from pydantic import TypeAdapter
from starlette.responses import Response
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError

from api.common.conversation import reachable
from api.common.deps import Services
from api.exchange import converting, legs
from api.initiation.orders import Submitted
from domain.decision import Actor
from domain.errors import IdempotencyConflict, NotPermitted, Unavailable
from domain.ids import PaymentId
from domain.payment import Liquidity
from domain.status import TERMINAL, PaymentStatus
from schema.tables.common import views
from schema.tables.common.session import WriteSession
from schema.tables.exchange import fx_conversions
from schema.tables.initiation import idempotency
from schema.tables.initiation.idempotency import Reservation
from schema.tables.payment import payments
from schema.tables.payment.payments import NewPayment
from workflows import ids
from workflows.payloads import PaymentInput, PaymentVerdict, Terms

log = logging.getLogger(__name__)

SLACK_S: Final = 3.0
"""How much longer than its caller waits the intake leaves a payment's start to the API."""

_INPUT: Final = TypeAdapter(PaymentInput)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a submission is answered with, kept word for word under its idempotency key."""

    status: int
    payment_id: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, payment_id: str, body: dict[str, Any], **headers: str) -> Self:
        """An answer about a payment."""
        links = {"self": f"/api/v1/payments/{payment_id}", "events": f"/api/v1/payments/{payment_id}/events"}
        text = json.dumps({"id": payment_id, **body, "links": links}, ensure_ascii=False, separators=(",", ":"))
        return cls(status, payment_id, text, headers)

    @classmethod
    def replayed(cls, use: Reservation) -> Self:
        """The answer given before."""
        return cls(use.response["status"], use.payment_id, use.response["body"], {"Idempotent-Replayed": "true"})

    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        return {"status": self.status, "body": self.body}

    def response(self) -> Response:
        """As it goes out."""
        headers = {"Location": f"/api/v1/payments/{self.payment_id}", **self.headers}
        return Response(self.body, self.status, headers, "application/json")


async def take_in(house: Services, actor: Actor, submitted: Submitted, key: str | None, wait_s: int | None) -> Answer:
    """Store a payment once and answer; with `wait_s`, answer with the verdict if it comes in time.

    Raises NotPermitted, ValidationFailed, IdempotencyConflict, DuplicatePayment, NotReturnable, Unavailable, and what taking
    a quote raises.
    """
    owner = submitted.order.sender_bic
    if actor.bic is not None and actor.bic != owner:
        raise NotPermitted("a participant submits its own payments only", sender_bic=owner)
    span = await legs.span_of(house, submitted.order, datetime.now(UTC))
    payment = _new(replace(submitted, order=legs.dated(submitted.order, span)), actor, key)
    told = _told(payment, house.terms, submitted.quote_id)
    receipt = _receipt(payment)
    use = Reservation(owner, key, submitted.sha256, payment.id, receipt.stored(), payment.created_at) if key else None
    if first := await _stored(house, payment, submitted, told, use, wait_s, span):
        return _replay(first, submitted)
    if wait_s is None:
        return receipt
    verdict = await _verdict(house, told, wait_s)
    if verdict is None:
        await _hand_over(house, payment.id)
        return receipt
    answer = _judged(payment, verdict, wait_s)
    await _note(house, answer, use)
    return answer


async def put(session: WriteSession, house: Services, actor: Actor, submitted: Submitted) -> str:
    """Store a payment in a transaction of the caller's, which knows by itself that it does so once; answers its id.

    Raises DuplicatePayment, NotReturnable.
    """
    payment = _new(submitted, actor, None)
    await _insert(session, payment, submitted, _told(payment, house.terms, submitted.quote_id), None)
    return payment.id


def _new(submitted: Submitted, actor: Actor, key: str | None) -> NewPayment:
    created_at, payment_id, order = datetime.now(UTC), PaymentId.new(), submitted.order
    return NewPayment(
        id=payment_id,
        reference=order.reference or f"PAY-{created_at.year}-{payment_id[-12:]}",
        order=order,
        submitted_by=actor.id,
        created_at=created_at,
        idempotency_key=key,
        findings=submitted.warnings,
        original=submitted.original,
    )


def _told(payment: NewPayment, terms: Terms, quote_id: str | None) -> PaymentInput:
    """What the payment's workflow is started with."""
    order = payment.order
    return PaymentInput(
        payment_id=payment.id,
        sender_bic=order.sender_bic,
        receiver_bic=order.receiver_bic,
        currency=order.amount.currency,
        amount_minor=order.amount.minor,
        method=order.method,
        submitted_by=payment.submitted_by,
        terms=replace(
            terms,
            gross_queue_s=terms.gross_queue_s if order.liquidity is Liquidity.QUEUE else 0.0,
            at_cut_off=order.at_cut_off or terms.at_cut_off,
        ),
        priority=order.priority,
        expires_at=order.exchange.expires_at if order.exchange else None,
        fx=quote_id,
        reject_at=order.reject_at,
    )


async def _stored(
    house: Services,
    payment: NewPayment,
    submitted: Submitted,
    told: PaymentInput,
    use: Reservation | None,
    wait_s: int | None,
    span: legs.Span | None,
) -> Reservation | None:
    """Commit the payment with its key, first event, message and start. Answers the key's first use, if there was one."""
    start_after = payment.created_at + timedelta(seconds=wait_s + SLACK_S) if wait_s else None
    async with house.db.write() as session:
        if use is None or await idempotency.reserve(session, use):
            legs.require_in_time(payment.order, span)
            await _insert(session, payment, submitted, told, start_after)
            return None
    async with house.db.read() as session:
        first = await idempotency.find(session, use.participant, use.key)
    assert first is not None, "a taken key stays"
    return first


async def _insert(
    session: WriteSession,
    payment: NewPayment,
    submitted: Submitted,
    told: PaymentInput,
    start_after: datetime | None,
) -> None:
    conversion = None
    if submitted.quote_id is not None:
        payment, conversion = await converting.take(session, payment, submitted.quote_id)
    start = _INPUT.dump_python(told, mode="json")
    await payments.insert(session, payment, start=start, message=submitted.message, start_after=start_after)
    if conversion is not None:
        await fx_conversions.lock(session, conversion)


def _replay(first: Reservation, submitted: Submitted) -> Answer:
    if first.body_sha256 != submitted.sha256:
        raise IdempotencyConflict("the idempotency key was used before with another body", payment_id=first.payment_id)
    return Answer.replayed(first)


def _receipt(payment: NewPayment) -> Answer:
    body = {
        "status": str(PaymentStatus.INITIATED),
        "uetr": payment.order.uetr,
        "payment_reference": payment.reference,
        "created_at": payment.created_at.isoformat().replace("+00:00", "Z"),
    }
    return Answer.of(202, payment.id, body)


def _judged(payment: NewPayment, verdict: PaymentVerdict, wait_s: int) -> Answer:
    word = "accepted"
    if verdict.parked:
        word = "parked"
    elif verdict.under_review:
        word = "held"
    elif verdict.warehoused:
        word = "warehoused"
    elif verdict.status in TERMINAL and verdict.status is not PaymentStatus.COMPLETED:
        word = "rejected"
    body = {
        "status": str(verdict.status),
        "verdict": word,
        "reason_codes": list(verdict.reasons),
        "uetr": payment.order.uetr,
        "payment_reference": payment.reference,
        "created_at": payment.created_at.isoformat().replace("+00:00", "Z"),
    }
    return Answer.of(200, payment.id, body, **{"Preference-Applied": f"wait={wait_s}"})


async def _verdict(house: Services, told: PaymentInput, wait_s: int) -> PaymentVerdict | None:
    """The first word on the payment; None when it does not come in time. The payment goes on either way."""
    try:
        async with reachable(wait_s):
            return await house.starter.payment_verdict(told, within_s=wait_s)
    except Unavailable as late:
        log.info("no verdict in %d s: %s", wait_s, late)
    except (RPCError, WorkflowUpdateFailedError) as failed:
        log.warning("no verdict on %s: %s", told.payment_id, failed)
    return None


async def _hand_over(house: Services, payment_id: str) -> None:
    try:
        async with house.db.write() as session:
            await views.hand_over(session, ids.payment(payment_id), datetime.now(UTC))
    except Unavailable:
        log.warning("%s waits for its start until its lease ends", payment_id)


async def _note(house: Services, answer: Answer, use: Reservation | None) -> None:
    """Confirm the start and keep the verdict as the answer. The payment is safe without; a repeat gets the receipt."""
    try:
        async with house.db.write() as session:
            await views.confirm_start(session, ids.payment(answer.payment_id))
            if use is not None:
                await views.answer(session, use.participant, use.key, answer.stored())
    except Unavailable:
        log.warning("the verdict on %s is not kept for a repeat", answer.payment_id)
