"""Settlement: the batches of the windows, their positions and transfers."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path

from api.common.deps import House, SettlementRead
from api.common.shapes import DecimalText, Limit, PageNumber, Shape, amount, problems
from schema.tables.settlement import plans, windows
from schema.tables.settlement.windows import Batch

router = APIRouter(prefix="/settlement", tags=["settlement"])


class BatchShape(Shape):
    """A settlement batch: what it settled, and how many payments it left for the next window. The gross queue has none.

    `gross` is what was owed, `net` what had to be moved; their difference is what netting saved. `phase` is what is being
    done with it: planning, executing, telling its payments (`told_count` of `payment_count`), done, or deferred.
    """

    id: str
    window_id: str | None
    currency: str
    method: str
    state: str
    phase: str
    payment_count: int
    told_count: int
    gross: DecimalText
    net: DecimalText | None
    transfer_count: int | None
    deferred_count: int
    opened_at: datetime
    closed_at: datetime | None
    planned_at: datetime | None
    final_at: datetime | None
    told_at: datetime | None
    reason: str | None


class PositionShape(Shape):
    """What a participant was owed and owed; `net` is positive when it received."""

    participant: str
    owed: DecimalText
    owing: DecimalText
    net: DecimalText


class TransferShape(Shape):
    """One movement that settled many payments."""

    debtor: str
    creditor: str
    amount: DecimalText


class DeferralShape(Shape):
    """A payment that the batch left for the next window. `short` is what its debtor lacked when it was chosen."""

    payment_id: str
    debtor: str
    amount: DecimalText
    priority: str
    short: DecimalText
    reason: str
    at: datetime


class BatchDetail(BatchShape):
    """A batch with its positions, its transfers, and the payments that it left for the next window."""

    positions: list[PositionShape]
    transfers: list[TransferShape]
    deferrals: list[DeferralShape]


class BatchPage(Shape):
    """A page of batches, newest first."""

    batches: list[BatchShape]
    total: int
    page: int
    limit: int


@router.get("/batches", summary="Settlement batches", responses=problems(422))
async def listing(_: SettlementRead, house: House, page: PageNumber = 1, limit: Limit = 50) -> BatchPage:
    """A page of batches, newest first."""
    async with house.db.read() as session:
        found = await windows.batches(session, page=page, limit=limit)
    shown = [BatchShape.model_validate(_shown(batch)) for batch in found.batches]
    return BatchPage(batches=shown, total=found.total, page=page, limit=limit)


@router.get("/batches/{id}", summary="One settlement batch", responses=problems(404, 422))
async def detail(_: SettlementRead, house: House, id: Annotated[str, Path(pattern="^[ -~]{1,64}$")]) -> BatchDetail:
    """A batch with every participant's position, every transfer made, and why each deferred payment waits."""
    async with house.db.read() as session:
        batch = await windows.batch(session, id)
        waiting = await plans.deferrals(session, id)
    currency = batch.currency
    positions = [
        PositionShape(
            participant=position.participant,
            owed=amount(position.owed_minor, currency),
            owing=amount(position.owing_minor, currency),
            net=amount(position.net_minor, currency),
        )
        for position in batch.positions
    ]
    transfers = [
        TransferShape(debtor=move.debtor, creditor=move.creditor, amount=amount(move.amount_minor, currency))
        for move in batch.transfers
    ]
    deferrals = [
        DeferralShape(
            payment_id=one.payment_id,
            debtor=one.debtor_bic,
            amount=amount(one.amount_minor, currency),
            priority=one.priority.name.lower(),
            short=amount(one.short_minor, currency),
            reason=one.reason,
            at=one.at,
        )
        for one in waiting
    ]
    details = {"positions": positions, "transfers": transfers, "deferrals": deferrals}
    return BatchDetail.model_validate(_shown(batch) | details)


def _shown(batch: Batch) -> dict[str, object]:
    facts: dict[str, object] = {name: getattr(batch, name) for name in batch.__slots__}
    net = None if batch.net_minor is None else amount(batch.net_minor, batch.currency)
    return facts | {"phase": str(batch.phase), "gross": amount(batch.gross_minor, batch.currency), "net": net}
