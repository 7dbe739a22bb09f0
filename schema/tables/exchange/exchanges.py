"""Exchanges of values: legs that wait for one another, and the pairs that settle. How they are shown: `exchange_views`.

An exchange is what two banks agreed on under one reference. Its row is the lock: whoever enters, leaves, claims or
settles holds it until the transaction ends, so no two of them decide at the same time.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from domain.errors import NotFound
from domain.exchange import Leg, Mismatch, Side
from domain.ids import new_id
from domain.payment import SettlementMethod
from schema.tables.common import outbox
from schema.tables.common.base import to_json
from schema.tables.common.outbox import StartKind
from schema.tables.common.session import ReadSession, WriteSession
from schema.tables.exchange.exchange_rows import ELSEWHERE
from schema.tables.exchange.exchange_rows import ExchangeState as ExchangeState
from schema.tables.exchange.exchange_rows import LegState as LegState
from schema.tables.exchange.exchange_rows import PairState as PairState
from schema.tables.payment import events, turns

NETWORK: Final = "network"
"""Who acts when nobody does."""


@dataclass(frozen=True, slots=True)
class PairView:
    """A pair with its legs, the older first."""

    id: str
    state: PairState
    matched_at: datetime
    claimed_at: datetime | None
    settled_at: datetime | None
    legs: tuple[Leg, Leg]


async def agree(
    session: WriteSession, *, reference: str, banks: Sequence[str], method: SettlementMethod, at: datetime
) -> str:
    """The exchange of two banks under a reference, opened if there is none, and held until the session ends."""
    first, second = sorted(banks)
    facts = {"reference": reference, "first": first, "second": second}
    await session.run(_OPEN, {**facts, "id": new_id("exc"), "method": method, "at": at})
    return str((await session.one(_HOLD, facts)).id)


async def hold(session: WriteSession, *, payment_id: str | None = None, pair_id: str | None = None) -> str | None:
    """Hold the exchange of a leg, or of a pair, until the session ends; None when there is none."""
    row = await session.first(_HOLD_BY, {"payment_id": payment_id, "pair_id": pair_id})
    return None if row is None else str(row.id)


async def enter(session: WriteSession, exchange_id: str, leg: Leg, *, asked_at: datetime) -> bool:
    """Let a leg wait for its partner; one that was withdrawn waits anew. A repeat changes nothing.

    False when the leg has left, and was asked to leave after it was asked to enter. Raises IllegalTransition when a late
    try of an earlier turn finds its payment in a later one.
    """
    await turns.require(session, leg.payment_id, leg.hold_turn)
    facts = {name: value for name, value in asdict(leg).items() if name not in ("reference", "hold_turn")}
    await session.run(_ENTER, {**facts, "exchange_id": exchange_id, "asked_at": asked_at})
    standing = await session.one(_LEG, {"payment_id": leg.payment_id})
    return standing.state not in _LEFT


async def entered(session: ReadSession, payment_id: str) -> bool:
    """Whether a leg ever was in its exchange."""
    return await session.first(_LEG, {"payment_id": payment_id}) is not None


async def waiting(session: ReadSession, exchange_id: str) -> list[Leg]:
    """The legs that wait, also those whose time is over."""
    return [Leg(*row) for row in await session.all(_WAITING, {"exchange_id": exchange_id})]


async def others(session: ReadSession, payment_id: str, *, reference: str, banks: Sequence[str]) -> int:
    """How many legs of two banks wait under a reference, this one not among them; 0 for one that has entered before."""
    first, second = sorted(banks)
    facts = {"reference": reference, "first": first, "second": second, "payment_id": payment_id}
    return int((await session.one(_OTHERS, facts)).waiting)


async def join(
    session: WriteSession, exchange_id: str, legs: tuple[Leg, Leg], at: datetime, pair_input: Mapping[str, Any]
) -> str:
    """Two legs have found one another: have the pair's workflow started, told pair_id and what `pair_input` adds."""
    pair_id = new_id("pair")
    first, second = (leg.payment_id for leg in legs)
    await session.run(_JOIN, {"id": pair_id, "exchange_id": exchange_id, "first": first, "second": second, "at": at})
    for payment_id, other in sorted(((first, second), (second, first))):  # in one order, as everywhere
        detail = {"exchange_id": exchange_id, "pair_id": pair_id, "with": other}
        await _told(session, payment_id, "exchange_matched", detail, f"matched/{pair_id}", at)
    await outbox.add(
        session,
        workflow_id=f"exchange/{pair_id}",
        kind=StartKind.EXCHANGE,
        subject=pair_id,
        input={**pair_input, "pair_id": pair_id},
        at=at,
    )
    return pair_id


async def tell(
    session: WriteSession, payment_id: str, nearest: str | None, mismatches: Sequence[Mismatch], at: datetime
) -> bool:
    """Let a leg know where the one that comes nearest to it contradicts it; False when it was told that last."""
    told = {"with": nearest, "mismatches": [asdict(each) for each in mismatches]} if nearest else None
    written = to_json(told) if told else None
    if not await session.run(_TELL, {"payment_id": payment_id, "told": written}) or told is None:
        return False
    named = hashlib.sha256(str(written).encode()).hexdigest()[:16]
    await _told(session, payment_id, "exchange_mismatched", told, f"mismatched/{named}", at)
    return True


async def contradictions(session: ReadSession, payment_id: str) -> list[Mismatch]:
    """Where the leg that comes nearest contradicts this one, as it was told last."""
    row = await session.first(_LEG, {"payment_id": payment_id})
    return [Mismatch(**each) for each in row.told["mismatches"]] if row is not None and row.told else []


async def elsewhere(session: ReadSession, payment_id: str) -> list[Mismatch]:
    """Where a leg that would answer this one names somebody else, or is somebody else's; empty: there is no such leg."""
    row = await session.first(_ELSEWHERE, {"payment_id": payment_id})
    if row is None or row.side is None:
        return []
    return [Mismatch.elsewhere(Side(row.side), giver=row.giver, taker=row.taker)]


async def leave(session: WriteSession, payment_id: str, at: datetime, *, asked_at: datetime) -> bool:
    """Take a leg out of its exchange, which is held; False when its pair is being executed, or was.

    Its partner waits again. True also when it left before, or never entered. Nothing happens when it was asked to enter
    after it was asked to leave.
    """
    leg = await session.first(_LEG, {"payment_id": payment_id})
    if leg is None or leg.state in _LEFT:
        return True
    if leg.asked_at > asked_at:
        return False
    if leg.state == LegState.MATCHED:
        state = LegState.EXPIRED if leg.expires_at <= at else LegState.WITHDRAWN
        left = await session.first(_DISSOLVE, {"pair_id": leg.pair_id, "reason": f"{payment_id} is {state}", "at": at})
        if left is None:
            return False
        other = left.second_payment_id if left.first_payment_id == payment_id else left.first_payment_id
        detail = {"pair_id": leg.pair_id, "left": payment_id}
        await _told(session, other, "exchange_dissolved", detail, f"dissolved/{leg.pair_id}", at)
    return await session.run(_LEAVE, {"payment_id": payment_id, "at": at, "asked_at": asked_at}) > 0


async def stopped(session: ReadSession, pair_id: str) -> list[str]:
    """Payments of a pair that do not wait for it any more, although nobody took their legs out."""
    return [row.payment_id for row in await session.all(_STOPPED, {"pair_id": pair_id})]


async def pair(session: ReadSession, pair_id: str) -> PairView:
    """A pair with its legs. Raises NotFound."""
    row = await session.first(_PAIR, {"pair_id": pair_id})
    if row is None:
        raise NotFound("no such pair", pair_id=pair_id)
    first, second = (Leg(*leg) for leg in await session.all(_LEGS_OF_PAIR, {"pair_id": pair_id}))
    return PairView(row.id, PairState(row.state), row.matched_at, row.claimed_at, row.settled_at, (first, second))


async def postpone(session: WriteSession, pair_id: str, until: datetime, why: str) -> None:
    """Show why a matched pair is not executed yet."""
    await session.run(_POSTPONE, {"pair_id": pair_id, "until": until, "why": why})


async def claim(session: WriteSession, pair_id: str, at: datetime) -> bool:
    """Take a matched pair for execution: from here on it settles, and nobody leaves. False when it is not matched."""
    return await session.run(_CLAIM, {"pair_id": pair_id, "at": at}) > 0


async def settle(session: WriteSession, pair_id: str, at: datetime) -> int:
    """The ledger has both legs: they are final. Says how many became so; what was recorded first stands."""
    return await session.run(_SETTLE, {"pair_id": pair_id, "at": at})


async def refresh(session: WriteSession, exchange_id: str, at: datetime) -> None:
    """Bring the exchange's own state up to that of its pairs and legs, at the end of every transaction about it."""
    await session.run(_REFRESH, {"exchange_id": exchange_id, "at": at})


async def _told(
    session: WriteSession, payment_id: str, kind: str, detail: Mapping[str, Any], key: str, at: datetime
) -> None:
    await events.append(session, payment_id, kind=kind, at=at, actor=NETWORK, detail=detail, dedupe_key=key)


_LEFT: Final = (LegState.WITHDRAWN, LegState.EXPIRED)

_OPEN: Final = text(
    """
    INSERT INTO exchanges (id, reference, method, first_bic, second_bic, state, opened_at, updated_at)
    VALUES (:id, :reference, :method, :first, :second, 'waiting', :at, :at) ON CONFLICT DO NOTHING
    """
)
_HOLD: Final = text(
    """
    SELECT id FROM exchanges WHERE first_bic = :first AND second_bic = :second AND reference = :reference FOR UPDATE
    """
)
_HOLD_BY: Final = text(
    """
    SELECT id FROM exchanges
    WHERE id = (SELECT exchange_id FROM exchange_legs WHERE payment_id = :payment_id)
       OR id = (SELECT exchange_id FROM exchange_pairs WHERE id = :pair_id)
    FOR UPDATE
    """
)
_ENTER: Final = text(
    """
    INSERT INTO exchange_legs (
        payment_id, exchange_id, giver, taker, asset, amount_minor, wanted_asset, wanted_minor, arrived_at, expires_at,
        asked_at, state
    ) VALUES (
        :payment_id, :exchange_id, :giver, :taker, :asset, :amount_minor, :wanted_asset, :wanted_minor, :arrived_at,
        :expires_at, :asked_at, 'waiting'
    )
    ON CONFLICT (payment_id) DO UPDATE
    SET state = 'waiting', arrived_at = excluded.arrived_at, asked_at = excluded.asked_at, ended_at = NULL
    WHERE exchange_legs.state = 'withdrawn' AND exchange_legs.asked_at < excluded.asked_at
    """
)
_LEG_COLUMNS: Final = """
    l.payment_id, e.reference, l.giver, l.taker, l.asset, l.amount_minor, l.wanted_asset, l.wanted_minor,
    l.arrived_at, l.expires_at
"""
_WAITING: Final = text(
    f"""
    SELECT {_LEG_COLUMNS} FROM exchange_legs AS l JOIN exchanges AS e ON e.id = l.exchange_id
    WHERE l.exchange_id = :exchange_id AND l.state = 'waiting'
    """  # noqa: S608 - a constant of this file
)
_OTHERS: Final = text(
    """
    SELECT count(*) AS waiting FROM exchange_legs AS l JOIN exchanges AS e ON e.id = l.exchange_id
    WHERE e.first_bic = :first AND e.second_bic = :second AND e.reference = :reference AND l.state = 'waiting'
      AND NOT EXISTS (SELECT FROM exchange_legs WHERE payment_id = :payment_id)
    """
)
_JOIN: Final = text(
    """
    WITH joined AS (
        INSERT INTO exchange_pairs (id, exchange_id, first_payment_id, second_payment_id, state, matched_at)
        VALUES (:id, :exchange_id, :first, :second, 'matched', :at)
        RETURNING id
    )
    UPDATE exchange_legs SET state = 'matched', pair_id = joined.id, told = NULL FROM joined
    WHERE payment_id IN (:first, :second)
    """
)
_TELL: Final = text(
    """
    UPDATE exchange_legs SET told = CAST(:told AS jsonb)
    WHERE payment_id = :payment_id AND told IS DISTINCT FROM CAST(:told AS jsonb)
    """
)
_LEG: Final = text(
    "SELECT state, pair_id, expires_at, asked_at, told FROM exchange_legs WHERE payment_id = :payment_id"
)
_ELSEWHERE: Final = text(
    f"SELECT giver, taker, {ELSEWHERE} AS side FROM exchange_legs AS l WHERE payment_id = :payment_id"  # noqa: S608
)
_DISSOLVE: Final = text(
    """
    WITH pair AS (
        UPDATE exchange_pairs SET state = 'dissolved', dissolved_at = :at, reason = :reason
        WHERE id = :pair_id AND state = 'matched'
        RETURNING *
    ), legs AS (
        UPDATE exchange_legs SET state = 'waiting', pair_id = NULL
        FROM pair WHERE payment_id IN (pair.first_payment_id, pair.second_payment_id)
    )
    SELECT first_payment_id, second_payment_id FROM pair
    """
)
_LEAVE: Final = text(
    """
    UPDATE exchange_legs
    SET state = CASE WHEN expires_at <= :at THEN 'expired' ELSE 'withdrawn' END, ended_at = :at, asked_at = :asked_at,
        told = NULL
    WHERE payment_id = :payment_id AND state = 'waiting'
    """
)
_STOPPED: Final = text(
    """
    SELECT l.payment_id FROM exchange_legs AS l JOIN payments AS p ON p.id = l.payment_id
    WHERE l.pair_id = :pair_id AND p.status <> 'queued'
    """
)
_PAIR: Final = text("SELECT id, state, matched_at, claimed_at, settled_at FROM exchange_pairs WHERE id = :pair_id")
_LEGS_OF_PAIR: Final = text(
    f"""
    SELECT {_LEG_COLUMNS}, own.hold_turn
    FROM exchange_pairs AS p
    JOIN exchanges AS e ON e.id = p.exchange_id
    JOIN exchange_legs AS l ON l.payment_id IN (p.first_payment_id, p.second_payment_id)
    JOIN payments AS own ON own.id = l.payment_id
    WHERE p.id = :pair_id ORDER BY l.payment_id = p.second_payment_id
    """  # noqa: S608 - a constant of this file
)
_POSTPONE: Final = text(
    "UPDATE exchange_pairs SET waits_until = :until, waits_for = :why WHERE id = :pair_id AND state = 'matched'"
)
_CLAIM: Final = text(
    """
    UPDATE exchange_pairs SET state = 'executing', claimed_at = :at, waits_until = NULL, waits_for = NULL
    WHERE id = :pair_id AND state = 'matched'
    """
)
_SETTLE: Final = text(
    """
    WITH pair AS (
        UPDATE exchange_pairs SET state = 'settled', settled_at = :at WHERE id = :pair_id AND state = 'executing'
        RETURNING id
    )
    UPDATE exchange_legs AS l SET state = 'settled', ended_at = :at FROM pair WHERE l.pair_id = pair.id
    """
)
_REFRESH: Final = text(
    """
    UPDATE exchanges AS e SET updated_at = :at, state = CASE
        WHEN EXISTS (SELECT FROM exchange_pairs WHERE exchange_id = e.id AND state = 'executing') THEN 'executing'
        WHEN EXISTS (SELECT FROM exchange_pairs WHERE exchange_id = e.id AND state = 'matched') THEN 'matched'
        WHEN EXISTS (SELECT FROM exchange_legs WHERE exchange_id = e.id AND state = 'waiting') THEN 'waiting'
        WHEN EXISTS (SELECT FROM exchange_pairs WHERE exchange_id = e.id AND state = 'settled') THEN 'settled'
        ELSE 'ended'
    END
    WHERE e.id = :exchange_id
    """
)
