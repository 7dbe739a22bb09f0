"""Recalls: a sender asks for its payment back, its receiver answers."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Final, Self

from fastapi import APIRouter, Request
from pydantic import Field, model_validator

from api.common.body import JSON, MT, XML, Body, media_type, read_json, validate
from api.common.deps import House, PaymentsRead, PaymentsWrite
from api.common.fields import Reference, Remark, broken, code
from api.common.headers import IdempotencyKey
from api.common.shapes import Shape, problems, takes
from api.initiation import documents
from api.initiation.payments import Id
from api.investigations import recalling
from schema.iso20022.codesets.code_sets import codes
from schema.tables.payment import payments, recalls
from schema.tables.payment.recalls import RecallState, RecallView

router = APIRouter(prefix="/payments", tags=["recalls and returns"])

CancellationReason = Annotated[str, Field(examples=["DUPL"]), code("CX-02", codes("ExternalCancellationReason1Code"))]
RejectionReason = Annotated[
    str, Field(examples=["CUST"]), code("CX-06", codes("ExternalPaymentCancellationRejection1Code"))
]


class NewRecall(Body):
    """Why a payment is asked back. The case id makes a repeat harmless; without one, the idempotency key does."""

    reason: CancellationReason
    text: Remark = ""
    case_id: Reference | None = None


class Word(StrEnum):
    """What a receiver says to a recall."""

    ACCEPT = "accept"
    """It gives the payment back: a return is started at once."""
    REFUSE = "refuse"
    """It keeps the payment, with a reason."""


class NewAnswer(Body):
    """The receiver's word; a refusal has a reason of ExternalPaymentCancellationRejection1Code."""

    answer: Annotated[Word, Field(strict=False)]
    reason: RejectionReason | None = None
    text: Remark = ""

    @model_validator(mode="after")
    def _reasoned(self) -> "NewAnswer":
        if self.answer is Word.REFUSE and self.reason is None:
            raise broken("CX-06", "a refusal needs a reason")
        return self


class RecallShape(Shape):
    """A recall and its answer. `return_payment_id` is the return that an accepted recall has started.

    The receiver is asked to answer until the end of the day `answer_by` (UTC); `overdue`: that is over, and it has not.
    """

    id: str
    payment_id: str
    case_id: str
    state: RecallState
    reason: str
    reason_text: str | None
    requested_at: datetime
    answered_at: datetime | None
    answer_reason: str | None
    answer_text: str | None
    return_payment_id: str | None
    answer_by: date | None
    overdue: bool

    @classmethod
    def of(cls, recall: RecallView) -> Self:
        """The recall as it stands now."""
        return cls(**{**asdict(recall), "overdue": recall.overdue(datetime.now(UTC).date())})


class RecallList(Shape):
    """A payment's recalls, oldest first."""

    recalls: list[RecallShape]


_RECALL: Final = takes(NewRecall, **{XML: {"schema": {"type": "string", "description": "camt.056.001.08"}}})
_ANSWER: Final = takes(NewAnswer, **{XML: {"schema": {"type": "string", "description": "camt.029.001.09"}}})


@router.post(
    "/{id}/recall",
    summary="Ask for a payment back",
    openapi_extra=_RECALL,
    responses=problems(400, 404, 409, 413, 415, 422),
)
async def recall(request: Request, actor: PaymentsWrite, house: House, id: Id, key: IdempotencyKey) -> RecallShape:
    """Before settlement the payment is withdrawn at once; afterwards its receiver is asked. Only its sender may."""
    async with house.db.read() as session:
        payment = await payments.detail(session, id, participant=actor.bic)
    kind = media_type(request, JSON, XML, MT)
    if kind == JSON:
        body = validate(NewRecall, read_json(await request.body()))
        wanted = recalling.Wanted(body.reason, body.text or None, body.case_id or key, None, None)
    else:
        wanted = await documents.read_recall(house, await request.body(), documents.SYNTAX[kind], payment)
    return RecallShape.of(await recalling.recall(house, actor, payment, wanted))


@router.post(
    "/{id}/recall/answer",
    summary="Answer a recall",
    openapi_extra=_ANSWER,
    responses=problems(400, 404, 409, 413, 415, 422),
)
async def answer(request: Request, actor: PaymentsWrite, house: House, id: Id) -> RecallShape:
    """Accept, which starts the return at once, or refuse with a reason. Only the payment's receiver may."""
    async with house.db.read() as session:
        payment = await payments.detail(session, id, participant=actor.bic)
    kind = media_type(request, JSON, XML, MT)
    if kind == JSON:
        body = validate(NewAnswer, read_json(await request.body()))
        word = recalling.Word(body.answer is Word.ACCEPT, body.reason, body.text or None, None)
    else:
        word = await documents.read_answer(house, await request.body(), documents.SYNTAX[kind], payment)
    return RecallShape.of(await recalling.answer(house, actor, payment, word))


@router.get("/{id}/recalls", summary="A payment's recalls", responses=problems(404))
async def listing(actor: PaymentsRead, house: House, id: Id) -> RecallList:
    """Every request to have the payment back, with its answer."""
    async with house.db.read() as session:
        await payments.detail(session, id, participant=actor.bic)
        found = await recalls.of(session, id)
    return RecallList(recalls=[RecallShape.of(each) for each in found])
