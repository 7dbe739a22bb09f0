"""What this process has measured, what waits in the queues, and how far SQL has followed the ledger, for Prometheus to fetch."""

import logging
from datetime import UTC, datetime

from fastapi import APIRouter, Response

from api.common.deps import House, Services
from domain.errors import Unavailable
from runtime.metrics import CONTENT_TYPE
from schema.tables.accounts import heads, ledger_tree
from schema.tables.common.session import ReadSession
from schema.tables.compliance import review_queue
from schema.tables.exchange import exchange_views
from schema.tables.payment import warehouse
from schema.tables.settlement import gross_queue_views, steering

router = APIRouter(tags=["health"])

log = logging.getLogger(__name__)


@router.get("/metrics", summary="Measurements for Prometheus", response_class=Response)
async def metrics(house: House) -> Response:
    """Counters and histograms of this process, and what SQL tells of reviews, queues and ledger; nothing personal is in them."""
    try:
        async with house.db.read() as session:
            await _reviews(house, session)
            await _queues(house, session)
            await _exchanges(house, session)
            await _ledger(house, session)
    except Unavailable:
        log.warning("reviews, queues and ledger are not measured: the database is away")
    return Response(house.metrics.exposition(), media_type=CONTENT_TYPE)


async def _reviews(house: Services, session: ReadSession) -> None:
    figures = await review_queue.figures(session)
    age_s = 0.0 if figures.oldest is None else (datetime.now(UTC) - figures.oldest).total_seconds()
    house.metrics.show_reviews(figures.depth, max(age_s, 0.0), figures.breaches)


async def _queues(house: Services, session: ReadSession) -> None:
    at = datetime.now(UTC)
    waiting = {
        queue.currency: (queue.payments, max((at - queue.oldest_at).total_seconds(), 0.0))
        for queue in await steering.queues(session)
    }
    house.metrics.show_queues(waiting)
    house.metrics.show_warehouse(await warehouse.figures(session, at))
    gross = await gross_queue_views.depths(session)
    ages_s = [(at - oldest_at).total_seconds() for _, oldest_at in gross.values()]
    house.metrics.show_gross_queues({key: count for key, (count, _) in gross.items()}, max(ages_s, default=0.0))


async def _exchanges(house: Services, session: ReadSession) -> None:
    found = await exchange_views.figures(session)
    since = found.executing_since
    house.metrics.show_exchanges(found.legs, 0.0 if since is None else (datetime.now(UTC) - since).total_seconds())


async def _ledger(house: Services, session: ReadSession) -> None:
    mark = await heads.get(session, heads.LEDGER)
    signed = await ledger_tree.latest_head(session)
    if mark is not None:
        house.metrics.ledger_position.set(mark.sequence)
        house.metrics.ledger_projection_age.set((datetime.now(UTC) - mark.updated_at).total_seconds())
    if signed is not None:
        house.metrics.ledger_signed_position.set(signed.size)
