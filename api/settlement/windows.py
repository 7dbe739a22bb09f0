"""Settlement windows, and what operators do to the queues: close early, pause a currency, change a priority."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field
from temporalio.service import RPCError, RPCStatusCode

from api.accounts.participants import BicInPath
from api.common.body import Body, json_body
from api.common.conversation import reachable
from api.common.deps import House, ParticipantsRead, Services, SettlementRead, SettlementWrite
from api.common.fields import PriorityName, Remark
from api.common.shapes import DecimalText, Limit, PageNumber, Shape, amount, payment_id, problems, takes
from domain.errors import NotFound, Refused, Unavailable
from domain.ids import PaymentId
from domain.money import exponent, is_security
from domain.settlement import Priority
from schema.tables.accounts import participants
from schema.tables.accounts.participants import AccountView
from schema.tables.common import audit
from schema.tables.settlement import gross_queue, steering, windows
from schema.tables.settlement.steering import Queued, WindowView
from schema.tables.settlement.windows import WindowState
from workflows import ids
from workflows.settlement import SettlementWorkflow

router = APIRouter(tags=["settlement"])

SIGNAL_S: Final = 5.0
"""How long Temporal may take to hear a signal."""

CurrencyInPath = Annotated[str, Path(pattern="^[A-Z]{3}$", examples=["EUR"])]
WindowId = Annotated[str, Path(pattern="^[ -~]{1,64}$")]


class Steer(Body):
    """Why; the reason is kept with the act."""

    comment: Annotated[Remark, Field(min_length=1)]


class Prioritise(Body):
    """The priority that the payment is to have, and why."""

    priority: Annotated[PriorityName, Field(strict=False)]
    comment: Annotated[Remark, Field(min_length=1)]


class WindowShape(Shape):
    """A window, what is queued in it now, and its batch if it has one."""

    id: str
    currency: str
    state: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    queued_count: int
    queued: DecimalText
    batch_id: str | None


class MomentShape(Shape):
    """Something that happened to a window: opened, closed, planned, final, told (all of its payments)."""

    what: str
    at: datetime


class WindowDetail(WindowShape):
    """A window and what happened to it, in order."""

    timeline: list[MomentShape]


class WindowPage(Shape):
    """A page of windows, newest first."""

    windows: list[WindowShape]
    total: int
    page: int
    limit: int


class PauseShape(Shape):
    """A currency whose windows do not close for the time being."""

    currency: str
    at: datetime
    actor: str
    comment: str


class PauseList(Shape):
    """Every paused currency."""

    pauses: list[PauseShape]


class PriorityShape(Shape):
    """The priority that the payment has now; `changed` False: it had it before."""

    payment_id: str
    priority: PriorityName
    changed: bool


class CurrencyLiquidity(Shape):
    """What a bank can spend in a currency, what waits in the queues, and what would be left if all of it settled now.

    `spendable` is available funds above the floor; held payments are taken off it already, due ones are not.
    """

    currency: str
    floor: DecimalText
    available: DecimalText
    spendable: DecimalText
    queued_out: DecimalText
    queued_out_due: DecimalText
    queued_in: DecimalText
    after_settlement: DecimalText
    queued_count: int
    deferred_count: int
    projected_at: datetime | None


class LiquidityShape(Shape):
    """A bank's liquidity, by currency."""

    bic: str
    currencies: list[CurrencyLiquidity]


@router.get("/settlement/windows", summary="Settlement windows", responses=problems(422))
async def listing(
    _: SettlementRead,
    house: House,
    page: PageNumber = 1,
    limit: Limit = 50,
    currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$", description="Windows of this currency.")] = None,
) -> WindowPage:
    """A page of windows, newest first."""
    async with house.db.read() as session:
        found = await steering.windows(session, currency=currency, page=page, limit=limit)
    shown = [WindowShape.model_validate(_shown(window)) for window in found.windows]
    return WindowPage(windows=shown, total=found.total, page=page, limit=limit)


@router.get("/settlement/windows/{id}", summary="One settlement window", responses=problems(404, 422))
async def detail(_: SettlementRead, house: House, id: WindowId) -> WindowDetail:
    """A window and what happened to it."""
    async with house.db.read() as session:
        window = await steering.window(session, id)
        batch = await windows.batch(session, window.batch_id) if window.batch_id else None
    moments = {"opened": window.opened_at, "closed": window.closed_at}
    if batch is not None:
        moments |= {"planned": batch.planned_at, "final": batch.final_at, "told": batch.told_at}
    timeline = [MomentShape(what=what, at=at) for what, at in moments.items() if at is not None]
    return WindowDetail.model_validate(_shown(window) | {"timeline": timeline})


@router.post(
    "/settlement/windows/{id}/close",
    summary="Close a window early",
    status_code=202,
    openapi_extra=takes(Steer),
    responses=problems(400, 404, 409, 415, 422),
)
async def close(
    actor: SettlementWrite, house: House, id: WindowId, body: Annotated[Steer, Depends(json_body(Steer))]
) -> WindowShape:
    """Have the window close now. It closes when its currency is not paused."""
    async with house.db.write() as session:
        window = await steering.window(session, id)
        if window.state is not WindowState.OPEN:
            raise Refused("the window has closed already", window_id=id, state=str(window.state))
        await audit.act(session, actor, "settlement.close", id, {"comment": body.comment}, at=datetime.now(UTC))
    await _signal(house, id, SettlementWorkflow.close)
    return WindowShape.model_validate(_shown(window))


@router.get("/settlement/pauses", summary="Paused currencies", responses=problems())
async def pauses(_: SettlementRead, house: House) -> PauseList:
    """Every currency whose windows do not close."""
    async with house.db.read() as session:
        found = await steering.pauses(session)
    return PauseList(
        pauses=[PauseShape(currency=p.currency, at=p.at, actor=p.actor_id, comment=p.comment) for p in found]
    )


@router.post(
    "/settlement/currencies/{currency}/pause",
    summary="Pause a currency",
    openapi_extra=takes(Steer),
    responses=problems(400, 409, 415, 422),
)
async def pause(
    actor: SettlementWrite, house: House, currency: CurrencyInPath, body: Annotated[Steer, Depends(json_body(Steer))]
) -> PauseShape:
    """Have no window of the currency close, and nothing leave its gross queue, until it is resumed; payments go on to queue.

    Where the network lets gross payments queue, new ones wait as well.
    """
    exponent(currency)  # a slip of the pen must not look as if something were paused
    at = datetime.now(UTC)
    async with house.db.write() as session:
        if not await steering.pause(session, currency, at=at, actor_id=actor.id, comment=body.comment):
            raise Refused("the currency is paused already", currency=currency)
        await audit.act(session, actor, "settlement.pause", currency, {"comment": body.comment}, at=at)
    return PauseShape(currency=currency, at=at, actor=actor.id, comment=body.comment)


@router.post(
    "/settlement/currencies/{currency}/resume",
    summary="Resume a currency",
    openapi_extra=takes(Steer),
    responses=problems(400, 409, 415, 422),
)
async def resume(
    actor: SettlementWrite, house: House, currency: CurrencyInPath, body: Annotated[Steer, Depends(json_body(Steer))]
) -> PauseList:
    """Let the currency's windows close and its gross queue move again, at once where it is time. Answers what is still paused."""
    async with house.db.write() as session:
        if not await steering.resume(session, currency):
            raise Refused("the currency is not paused", currency=currency)
        at = datetime.now(UTC)
        await audit.act(session, actor, "settlement.resume", currency, {"comment": body.comment}, at=at)
        await gross_queue.wake(session, currency, at=at)
        waiting = await steering.open_windows(session, currency)
    for window_id in waiting:
        await _signal(house, window_id, SettlementWorkflow.resume)
    return await pauses(actor, house)


@router.post(
    "/payments/{id}/priority",
    summary="Change a queued payment's priority",
    openapi_extra=takes(Prioritise),
    responses=problems(400, 404, 409, 415, 422),
)
async def prioritise(
    actor: SettlementWrite,
    house: House,
    id: Annotated[PaymentId, Depends(payment_id)],
    body: Annotated[Prioritise, Depends(json_body(Prioritise))],
) -> PriorityShape:
    """The more urgent a payment, the earlier it leaves its gross queue, and the later it is deferred when money is short."""
    at, priority = datetime.now(UTC), Priority[body.priority.upper()]
    async with house.db.write() as session:
        changed = await steering.prioritise(session, id, priority, at=at, actor_id=actor.id)
        if changed:
            told = {"priority": str(body.priority), "comment": body.comment}
            await audit.act(session, actor, "settlement.prioritise", id, told, at=at)
            await gross_queue.wake_for(session, id, at=at)
    return PriorityShape(payment_id=id, priority=body.priority, changed=changed)


@router.get("/participants/{bic}/liquidity", summary="A bank's liquidity", responses=problems(404))
async def liquidity(actor: ParticipantsRead, house: House, bic: BicInPath) -> LiquidityShape:
    """What a bank can spend and what waits in the queues, as the ledger last reported; a participant sees its own."""
    if actor.bic not in (None, bic):
        raise NotFound("no such participant", bic=bic)
    async with house.db.read() as session:
        _, accounts = await participants.with_balances(session, bic)
        waiting = await steering.queued(session, bic)
    cash = [account for account in accounts if not is_security(account.currency)]
    return LiquidityShape(bic=bic, currencies=[_liquidity(account, waiting.get(account.currency)) for account in cash])


def _liquidity(account: AccountView, queued: Queued | None) -> CurrencyLiquidity:
    def shown(minor: int) -> str:
        return amount(minor, account.currency)

    waiting = queued or Queued(account.currency, 0, 0, 0, 0, 0)
    return CurrencyLiquidity(
        currency=account.currency,
        floor=shown(account.floor_minor),
        available=shown(account.available_minor),
        spendable=shown(account.available_minor - account.floor_minor),
        queued_out=shown(waiting.out_minor),
        queued_out_due=shown(waiting.due_out_minor),
        queued_in=shown(waiting.in_minor),
        after_settlement=shown(account.posted_minor - waiting.out_minor + waiting.in_minor),
        queued_count=waiting.out_count,
        deferred_count=waiting.deferred_count,
        projected_at=account.projected_at,
    )


def _shown(window: WindowView) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(window, name) for name in window.__slots__}
    queued = amount(window.queued_minor, window.currency)
    return facts | {"queued_count": window.queued, "queued": queued, "state": str(window.state)}


async def _signal(
    house: Services, window_id: str, signal: Callable[[SettlementWorkflow], Awaitable[None] | None]
) -> None:
    """Tell a window's workflow. Raises Unavailable while it is not started."""
    handle = house.client.get_workflow_handle(ids.settlement(window_id))
    try:
        async with reachable(SIGNAL_S):
            await handle.signal(signal)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise Unavailable("the window's workflow is not running yet; ask again") from error
