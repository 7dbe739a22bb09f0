"""Whether a bank and its accounts may be used: suspend a bank, reinstate it, close an account for good."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.accounts.participants import BalanceShape, BicInPath, ParticipantShape, balance_shape, carried_out
from api.common.body import Body, json_body
from api.common.deps import House, ParticipantsWrite, Services
from api.common.fields import Remark
from api.common.shapes import problems, takes
from domain.decision import Actor
from domain.errors import NotFound, Refused
from domain.ids import Bic
from domain.payment import settlement_account
from schema.tables.accounts import participants
from schema.tables.accounts.participants import AccountStatus, AccountView, ParticipantStatus
from schema.tables.common import audit
from schema.tables.common.session import ReadSession
from schema.tables.settlement import steering
from workflows.payloads import AccountInput

router = APIRouter(prefix="/participants", tags=["participants"])

_CLOSING: Final = "~closing"
"""The reference of an order to close; no funding can have it."""


class Standing(Body):
    """Why; the reason is kept with the act."""

    comment: Annotated[Remark, Field(min_length=1)]


Why = Annotated[Standing, Depends(json_body(Standing))]


@router.post(
    "/{bic}/suspend",
    summary="Suspend a bank",
    openapi_extra=takes(Standing),
    responses=problems(400, 404, 409, 415, 422),
)
async def suspend(actor: ParticipantsWrite, house: House, bic: BicInPath, body: Why) -> ParticipantShape:
    """Refuse payments from and to the bank, and quotes of it, until it is reinstated; what was found valid before goes on."""
    return await _stand(house, actor, bic, ParticipantStatus.SUSPENDED, body.comment)


@router.post(
    "/{bic}/reinstate",
    summary="Reinstate a bank",
    openapi_extra=takes(Standing),
    responses=problems(400, 404, 409, 415, 422),
)
async def reinstate(actor: ParticipantsWrite, house: House, bic: BicInPath, body: Why) -> ParticipantShape:
    """Let a suspended bank act again."""
    return await _stand(house, actor, bic, ParticipantStatus.ACTIVE, body.comment)


@router.post(
    "/{bic}/accounts/{currency}/close",
    summary="Close an account",
    openapi_extra=takes(Standing),
    responses=problems(400, 404, 409, 415, 422),
)
async def close(
    actor: ParticipantsWrite,
    house: House,
    bic: BicInPath,
    currency: Annotated[str, Path(pattern="^([A-Z]{3}|[A-Z]{2}[A-Z0-9]{9}[0-9])$", examples=["EUR"])],
    body: Why,
) -> BalanceShape:
    """Have the account take no entries any more, in the ledger as well; for good. It must be empty, and nothing may wait for it."""
    account_id = settlement_account(bic, currency)
    async with house.db.write() as session:
        account = await _account(session, bic, account_id)
        if account.status is not AccountStatus.CLOSED:
            await _check_unused(session, bic, account)
            await audit.act(
                session, actor, "account.close", account_id, {"comment": body.comment}, at=datetime.now(UTC)
            )
    queue = house.terms.ledger_task_queue
    order = AccountInput(account_id, currency, account.floor_minor, _CLOSING, ledger_task_queue=queue, closes=True)
    await carried_out(house, order)
    async with house.db.read() as session:
        return balance_shape(await _account(session, bic, account_id))


async def _stand(house: Services, actor: Actor, bic: Bic, status: ParticipantStatus, comment: str) -> ParticipantShape:
    async with house.db.write() as session:
        if (await participants.find(session, bic)).status is status:
            raise Refused(f"the bank is {status} already", bic=bic)
        await participants.set_status(session, bic, status)
        act = "suspend" if status is ParticipantStatus.SUSPENDED else "reinstate"
        await audit.act(session, actor, f"participant.{act}", bic, {"comment": comment}, at=datetime.now(UTC))
        return ParticipantShape.model_validate(await participants.find(session, bic))


async def _account(session: ReadSession, bic: Bic, account_id: str) -> AccountView:
    """Raises NotFound."""
    _, accounts = await participants.with_balances(session, bic)
    for account in accounts:
        if account.id == account_id:
            return account
    raise NotFound("the participant has no such account", account=account_id)


async def _check_unused(session: ReadSession, bic: Bic, account: AccountView) -> None:
    """Raises Refused as far as SQL shows; the ledger looks again."""
    waiting = (await steering.queued(session, bic)).get(account.currency)
    if waiting is not None and (waiting.out_count or waiting.in_minor):
        raise Refused("payments wait to settle on the account", account=account.id)
    if account.posted_minor or account.debits_pending or account.credits_pending:
        raise Refused("the account is not empty, or something is held from it or for it", account=account.id)
