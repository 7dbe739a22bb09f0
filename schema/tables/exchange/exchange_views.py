"""Exchanges as they are shown: page by page, one with its legs and pairs, or that of a payment."""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause, text

from domain.errors import NotFound
from domain.exchange import Side
from domain.payment import SettlementMethod
from schema.tables.common.session import Line, ReadSession, typed
from schema.tables.exchange.exchange_rows import ELSEWHERE, ExchangeState, LegState, PairState


@dataclass(frozen=True, slots=True)
class LegView:
    """A leg: what it gives and wants in minor units, and where its nearest partner contradicts it (`told`).

    `elsewhere`: while nobody answers it, the side for which somebody else is named by a leg that is otherwise its match.
    """

    payment_id: str
    exchange_id: str
    giver: str
    taker: str
    asset: str
    amount_minor: int
    wanted_asset: str
    wanted_minor: int
    arrived_at: datetime
    expires_at: datetime
    state: LegState
    pair_id: str | None
    told: Mapping[str, Any] | None
    ended_at: datetime | None
    elsewhere: Side | None = None


@dataclass(frozen=True, slots=True)
class PairHistory:
    """A pair and what happened to it."""

    id: str
    exchange_id: str
    first_payment_id: str
    second_payment_id: str
    state: PairState
    matched_at: datetime
    waits_until: datetime | None
    waits_for: str | None
    claimed_at: datetime | None
    settled_at: datetime | None
    dissolved_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """An exchange with its legs, oldest first."""

    id: str
    reference: str
    method: SettlementMethod
    first_bic: str
    second_bic: str
    state: ExchangeState
    opened_at: datetime
    updated_at: datetime
    legs: tuple[LegView, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some exchanges, newest first, and how many there are in all."""

    exchanges: tuple[ExchangeView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How many legs are under way, by standing: alone, contradicted, matched, executing; and since when the latter."""

    legs: Mapping[str, int]
    executing_since: datetime | None


async def listing(
    session: ReadSession,
    *,
    page: int,
    limit: int,
    state: ExchangeState | None = None,
    method: SettlementMethod | None = None,
    reference: str | None = None,
    participants: tuple[str, ...] = (),
) -> Page:
    """A page of exchanges, newest first, pages counted from 1; only those that each of `participants` is a side of."""
    wanted = {"state": state, "method": method, "reference": reference}
    facts: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    facts |= {f"participant_{number}": bic for number, bic in enumerate(participants)}
    rows = await session.all(_page(*sorted(facts)), {**facts, "limit": limit, "offset": (page - 1) * limit})
    counted = await session.one(_count(*sorted(facts)), facts)
    legs = await _legs(session, [row.id for row in rows])
    return Page(tuple(_exchange(row, legs.get(row.id, ())) for row in rows), counted.total)


async def detail(
    session: ReadSession, exchange_id: str, *, participant: str | None = None
) -> tuple[ExchangeView, tuple[PairHistory, ...]]:
    """One exchange and its pairs, oldest first; a participant finds only its own. Raises NotFound."""
    row = await session.first(_ONE, {"id": exchange_id})
    if row is None or participant not in (None, row.first_bic, row.second_bic):
        raise NotFound("no such exchange", exchange_id=exchange_id)
    legs = await _legs(session, [exchange_id])
    pairs = await session.all(_PAIRS, {"id": exchange_id})
    return _exchange(row, legs.get(exchange_id, ())), tuple(
        PairHistory(**typed(pair, state=PairState)) for pair in pairs
    )


async def leg_of(session: ReadSession, payment_id: str) -> LegView | None:
    """A payment's leg; None while it has not entered its exchange, and of a payment that is none."""
    row = await session.first(_LEG, {"payment_id": payment_id})
    return None if row is None else _leg(row)


async def figures(session: ReadSession) -> Figures:
    """What is under way now."""
    rows = await session.all(_STANDING)
    executing = [row.claimed_at for row in rows if row.claimed_at is not None]
    return Figures({row.standing: int(row.legs) for row in rows}, min(executing, default=None))


async def _legs(session: ReadSession, ids: list[str]) -> dict[str, tuple[LegView, ...]]:
    found: dict[str, tuple[LegView, ...]] = {}
    for row in await session.all(_LEGS, {"ids": ids}):
        found[row.exchange_id] = (*found.get(row.exchange_id, ()), _leg(row))
    return found


def _leg(row: Line) -> LegView:
    return LegView(**typed(row, state=LegState, elsewhere=lambda side: side and Side(side)))


def _exchange(row: Line, legs: tuple[LegView, ...]) -> ExchangeView:
    return ExchangeView(**typed(row, method=SettlementMethod, state=ExchangeState), legs=legs)


@cache
def _page(*filters: str) -> TextClause:
    return text(f"{_SELECT}{_where(filters)} ORDER BY opened_at DESC, id DESC LIMIT :limit OFFSET :offset")


@cache
def _count(*filters: str) -> TextClause:
    return text(f"SELECT count(*) AS total FROM exchanges{_where(filters)}")


def _where(filters: tuple[str, ...]) -> str:
    return " WHERE " + " AND ".join(_FILTERS[name] for name in filters) if filters else ""


def _columns(view: type) -> str:
    return ", ".join(column.name for column in fields(view) if column.name not in ("legs", "elsewhere"))


_FILTERS: Final = {
    "state": "state = :state",
    "method": "method = :method",
    "reference": "reference = :reference",
    "participant_0": "(first_bic = :participant_0 OR second_bic = :participant_0)",
    "participant_1": "(first_bic = :participant_1 OR second_bic = :participant_1)",
}
_SELECT: Final = f"SELECT {_columns(ExchangeView)} FROM exchanges"
_ONE: Final = text(f"{_SELECT} WHERE id = :id")
_PAIRS: Final = text(
    f"SELECT {_columns(PairHistory)} FROM exchange_pairs WHERE exchange_id = :id ORDER BY matched_at, id"
)
_SELECT_LEGS: Final = f"SELECT {_columns(LegView)}, {ELSEWHERE} AS elsewhere FROM exchange_legs AS l"
_LEGS: Final = text(f"{_SELECT_LEGS} WHERE exchange_id = ANY(:ids) ORDER BY arrived_at, payment_id")
_LEG: Final = text(f"{_SELECT_LEGS} WHERE payment_id = :payment_id")
_STANDING: Final = text(
    """
    SELECT CASE WHEN p.state = 'executing' THEN 'executing' WHEN l.state = 'matched' THEN 'matched'
                WHEN l.told IS NOT NULL THEN 'contradicted' ELSE 'alone' END AS standing,
           count(*) AS legs, min(p.claimed_at) AS claimed_at
    FROM exchange_legs AS l LEFT JOIN exchange_pairs AS p ON p.id = l.pair_id AND p.state = 'executing'
    WHERE l.state IN ('waiting', 'matched') GROUP BY standing
    """
)
