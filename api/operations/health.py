"""Alive, and ready: every dependency with its own state."""

import asyncio
import time
from collections.abc import Awaitable
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Response
from sqlalchemy import text
from temporalio.service import RPCError

from api.common.conversation import reachable
from api.common.deps import House, Services
from api.common.shapes import Shape
from domain.errors import Unavailable

router = APIRouter(tags=["health"])

PATIENCE_S: Final = 2.0

_ONE: Final = text("SELECT 1")


class Health(Shape):
    """The process lives."""

    status: str = "ok"


class Dependency(Shape):
    """One dependency: "ok" or "away", and how long it took to say so."""

    status: str
    latency_ms: float


class Readiness(Shape):
    """Whether requests can be served: "ready" or "not_ready"."""

    status: str
    postgresql: Dependency
    temporal: Dependency


@router.get("/health", summary="Is the process alive?")
async def health() -> Health:
    """Says nothing of its dependencies: whoever restarts processes asks here."""
    return Health()


@router.get(
    "/ready",
    summary="Can requests be served?",
    responses={503: {"description": "A dependency is away.", "model": Readiness}},
)
async def ready(response: Response, house: House) -> Readiness:
    """Asks every dependency: whoever routes requests asks here."""
    postgresql, temporal = await asyncio.gather(_timed(_postgresql(house)), _timed(_temporal(house)))
    all_there = postgresql.status == temporal.status == "ok"
    response.status_code = 200 if all_there else 503
    return Readiness(status="ready" if all_there else "not_ready", postgresql=postgresql, temporal=temporal)


async def _timed(check: Awaitable[object]) -> Dependency:
    began, status = time.perf_counter(), "ok"
    try:
        async with asyncio.timeout(PATIENCE_S):
            await check
    except (TimeoutError, Unavailable, RPCError):
        status = "away"
    return Dependency(status=status, latency_ms=round((time.perf_counter() - began) * 1000, 2))


async def _postgresql(house: Services) -> None:
    async with house.db.read() as session:
        await session.one(_ONE)


async def _temporal(house: Services) -> None:
    async with reachable(PATIENCE_S):
        await house.client.service_client.check_health(timeout=timedelta(seconds=PATIENCE_S))
