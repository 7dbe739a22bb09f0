"""Steps of net settlement: out of the queue, closing a window, telling its payments."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.clock import now
from activities.closings import next_closing
from activities.measures import WindowMeasures
from runtime.metrics import Metrics
from schema.tables.common.session import Database
from schema.tables.compliance import rescreenings
from schema.tables.payment import turns
from schema.tables.settlement import gross_queue, releases, steering, telling, windows
from schema.tables.settlement.windows import WindowState
from settlement import multilateral

SIGNALS_AT_ONCE: Final = 64
PAGE: Final = 512
"""So many payments are told before SQL notes it; a repeat tells no more than these a second time."""
SETTLED_SIGNAL: Final = "settled"
UNPAYABLE_SIGNAL: Final = "unpayable"


@dataclass(frozen=True, slots=True)
class WindowRef:
    """One settlement window. `window_s` is the length of the window that deferred payments go to."""

    window_id: str
    batch_id: str
    window_s: float
    ledger_task_queue: str | None = None


@dataclass(frozen=True, slots=True)
class Deferral:
    """A batch that the ledger refused as a whole, and the refusal's code."""

    window: WindowRef
    reason: str


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closed window holds. It is still open when an operator has `paused` its currency, or lists are `changing`."""

    payments: int
    transfers: int
    paused: bool = False
    changing: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """A payment that is to leave its queue; `ends_turn`: to be screened again, whereupon its turn is over (`hold_turn`)."""

    payment_id: str
    ends_turn: bool = False
    hold_turn: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """The news a payment gets when its batch is final."""

    batch_id: str
    closed_at: datetime
    final_at: datetime


@dataclass(frozen=True, slots=True)
class Unpayable:
    """The news a payment gets in the gross queue when an account that it needs was closed: it can never be paid."""

    payment_id: str
    text: str


class SettlementActivities:
    """Runs settlement windows against the queue in SQL."""

    def __init__(
        self,
        db: Database,
        client: Client,
        metrics: Metrics,
        *,
        signals_at_once: int = SIGNALS_AT_ONCE,
        page: int = PAGE,
    ) -> None:
        self._db = db
        self._client = client
        self._at_once = signals_at_once
        self._page = page
        self._measures = WindowMeasures(metrics)

    @activity.defn
    async def leave_queue(self, leave: Leave) -> bool:
        """Take a payment out of the queue; False when its window has closed and it will settle.

        In a gross queue others may be waiting behind it: they have their chance.
        """
        payment_id = leave.payment_id
        async with self._db.write() as session:
            if leave.ends_turn and await turns.ended(session, payment_id, leave.hold_turn):
                return True  # a late try: it has left before, and may be back in another turn
            left = await windows.withdraw(session, payment_id)
            if left and leave.ends_turn:
                await turns.end(session, payment_id, leave.hold_turn)
            await gross_queue.wake_for(session, payment_id, at=now())
            return left

    @activity.defn
    async def close_window(self, window: WindowRef) -> Closed:
        """Close the window: claim its payments in one stroke, then compute positions and transfers."""
        async with self._db.write() as session:
            count = await windows.close(session, window.window_id, window.batch_id, now())
            if count == 0:
                return Closed(0, 0)
            obligations = await windows.claimed(session, window.batch_id)
            transfers = multilateral.net(obligations)
            await windows.store_net(session, window.batch_id, multilateral.positions(obligations), transfers)
        return Closed(count, len(transfers))

    @activity.defn
    async def claim_window(self, window: WindowRef) -> Closed:
        """Close the window and claim its payments in one stroke, unless its currency is paused or a list has changed."""
        async with self._db.write() as session:
            view = await steering.window(session, window.window_id)
            if view.state is WindowState.OPEN and await steering.is_paused(session, view.currency):
                return Closed(0, 0, paused=True)
            if view.state is WindowState.OPEN and await rescreenings.pending(session):
                return Closed(0, 0, changing=True)
            at = now()
            closed = await windows.shut(session, window.window_id, at)
            payments = await windows.claim(session, window.window_id, window.batch_id, at)
        if closed:
            self._measures.closed(view, payments, at)
        return Closed(payments, 0)

    @activity.defn
    async def record_finality(self, batch_id: str) -> Settled:
        """Record that the batch is final: whoever waits for liquidity may have some of it now."""
        async with self._db.write() as session:
            finished = await windows.finish(session, batch_id, now())
            batch = await windows.batch(session, batch_id)
            await gross_queue.wake(session, batch.currency, at=now())
        if finished:
            self._measures.final(batch)
        assert batch.closed_at is not None, "a finished batch was closed"
        assert batch.final_at is not None, "a finished batch is final"
        return Settled(batch_id, batch.closed_at, batch.final_at)

    @activity.defn
    async def defer_batch(self, deferral: Deferral) -> None:
        """Put every payment of a refused batch into the next window, with the reason."""
        async with self._db.write() as session:
            batch = await windows.batch(session, deferral.window.batch_id)
            payments = await windows.defer(
                session,
                deferral.window.batch_id,
                reason=deferral.reason,
                at=now(),
                window_s=deferral.window.window_s,
                window_input={"ledger_task_queue": deferral.window.ledger_task_queue},
                closing=next_closing,
            )
        if payments:
            self._measures.refused(batch.currency, payments, deferral.reason)

    @activity.defn
    async def tell_payments(self, news: Settled) -> int:
        """Tell every payment of a final batch, page by page. A repeat goes on after the last page that was noted."""
        done, noted = 0, False
        while page := await self._untold(news.batch_id):
            for start in range(0, len(page), self._at_once):
                chunk = page[start : start + self._at_once]
                await asyncio.gather(*(self._tell(payment_id, news) for payment_id in chunk))
                done += len(chunk)
                activity.heartbeat(done)
            async with self._db.stroke() as session:
                noted = await telling.told(session, news.batch_id, page, now())
        if noted:
            self._measures.told(news.final_at, now())
        return done

    async def _untold(self, batch_id: str) -> list[str]:
        async with self._db.read() as session:
            return await telling.untold(session, batch_id, self._page)

    @activity.defn
    async def tell_released(self, batch_ids: tuple[str, ...]) -> int:
        """Tell every payment of final releases of the gross queue; a payment does not mind being told twice."""
        async with self._db.read() as session:
            told = await releases.to_tell(session, batch_ids)
        for place in range(0, len(told), SIGNALS_AT_ONCE):
            chunk = told[place : place + SIGNALS_AT_ONCE]
            news = ((one.payment_id, Settled(one.batch_id, one.closed_at, one.final_at)) for one in chunk)
            await asyncio.gather(*(self._tell(payment_id, settled) for payment_id, settled in news))
            activity.heartbeat()
        async with self._db.stroke() as session:
            await releases.mark_told(session, batch_ids, now())
        return len(told)

    @activity.defn
    async def tell_unpayable(self, payments: tuple[Unpayable, ...]) -> None:
        """Tell payments of the gross queue that they cannot be paid, then show it; one does not mind being told twice."""
        for place in range(0, len(payments), SIGNALS_AT_ONCE):
            chunk = payments[place : place + SIGNALS_AT_ONCE]
            await asyncio.gather(*(_signal(self._client, one.payment_id, UNPAYABLE_SIGNAL, one) for one in chunk))
            activity.heartbeat()
        async with self._db.stroke() as session:
            await gross_queue.give_reasons(session, {one.payment_id: one.text for one in payments})

    async def _tell(self, payment_id: str, news: Settled) -> None:
        await tell(self._client, payment_id, news)


async def tell(client: Client, payment_id: str, news: Settled) -> None:
    """Tell one payment that what it settled with is final."""
    await _signal(client, payment_id, SETTLED_SIGNAL, news)


async def _signal(client: Client, payment_id: str, name: str, news: Settled | Unpayable) -> None:
    try:
        await client.get_workflow_handle(f"payment/{payment_id}").signal(name, news)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        # Ended already: an earlier try of this step told it, and it completed.
