"""What this process has measured, for Prometheus to fetch."""

from fastapi import APIRouter, Response

from api.deps import House
from runtime.metrics import CONTENT_TYPE

router = APIRouter(tags=["health"])


@router.get("/metrics", summary="Measurements for Prometheus", response_class=Response)
async def metrics(house: House) -> Response:
    """Counters and histograms of this process; nothing personal is in them."""
    return Response(house.metrics.exposition(), media_type=CONTENT_TYPE)
