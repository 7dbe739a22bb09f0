"""Returns: a receiver gives back what it was paid, all or part of it, as a payment of its own linked to the first."""

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from pydantic import Field, field_validator

from api.common.body import JSON, MT, XML, Body, media_type, read_json, validate
from api.common.deps import House, PaymentsWrite
from api.common.fields import Amount, Reference, Text140, broken, code
from api.common.headers import IdempotencyKey, WaitSeconds
from api.common.shapes import problems, takes
from api.initiation import documents
from api.initiation.payments import Id, Receipt, VerdictShape
from api.investigations import returning
from api.investigations.returning import Return
from domain.money import Money
from domain.payment import EXCHANGED, SettlementMethod
from schema.iso20022.codesets.code_sets import codes
from schema.tables.payment import payments
from schema.tables.payment.payments import PaymentView, RawMessage

router = APIRouter(prefix="/payments", tags=["recalls and returns"])

ReturnReason = Annotated[str, Field(examples=["AC04"]), code("CD-05", codes("ExternalReturnReason1Code"))]


class NewReturn(Body):
    """What is given back and why. Without an amount it is all of it; the reason is of ExternalReturnReason1Code."""

    reason: ReturnReason
    amount: Amount | None = None
    text: Text140 | None = None
    payment_reference: Reference | None = None
    settlement_method: Annotated[SettlementMethod, Field(strict=False)] = SettlementMethod.NET

    @field_validator("settlement_method")
    @classmethod
    def _alone(cls, method: SettlementMethod) -> SettlementMethod:
        if method in EXCHANGED:
            raise broken("EX-01", "a return is made for itself")
        return method


_TAKES: Final = takes(
    NewReturn,
    **{
        XML: {"schema": {"type": "string", "description": "pacs.004.001.09"}},
        MT: {"schema": {"type": "string", "description": "MT103, MT202 or MT205 with /RETN/"}},
    },
)


@router.post(
    "/{id}/return",
    status_code=202,
    summary="Return a payment",
    response_class=Response,
    openapi_extra=_TAKES,
    responses={
        **problems(400, 404, 409, 413, 415, 422),
        202: {"description": "The return is taken in, a payment of its own.", "model": Receipt},
        200: {"description": "With `Prefer: wait=N`: the verdict on the return.", "model": VerdictShape},
    },
)
async def give_back(
    request: Request, actor: PaymentsWrite, house: House, id: Id, key: IdempotencyKey, wait_s: WaitSeconds
) -> Response:
    """Give back what was paid, as JSON or as pacs.004. Only the payment's receiver may; only once it is settled."""
    async with house.db.read() as session:
        paid = await payments.detail(session, id, participant=actor.bic)
    kind = media_type(request, JSON, XML, MT)
    raw = await request.body()
    if kind == JSON:
        wanted = _wanted(paid, validate(NewReturn, read_json(raw)))
        submitted = returning.ordered(paid, wanted, RawMessage("json", raw))
    else:
        submitted = await documents.read_return(house, raw, documents.SYNTAX[kind], paid)
    return (await returning.submit(house, actor, paid, submitted, key, wait_s)).response()


def _wanted(paid: PaymentView, body: NewReturn) -> Return:
    whole = paid.received
    return Return(
        amount=whole if body.amount is None else Money.parse(body.amount, whole.currency),
        reason=body.reason,
        text=body.text,
        reference=body.payment_reference,
        method=body.settlement_method,
    )
