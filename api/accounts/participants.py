"""Participants: register banks, open and fund their accounts, show balances."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Response
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ActivityError

from activities.accounts import AccountBalance
from api.common.body import Body, json_body
from api.common.conversation import reachable, refusal
from api.common.deps import House, ParticipantsRead, ParticipantsWrite, Services
from api.common.fields import Amount, Asset, BicText, Name, as_money, broken, digits
from api.common.shapes import DecimalText, Shape, amount, problems, takes
from domain.decision import Actor
from domain.errors import AlreadyExists, InvalidValue, NotFound
from domain.ids import Bic
from domain.money import Money, is_security
from domain.payment import settlement_account
from domain.reason import Reason
from schema.tables.accounts import participants
from schema.tables.accounts.participants import AccountView, ParticipantView
from schema.tables.common import audit, views
from schema.tables.common.session import WriteSession
from workflows.payloads import AccountInput

router = APIRouter(prefix="/participants", tags=["participants"])

FUNDING_S: Final = 15.0
"""How long an order on an account may take before its caller is sent away to ask again."""


def _floor(text: str, info: ValidationInfo) -> str:
    asset = info.data.get("currency", "KWD")
    floor = as_money(text.removeprefix("-"), asset)
    if is_security(asset) and floor.minor:
        raise broken("PT-01", "nobody delivers a security that it has not", Reason.AG01)
    if floor.minor and not text.startswith("-"):
        raise broken("PT-02", "a floor is 0, or below it by the net debit cap", Reason.AM09)
    return text


class NewAccount(Body):
    """An account in one currency, or of one security. `floor` is the lowest balance it may have: "0", or below for a net
    debit cap; of a security always "0"."""

    currency: Asset
    floor: Annotated[str, BeforeValidator(digits), AfterValidator(_floor)] = "0"


class NewParticipant(Body):
    """A bank that joins the network."""

    bic: BicText
    name: Name
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    accounts: Annotated[list[NewAccount], Field(default_factory=list, max_length=50)]


class Funding(Body):
    """Funds paid in. The reference makes a repeat harmless; the amount "0" only opens the account."""

    amount: Amount
    reference: Annotated[str, Field(pattern="^[A-Za-z0-9._-]{1,64}$")]

    @field_validator("amount")
    @classmethod
    def _plain(cls, text: str) -> str:
        as_money(text, "KWD")  # the account's currency, and so its decimals, stand in the address
        return text


class ParticipantShape(Shape):
    """A bank of the network."""

    bic: str
    name: str
    country: str
    status: str
    created_at: datetime


class ParticipantList(Shape):
    """Every bank, by BIC."""

    participants: list[ParticipantShape]


class BalanceShape(Shape):
    """An account at the ledger's position `ledger_position`. `pending` is reserved to be paid out, `incoming` to come.

    `currency` is an ISO 4217 code, or the ISIN of a security, of which whole units are held.
    """

    account_id: str
    currency: str
    status: str
    floor: DecimalText
    posted: DecimalText
    available: DecimalText
    pending: DecimalText
    incoming: DecimalText
    ledger_position: int
    projected_at: datetime | None


class Balances(Shape):
    """A bank's accounts, by currency."""

    bic: str
    balances: list[BalanceShape]


class FundedShape(Shape):
    """An account after an order on it."""

    account_id: str
    currency: str
    posted: DecimalText
    available: DecimalText


async def _bic(bic: Annotated[str, Path(examples=["DEUTDEFFXXX"])]) -> Bic:
    try:
        return Bic.parse(bic)
    except InvalidValue as wrong:
        raise NotFound("no such participant", bic=bic[:16]) from wrong


BicInPath = Annotated[Bic, Depends(_bic)]


@router.post(
    "",
    status_code=201,
    summary="Register a bank",
    openapi_extra=takes(NewParticipant),
    responses={
        **problems(400, 409, 415, 422),
        200: {"description": "Registered before, alike.", "model": ParticipantShape},
    },
)
async def register(
    response: Response,
    actor: ParticipantsWrite,
    house: House,
    body: Annotated[NewParticipant, Depends(json_body(NewParticipant))],
) -> ParticipantShape:
    """Take a bank in with its accounts. They are open once they are funded, be it with "0"."""
    at = datetime.now(UTC)
    async with house.db.write() as session:
        fresh = await participants.register(session, bic=body.bic, name=body.name, country=body.country, at=at)
        for account in body.accounts:
            floor = _minor(account.floor, account.currency)
            await participants.add_account(session, bic=body.bic, currency=account.currency, floor_minor=floor, at=at)
        detail = {"new": fresh, "accounts": [{"currency": a.currency, "floor": a.floor} for a in body.accounts]}
        await _log(session, actor, at, "participant.register", body.bic, detail)
        found = await participants.find(session, body.bic)
    response.status_code = 201 if fresh else 200
    response.headers["Location"] = f"/api/v1/participants/{body.bic}"
    return ParticipantShape.model_validate(found)


@router.get("", summary="Banks of the network", responses=problems())
async def listing(_: ParticipantsRead, house: House) -> ParticipantList:
    """Every bank, by BIC."""
    async with house.db.read() as session:
        found = await participants.listing(session)
    return ParticipantList(participants=[ParticipantShape.model_validate(bank) for bank in found])


@router.get("/{bic}", summary="One bank", responses=problems(404))
async def detail(_: ParticipantsRead, house: House, bic: BicInPath) -> ParticipantShape:
    """One bank."""
    async with house.db.read() as session:
        return ParticipantShape.model_validate(await participants.find(session, bic))


@router.get("/{bic}/balances", summary="A bank's balances", responses=problems(404))
async def balances(actor: ParticipantsRead, house: House, bic: BicInPath) -> Balances:
    """The bank's accounts as the ledger last reported them; a participant sees its own."""
    if actor.bic not in (None, bic):
        raise NotFound("no such participant", bic=bic)
    async with house.db.read() as session:
        bank, accounts = await participants.with_balances(session, bic)
    return _balances(bank, accounts)


@router.post(
    "/{bic}/accounts",
    status_code=201,
    summary="Register a further account",
    openapi_extra=takes(NewAccount),
    responses={
        **problems(400, 404, 409, 415, 422),
        200: {"description": "Registered before, alike.", "model": Balances},
    },
)
async def add_account(
    response: Response,
    actor: ParticipantsWrite,
    house: House,
    bic: BicInPath,
    body: Annotated[NewAccount, Depends(json_body(NewAccount))],
) -> Balances:
    """Give a bank an account in a further currency, or of a security. It is open once it is funded, be it with "0"."""
    at, floor = datetime.now(UTC), _minor(body.floor, body.currency)
    async with house.db.write() as session:
        _, before = await participants.with_balances(session, bic)
        await participants.add_account(session, bic=bic, currency=body.currency, floor_minor=floor, at=at)
        await _log(session, actor, at, "account.register", f"{bic}/{body.currency}", {"floor": body.floor})
        bank, accounts = await participants.with_balances(session, bic)
    response.status_code = 201 if len(accounts) > len(before) else 200
    return _balances(bank, accounts)


@router.post(
    "/{bic}/accounts/{currency}/funding",
    summary="Open and fund an account",
    openapi_extra=takes(Funding),
    responses=problems(400, 404, 409, 415, 422),
)
async def fund(
    actor: ParticipantsWrite,
    house: House,
    bic: BicInPath,
    currency: Annotated[str, Path(pattern="^([A-Z]{3}|[A-Z]{2}[A-Z0-9]{9}[0-9])$", examples=["EUR"])],
    body: Annotated[Funding, Depends(json_body(Funding))],
) -> FundedShape:
    """Open the account in the ledger if need be, and credit the amount. The same reference again is the same order.

    Of a security, so many units are issued to the bank.
    """
    order = await _ordered(house, actor, settlement_account(bic, currency), Money.parse(body.amount, currency), body)
    balance = await carried_out(house, order)
    return FundedShape(
        account_id=balance.account_id,
        currency=currency,
        posted=amount(balance.posted_minor, currency),
        available=amount(balance.available_minor, currency),
    )


async def carried_out(house: Services, order: AccountInput) -> AccountBalance:
    """What the account holds once the ledger has carried out an order. Raises Unavailable, and what it refuses it with."""
    try:
        async with reachable(FUNDING_S):
            return await house.starter.account(order, within_s=FUNDING_S)
    except WorkflowFailureError as failed:
        cause = failed.cause
        raise refusal(cause.cause if isinstance(cause, ActivityError) and cause.cause else cause) from failed


async def _ordered(house: Services, actor: Actor, account_id: str, funds: Money, body: Funding) -> AccountInput:
    """Write the order into the audit log, once per reference. Raises NotFound, AlreadyExists (another amount)."""
    async with house.db.write() as session:
        floor, ordered = await views.funding(session, account_id, body.reference)
        if ordered is None:
            detail = {"reference": body.reference, "amount": str(funds), "currency": funds.currency}
            await _log(session, actor, datetime.now(UTC), "account.fund", account_id, detail)
        elif ordered != str(funds):
            raise AlreadyExists("the reference was used for another amount", account=account_id, amount=ordered)
    queue = house.terms.ledger_task_queue
    return AccountInput(account_id, funds.currency, floor, body.reference, funds.minor, queue)


async def _log(
    session: WriteSession, actor: Actor, at: datetime, action: str, subject: str, detail: dict[str, Any]
) -> None:
    await audit.act(session, actor, action, subject, detail, at=at)


def _minor(text: str, currency: str) -> int:
    magnitude = Money.parse(text.removeprefix("-"), currency).minor
    return -magnitude if text.startswith("-") else magnitude


def _balances(bank: ParticipantView, accounts: list[AccountView]) -> Balances:
    return Balances(bic=bank.bic, balances=[balance_shape(account) for account in accounts])


def balance_shape(account: AccountView) -> BalanceShape:
    """An account as it is shown."""

    def shown(minor: int) -> str:
        return amount(minor, account.currency)

    return BalanceShape(
        account_id=account.id,
        currency=account.currency,
        status=account.status,
        floor=shown(account.floor_minor),
        posted=shown(account.posted_minor),
        available=shown(account.available_minor),
        pending=shown(account.debits_pending),
        incoming=shown(account.credits_pending),
        ledger_position=account.ledger_sequence,
        projected_at=account.projected_at,
    )
