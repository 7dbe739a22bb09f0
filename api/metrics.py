"""What this process has measured, for Prometheus to fetch."""

import logging
from datetime import UTC, datetime

from fastapi import APIRouter, Response

from api.deps import House, Services
from domain.errors import Unavailable
from runtime.metrics import CONTENT_TYPE
from schema.tables import review_queue

router = APIRouter(tags=["health"])

log = logging.getLogger(__name__)


@router.get("/metrics", summary="Measurements for Prometheus", response_class=Response)
async def metrics(house: House) -> Response:
    """Counters and histograms of this process, and the reviewers' queue out of SQL; nothing personal is in them."""
    await _reviews(house)
    return Response(house.metrics.exposition(), media_type=CONTENT_TYPE)


async def _reviews(house: Services) -> None:
    try:
        async with house.db.read() as session:
            figures = await review_queue.figures(session)
    except Unavailable:
        log.warning("the reviewers' queue is not measured: the database is away")
        return
    age_s = 0.0 if figures.oldest is None else (datetime.now(UTC) - figures.oldest).total_seconds()
    house.metrics.show_reviews(figures.depth, max(age_s, 0.0), figures.breaches)
