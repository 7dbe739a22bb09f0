"""A payment's messages: what came in, and every report of it to its banks."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.common.body import JSON, MT, XML
from api.common.deps import House, PaymentsRead, Services
from api.common.fields import Label
from api.common.shapes import Shape, problems
from api.initiation.payments import Id
from api.reporting import reports
from domain.decision import Actor
from domain.errors import NotFound
from schema.tables.payment import payments
from schema.tables.payment.payments import PaymentView
from schema.tables.reporting import messages
from schema.tables.reporting.messages import MessageDirection, MessageView

router = APIRouter(prefix="/payments", tags=["messages"])

_TYPES: Final = {"json": JSON, "MT": MT, "recall": JSON}


class MessageShape(Shape):
    """A message about a payment. `identity` says what it tells, `audience` whose message it is."""

    id: str
    direction: MessageDirection
    identity: str
    audience: str
    message_type: str
    sha256: str
    size: int
    received_at: datetime
    links: dict[str, str]


class MessageList(Shape):
    """A payment's messages, oldest first."""

    messages: list[MessageShape]


@router.get("/{id}/messages", summary="A payment's messages", responses=problems(404))
async def listing(actor: PaymentsRead, house: House, id: Id) -> MessageList:
    """The original and every report: status reports, notifications, recalls and answers. A bank sees its own."""
    payment = await _of_own(house, actor, id)
    await reports.bring_up_to_date(house, payment)
    async with house.db.read() as session:
        found = await messages.listing(session, id)
    return MessageList(messages=[_shown(id, each) for each in found if _may_see(actor, each)])


@router.get(
    "/{id}/messages/{message_id}",
    summary="One message, byte for byte",
    response_class=Response,
    responses={**problems(404), 200: {"description": "As it is.", "content": {XML: {}, MT: {}, JSON: {}}}},
)
async def one(actor: PaymentsRead, house: House, id: Id, message_id: Annotated[Label, Path()]) -> Response:
    """The message as it came in or went out."""
    await _of_own(house, actor, id)
    async with house.db.read() as session:
        found, content = await messages.raw(session, id, message_id)
    if not _may_see(actor, found):
        raise NotFound("the payment has no such message", message_id=message_id)
    media = next((kind for start, kind in _TYPES.items() if found.message_type.startswith(start)), XML)
    headers = {"Digest": f"sha-256={found.sha256.hex()}", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=media, headers=headers)


async def _of_own(house: Services, actor: Actor, payment_id: str) -> PaymentView:
    """A payment that the caller takes part in, be it as the dealer who is told of its bookings only. Raises NotFound."""
    async with house.db.read() as session:
        payment = await payments.detail(session, payment_id)
    if actor.bic not in (None, payment.sender_bic, payment.receiver_bic, payment.dealer_bic):
        raise NotFound("no such payment", payment_id=payment_id)
    return payment


def _may_see(actor: Actor, message: MessageView) -> bool:
    return actor.bic is None or actor.bic == message.audience


def _shown(payment_id: str, message: MessageView) -> MessageShape:
    return MessageShape(
        id=message.id,
        direction=message.direction,
        identity=message.identity,
        audience=message.audience,
        message_type=message.message_type,
        sha256=message.sha256.hex(),
        size=message.size,
        received_at=message.received_at,
        links={"self": f"/api/v1/payments/{payment_id}/messages/{message.id}"},
    )
