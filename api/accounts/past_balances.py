"""A bank's balances in the past: after an entry of the journal, or at a moment."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.accounts.ledger import MAX_SEQUENCE
from api.accounts.participants import BicInPath
from api.common.deps import House, ParticipantsRead
from api.common.fields import in_utc
from api.common.shapes import DecimalText, Shape, amount, problems
from domain.errors import InvalidValue, NotFound
from schema.tables.accounts import participants, past_balances
from schema.tables.accounts.participants import AccountView
from schema.tables.accounts.past_balances import PastBalance

router = APIRouter(prefix="/participants", tags=["participants"])

Position = Annotated[int | None, Query(ge=0, le=MAX_SEQUENCE, description="Place of an entry in the journal.")]
At = Annotated[
    datetime | None, Query(description="A moment with its offset; the last entry that is not younger counts.")
]


class PastBalanceShape(Shape):
    """What an account had. `pending` was reserved to be paid out, `incoming` to come."""

    account_id: str
    currency: str
    posted: DecimalText
    pending: DecimalText
    incoming: DecimalText


class PastBalances(Shape):
    """A bank's accounts, by currency, after the entry `position`; 0 is before the first."""

    bic: str
    position: int
    balances: list[PastBalanceShape]


@router.get("/{bic}/balances/past", summary="A bank's balances in the past", responses=problems(404, 422))
async def past(
    actor: ParticipantsRead, house: House, bic: BicInPath, position: Position = None, at: At = None
) -> PastBalances:
    """The bank's balances after an entry of the journal, or at a moment; a participant sees its own.

    One of `position` and `at` is asked for. Posted, pending and incoming are summed up from the journal itself.
    """
    if actor.bic not in (None, bic):
        raise NotFound("no such participant", bic=bic)
    if (position is None) is (at is None):
        raise InvalidValue("say either position or at")
    async with house.db.read() as session:
        if at is not None:
            position = await past_balances.last_before(session, in_utc(at))
        assert position is not None, "one of both was given"
        bank, accounts = await participants.with_balances(session, bic)
        found = await past_balances.balances(session, [account.id for account in accounts], position)
    shown = [_shown(account, balance) for account, balance in zip(accounts, found, strict=True)]
    return PastBalances(bic=bank.bic, position=position, balances=shown)


def _shown(account: AccountView, balance: PastBalance) -> PastBalanceShape:
    return PastBalanceShape(
        account_id=account.id,
        currency=account.currency,
        posted=amount(balance.posted_minor, account.currency),
        pending=amount(balance.pending_minor, account.currency),
        incoming=amount(balance.incoming_minor, account.currency),
    )
