"""The plan of a batch: which of its payments settle, which wait for the next window and why, and the transfers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, SmallInteger, text
from sqlmodel import Field

from domain.settlement import Backing, Deferred, NetPosition, NetTransfer, Obligation, Priority
from schema.tables.common.base import MOMENT, SUM, Table
from schema.tables.common.session import ReadSession, WriteSession, typed
from schema.tables.settlement import windows
from schema.tables.settlement.windows import NextClosing


class SettlementDeferral(Table, table=True):
    """A payment that a batch had claimed and left for the next window."""

    __tablename__ = "settlement_deferrals"

    batch_id: str = Field(primary_key=True, foreign_key="settlement_batches.id")
    payment_id: str = Field(primary_key=True, foreign_key="payments.id", index=True)
    debtor_bic: str
    amount_minor: int = Field(sa_type=BigInteger)
    priority: int = Field(sa_type=SmallInteger)
    short_minor: int = Field(sa_type=SUM)
    reason: str
    at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Members:
    """What a batch is to settle, by what stands behind it, in the order of the queue."""

    held: tuple[Obligation, ...]
    due: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """The transfers of a batch, by what stands behind the payments that they settle."""

    held: tuple[NetTransfer, ...]
    due: tuple[NetTransfer, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What settles (positions, transfers) and what waits."""

    positions: tuple[NetPosition, ...]
    moves: Moves
    deferred: tuple[Deferred, ...]


@dataclass(frozen=True, slots=True)
class DeferralView:
    """Why a payment did not settle with a batch; amounts in minor units."""

    payment_id: str
    debtor_bic: str
    amount_minor: int
    priority: Priority
    short_minor: int
    reason: str
    at: datetime


async def members(session: ReadSession, batch_id: str) -> Members:
    """What the batch has claimed and not deferred."""
    found: dict[str, list[Obligation]] = {Backing.HELD: [], Backing.DUE: []}
    for place, row in enumerate(await session.all(_MEMBERS, {"batch_id": batch_id})):
        banks, priority = (row.debtor_bic, row.creditor_bic), Priority(row.priority)
        owed = Obligation(row.payment_id, *banks, row.amount_minor, priority, place, row.hold_turn)
        found[row.backing].append(owed)
    return Members(tuple(found[Backing.HELD]), tuple(found[Backing.DUE]))


async def moves(session: ReadSession, batch_id: str) -> Moves:
    """The batch's transfers as they were planned, in their order."""
    found: dict[str, list[NetTransfer]] = {Backing.HELD: [], Backing.DUE: []}
    for row in await session.all(_MOVES, {"batch_id": batch_id}):
        found[row.backing].append(NetTransfer(row.debtor_bic, row.creditor_bic, row.amount_minor))
    return Moves(tuple(found[Backing.HELD]), tuple(found[Backing.DUE]))


async def plans_made(session: ReadSession, batch_id: str) -> int:
    """How many times the batch was planned."""
    row = await session.one(_PLANS, {"batch_id": batch_id})
    return int(row.plans)


async def store(
    session: WriteSession,
    batch_id: str,
    attempt: int,
    plan: Plan,
    *,
    at: datetime,
    window_s: float,
    window_input: Mapping[str, Any] | None = None,
    closing: NextClosing | None = None,
) -> bool:
    """Write the plan of this attempt (1, 2 …) in place of the one before; what waits goes to the next window at once.

    False when the attempt was stored before: the first plan of an attempt stands. A batch of which nothing is left to
    settle is deferred, otherwise it is executing.
    """
    waiting = [one.owed.payment_id for one in plan.deferred]
    await session.run(_LOCK_PAYMENTS, {"payment_ids": waiting})
    facts = {
        "batch_id": batch_id,
        "attempt": attempt,
        "at": at,
        "deferred": len(waiting),
        "deferred_minor": sum(one.owed.amount_minor for one in plan.deferred),
        "net_minor": sum(move.amount_minor for move in (*plan.moves.held, *plan.moves.due)),
        "transfer_count": len(plan.moves.held) + len(plan.moves.due),
        "reason": plan.deferred[0].reason if plan.deferred else None,
    }
    begun = await session.first(_BEGIN, facts)
    if begun is None:
        return False
    if plan.deferred:
        window = await windows.next_window(
            session, begun.currency, window_s=window_s, at=at, window_input=window_input, closing=closing
        )
        await session.run(_DEFER, {**_columns(plan.deferred), "batch_id": batch_id, "window_id": window, "at": at})
    await session.run(_FORGET_POSITIONS, {"batch_id": batch_id})
    await session.run(_FORGET_TRANSFERS, {"batch_id": batch_id})
    await session.run(_POSITIONS, {"batch_id": batch_id, **_positions(plan.positions)})
    await session.run(_TRANSFERS, {"batch_id": batch_id, **_transfers(plan.moves)})
    return True


async def deferrals(session: ReadSession, batch_id: str) -> list[DeferralView]:
    """What the batch left for the next window, in the order in which it was chosen."""
    rows = await session.all(_DEFERRALS, {"batch_id": batch_id})
    return [DeferralView(**typed(row, priority=Priority, short_minor=int)) for row in rows]


def _columns(deferred: Sequence[Deferred]) -> dict[str, list[Any]]:
    return {
        "payment_ids": [one.owed.payment_id for one in deferred],
        "debtors": [one.owed.debtor for one in deferred],
        "amounts": [one.owed.amount_minor for one in deferred],
        "priorities": [int(one.owed.priority) for one in deferred],
        "shorts": [one.short_minor for one in deferred],
        "reasons": [one.reason for one in deferred],
    }


def _positions(positions: Sequence[NetPosition]) -> dict[str, list[Any]]:
    return {
        "participants": [position.participant for position in positions],
        "owed": [position.owed_minor for position in positions],
        "owing": [position.owing_minor for position in positions],
    }


def _transfers(moves: Moves) -> dict[str, list[Any]]:
    both = (*moves.held, *moves.due)
    return {
        "debtors": [move.debtor for move in both],
        "creditors": [move.creditor for move in both],
        "amounts": [move.amount_minor for move in both],
        "backings": [Backing.HELD] * len(moves.held) + [Backing.DUE] * len(moves.due),
    }


_MEMBERS: Final = text(
    """
    SELECT payment_id, debtor_bic, creditor_bic, amount_minor, priority, backing, hold_turn
    FROM settlement_items WHERE batch_id = :batch_id ORDER BY enqueued_at, payment_id
    """
)
_MOVES: Final = text(
    """
    SELECT debtor_bic, creditor_bic, amount_minor, backing
    FROM settlement_transfers WHERE batch_id = :batch_id ORDER BY number
    """
)
_PLANS: Final = text("SELECT plans FROM settlement_batches WHERE id = :batch_id")
# Payments before items, as everywhere, and in one order: nobody waits for somebody who waits for him.
_LOCK_PAYMENTS: Final = text(
    "SELECT id FROM payments WHERE id = ANY(CAST(:payment_ids AS text[])) ORDER BY id FOR NO KEY UPDATE"
)
_BEGIN: Final = text(
    """
    WITH batch AS (
        UPDATE settlement_batches
        SET plans = :attempt, net_minor = :net_minor, transfer_count = :transfer_count,
            payment_count = payment_count - :deferred, deferred_count = deferred_count + :deferred,
            gross_minor = gross_minor - CAST(:deferred_minor AS numeric), planned_at = :at,
            state = CASE WHEN payment_count = :deferred THEN 'deferred' ELSE 'executing' END,
            reason = CASE WHEN payment_count = :deferred THEN CAST(:reason AS text) ELSE reason END
        WHERE id = :batch_id AND plans = :attempt - 1 AND state IN ('netting', 'executing')
        RETURNING window_id, currency, state
    )
    UPDATE settlement_windows AS w SET state = batch.state FROM batch WHERE w.id = batch.window_id
    RETURNING batch.currency
    """
)
_DEFER: Final = text(
    """
    WITH told AS (
        INSERT INTO settlement_deferrals
            (batch_id, payment_id, debtor_bic, amount_minor, priority, short_minor, reason, at)
        SELECT :batch_id, d.*, CAST(:at AS timestamptz) FROM unnest(
            CAST(:payment_ids AS text[]), CAST(:debtors AS text[]), CAST(:amounts AS bigint[]),
            CAST(:priorities AS smallint[]), CAST(:shorts AS numeric[]), CAST(:reasons AS text[])
        ) AS d
        RETURNING payment_id, reason
    ), requeued AS (
        UPDATE settlement_items AS i
        SET state = 'queued', batch_id = NULL, window_id = :window_id, deferrals = deferrals + 1, reason = told.reason
        FROM told WHERE i.payment_id = told.payment_id AND i.batch_id = :batch_id AND i.state = 'claimed'
        RETURNING i.payment_id, told.reason
    ), counted AS (
        UPDATE payments AS p SET event_count = event_count + 1, updated_at = greatest(updated_at, :at)
        FROM requeued WHERE p.id = requeued.payment_id
        RETURNING p.id, p.event_count, requeued.reason
    )
    INSERT INTO payment_events (payment_id, number, kind, at, actor, detail, dedupe_key)
    SELECT id, event_count, 'deferred', :at, 'network',
           jsonb_build_object('batch_id', CAST(:batch_id AS text), 'reason', reason, 'window_id', CAST(:window_id AS text)),
           'deferred/' || CAST(:batch_id AS text)
    FROM counted
    """
)
_FORGET_POSITIONS: Final = text("DELETE FROM net_positions WHERE batch_id = :batch_id")
_FORGET_TRANSFERS: Final = text("DELETE FROM settlement_transfers WHERE batch_id = :batch_id")
_POSITIONS: Final = text(
    """
    INSERT INTO net_positions (batch_id, participant_bic, owed_minor, owing_minor)
    SELECT :batch_id, net.* FROM unnest(
        CAST(:participants AS text[]), CAST(:owed AS numeric[]), CAST(:owing AS numeric[])
    ) AS net
    """
)
_TRANSFERS: Final = text(
    """
    INSERT INTO settlement_transfers (batch_id, number, debtor_bic, creditor_bic, amount_minor, backing)
    SELECT :batch_id, net.number, net.debtor, net.creditor, net.amount, net.backing FROM unnest(
        CAST(:debtors AS text[]), CAST(:creditors AS text[]), CAST(:amounts AS bigint[]), CAST(:backings AS text[])
    ) WITH ORDINALITY AS net (debtor, creditor, amount, backing, number)
    """
)
_DEFERRALS: Final = text(
    """
    SELECT payment_id, debtor_bic, amount_minor, priority, short_minor, reason, at
    FROM settlement_deferrals WHERE batch_id = :batch_id ORDER BY at, priority, payment_id
    """
)
