"""Exchanges of values: what waits for its other side, what has settled, and why something has not."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.common.deps import House, PaymentsRead
from api.common.fields import BicText, Reference
from api.common.shapes import Limit, PageNumber, problems
from api.exchange.exchange_shapes import ExchangeDetail, ExchangePage, detail_shown, exchange_shown
from domain.payment import SettlementMethod
from schema.tables.exchange import exchange_views
from schema.tables.exchange.exchanges import ExchangeState

router = APIRouter(prefix="/exchanges", tags=["settlement"])


@router.get("", summary="Exchanges of values", responses=problems(422))
async def listing(
    actor: PaymentsRead,
    house: House,
    page: PageNumber = 1,
    limit: Limit = 50,
    state: Annotated[ExchangeState | None, Query(description="Only exchanges that stand here.")] = None,
    method: Annotated[SettlementMethod | None, Query(description="Only `pvp`, or only `dvp`.")] = None,
    reference: Annotated[Reference | None, Query(description="Agreed on under this reference.")] = None,
    bic: Annotated[BicText | None, Query(description="With this bank on one side.")] = None,
) -> ExchangePage:
    """A page of exchanges, newest first; a participant sees those that it is a side of."""
    async with house.db.read() as session:
        found = await exchange_views.listing(
            session,
            page=page,
            limit=limit,
            state=state,
            method=method,
            reference=reference,
            participants=tuple(side for side in (actor.bic, bic) if side is not None),
        )
    shown = [exchange_shown(exchange) for exchange in found.exchanges]
    return ExchangePage(exchanges=shown, total=found.total, page=page, limit=limit)


@router.get("/{id}", summary="One exchange of values", responses=problems(404, 422))
async def detail(
    actor: PaymentsRead, house: House, id: Annotated[str, Path(pattern="^[ -~]{1,64}$")]
) -> ExchangeDetail:
    """Both legs, where they contradict one another, their pairs, and all that happened."""
    async with house.db.read() as session:
        exchange, pairs = await exchange_views.detail(session, id, participant=actor.bic)
    return detail_shown(exchange, pairs)
