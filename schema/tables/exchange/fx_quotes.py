"""Quotes of exchange rates: given by dealers, taken by payments up to what they are good for, withdrawn."""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Numeric, text
from sqlmodel import Field

from domain.errors import IdempotencyConflict, NotFound, QuoteExhausted, QuoteExpired
from domain.money import Money
from schema.tables.common.base import MOMENT, TEXTS, Table
from schema.tables.common.session import Line, ReadSession, WriteSession

RATE_DIGITS: Final = 11
RATE_DECIMALS: Final = 10
"""What a message can carry of a rate (ISO 20022 BaseOneRate)."""


class FxQuote(Table, table=True):
    """A dealer's promise. Amounts are of the currency sold: `limit_minor` in all, of which `taken_minor` is taken."""

    __tablename__ = "fx_quotes"
    __table_args__ = (
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("sold <> bought", name="currencies"),
        CheckConstraint("0 < least_minor AND least_minor <= limit_minor", name="limit"),
        CheckConstraint("0 <= taken_minor AND taken_minor <= limit_minor", name="taken"),
        Index("ix_fx_quotes_sold_bought_expires_at", "sold", "bought", "expires_at"),
        Index("ix_fx_quotes_dealer_bic_created_at", "dealer_bic", "created_at"),
        Index("uq_fx_quotes_dealer_bic_idempotency_key", "dealer_bic", "idempotency_key", unique=True),
    )

    id: str = Field(primary_key=True)
    dealer_bic: str = Field(foreign_key="participants.bic")
    sold: str
    bought: str
    rate: Decimal = Field(sa_column=Column(Numeric(RATE_DIGITS + RATE_DECIMALS, RATE_DECIMALS), nullable=False))
    least_minor: int = Field(sa_type=BigInteger)
    limit_minor: int = Field(sa_type=BigInteger)
    taken_minor: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    offered_to: list[str] | None = Field(sa_column=Column(TEXTS, nullable=True))
    created_by: str
    created_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)
    withdrawn_at: datetime | None = Field(sa_type=MOMENT)
    idempotency_key: str | None


@dataclass(frozen=True, slots=True)
class NewQuote:
    """A quote to be given; `offered_to` None: to every bank."""

    id: str
    dealer_bic: str
    sold: str
    bought: str
    rate: Decimal
    least_minor: int
    limit_minor: int
    offered_to: tuple[str, ...] | None
    created_by: str
    created_at: datetime
    expires_at: datetime
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote as it stands; amounts in minor units of the currency sold."""

    id: str
    dealer_bic: str
    sold: str
    bought: str
    rate: Decimal
    least_minor: int
    limit_minor: int
    taken_minor: int
    offered_to: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None

    @property
    def left_minor(self) -> int:
        """What can still be sold at it."""
        return self.limit_minor - self.taken_minor

    def live(self, at: datetime) -> bool:
        """Whether it can be taken at a moment."""
        return self.withdrawn_at is None and at < self.expires_at

    def concerns(self, bic: str | None) -> bool:
        """Whether a bank may see it: its dealer, or one it is offered to. The house (None) sees every quote."""
        return bic is None or bic == self.dealer_bic or self.offered_to is None or bic in self.offered_to


async def give(session: WriteSession, quote: NewQuote) -> tuple[QuoteView, bool]:
    """Store a quote; and whether it is a new one. Raises IdempotencyConflict (the dealer's key named another quote)."""
    facts = {name: getattr(quote, name) for name in NewQuote.__slots__}
    row = await session.first(_GIVE, facts | {"offered_to": None if quote.offered_to is None else [*quote.offered_to]})
    if row is not None:
        return _view(row), True
    first = _view(await session.one(_BY_KEY, facts))
    if any(getattr(first, name) != getattr(quote, name) for name in _SAID):
        raise IdempotencyConflict("the idempotency key was used before for another quote", quote_id=first.id)
    return first, False


async def find(session: ReadSession, quote_id: str, *, participant: str | None = None) -> QuoteView:
    """One quote; a participant finds its own and those offered to it. Raises NotFound."""
    row = await session.first(_FIND, {"id": quote_id})
    quote = None if row is None else _view(row)
    if quote is None or not quote.concerns(participant):
        raise NotFound("no such quote", quote_id=quote_id)
    return quote


async def offers(
    session: ReadSession, *, sold: str | None, bought: str | None, participant: str | None, at: datetime, limit: int
) -> list[QuoteView]:
    """What can be taken now: by pair of currencies, the best rate first, then the one that lives longest.

    A participant finds what others offer to it; suspended dealers' quotes cannot be taken.
    """
    facts = {"sold": sold, "bought": bought, "participant": participant, "at": at, "limit": limit}
    return [_view(row) for row in await session.all(_OFFERS, facts)]


async def given(session: ReadSession, dealer_bic: str, *, limit: int) -> list[QuoteView]:
    """A dealer's own quotes, whatever became of them, newest first."""
    return [_view(row) for row in await session.all(_GIVEN, {"dealer_bic": dealer_bic, "limit": limit})]


async def take(session: WriteSession, quote_id: str, amount: Money, *, by: str, at: datetime) -> QuoteView:
    """Take so much of a quote for a bank, in the transaction of the payment that needs it.

    The caller has found the quote and compared its currency. Raises NotFound, QuoteExpired, QuoteExhausted.
    """
    facts = {"id": quote_id, "amount_minor": amount.minor, "by": by, "at": at}
    if row := await session.first(_TAKE, facts):
        return _view(row)
    quote = await find(session, quote_id, participant=by)
    if quote.left_minor < amount.minor and quote.live(at):
        left = Money(quote.left_minor, quote.sold)
        raise QuoteExhausted(f"{left} {quote.sold} are left of the quote", quote_id=quote_id, left=str(left))
    why = "was withdrawn" if quote.withdrawn_at else "can no longer be taken" if quote.live(at) else "has expired"
    raise QuoteExpired(f"the quote {why}; take another", quote_id=quote_id, expires_at=quote.expires_at.isoformat())


async def give_back(session: WriteSession, quote_id: str, amount_minor: int) -> None:
    """A payment that took of the quote ended unpaid."""
    await session.run(_GIVE_BACK, {"id": quote_id, "amount_minor": amount_minor})


async def withdraw(session: WriteSession, quote_id: str, at: datetime) -> QuoteView:
    """Let nobody take the quote any more; what was taken stands. Raises QuoteExpired (it is over already)."""
    row = await session.first(_WITHDRAW, {"id": quote_id, "at": at})
    if row is None:
        raise QuoteExpired("the quote is over already", quote_id=quote_id)
    return _view(row)


def _view(row: Line) -> QuoteView:
    facts = dict(row._mapping)
    offered_to = facts["offered_to"]
    return QuoteView(**{**facts, "offered_to": None if offered_to is None else tuple(offered_to)})


_SAID: Final = ("sold", "bought", "rate", "least_minor", "limit_minor", "offered_to")
_COLUMNS: Final = ", ".join(QuoteView.__slots__)
_GIVE: Final = text(
    f"""
    INSERT INTO fx_quotes (
        id, dealer_bic, sold, bought, rate, least_minor, limit_minor, offered_to, created_by, created_at, expires_at,
        idempotency_key
    ) VALUES (
        :id, :dealer_bic, :sold, :bought, :rate, :least_minor, :limit_minor, CAST(:offered_to AS text[]), :created_by,
        :created_at, :expires_at, :idempotency_key
    )
    ON CONFLICT (dealer_bic, idempotency_key) DO NOTHING
    RETURNING {_COLUMNS}
    """
)
_BY_KEY: Final = text(
    f"SELECT {_COLUMNS} FROM fx_quotes WHERE dealer_bic = :dealer_bic AND idempotency_key = :idempotency_key"
)
_FIND: Final = text(f"SELECT {_COLUMNS} FROM fx_quotes WHERE id = :id")
_TAKEABLE: Final = """
    q.withdrawn_at IS NULL AND q.expires_at > :at
    AND EXISTS (SELECT FROM participants AS p WHERE p.bic = q.dealer_bic AND p.status = 'active')
"""
_OFFERS: Final = text(
    f"""
    SELECT {_COLUMNS} FROM fx_quotes AS q
    WHERE (CAST(:sold AS text) IS NULL OR sold = :sold) AND (CAST(:bought AS text) IS NULL OR bought = :bought)
      AND {_TAKEABLE} AND taken_minor < limit_minor
      AND (CAST(:participant AS text) IS NULL
           OR (dealer_bic <> :participant AND (offered_to IS NULL OR :participant = ANY(offered_to))))
    ORDER BY sold, bought, rate DESC, expires_at DESC, id LIMIT :limit
    """
)
_GIVEN: Final = text(
    f"SELECT {_COLUMNS} FROM fx_quotes WHERE dealer_bic = :dealer_bic ORDER BY created_at DESC, id DESC LIMIT :limit"
)
_TAKE: Final = text(
    f"""
    UPDATE fx_quotes AS q SET taken_minor = taken_minor + CAST(:amount_minor AS bigint)
    WHERE id = :id AND {_TAKEABLE} AND taken_minor + CAST(:amount_minor AS bigint) <= limit_minor
      AND (offered_to IS NULL OR :by = ANY(offered_to))
    RETURNING {_COLUMNS}
    """
)
_GIVE_BACK: Final = text(
    "UPDATE fx_quotes SET taken_minor = taken_minor - CAST(:amount_minor AS bigint) WHERE id = :id"
)
_WITHDRAW: Final = text(
    f"""
    UPDATE fx_quotes SET withdrawn_at = :at WHERE id = :id AND withdrawn_at IS NULL AND expires_at > :at
    RETURNING {_COLUMNS}
    """
)
