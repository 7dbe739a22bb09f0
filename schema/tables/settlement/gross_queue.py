"""The gross queue: gross payments that wait for liquidity, in one queue per bank and currency. What leaves it: `releases`.

Its payments are settlement items without a window. Whatever may let one of them go wakes the queue's owner in the same
transaction, so that no wake-up is lost; an event that nobody waits for wakes nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from domain.ids import new_id
from domain.settlement import Obligation, Priority
from schema.tables.common import outbox
from schema.tables.common.outbox import StartKind
from schema.tables.common.session import Line, ReadSession, WriteSession
from schema.tables.compliance import reviews
from schema.tables.payment import turns


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a new gross payment meets: one that it may not overtake, a pause, and whether its receiver waits for money."""

    behind: str | None
    paused: bool
    awaited: bool


@dataclass(frozen=True, slots=True)
class InQueue:
    """A payment in the queue, and why it is told to wait."""

    owed: Obligation
    reason: str | None
    pulled_back: bool = False
    """Whether a change of a list wants it screened again before it may leave."""


async def ahead(session: ReadSession, owed: Obligation, currency: str) -> Ahead:
    """What stands between a payment and its being paid at once: in one question, because every payment asks it."""
    facts = {
        "payment_id": owed.payment_id,
        "debtor": owed.debtor,
        "creditor": owed.creditor,
        "currency": currency,
        "priority": int(owed.priority),
    }
    row = await session.one(_AHEAD, facts)
    return Ahead(row.behind, row.paused, row.awaited)


async def enqueue(
    session: WriteSession, owed: Obligation, *, currency: str, reason: str, at: datetime, turn: int = 0
) -> datetime:
    """Put a payment into its bank's queue and wake the owner; answers since when it waits.

    One that is in the queue, or has left it to be paid, stays where it is; one that was taken out comes back only in a
    later `turn`: after it was pulled back and screened again. Raises IllegalTransition when a late try of an earlier turn
    finds the payment over, or held, or in a later one.
    """
    if turn:
        await reviews.require_free(session, owed.payment_id)
    facts = {
        "payment_id": owed.payment_id,
        "debtor": owed.debtor,
        "creditor": owed.creditor,
        "amount_minor": owed.amount_minor,
        "currency": currency,
        "priority": int(owed.priority),
        "reason": reason,
        "turn": turn,
        "hold_turn": owed.hold_turn,
        "at": at,
    }
    await session.run(_ENQUEUE, facts)
    row = await session.first(_SINCE, {"payment_id": owed.payment_id, "hold_turn": owed.hold_turn})
    if row is None:
        raise turns.over(owed.payment_id)
    await wake(session, currency, at=at)
    since: datetime = row.enqueued_at
    return since


async def queued(session: ReadSession, currency: str) -> list[InQueue]:
    """Every payment that waits in a currency; `arrived` is its place by time, the first is 0."""
    rows = await session.all(_QUEUED, {"currency": currency})
    return [InQueue(_owed(row, place), row.reason, row.pulled_back) for place, row in enumerate(rows)]


async def give_reasons(session: WriteSession, reasons: Mapping[str, str]) -> int:
    """Tell payments that still wait why they do; answers how many were told something new."""
    return await session.run(_REASONS, {"payment_ids": list(reasons), "reasons": list(reasons.values())})


async def wake(session: WriteSession, currency: str, *, at: datetime) -> bool:
    """Have the queue's owner look again, if anybody waits in the currency; False when nobody does."""
    if await session.first(_ANYBODY, {"currency": currency}) is None:
        return False
    # Every wake-up is a row of its own: one that is being confirmed just now may have come before what is news to us.
    await outbox.add(
        session,
        workflow_id=f"gross-queue/{currency}/{new_id('wake')}",
        kind=StartKind.GROSS_QUEUE,
        subject=currency,
        input={},
        at=at,
    )
    return True


async def wake_all(session: WriteSession, *, at: datetime) -> None:
    """Have every owner look again in whose queue anybody waits."""
    for row in await session.all(_CURRENCIES):
        await wake(session, row.currency, at=at)


async def wake_for(session: WriteSession, payment_id: str, *, at: datetime) -> bool:
    """Have the owner of the queue that a payment is, or was, in look again; False when it never was in one."""
    row = await session.first(_CURRENCY, {"payment_id": payment_id})
    return row is not None and await wake(session, row.currency, at=at)


def _owed(row: Line, place: int) -> Obligation:
    priority = Priority(row.priority)
    return Obligation(row.payment_id, row.debtor_bic, row.creditor_bic, row.amount_minor, priority, place)


_AHEAD: Final = text(
    """
    WITH own AS (
        SELECT payment_id FROM settlement_items
        WHERE currency = :currency AND debtor_bic = :debtor AND window_id IS NULL AND state IN ('queued', 'claimed')
          AND priority >= CAST(:priority AS smallint) AND payment_id <> :payment_id
        ORDER BY priority DESC, enqueued_at, payment_id LIMIT 1
    )
    SELECT (SELECT payment_id FROM own) AS behind,
           EXISTS (SELECT FROM settlement_pauses WHERE currency = :currency) AS paused,
           EXISTS (
               SELECT FROM settlement_items
               WHERE currency = :currency AND debtor_bic = :creditor AND window_id IS NULL
                 AND state IN ('queued', 'claimed')
           ) AS awaited
    """
)
_ENQUEUE: Final = text(
    """
    WITH own AS MATERIALIZED (
        SELECT id FROM payments WHERE id = :payment_id AND hold_turn <= :hold_turn FOR NO KEY UPDATE
    )
    INSERT INTO settlement_items (
        payment_id, window_id, state, debtor_bic, creditor_bic, amount_minor, currency, deferrals, priority, backing,
        reason, turn, hold_turn, enqueued_at
    )
    SELECT id, NULL, 'queued', :debtor, :creditor, CAST(:amount_minor AS bigint), :currency, 0,
        CAST(:priority AS smallint), 'due', :reason, CAST(:turn AS smallint), CAST(:hold_turn AS smallint), :at FROM own
    ON CONFLICT (payment_id) DO UPDATE SET
        state = 'queued', reason = excluded.reason, turn = excluded.turn, hold_turn = excluded.hold_turn,
        enqueued_at = excluded.enqueued_at
    WHERE settlement_items.state = 'withdrawn' AND settlement_items.turn < excluded.turn
    """
)
_SINCE: Final = text(
    """
    SELECT i.enqueued_at FROM settlement_items AS i JOIN payments AS p ON p.id = i.payment_id
    WHERE p.id = :payment_id AND p.hold_turn <= :hold_turn
    """
)
_QUEUED: Final = text(
    """
    SELECT payment_id, debtor_bic, creditor_bic, amount_minor, priority, reason,
           EXISTS (SELECT FROM pull_backs AS p WHERE p.payment_id = i.payment_id AND outcome IS NULL) AS pulled_back
    FROM settlement_items AS i WHERE currency = :currency AND window_id IS NULL AND state = 'queued'
    ORDER BY enqueued_at, payment_id
    """
)
_REASONS: Final = text(
    """
    UPDATE settlement_items AS i SET reason = told.reason
    FROM unnest(CAST(:payment_ids AS text[]), CAST(:reasons AS text[])) AS told (payment_id, reason)
    WHERE i.payment_id = told.payment_id AND i.state = 'queued' AND i.reason IS DISTINCT FROM told.reason
    """
)
_ANYBODY: Final = text(
    """
    SELECT payment_id FROM settlement_items
    WHERE currency = :currency AND window_id IS NULL AND state IN ('queued', 'claimed') LIMIT 1
    """
)
_CURRENCIES: Final = text(
    "SELECT DISTINCT currency FROM settlement_items WHERE window_id IS NULL AND state IN ('queued', 'claimed')"
)
_CURRENCY: Final = text("SELECT currency FROM settlement_items WHERE payment_id = :payment_id AND window_id IS NULL")
