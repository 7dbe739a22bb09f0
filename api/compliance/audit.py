"""The audit log: who did what to what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.common.deps import AuditRead, House
from api.common.fields import Label, in_utc
from api.common.shapes import Limit, PageNumber, Shape, problems
from schema.tables.common import audit
from schema.tables.common.audit import Search

router = APIRouter(tags=["audit"])

Text = Annotated[Label | None, Query()]


class AuditShape(Shape):
    """One act. `hash` covers this line and, through the hash of the line before, all earlier ones."""

    id: int
    at: datetime
    actor_id: str
    actor_role: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    hash: str


class AuditPage(Shape):
    """A page of the log, newest first."""

    entries: list[AuditShape]
    total: int
    page: int
    limit: int


@router.get("/audit", summary="The audit log", responses=problems(422))
async def listing(
    _: AuditRead,
    house: House,
    page: PageNumber = 1,
    limit: Limit = 50,
    actor: Text = None,
    action: Annotated[Label | None, Query(description="An action, or what it begins with before a dot.")] = None,
    subject: Text = None,
    since: Annotated[AwareDatetime | None, Query(alias="from", description="From this moment.")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Before this moment.")] = None,
) -> AuditPage:
    """Who did what to what, the latest first."""
    search = Search(actor, action, subject, since and in_utc(since), until and in_utc(until))
    async with house.db.read() as session:
        found = await audit.listing(session, search, page=page, limit=limit)
    shown = [
        AuditShape.model_validate({name: getattr(entry, name) for name in entry.__slots__} | {"hash": entry.hash.hex()})
        for entry in found.entries
    ]
    return AuditPage(entries=shown, total=found.total, page=page, limit=limit)
