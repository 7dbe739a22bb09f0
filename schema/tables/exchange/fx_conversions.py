"""Conversions: what each payment sells and buys at its quote, and what rounding leaves, to the last fraction.

A residue is an exact fraction of a minor unit, kept as text ("-3/8"). Per dealer and currency the account of residues is
changed once for each conversion, under its row's lock, in the transaction that makes the conversion final.
"""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Numeric, text
from sqlmodel import Field

from domain.errors import NotFound
from domain.fx import ConversionState
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession, typed
from schema.tables.exchange import fx_quotes
from schema.tables.exchange.fx_quotes import RATE_DECIMALS, RATE_DIGITS


class FxConversion(Table, table=True):
    """A payment's exchange. `rounding_minor`: whole units that its dealer paid (or, negative, got back) for rounding."""

    __tablename__ = "fx_conversions"
    __table_args__ = (
        one_of("state", ConversionState),
        CheckConstraint("sold_minor > 0 AND bought_minor > 0", name="amounts"),
        CheckConstraint("(rounding_minor IS NULL) = (state NOT IN ('settling', 'paid'))", name="rounding_minor"),
        Index("ix_fx_conversions_dealer_bic_locked_at", "dealer_bic", "locked_at"),
    )

    payment_id: str = Field(primary_key=True, foreign_key="payments.id")
    quote_id: str = Field(foreign_key="fx_quotes.id", index=True)
    dealer_bic: str
    sold: str
    sold_minor: int = Field(sa_type=BigInteger)
    bought: str
    bought_minor: int = Field(sa_type=BigInteger)
    rate: Decimal = Field(sa_column=Column(Numeric(RATE_DIGITS + RATE_DECIMALS, RATE_DECIMALS), nullable=False))
    residue: str
    state: str
    rounding_minor: int | None = Field(sa_type=BigInteger)
    locked_at: datetime = Field(sa_type=MOMENT)
    ended_at: datetime | None = Field(sa_type=MOMENT)


class FxRounding(Table, table=True):
    """What is left between a dealer and the network below one minor unit, and what was moved in whole ones."""

    __tablename__ = "fx_roundings"

    dealer_bic: str = Field(primary_key=True, foreign_key="participants.bic")
    currency: str = Field(primary_key=True)
    residue: str
    moved_minor: int = Field(sa_type=BigInteger)
    conversions: int = Field(sa_type=BigInteger)


@dataclass(frozen=True, slots=True)
class ConversionView:
    """A payment's exchange between its three banks; amounts in minor units."""

    payment_id: str
    quote_id: str
    dealer_bic: str
    sender_bic: str
    receiver_bic: str
    sold: str
    sold_minor: int
    bought: str
    bought_minor: int
    rate: Decimal
    residue: Fraction
    state: ConversionState
    rounding_minor: int | None
    locked_at: datetime
    ended_at: datetime | None
    hold_turn: int = 0
    """The turn of the payment in which money may be set aside (`domain.turns`)."""


@dataclass(frozen=True, slots=True)
class NewConversion:
    """What a payment takes of a quote, and what it gets for it."""

    payment_id: str
    quote_id: str
    dealer_bic: str
    sold: str
    sold_minor: int
    bought: str
    bought_minor: int
    rate: Decimal
    residue: Fraction
    locked_at: datetime


@dataclass(frozen=True, slots=True)
class RoundingView:
    """An account of residues: what it holds, how many whole units it has moved, in how many conversions."""

    dealer_bic: str
    currency: str
    residue: Fraction
    moved_minor: int
    conversions: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some conversions, newest first, and how many there are in all."""

    conversions: tuple[ConversionView, ...]
    total: int


async def lock(session: WriteSession, made: NewConversion) -> None:
    """Write a payment's conversion down, in the transaction that takes the payment in."""
    facts = {name: getattr(made, name) for name in NewConversion.__slots__}
    await session.run(_LOCK, facts | {"residue": str(made.residue)})


async def of(session: ReadSession, payment_id: str) -> ConversionView | None:
    """A payment's conversion; None when it is paid in one currency."""
    row = await session.first(_OF, {"id": payment_id})
    return None if row is None else _view(row)


async def listing(session: ReadSession, *, participant: str | None, page: int, limit: int) -> Page:
    """A page of conversions, newest first, pages counted from 1; a participant sees those it takes part in."""
    facts = {"participant": participant, "limit": limit, "offset": (page - 1) * limit}
    rows = await session.all(_LISTING, facts)
    counted = await session.one(_COUNT, facts)
    return Page(tuple(_view(row) for row in rows), counted.total)


async def begin(session: WriteSession, payment_id: str) -> None:
    """The payment is about to be paid: its conversion is no longer only locked."""
    await session.run(_BEGIN, {"id": payment_id})


async def put_off(session: WriteSession, payment_id: str) -> bool:
    """The payment is screened again before it is paid: its rate stays locked; False when it only goes forward."""
    await session.run(_PUT_OFF, {"id": payment_id})
    return (await hold(session, payment_id)).state in (ConversionState.LOCKED, ConversionState.RELEASED)


async def hold(session: WriteSession, payment_id: str) -> ConversionView:
    """The payment's conversion as it stands, which nobody else changes until the session ends. Raises NotFound."""
    await session.run(_HOLD, {"id": payment_id})
    found = await of(session, payment_id)
    if found is None:
        raise NotFound("the payment has no conversion", payment_id=payment_id)
    return found


async def rounding(session: WriteSession, dealer_bic: str, currency: str) -> Fraction:
    """What the account of residues holds; nobody else changes it until the session ends."""
    facts = {"dealer_bic": dealer_bic, "currency": currency}
    await session.run(_OPEN_ROUNDING, facts)
    return Fraction((await session.one(_HOLD_ROUNDING, facts)).residue)


async def settle(session: WriteSession, conversion: ConversionView, residue: Fraction, moved_minor: int) -> None:
    """The conversion goes forward from here: it moves so many units, and leaves the account of residues with `residue`."""
    facts = {"id": conversion.payment_id, "dealer_bic": conversion.dealer_bic, "currency": conversion.bought}
    changed = await session.run(_SETTLE, facts | {"residue": str(residue), "moved_minor": moved_minor})
    assert changed == 1, "held while it was being set aside"


async def paid(session: WriteSession, payment_id: str, at: datetime) -> None:
    """Both currencies have moved; a repeat changes nothing."""
    await session.run(_PAID, {"id": payment_id, "at": at})


async def abandon(session: WriteSession, payment_id: str, at: datetime, *, begun: bool) -> bool:
    """Leave off setting aside; False when it only goes forward. One that is locked stays so, unless somebody has begun."""
    found = await session.first(_STATE, {"id": payment_id})
    if found is None or found.state in (ConversionState.SETTLING, ConversionState.PAID):
        return found is None
    if begun or found.state == ConversionState.RESERVING:
        await release(session, payment_id, at)
    return True


async def release(session: WriteSession, payment_id: str, at: datetime) -> None:
    """The payment ends unpaid: its quote has its amount back, once. A payment without a conversion is no difference."""
    row = await session.first(_RELEASE, {"id": payment_id, "at": at})
    if row is not None:
        await fx_quotes.give_back(session, row.quote_id, row.sold_minor)


async def roundings(session: ReadSession) -> list[RoundingView]:
    """Every account of residues, by currency and dealer."""
    return [RoundingView(**typed(row, residue=Fraction)) for row in await session.all(_ROUNDINGS)]


def _view(row: Line) -> ConversionView:
    return ConversionView(**typed(row, residue=Fraction, state=ConversionState))


_PAYMENTS: Final = ("sender_bic", "receiver_bic", "hold_turn")
_OWN: Final = [column.name for column in fields(ConversionView) if column.name not in _PAYMENTS]
_SELECT: Final = (
    f"SELECT {', '.join(f'c.{name}' for name in _OWN)}, p.sender_bic, p.receiver_bic, p.hold_turn"
    " FROM fx_conversions AS c JOIN payments AS p ON p.id = c.payment_id"
)
_OF: Final = text(f"{_SELECT} WHERE c.payment_id = :id")
_MINE: Final = "(CAST(:participant AS text) IS NULL OR :participant IN (c.dealer_bic, p.sender_bic, p.receiver_bic))"
_LISTING: Final = text(
    f"{_SELECT} WHERE {_MINE} ORDER BY c.locked_at DESC, c.payment_id DESC LIMIT :limit OFFSET :offset"
)
_COUNT: Final = text(
    f"SELECT count(*) AS total FROM fx_conversions AS c JOIN payments AS p ON p.id = c.payment_id WHERE {_MINE}"
)
_LOCK: Final = text(
    """
    INSERT INTO fx_conversions (
        payment_id, quote_id, dealer_bic, sold, sold_minor, bought, bought_minor, rate, residue, state, locked_at
    ) VALUES (
        :payment_id, :quote_id, :dealer_bic, :sold, :sold_minor, :bought, :bought_minor, :rate, :residue, 'locked',
        :locked_at
    )
    """
)
_BEGIN: Final = text("UPDATE fx_conversions SET state = 'reserving' WHERE payment_id = :id AND state = 'locked'")
_PUT_OFF: Final = text("UPDATE fx_conversions SET state = 'locked' WHERE payment_id = :id AND state = 'reserving'")
_HOLD: Final = text("SELECT payment_id FROM fx_conversions WHERE payment_id = :id FOR NO KEY UPDATE")
_STATE: Final = text("SELECT state FROM fx_conversions WHERE payment_id = :id FOR NO KEY UPDATE")
_OPEN_ROUNDING: Final = text(
    """
    INSERT INTO fx_roundings (dealer_bic, currency, residue, moved_minor, conversions)
    VALUES (:dealer_bic, :currency, '0', 0, 0) ON CONFLICT DO NOTHING
    """
)
_HOLD_ROUNDING: Final = text(
    "SELECT residue FROM fx_roundings WHERE dealer_bic = :dealer_bic AND currency = :currency FOR NO KEY UPDATE"
)
_SETTLE: Final = text(
    """
    WITH taken_in AS (
        UPDATE fx_roundings
        SET residue = :residue, moved_minor = moved_minor + CAST(:moved_minor AS bigint), conversions = conversions + 1
        WHERE dealer_bic = :dealer_bic AND currency = :currency
    )
    UPDATE fx_conversions SET state = 'settling', rounding_minor = CAST(:moved_minor AS bigint)
    WHERE payment_id = :id AND state = 'reserving'
    """
)
_PAID: Final = text(
    "UPDATE fx_conversions SET state = 'paid', ended_at = :at WHERE payment_id = :id AND state = 'settling'"
)
_RELEASE: Final = text(
    """
    UPDATE fx_conversions SET state = 'released', ended_at = :at
    WHERE payment_id = :id AND state IN ('locked', 'reserving') RETURNING quote_id, sold_minor
    """
)
_ROUNDINGS: Final = text(
    "SELECT dealer_bic, currency, residue, moved_minor, conversions FROM fx_roundings ORDER BY currency, dealer_bic"
)
