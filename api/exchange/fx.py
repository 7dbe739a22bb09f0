"""Foreign exchange: dealers quote rates, banks see what they may take, operators see what rounding left."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from api.common.body import Body, json_body
from api.common.deps import FxQuote, FxRead, House, SettlementRead
from api.common.fields import Amount, BicText, Currency, as_money, broken, digits
from api.common.headers import IdempotencyKey
from api.common.shapes import Limit, PageNumber, problems, takes
from api.exchange.converting import converted
from api.exchange.fx_shapes import (
    ConversionPage,
    QuoteList,
    QuoteShape,
    RoundingList,
    conversion_shape,
    quote_shape,
    rounding_list,
)
from domain.decision import Actor
from domain.errors import NotFound, NotPermitted, ValidationFailed
from domain.finding import Finding
from domain.ids import new_id
from domain.money import Money
from domain.reason import Reason
from schema.tables.accounts import participants
from schema.tables.accounts.participants import AccountStatus
from schema.tables.common import audit
from schema.tables.common.session import ReadSession
from schema.tables.exchange import fx_conversions, fx_quotes
from schema.tables.exchange.fx_quotes import RATE_DECIMALS, RATE_DIGITS, NewQuote

router = APIRouter(prefix="/fx", tags=["foreign exchange"])

LONGEST_S: Final = 24 * 3600
"""How long a quote may live."""
MOST_BANKS: Final = 100

_PLAIN: Final = re.compile(r"[0-9]{1,11}(\.[0-9]{1,10})?")


def _rate(text: str) -> str:
    digits, decimals = text.replace(".", "").lstrip("0"), text.partition(".")[2]
    if not _PLAIN.fullmatch(text) or not 0 < len(digits) <= RATE_DIGITS or len(decimals) > RATE_DECIMALS:
        complaint = f"a rate is a positive decimal of at most {RATE_DIGITS} digits, {RATE_DECIMALS} after the point"
        raise broken("FX-01", complaint)
    return text


class NewFxQuote(Body):
    """A promise: until it expires, one `sold` buys `rate` of `bought`, up to `amount` of what is sold in all.

    `at_least` is the smallest payment that may take it. Without `offered_to`, every bank may.
    """

    sold: Currency
    bought: Currency
    rate: Annotated[str, BeforeValidator(digits), Field(examples=["1.0842"]), AfterValidator(_rate)]
    amount: Amount
    at_least: Amount | None = None
    expires_in_s: Annotated[int, Field(ge=1, le=LONGEST_S)]
    offered_to: Annotated[list[BicText], Field(min_length=1, max_length=MOST_BANKS)] | None = None

    @field_validator("bought")
    @classmethod
    def _another(cls, bought: str, info: ValidationInfo) -> str:
        if bought == info.data.get("sold"):
            raise broken("FX-02", "a currency is not exchanged for itself", Reason.AM03)
        return bought

    @field_validator("amount", "at_least")
    @classmethod
    def _positive(cls, text: str | None, info: ValidationInfo) -> str | None:
        if text is not None and not as_money(text, info.data.get("sold", "KWD")).minor:
            raise broken("AM-01", "the amount is zero", Reason.AM01)
        return text

    @field_validator("at_least")
    @classmethod
    def _within(cls, text: str | None, info: ValidationInfo) -> str | None:
        sold, amount = info.data.get("sold"), info.data.get("amount")
        if text is not None and sold and amount and as_money(amount, sold) < as_money(text, sold):
            raise broken("FX-04", "the smallest payment is not more than the quote is good for", Reason.AM09)
        return text

    def quote(self, dealer: Actor, key: str | None, at: datetime) -> NewQuote:
        """The quote as it is stored."""
        assert dealer.bic is not None, "a bank quotes"
        return NewQuote(
            id=new_id("quo"),
            dealer_bic=dealer.bic,
            sold=self.sold,
            bought=self.bought,
            rate=Decimal(self.rate),
            least_minor=1 if self.at_least is None else Money.parse(self.at_least, self.sold).minor,
            limit_minor=Money.parse(self.amount, self.sold).minor,
            offered_to=None if self.offered_to is None else tuple(dict.fromkeys(self.offered_to)),
            created_by=dealer.id,
            created_at=at,
            expires_at=at + timedelta(seconds=self.expires_in_s),
            idempotency_key=key,
        )


QuoteId = Annotated[str, Path(pattern="^[ -~]{1,64}$", examples=["quo_01JABCDEFGHJKMNPQRSTVWXYZ8"])]
Code = Query(pattern="^[A-Z]{3}$")


@router.post(
    "/quotes",
    status_code=201,
    summary="Quote an exchange rate",
    openapi_extra=takes(NewFxQuote),
    responses={
        **problems(400, 409, 415, 422),
        200: {"description": "The same quote under the same key, given before.", "model": QuoteShape},
    },
)
async def give(
    response: Response,
    actor: FxQuote,
    house: House,
    key: IdempotencyKey,
    body: Annotated[NewFxQuote, Depends(json_body(NewFxQuote))],
) -> QuoteShape:
    """Promise a rate. The bank that quotes is the dealer: it needs an account in both currencies."""
    if actor.bic is None:
        raise NotPermitted("a bank quotes, with its own token")
    at = datetime.now(UTC)
    async with house.db.write() as session:
        await _require_accounts(session, actor.bic, body)
        quote, fresh = await fx_quotes.give(session, body.quote(actor, key, at))
        if fresh:
            told = body.model_dump(exclude_none=True) | {"dealer": quote.dealer_bic}
            await audit.act(session, actor, "fx.quote", quote.id, told, at=at)
    response.status_code = 201 if fresh else 200
    response.headers["Location"] = f"/api/v1/fx/quotes/{quote.id}"
    return quote_shape(quote, actor, at)


@router.get("/quotes", summary="Quotes of exchange rates", responses=problems(422))
async def listing(
    actor: FxRead,
    house: House,
    sold: Annotated[str | None, Code] = None,
    bought: Annotated[str | None, Code] = None,
    own: Annotated[bool, Query(description="A dealer's own quotes, whatever became of them, newest first.")] = False,
    limit: Limit = 50,
) -> QuoteList:
    """What a bank may take now: by pair of currencies, the best rate first. Operators see everybody's."""
    at = datetime.now(UTC)
    async with house.db.read() as session:
        if own and actor.bic is not None:
            found = await fx_quotes.given(session, actor.bic, limit=limit)
        else:
            found = await fx_quotes.offers(session, sold=sold, bought=bought, participant=actor.bic, at=at, limit=limit)
    return QuoteList(quotes=[quote_shape(quote, actor, at) for quote in found])


@router.get("/quotes/{id}", summary="One quote", responses=problems(404, 409, 422))
async def detail(
    actor: FxRead,
    house: House,
    id: QuoteId,
    amount: Annotated[str | None, Query(description="What would be sold: the answer tells what it buys.")] = None,
) -> QuoteShape:
    """A quote, and what an amount buys at it, exactly as a payment that takes it in time would."""
    at = datetime.now(UTC)
    async with house.db.read() as session:
        quote = await fx_quotes.find(session, id, participant=actor.bic)
    buys = None if amount is None else converted(quote, Money.parse(amount, quote.sold), "", at).bought
    return quote_shape(quote, actor, at, buys=buys)


@router.post("/quotes/{id}/withdraw", summary="Withdraw a quote", responses=problems(404, 409, 422))
async def withdraw(actor: FxQuote, house: House, id: QuoteId) -> QuoteShape:
    """Let nobody take the quote any more. Payments that took it keep their rate. Its dealer may, and operators."""
    at = datetime.now(UTC)
    async with house.db.write() as session:
        quote = await fx_quotes.find(session, id, participant=actor.bic)
        if actor.bic not in (None, quote.dealer_bic):
            raise NotPermitted("only its dealer withdraws a quote", quote_id=id)
        quote = await fx_quotes.withdraw(session, id, at)
        await audit.act(session, actor, "fx.withdraw", id, {"dealer": quote.dealer_bic}, at=at)
    return quote_shape(quote, actor, at)


@router.get("/conversions", summary="Payments that are exchanged", responses=problems(422))
async def conversions(actor: FxRead, house: House, page: PageNumber = 1, limit: Limit = 50) -> ConversionPage:
    """A page of conversions, newest first; a bank sees those it pays, is paid by, or deals in."""
    async with house.db.read() as session:
        found = await fx_conversions.listing(session, participant=actor.bic, page=page, limit=limit)
    shown = [conversion_shape(each, actor) for each in found.conversions]
    return ConversionPage(conversions=shown, total=found.total, page=page, limit=limit)


@router.get("/rounding", summary="What rounding has left", responses=problems())
async def rounding(_: SettlementRead, house: House) -> RoundingList:
    """Per currency the ledger's rounding account, per dealer what it is still below one minor unit."""
    async with house.db.read() as session:
        return await rounding_list(session)


async def _require_accounts(session: ReadSession, bic: str, body: NewFxQuote) -> None:
    """Raises ValidationFailed unless the dealer has an open account in both currencies."""
    try:
        _, accounts = await participants.with_balances(session, bic)
    except NotFound:
        accounts = []
    held = {account.currency for account in accounts if account.status is AccountStatus.OPEN}
    wanted = {"/sold": body.sold, "/bought": body.bought}
    found = [
        Finding(path, "FX-07", f"the dealer has no open {currency} account", Reason.AM03)
        for path, currency in wanted.items()
        if currency not in held
    ]
    if found:
        raise ValidationFailed("a dealer needs an account in both currencies", findings=tuple(found))
