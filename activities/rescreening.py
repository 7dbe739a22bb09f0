"""Steps that follow a change of a list: compare payments on their way with it, pull back whom it concerns, go on.

Parties are gathered when a list changes, not before: payments pay nothing for it, and no index of them can be out of step.
Why no payment is missed is told in `activities.screening` and `schema.tables.compliance.in_flight`. Until all of this is done,
`schema.tables.compliance.rescreenings.pending` keeps everything from settling.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.beating import beating
from activities.clock import now
from activities.good_guys import cleared
from activities.library import Library
from activities.list_files import ListChange, entries
from activities.payments import NETWORK, SYSTEM
from domain.screening import Hit, ScreeningResult
from domain.status import TERMINAL, PaymentStatus
from runtime.metrics import Metrics
from schema.tables.common import audit
from schema.tables.common.session import Database, WriteSession
from schema.tables.compliance import in_flight, lists, pull_backs, rescreenings
from schema.tables.compliance.in_flight import InFlight
from schema.tables.compliance.pull_backs import PullBack, PullOutcome, PullReason
from schema.tables.compliance.rescreenings import Compared
from schema.tables.payment import events, payments
from schema.tables.settlement import gross_queue, steering
from screening.lists import guard
from screening.lists.guard import Version
from screening.policies import subjects
from screening.rescreening import Change, Comparison, news, outdated

PAGE: Final = 200
"""Payments that are looked at together."""
SIGNALS_AT_ONCE: Final = 16
LISTS_SIGNAL: Final = "lists_changed"
RESUME_SIGNAL: Final = "resume"
LOOK_S: Final = 0.1
"""How often it is looked whether this worker's index is that of the lists in force."""
PAID: Final = frozenset({PaymentStatus.SETTLING, PaymentStatus.SETTLED, PaymentStatus.COMPLETED})


@dataclass(frozen=True, slots=True)
class ListNews:
    """What a payment is told: the list that has changed, and its version."""

    list_name: str
    version: str


@dataclass(frozen=True, slots=True)
class Closing:
    """A payment that is over; `refused`: it had been paid when people refused it after all."""

    payment_id: str
    refused: bool = False


class RescreeningActivities:
    """Holds payments on their way against a new version of a list."""

    def __init__(self, db: Database, client: Client, library: Library, metrics: Metrics) -> None:
        self._db = db
        self._client = client
        self._library = library
        self._metrics = metrics

    @activity.defn
    async def compare(self, change: ListChange) -> Compared:
        """Compare every party of the payments on their way with what is new, and pull back whom it concerns.

        Nothing settles a payment that is pulled back. A repeat begins from the start and comes to the same.
        """
        async with beating():
            await self._catch_up()
            changed = await self._change(change)
            comparison = await asyncio.to_thread(Comparison, changed, self._library.screener())
            seen = hits = 0
            async with self._db.read() as session:
                since = (await rescreenings.find(session, change.version_id)).begun_at
            async for page in in_flight.pages(self._db, size=PAGE, but=self._library.in_force.version, since=since):
                found = await asyncio.to_thread(_hits, comparison, page)
                pulled = [
                    one for each, on in zip(page, found, strict=True) if (one := await self._judged(each, on, changed))
                ]
                async with self._db.write() as session:
                    await pull_backs.record(session, change.version_id, pulled, now())
                seen, hits = seen + len(page), hits + sum(map(len, found))
            compared = Compared(seen, comparison.parties, hits)
            async with self._db.write() as session:
                await rescreenings.compared(session, change.version_id, compared)
        return compared

    @activity.defn
    async def tell_pulled_back(self, change: ListChange) -> int:
        """Tell every payment that is pulled back; one that is over needs nothing. A repeat tells who has not answered."""
        async with self._db.read() as session:
            told = await pull_backs.unanswered(session, change.version_id)
            version = (await rescreenings.find(session, change.version_id)).version
        for begin in range(0, len(told), SIGNALS_AT_ONCE):
            chunk = told[begin : begin + SIGNALS_AT_ONCE]
            await asyncio.gather(*(self._tell(payment_id, change, version) for payment_id in chunk))
            activity.heartbeat()
        return len(told)

    @activity.defn
    async def unanswered(self, change: ListChange) -> int:
        """How many of the payments that were told have neither been screened again nor settled nor ended."""
        async with self._db.read() as session:
            return len(await pull_backs.unanswered(session, change.version_id))

    @activity.defn
    async def lists_changing(self, payment_id: str) -> bool:
        """Whether a payment that has waited must wait a moment longer: it may be about to be pulled back."""
        async with self._db.read() as session:
            return await rescreenings.bars(session, payment_id)

    @activity.defn
    async def end_rescreening(self, change: ListChange) -> None:
        """It is done: settlement goes on. Whoever has not answered yet stays barred from it."""
        at = now()
        async with self._db.write() as session:
            if await rescreenings.end(session, change.version_id, at):
                await gross_queue.wake_all(session, at=at)
                done = await rescreenings.find(session, change.version_id)
                facts = ("version", "payments", "pulled_back", "reopened", "too_late", "unanswered")
                told = {name: getattr(done, name) for name in facts}
                await _log(session, at, "list.rescreen", change.list_name, told)
                self._metrics.rescreened(done.pulled_back, done.reopened, (at - done.begun_at).total_seconds())
        async with self._db.read() as session:
            waiting = await steering.open_windows(session)
        await asyncio.gather(*(self._signal(f"settlement/{window_id}", RESUME_SIGNAL) for window_id in waiting))

    @activity.defn
    async def close_pull_backs(self, closing: Closing) -> None:
        """A payment is over that was to be pulled back. Was it paid, compliance must know of the hit."""
        await self._close(closing.payment_id, refused=closing.refused)

    async def _catch_up(self) -> None:
        """Wait until this worker screens by the lists in force."""
        while True:
            async with self._db.read() as session:
                if not await self._library.outdated(session, self._library.in_force.version):
                    return
            self._library.wake()
            await asyncio.sleep(LOOK_S)

    async def _change(self, change: ListChange) -> Change:
        async with self._db.read() as session:
            after = await lists.content(session, change.version_id)
            before = await lists.content(session, change.previous_id) if change.previous_id else None
        return await asyncio.to_thread(_difference, change.list_name, before, after)

    async def _judged(self, payment: InFlight, found: tuple[Hit, ...], change: Change) -> PullBack | None:
        """Whether a payment is to be screened again, and why."""
        result = ScreeningResult(found, "", "")
        if found:
            async with self._db.read() as session:
                result = await cleared(session, subjects(payment.order), result, now())
        if concerned := news(result.hits, payment.hits):
            return PullBack(payment.payment_id, PullReason.LISTED, _entities(concerned))
        if payment.held and (concerned := outdated(payment.hits, change)):
            return PullBack(payment.payment_id, PullReason.DELISTED, _entities(concerned))
        return None

    async def _tell(self, payment_id: str, change: ListChange, version: str) -> None:
        if not await self._signal(f"payment/{payment_id}", LISTS_SIGNAL, ListNews(change.list_name, version)):
            await self._close(payment_id)

    async def _close(self, payment_id: str, *, refused: bool = False) -> None:
        at = now()
        async with self._db.write() as session:
            await events.lock(session, payment_id)
            standing = (await payments.instruction(session, payment_id)).status
            if not refused and standing not in PAID | TERMINAL:
                # Not over: somebody has ended its workflow. Until that goes on, nothing settles the payment.
                return
            outcome = PullOutcome.TOO_LATE if refused or standing in PAID else PullOutcome.ENDED
            closed = await pull_backs.close(session, payment_id, outcome, at, again=refused)
            for late in closed if outcome is PullOutcome.TOO_LATE else ():
                key = f"list_hit_after_close/{late['list_name']}/{late['version']}"
                kind = "list_hit_after_close"
                if await events.append(
                    session, payment_id, kind=kind, at=at, actor=NETWORK, detail=late, dedupe_key=key
                ):
                    self._metrics.hits_after_close.inc()
                    await _log(session, at, "list.hit_after_close", payment_id, late)

    async def _signal(self, workflow_id: str, name: str, *news: ListNews) -> bool:
        """False when the workflow is over."""
        try:
            await self._client.get_workflow_handle(workflow_id).signal(name, *news)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True


def _difference(list_name: str, before: bytes | None, after: bytes) -> Change:
    entities = list(entries(list_name, after))
    hashes = {entity.entity_id: entity.content_hash for entity in entities}
    old = None
    if before is not None:
        old = Version(
            list_name, "", 0, {entity.entity_id: entity.content_hash for entity in entries(list_name, before)}
        )
    return Change.of(list_name, entities, guard.delta(old, Version(list_name, "", 0, hashes)))


def _hits(comparison: Comparison, page: Sequence[InFlight]) -> list[tuple[Hit, ...]]:
    return [comparison.hits(subjects(payment.order)) for payment in page]


def _entities(hits: Iterable[Hit]) -> tuple[str, ...]:
    return tuple(sorted({hit.entity_id for hit in hits}))


async def _log(session: WriteSession, at: datetime, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    await audit.append(
        session, at=at, actor_id=NETWORK, actor_role=SYSTEM, action=action, subject=subject, detail=detail
    )
