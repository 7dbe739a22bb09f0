"""Many payments at once: a pain.001, a stream of messages, or a JSON list, with a result for each of them."""

import asyncio
from typing import Any, Final

from fastapi import APIRouter, Request

from api.common.body import JSON, MT, XML, media_type
from api.common.deps import House, PaymentsWrite, Services
from api.common.headers import IdempotencyKey
from api.common.problems import members
from api.common.shapes import Shape, problems
from api.initiation import batch_items, intake
from api.initiation.batch_items import Item
from domain.decision import Actor
from domain.errors import DelTranError

router = APIRouter(prefix="/payments", tags=["payments"])

AT_ONCE: Final = 8
"""Items that are taken in side by side."""


class ItemShape(Shape):
    """What became of one item: `accepted`, `replayed` (the key was used before), or `refused` with the problem."""

    index: int
    result: str
    reference: str | None = None
    id: str | None = None
    uetr: str | None = None
    problem: dict[str, Any] | None = None


class BatchResult(Shape):
    """Every item's result, in the order of the batch."""

    total: int
    accepted: int
    refused: int
    items: list[ItemShape]


_CONTENT: Final[dict[str, Any]] = {
    JSON: {"schema": {"$ref": "#/components/schemas/NewBatch"}},
    XML: {"schema": {"type": "string", "description": "pain.001.001.09, or several messages under one root"}},
    MT: {"schema": {"type": "string", "description": "MT messages: RJE, DOS-PCC, or one after the other"}},
}


@router.post(
    "/batch",
    summary="Submit many payments",
    openapi_extra={"requestBody": {"required": True, "content": _CONTENT}},
    responses=problems(400, 413, 415, 422),
)
async def submit(request: Request, actor: PaymentsWrite, house: House, key: IdempotencyKey) -> BatchResult:
    """Each item is taken in or refused for itself. A repeat under the same key takes nothing in twice."""
    kind = media_type(request, JSON, XML, MT)
    items = await batch_items.read(house, actor, await request.body(), kind)
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(index: int, item: Item) -> ItemShape:
        async with slots:
            return await _take_in(house, actor, index, item, f"{key}/{index}" if key else None)

    done = await asyncio.gather(*(one(index, item) for index, item in enumerate(items)))
    refused = sum(1 for item in done if item.result == "refused")
    return BatchResult(total=len(done), accepted=len(done) - refused, refused=refused, items=done)


async def _take_in(house: Services, actor: Actor, index: int, item: Item, key: str | None) -> ItemShape:
    instance = f"/api/v1/payments/batch#{index}"
    reference = item.submitted.order.reference if item.submitted else None
    if item.submitted is None:
        assert item.refused is not None, "an item is one or the other"
        return ItemShape(index=index, result="refused", problem=members(item.refused, instance))
    try:
        answer = await intake.take_in(house, actor, item.submitted, key, None)
    except DelTranError as refused:
        return ItemShape(index=index, result="refused", reference=reference, problem=members(refused, instance))
    replayed = "Idempotent-Replayed" in answer.headers
    return ItemShape(
        index=index,
        result="replayed" if replayed else "accepted",
        reference=reference,
        id=answer.payment_id,
        uetr=None if replayed else item.submitted.order.uetr,
    )
