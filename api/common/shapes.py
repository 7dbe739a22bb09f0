"""Shapes that several answers share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.common.body import JSON, Body
from api.common.problems import MEDIA_TYPE
from domain.errors import InvalidValue, NotFound
from domain.ids import PaymentId
from domain.money import Money

PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="Page, counted from 1.")]
Limit = Annotated[int, Query(ge=1, le=500, description="Entries per page.")]
DecimalText = Annotated[str, Field(description="A decimal number with exactly the currency's decimals.")]

_PAYMENT_ID: Final = "pay_01JABCDEFGHJKMNPQRSTVWXYZ0"


class Shape(BaseModel):
    """An answer; read from the row it shows."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class StateShape(Shape):
    """Where the payment's workflow is. `insists_on` is a step that failed for good and is tried again all the same."""

    status: str
    step: str
    review: str | None
    parked_step: str | None
    parked_code: str | None
    parked_message: str | None
    attempts: int
    insists_on: str | None
    insisted_failures: int
    insisted_code: str | None
    insisted_message: str | None


class EventShape(Shape):
    """One thing that happened. `number` counts without gaps within the payment, `seq` over all payments."""

    seq: int
    number: int
    kind: str
    status: str | None
    at: datetime
    actor: str
    detail: Mapping[str, Any]


def amount(minor: int, currency: str) -> str:
    """Minor units as they go over the wire."""
    return str(Money(minor, currency))


async def _payment_id(id: Annotated[str, Path(examples=[_PAYMENT_ID])]) -> PaymentId:
    try:
        return PaymentId.parse(id)
    except InvalidValue as wrong:
        raise NotFound("no such payment", payment_id=id[:64]) from wrong


payment_id = _payment_id


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of an endpoint, for its documentation."""
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {MEDIA_TYPE: {"schema": schema}}
    return {status: {"description": _MEANING[status], "content": content} for status in (401, 403, *statuses, 503)}


def takes(model: type[Body], **others: Any) -> dict[str, Any]:
    """The body of an endpoint, for its documentation; `others` are further media types."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}, **others}}}


_MEANING: Final[Mapping[int, str]] = {
    400: "The request cannot be read.",
    401: "No bearer token that we know.",
    403: "The caller may not do this.",
    404: "No such thing, or none that the caller may see.",
    409: "Not now: the code says what stands in the way.",
    413: "The body is too long.",
    415: "The body is of a kind that is not read here.",
    422: "Rules are broken; every one of them is listed.",
    503: "A dependency is away; try again after Retry-After seconds.",
}
