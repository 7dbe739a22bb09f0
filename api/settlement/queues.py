"""The gross queues: payments that wait for liquidity, why each of them does, and what has left them."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from api.common.body import json_body
from api.common.deps import House, PaymentsRead, SettlementWrite
from api.common.fields import PriorityName
from api.common.shapes import DecimalText, Limit, PageNumber, Shape, amount, problems, takes
from api.settlement.windows import CurrencyInPath, Steer
from domain.errors import Refused
from schema.tables.common import audit
from schema.tables.settlement import gross_queue, gross_queue_views, steering
from schema.tables.settlement.gross_queue_views import QueueView, ReleasedView, WaitingView

router = APIRouter(prefix="/settlement/queues", tags=["settlement"])


class WaitingShape(Shape):
    """Where a payment waits, since when and why. `queue`: net (for its window) or gross (for liquidity).

    `position` is its place among the payments of its own bank in the gross queue; `deferrals` how often it was about to
    be settled and was not.
    """

    queue: str
    since: datetime
    priority: PriorityName
    position: int | None
    deferrals: int
    reason: str | None


class QueuedPaymentShape(WaitingShape):
    """A payment in the gross queue. `settling`: it is being settled this very moment."""

    payment_id: str
    debtor: str
    creditor: str
    amount: DecimalText
    settling: bool


class ReleasedShape(Shape):
    """What left the queue in one way: alone, bilateral or multilateral. `saved` is what was owed and not moved."""

    how: str
    releases: int
    payments: int
    gross: DecimalText
    net: DecimalText
    saved: DecimalText


class QueueShape(Shape):
    """A currency's gross queue, and what has left it so far (for the house only)."""

    currency: str
    paused: bool
    payments: int
    amount: DecimalText
    oldest_at: datetime | None
    released: list[ReleasedShape]


class QueueList(Shape):
    """Every currency in which gross payments wait, or have left their queue."""

    queues: list[QueueShape]


class QueuePage(Shape):
    """A page of a currency's gross queue, bank by bank, each in the order in which its payments leave."""

    currency: str
    payments: list[QueuedPaymentShape]
    total: int
    page: int
    limit: int


class LookShape(Shape):
    """The queue is looked at now."""

    currency: str


@router.get("", summary="Gross queues", responses=problems())
async def listing(actor: PaymentsRead, house: House) -> QueueList:
    """What waits for liquidity, by currency; a participant sees what it is to pay itself."""
    async with house.db.read() as session:
        waiting = {queue.currency: queue for queue in await gross_queue_views.queues(session, actor.bic)}
        released = await gross_queue_views.released(session) if actor.bic is None else {}
        paused = {pause.currency for pause in await steering.pauses(session)}
    currencies = sorted(waiting.keys() | released.keys())
    return QueueList(
        queues=[
            _queue(currency, waiting.get(currency), released.get(currency, []), paused=currency in paused)
            for currency in currencies
        ]
    )


@router.get("/{currency}", summary="One gross queue", responses=problems(422))
async def detail(
    actor: PaymentsRead, house: House, currency: CurrencyInPath, page: PageNumber = 1, limit: Limit = 50
) -> QueuePage:
    """Who waits in a currency, in the order in which they leave, and why; a participant sees what it is to pay itself."""
    async with house.db.read() as session:
        found = await gross_queue_views.waiting(session, currency, page=page, limit=limit, debtor=actor.bic)
    shown = [_queued(one) for one in found.waiting]
    return QueuePage(currency=currency, payments=shown, total=found.total, page=page, limit=limit)


@router.post(
    "/{currency}/resolve",
    summary="Look at a gross queue now",
    status_code=202,
    openapi_extra=takes(Steer),
    responses=problems(400, 409, 415, 422),
)
async def resolve(
    actor: SettlementWrite, house: House, currency: CurrencyInPath, body: Annotated[Steer, Depends(json_body(Steer))]
) -> LookShape:
    """Have what can leave the queue leave it now. It does so by itself whenever there is news, and every few seconds."""
    at = datetime.now(UTC)
    async with house.db.write() as session:
        if not await gross_queue.wake(session, currency, at=at):
            raise Refused("nobody waits in this queue", currency=currency)
        await audit.act(session, actor, "settlement.resolve", currency, {"comment": body.comment}, at=at)
    return LookShape(currency=currency)


def waiting_shape(one: WaitingView) -> WaitingShape:
    """Where and why a payment waits."""
    return WaitingShape(
        queue="gross" if one.window_id is None else "net",
        since=one.since,
        priority=PriorityName(one.priority.name.lower()),
        position=one.position,
        deferrals=one.deferrals,
        reason=one.reason,
    )


def _queued(one: WaitingView) -> QueuedPaymentShape:
    return QueuedPaymentShape(
        **waiting_shape(one).model_dump(),
        payment_id=one.payment_id,
        debtor=one.debtor_bic,
        creditor=one.creditor_bic,
        amount=amount(one.amount_minor, one.currency),
        settling=one.state == "claimed",
    )


def _queue(currency: str, waiting: QueueView | None, released: list[ReleasedView], *, paused: bool) -> QueueShape:
    return QueueShape(
        currency=currency,
        paused=paused,
        payments=waiting.payments if waiting else 0,
        amount=amount(waiting.amount_minor if waiting else 0, currency),
        oldest_at=waiting.oldest_at if waiting else None,
        released=[_released(one, currency) for one in released],
    )


def _released(one: ReleasedView, currency: str) -> ReleasedShape:
    return ReleasedShape(
        how=one.how,
        releases=one.releases,
        payments=one.payments,
        gross=amount(one.gross_minor, currency),
        net=amount(one.net_minor, currency),
        saved=amount(one.gross_minor - one.net_minor, currency),
    )
