"""Releases: payments that leave the gross queue and settle as one, each a batch without a window.

A release is written down before anybody acts on it. As long as one of a currency is under way no other is planned there:
whoever takes over finds what was begun and carries it to its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from domain.settlement import NetPosition, NetTransfer, Obligation
from schema.tables.common.base import to_json
from schema.tables.common.session import ReadSession, WriteSession
from schema.tables.initiation.batches import UNTOLD
from schema.tables.settlement import gross_queue


@dataclass(frozen=True, slots=True)
class Release:
    """Payments that settle as one, how they came together, and what has to be moved for them."""

    batch_id: str
    how: str
    payments: tuple[Obligation, ...]
    positions: tuple[NetPosition, ...]
    transfers: tuple[NetTransfer, ...]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A release that was begun, as the ledger needs it."""

    batch_id: str
    how: str
    currency: str
    payments: tuple[Obligation, ...]
    transfers: tuple[NetTransfer, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A payment whose release is final, and when that was."""

    payment_id: str
    batch_id: str
    closed_at: datetime
    final_at: datetime


async def begun(session: ReadSession, currency: str) -> list[str]:
    """Releases of the currency that are not at their end, in the order in which they are to be made and told."""
    return [row.id for row in await session.all(_BEGUN, {"currency": currency})]


async def store(
    session: WriteSession, currency: str, chosen: Sequence[Release], reasons: Mapping[str, str], *, at: datetime
) -> bool:
    """Write down what leaves the queue and why the others stay.

    False, and nothing is written, when the queue is no longer what it was: a payment has left it, or has to, or releases
    are under way that somebody else has begun.
    """
    await session.first(_LOCK_QUEUE, {"queue": f"gross-queue/{currency}"})
    if chosen:
        payment_ids = [owed.payment_id for one in chosen for owed in one.payments]
        waiting = await session.all(_LOCK_ITEMS, {"payment_ids": payment_ids})
        if len(waiting) < len(payment_ids) or await begun(session, currency):
            return False
        await session.run(_BATCHES, _batches(chosen, currency, at))
        await session.run(_CLAIM, _members(chosen))
        await session.run(_POSITIONS, _positions(chosen))
        await session.run(_TRANSFERS, _transfers(chosen))
    await gross_queue.give_reasons(session, reasons)
    return True


async def under_way(session: WriteSession, batch_ids: Sequence[str]) -> list[UnderWay]:
    """Those of the releases that are not at their end, in the order in which they are to be made.

    They are the session's until it ends: of two that would make them, the second waits, and finds what the first did.
    """
    facts = {"batch_ids": list(batch_ids)}
    standing = await session.all(_UNDER_WAY, facts)
    members: dict[str, list[Obligation]] = {}
    for row in await session.all(_MEMBERS, facts):
        banks = row.debtor_bic, row.creditor_bic
        owed = Obligation(row.payment_id, *banks, row.amount_minor, hold_turn=row.hold_turn)
        members.setdefault(row.batch_id, []).append(owed)
    moves: dict[str, list[NetTransfer]] = {}
    for row in await session.all(_MOVES, facts):
        moves.setdefault(row.batch_id, []).append(NetTransfer(*row[1:]))
    return [
        UnderWay(row.id, row.method, row.currency, tuple(members[row.id]), tuple(moves.get(row.id, ())))
        for row in standing
    ]


async def finish(session: WriteSession, final_at: Mapping[str, datetime]) -> int:
    """The ledger has these releases: they and their payments are final. Answers how many were not before."""
    return await session.run(_FINISH, {"batch_ids": list(final_at), "ats": list(final_at.values())})


async def put_back(session: WriteSession, batch_ids: Sequence[str], *, reason: str, at: datetime) -> int:
    """The releases cannot be made: their payments wait again, each with an event that tells the reason.

    Answers how many payments; a repeat finds none, and what is final stays so.
    """
    facts = {"batch_ids": list(batch_ids), "reason": reason, "at": at}
    await session.run(_LOCK_PAYMENTS, facts)
    return await session.run(_PUT_BACK, {**facts, "detail": to_json({"reason": reason})})


async def to_tell(session: ReadSession, batch_ids: Sequence[str]) -> list[Told]:
    """Every payment of the final ones among these releases: who is to be told."""
    return [Told(*row) for row in await session.all(_TOLD, {"batch_ids": list(batch_ids)})]


async def mark_told(session: WriteSession, batch_ids: Sequence[str], at: datetime) -> int:
    """Every payment of these final releases has been told; answers how many releases had not been before."""
    return await session.run(_MARK_TOLD, {"batch_ids": list(batch_ids), "at": at})


def _batches(chosen: Sequence[Release], currency: str, at: datetime) -> dict[str, Any]:
    return {
        "currency": currency,
        "at": at,
        "ids": [one.batch_id for one in chosen],
        "methods": [one.how for one in chosen],
        "counts": [len(one.payments) for one in chosen],
        "gross": [sum(owed.amount_minor for owed in one.payments) for one in chosen],
        "net": [sum(move.amount_minor for move in one.transfers) for one in chosen],
        "moves": [len(one.transfers) for one in chosen],
    }


def _members(chosen: Sequence[Release]) -> dict[str, Any]:
    pairs = [(one.batch_id, owed.payment_id) for one in chosen for owed in one.payments]
    return {"batch_ids": [batch for batch, _ in pairs], "payment_ids": [payment for _, payment in pairs]}


def _positions(chosen: Sequence[Release]) -> dict[str, Any]:
    rows = [(one.batch_id, net) for one in chosen for net in one.positions]
    return {
        "batch_ids": [batch for batch, _ in rows],
        "participants": [net.participant for _, net in rows],
        "owed": [net.owed_minor for _, net in rows],
        "owing": [net.owing_minor for _, net in rows],
    }


def _transfers(chosen: Sequence[Release]) -> dict[str, Any]:
    rows = [(one.batch_id, place, move) for one in chosen for place, move in enumerate(one.transfers, start=1)]
    return {
        "batch_ids": [batch for batch, _, _ in rows],
        "numbers": [number for _, number, _ in rows],
        "debtors": [move.debtor for _, _, move in rows],
        "creditors": [move.creditor for _, _, move in rows],
        "amounts": [move.amount_minor for _, _, move in rows],
    }


# Releases of one plan are begun in one moment; their ids were made one after the other and tell the order.
_BEGUN: Final = text(f"SELECT id FROM settlement_batches WHERE {UNTOLD} AND currency = :currency ORDER BY id")  # noqa: S608
_LOCK_QUEUE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:queue, 0))")
_LOCK_ITEMS: Final = text(
    """
    SELECT payment_id FROM settlement_items AS i
    WHERE payment_id = ANY(CAST(:payment_ids AS text[])) AND window_id IS NULL AND state = 'queued'
      AND NOT EXISTS (SELECT FROM pull_backs AS p WHERE p.payment_id = i.payment_id AND outcome IS NULL)
    ORDER BY payment_id FOR UPDATE OF i
    """
)
_BATCHES: Final = text(
    """
    INSERT INTO settlement_batches (
        id, currency, method, state, payment_count, gross_minor, net_minor, transfer_count, plans, opened_at, closed_at,
        planned_at
    )
    SELECT b.id, :currency, b.method, 'executing', b.payments, b.gross, b.net, b.moves, 1, :at, :at, :at FROM unnest(
        CAST(:ids AS text[]), CAST(:methods AS text[]), CAST(:counts AS int[]), CAST(:gross AS numeric[]),
        CAST(:net AS bigint[]), CAST(:moves AS int[])
    ) AS b (id, method, payments, gross, net, moves)
    """
)
_CLAIM: Final = text(
    """
    UPDATE settlement_items AS i SET state = 'claimed', batch_id = m.batch_id
    FROM unnest(CAST(:batch_ids AS text[]), CAST(:payment_ids AS text[])) AS m (batch_id, payment_id)
    WHERE i.payment_id = m.payment_id
    """
)
_POSITIONS: Final = text(
    """
    INSERT INTO net_positions (batch_id, participant_bic, owed_minor, owing_minor)
    SELECT * FROM unnest(
        CAST(:batch_ids AS text[]), CAST(:participants AS text[]), CAST(:owed AS numeric[]), CAST(:owing AS numeric[])
    )
    """
)
_TRANSFERS: Final = text(
    """
    INSERT INTO settlement_transfers (batch_id, number, debtor_bic, creditor_bic, amount_minor, backing)
    SELECT t.*, 'due' FROM unnest(
        CAST(:batch_ids AS text[]), CAST(:numbers AS int[]), CAST(:debtors AS text[]), CAST(:creditors AS text[]),
        CAST(:amounts AS bigint[])
    ) AS t
    """
)
_UNDER_WAY: Final = text(
    """
    SELECT id, method, currency FROM settlement_batches
    WHERE id = ANY(CAST(:batch_ids AS text[])) AND state = 'executing' ORDER BY id FOR UPDATE
    """
)
_MEMBERS: Final = text(
    """
    SELECT batch_id, payment_id, debtor_bic, creditor_bic, amount_minor, hold_turn FROM settlement_items
    WHERE batch_id = ANY(CAST(:batch_ids AS text[])) ORDER BY batch_id, enqueued_at, payment_id
    """
)
_MOVES: Final = text(
    """
    SELECT batch_id, debtor_bic, creditor_bic, amount_minor FROM settlement_transfers
    WHERE batch_id = ANY(CAST(:batch_ids AS text[])) ORDER BY batch_id, number
    """
)
_FINISH: Final = text(
    """
    WITH final AS (
        UPDATE settlement_batches AS b SET state = 'final', final_at = f.at
        FROM unnest(CAST(:batch_ids AS text[]), CAST(:ats AS timestamptz[])) AS f (id, at)
        WHERE b.id = f.id AND b.state = 'executing'
        RETURNING b.id
    )
    UPDATE settlement_items AS i SET state = 'final', reason = NULL
    FROM final WHERE i.batch_id = final.id AND i.state = 'claimed'
    """
)
# Payments before items, as everywhere, and in one order: nobody waits for somebody who waits for him.
_LOCK_PAYMENTS: Final = text(
    """
    SELECT id FROM payments
    WHERE id IN (SELECT payment_id FROM settlement_items WHERE batch_id = ANY(CAST(:batch_ids AS text[])))
    ORDER BY id FOR NO KEY UPDATE
    """
)
_PUT_BACK: Final = text(
    """
    WITH deferred AS (
        UPDATE settlement_batches
        SET state = 'deferred', reason = :reason, deferred_count = payment_count, payment_count = 0
        WHERE id = ANY(CAST(:batch_ids AS text[])) AND state = 'executing'
        RETURNING id
    ), again AS (
        UPDATE settlement_items AS i
        SET state = 'queued', batch_id = NULL, deferrals = deferrals + 1, reason = :reason
        FROM deferred WHERE i.batch_id = deferred.id AND i.state = 'claimed'
        RETURNING i.payment_id, deferred.id AS batch_id
    ), counted AS (
        UPDATE payments AS p SET event_count = event_count + 1, updated_at = greatest(updated_at, :at)
        FROM again WHERE p.id = again.payment_id
        RETURNING p.id, p.event_count, again.batch_id
    )
    INSERT INTO payment_events (payment_id, number, kind, at, actor, detail, dedupe_key)
    SELECT id, event_count, 'deferred', :at, 'network',
           CAST(:detail AS jsonb) || jsonb_build_object('batch_id', batch_id), 'deferred/' || batch_id
    FROM counted
    """
)
_TOLD: Final = text(
    """
    SELECT i.payment_id, b.id, b.closed_at, b.final_at
    FROM settlement_batches AS b JOIN settlement_items AS i ON i.batch_id = b.id
    WHERE b.id = ANY(CAST(:batch_ids AS text[])) AND b.state = 'final' ORDER BY b.id, i.payment_id
    """
)
_MARK_TOLD: Final = text(
    """
    UPDATE settlement_batches SET told_at = :at, told_count = payment_count
    WHERE id = ANY(CAST(:batch_ids AS text[])) AND state = 'final' AND told_at IS NULL
    """
)
