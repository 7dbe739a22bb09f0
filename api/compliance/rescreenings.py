"""What followed the changes of a list: which payments on their way were screened again, and pulled back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path

from api.common.deps import House, ReviewsRead
from api.common.shapes import Shape, problems
from schema.tables.compliance import rescreenings
from schema.tables.compliance.pull_backs import PullOutcome, PullReason
from schema.tables.compliance.rescreenings import RescreeningState

router = APIRouter(tags=["screening"])

SHOWN = 100
"""Changes of a list that are shown, the latest first."""


class RescreeningShape(Shape):
    """What followed one change of a list. While it is pending, nothing settles.

    `payments` were on their way and had been screened by another version; `parties` are the different ones in them.
    """

    list_name: str
    version: str
    state: RescreeningState
    added: int
    changed: int
    removed: int
    payments: int
    parties: int
    hits: int
    pulled_back: int
    reopened: int
    too_late: int
    unanswered: int
    begun_at: datetime
    ended_at: datetime | None


class RescreeningList(Shape):
    """The latest of them, newest first."""

    rescreenings: list[RescreeningShape]


class PullBackShape(Shape):
    """How a change of a list pulled the payment back; `check_id` is the check that was made then."""

    list_name: str
    version: str
    reason: PullReason
    entities: list[str]
    at: datetime
    answered_at: datetime | None
    outcome: PullOutcome | None
    check_id: str | None


@router.get("/lists/{name}/rescreenings", summary="What changes of a list led to", responses=problems(422))
async def listing(
    _: ReviewsRead, house: House, name: Annotated[str, Path(pattern="^[ -~]{1,64}$", examples=["OFAC"])]
) -> RescreeningList:
    """How many payments on their way were looked at for each change, and how many were pulled back into review."""
    async with house.db.read() as session:
        found = await rescreenings.of_list(session, name, limit=SHOWN)
    return RescreeningList(rescreenings=[RescreeningShape.model_validate(each) for each in found])
