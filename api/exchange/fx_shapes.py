"""What is shown of quotes, of conversions, and of rounding."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.common.shapes import DecimalText, Shape, amount
from api.exchange.converting import plain
from domain.decision import Actor
from domain.fx import ConversionState
from domain.money import Money
from domain.payment import rounding_account
from schema.tables.accounts import ledger_entries
from schema.tables.common.session import ReadSession
from schema.tables.exchange import fx_conversions
from schema.tables.exchange.fx_conversions import ConversionView
from schema.tables.exchange.fx_quotes import QuoteView

FractionText = Annotated[
    str, Field(description="An exact fraction of a minor unit.", examples=["-3/8"], pattern="^-?[0-9]+(/[0-9]+)?$")
]


class QuoteShape(Shape):
    """A quote: one `sold` buys `rate` of `bought`. `left` of `amount` can still be sold at it, `at_least` at a time.

    `state` is live, taken (nothing is left), expired or withdrawn; `buys` is what the amount that was asked about buys.
    """

    id: str
    dealer_bic: str
    sold: str
    bought: str
    rate: str
    amount: DecimalText
    left: DecimalText
    at_least: DecimalText
    offered_to: list[str] | None
    state: str
    created_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    buys: DecimalText | None = None


class QuoteList(Shape):
    """Quotes, in the order that was asked for."""

    quotes: list[QuoteShape]


class FxShape(Shape):
    """How a payment is exchanged. What rounding leaves is told to the dealer and the house alone."""

    quote_id: str
    dealer_bic: str
    rate: str
    sold: DecimalText
    sold_currency: str
    bought: DecimalText
    bought_currency: str
    state: ConversionState
    locked_at: datetime
    residue: FractionText | None
    rounding: DecimalText | None


class ConversionShape(FxShape):
    """An exchange and its banks."""

    payment_id: str
    sender_bic: str
    receiver_bic: str
    ended_at: datetime | None


class ConversionPage(Shape):
    """A page of conversions, newest first."""

    conversions: list[ConversionShape]
    total: int
    page: int
    limit: int


class DealerRounding(Shape):
    """What rounding left between a dealer and the network. Positive: the dealer has given that much too little.

    `moved` are the whole units that it has paid into the rounding account for that, less those it got back.
    """

    dealer_bic: str
    residue: FractionText
    moved: DecimalText
    conversions: int


class CurrencyRounding(Shape):
    """A rounding account with its balance, as the ledger last reported it, and the dealers behind it."""

    currency: str
    account_id: str
    posted: DecimalText
    dealers: list[DealerRounding]


class RoundingList(Shape):
    """Every rounding account, by currency."""

    currencies: list[CurrencyRounding]


def quote_shape(quote: QuoteView, actor: Actor, at: datetime, buys: Money | None = None) -> QuoteShape:
    """A quote as its reader may see it: to whom else it is offered is not for those who are offered it."""
    mine = actor.bic in (None, quote.dealer_bic)
    return QuoteShape(
        id=quote.id,
        dealer_bic=quote.dealer_bic,
        sold=quote.sold,
        bought=quote.bought,
        rate=plain(quote.rate),
        amount=amount(quote.limit_minor, quote.sold),
        left=amount(quote.left_minor, quote.sold),
        at_least=amount(quote.least_minor, quote.sold),
        offered_to=list(quote.offered_to) if mine and quote.offered_to is not None else None,
        state=_state(quote, at),
        created_at=quote.created_at,
        expires_at=quote.expires_at,
        withdrawn_at=quote.withdrawn_at,
        buys=None if buys is None else str(buys),
    )


def fx_shape(made: ConversionView, actor: Actor) -> FxShape:
    """A payment's exchange as its reader may see it."""
    return FxShape(**_facts(made, actor))


def conversion_shape(made: ConversionView, actor: Actor) -> ConversionShape:
    """An exchange in a list."""
    banks = {"sender_bic": made.sender_bic, "receiver_bic": made.receiver_bic}
    return ConversionShape(**_facts(made, actor), **banks, payment_id=made.payment_id, ended_at=made.ended_at)


async def rounding_list(session: ReadSession) -> RoundingList:
    """Every rounding account with its balance, and what each dealer has in it."""
    found: dict[str, list[DealerRounding]] = {}
    for each in await fx_conversions.roundings(session):
        dealer = DealerRounding(
            dealer_bic=each.dealer_bic,
            residue=str(each.residue),
            moved=amount(each.moved_minor, each.currency),
            conversions=each.conversions,
        )
        found.setdefault(each.currency, []).append(dealer)
    reached, _ = await ledger_entries.position(session)
    listed = []
    for currency, dealers in found.items():
        account = rounding_account(currency)
        posted = await ledger_entries.posted_at(session, account, reached)
        listed.append(
            CurrencyRounding(currency=currency, account_id=account, posted=amount(posted, currency), dealers=dealers)
        )
    return RoundingList(currencies=listed)


def _facts(made: ConversionView, actor: Actor) -> dict[str, object]:
    inside = actor.bic in (None, made.dealer_bic)
    moved = made.rounding_minor if inside else None
    return {
        "quote_id": made.quote_id,
        "dealer_bic": made.dealer_bic,
        "rate": plain(made.rate),
        "sold": amount(made.sold_minor, made.sold),
        "sold_currency": made.sold,
        "bought": amount(made.bought_minor, made.bought),
        "bought_currency": made.bought,
        "state": made.state,
        "locked_at": made.locked_at,
        "residue": str(made.residue) if inside else None,
        "rounding": None if moved is None else amount(moved, made.bought),
    }


def _state(quote: QuoteView, at: datetime) -> str:
    if quote.withdrawn_at is not None:
        return "withdrawn"
    if not quote.live(at):
        return "expired"
    return "live" if quote.left_minor >= quote.least_minor else "taken"
