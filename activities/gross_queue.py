"""Steps of gross payments that queue for liquidity: paid at once or queued, released together, told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temporalio import activity

from activities import chains
from activities.clock import now
from activities.fences import Fences
from activities.ledger import Reservation, barred
from activities.payments import NETWORK
from activities.settlement import Unpayable
from domain.errors import AccountClosed, DomainError, InsufficientFunds, Rejection
from domain.ids import new_id
from domain.money import Money
from domain.payment import dues_account, settlement_account
from domain.settlement import Obligation, Priority
from domain.status import PaymentStatus
from domain.turns import in_turn
from ledger.book import Account, Operation, Post
from ledger.errors import AlreadyResolved, ExistsWithDifferent
from ledger.protocol import Ledger
from runtime.metrics import Metrics
from schema.tables.accounts import participants
from schema.tables.common.session import Database, ReadSession
from schema.tables.compliance import rescreenings
from schema.tables.payment import payments
from schema.tables.payment.payments import Step
from schema.tables.settlement import gross_queue, releases, steering
from schema.tables.settlement.gross_queue import InQueue
from schema.tables.settlement.releases import Release, UnderWay
from settlement import gridlock, multilateral
from settlement.gridlock import Resolution

AT_ONCE: Final = 500
"""So many payments, and the rest of a circle, leave the queue by one plan; the others by the next."""
LIST_CHANGES: Final = "a sanctions list is changing"
"""Why everything waits. Of one payment alone it is not said: its bank must not learn that it concerns a party of it."""
ITS_TURN: Final = "waits for its turn"
NOT_EXECUTED: Final = "planned together with a release that the ledger refused"


@dataclass(frozen=True, slots=True)
class GrossOrder:
    """A gross payment that waits where it is not covered. `turn`: how often a change of a list had pulled it back before."""

    reservation: Reservation
    priority: Priority = Priority.NORMAL
    turn: int = 0


@dataclass(frozen=True, slots=True)
class GrossOutcome:
    """What became of it: since when it waits and why; None when it is paid.

    `stands_still`: whether its time stands still while it is out of the queue; not so of one that was queued before there was that.
    """

    queued_at: datetime | None = None
    reason: str = ""
    stands_still: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Look at a currency's queue, without what the ledger refuses for good: banks (BIC) and payments."""

    currency: str
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a look came to: releases to be made, in this order, and how many payments wait.

    `again`: the queue changed while it was looked at, so nothing was planned. `unpayable`: payments that never can be made,
    and do not know it yet.
    """

    batch_ids: tuple[str, ...]
    waiting: int
    again: bool = False
    unpayable: tuple[Unpayable, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """Which releases are final. A refused one, and those planned after it, wait again: the code, and what to bar for good."""

    final: tuple[str, ...]
    refusal: str = ""
    barred: str = ""


class GrossQueueActivities:
    """Pays gross or queues, and lets go what the queue's resolution says; runs where the ledger is."""

    def __init__(self, db: Database, ledger: Ledger, metrics: Metrics) -> None:
        self._db = db
        self._ledger = ledger
        self._metrics = metrics
        self._fences = Fences(ledger)
        self._dues: set[str] = set()
        """Dues accounts that this process knows to be open."""

    @activity.defn
    async def pay_or_queue(self, order: GrossOrder) -> GrossOutcome:
        """Pay in one chain if the payment is covered and overtakes none; otherwise it waits, and says why.

        Raises AccountClosed, LedgerAccountMissing.
        """
        wanted, begun_at = order.reservation, now()
        owed = wanted.owed(order.priority)
        async with self._db.read() as session:
            ahead = await gross_queue.ahead(session, owed, wanted.currency)
        if ahead.paused:
            reason: str | None = f"{wanted.currency} is paused"
        elif await barred(self._db, self._ledger, wanted):
            reason = ITS_TURN
        elif ahead.behind:
            reason = f"waits behind {ahead.behind} in the queue of {owed.debtor}"
        else:
            reason = await self._pay(owed, wanted.currency)
        if reason is None or not await self._write_down(owed, wanted.currency):
            await self._record_paid(owed, wanted.currency, begun_at, awaited=ahead.awaited)
            return GrossOutcome()
        queued_at = await self._record_queued(owed, wanted.currency, reason, order.turn)
        return GrossOutcome(queued_at, reason, stands_still=True)

    async def _pay(self, owed: Obligation, currency: str) -> str | None:
        """Reserve and pay; why it was not possible, or None."""
        hold = chains.held(owed, currency)
        try:
            await self._ledger.submit([hold, Post(f"{owed.payment_id}/post", hold.id)])
        except InsufficientFunds as short:
            missing = Money(owed.amount_minor - max(short.facts["spendable_minor"], 0), currency)
            return f"{owed.debtor} is {missing} {currency} short of it"
        except ExistsWithDifferent:
            await self._fences.heed(_name(owed))
            return ITS_TURN  # an earlier try of this step has queued it
        except Rejection as refusal:
            await self._fences.refuse(_name(owed), refusal)
            return ITS_TURN  # another try was quicker, and if it has paid it, the next step says so
        return None

    async def _write_down(self, owed: Obligation, currency: str) -> bool:
        """Write the payment down as due, which takes no liquidity. False: an earlier try of this step has paid it."""
        for bic in (owed.debtor, owed.creditor):
            account = dues_account(bic, currency)
            if account not in self._dues:
                await self._ledger.balance(settlement_account(bic, currency))
                await self._ledger.open_account(Account(account, currency, floor_minor=None))
                self._dues.add(account)
        try:
            await self._fences.submit(_name(owed), [chains.due(owed, currency)])
        except ExistsWithDifferent:
            return False
        return True

    async def _record_paid(self, owed: Obligation, currency: str, begun_at: datetime, *, awaited: bool) -> None:
        final_at = now()
        steps = [
            Step(PaymentStatus.APPROVED, begun_at, NETWORK),
            Step(PaymentStatus.QUEUED, begun_at, NETWORK),
            Step(PaymentStatus.SETTLING, begun_at, NETWORK),
            Step(PaymentStatus.SETTLED, final_at, NETWORK),
            Step(PaymentStatus.COMPLETED, now(), NETWORK),
        ]
        # Where nobody waits for the money, one statement is all; that is how most payments are recorded.
        async with self._db.write() if awaited else self._db.stroke() as session:
            fresh = await payments.advance(session, owed.payment_id, *steps, processed_at=begun_at, settled_at=final_at)
            if awaited:
                await gross_queue.wake(session, currency, at=now())
        if fresh:
            self._metrics.settled.labels("gross").inc()

    async def _record_queued(self, owed: Obligation, currency: str, reason: str, turn: int) -> datetime:
        at, told = now(), {"queue": "gross", "reason": reason}
        async with self._db.write() as session:
            steps = Step(PaymentStatus.APPROVED, at, NETWORK), Step(PaymentStatus.QUEUED, at, NETWORK, told)
            await payments.advance(session, owed.payment_id, *steps, processed_at=at)
            return await gross_queue.enqueue(session, owed, currency=currency, reason=reason, at=at, turn=turn)

    @activity.defn
    async def look_at_queue(self, look: Look) -> Found:
        """Find what can leave the queue with the banks' funds, and write it down before anybody acts on it.

        What was begun before is carried to its end first. Whatever stays learns why.
        """
        async with self._db.read() as session:
            begun = await releases.begun(session, look.currency)
            queue = await gross_queue.queued(session, look.currency)
            held_up = await self._held_up(session, look.currency)
            floors = await participants.floors(session, look.currency)
        if begun:
            return Found(tuple(begun), len(queue))
        if not queue:
            return Found((), 0)
        if held_up:
            await self._tell_reasons(queue, {one.owed.payment_id: held_up for one in queue})
            return Found((), len(queue))
        closed = await self._closed(queue, look.currency)
        barred, free = _divided(queue, (*look.barred, *closed))
        unpayable = tuple(_unpayable(queue, closed))
        for one in unpayable:  # it is told first, and shown then
            del barred[one.payment_id]
        resolution = gridlock.resolve(free, await self._spendable(free, look.currency, floors))
        chosen = _numbered(_first(resolution))
        reasons = {one.owed.payment_id: one.reason(look.currency) for one in resolution.waiting} | barred
        if len(chosen) < len(resolution.released):
            reasons = {}  # the next look, a moment later, would tell other ones
        left = len(queue) - sum(len(one.payments) for one in chosen)
        if not chosen:
            await self._tell_reasons(queue, reasons)
            return Found((), left, unpayable=unpayable)
        async with self._db.write() as session:
            if await self._held_up(session, look.currency):
                return Found((), len(queue), again=True)
            if not await releases.store(session, look.currency, chosen, reasons, at=now()):
                return Found((), len(queue), again=True)
        self._measure(look.currency, chosen)
        return Found(tuple(one.batch_id for one in chosen), left, unpayable=unpayable)

    async def _closed(self, queue: Iterable[InQueue], currency: str) -> set[str]:
        """Banks of the queue whose accounts take no entries any more."""
        accounts = {
            settlement_account(bic, currency): bic for one in queue for bic in (one.owed.debtor, one.owed.creditor)
        }
        return {accounts[closed] for closed in await self._ledger.closed(accounts)}

    async def _held_up(self, session: ReadSession, currency: str) -> str | None:
        """Why nothing may go now, if so."""
        if await steering.is_paused(session, currency):
            return f"{currency} is paused"
        return LIST_CHANGES if await rescreenings.pending(session) else None

    async def _tell_reasons(self, queue: Iterable[InQueue], reasons: dict[str, str]) -> None:
        """Tell what is news, which is seldom much."""
        known = {one.owed.payment_id: one.reason for one in queue}
        news = {payment_id: reason for payment_id, reason in reasons.items() if known[payment_id] != reason}
        if news:
            async with self._db.stroke() as session:
                await gross_queue.give_reasons(session, news)

    async def _spendable(self, queue: Iterable[Obligation], currency: str, floors: dict[str, int]) -> dict[str, int]:
        """What every bank that has a part in the queue can pay."""
        banks = sorted({bic for owed in queue for bic in (owed.debtor, owed.creditor)})
        balances = {bic: await self._ledger.balance(settlement_account(bic, currency)) for bic in banks}
        return {bic: balance.available_minor - floors.get(bic, 0) for bic, balance in balances.items()}

    def _measure(self, currency: str, chosen: Iterable[Release]) -> None:
        for one in chosen:
            self._metrics.gross_released.labels(currency, one.how).inc(len(one.payments))
        together = [one.payments for one in chosen]
        apart = sorted((owed for one in together for owed in one), key=lambda owed: owed.arrived)
        for way, steps in (("as_released", together), ("one_by_one", [(owed,) for owed in apart])):
            minor = sum(gridlock.needed(steps).values())
            self._metrics.gross_liquidity.labels(currency, way).inc(minor)

    @activity.defn
    async def make_releases(self, batch_ids: tuple[str, ...]) -> Made:
        """Make releases one after the other, each in one atomic chain, and record what is final.

        A repeat makes none twice. What the ledger refuses, and what was planned after it, goes back into the queue.
        """
        final: dict[str, datetime] = {}
        async with self._db.write() as session:
            under_way = await releases.under_way(session, batch_ids)
            refusal: DomainError | None = None
            for place, release in enumerate(under_way):
                try:
                    await self._ledger.submit(_chain(release))
                except DomainError as refused:
                    # The book refuses a chain as a whole: nothing of this release was made.
                    refusal = refused
                    why = f"the ledger refused its release: {refused.code}"
                    later = [one.batch_id for one in under_way[place + 1 :]]
                    await releases.put_back(session, [release.batch_id], reason=why, at=now())
                    await releases.put_back(session, later, reason=NOT_EXECUTED, at=now())
                    break
                final[release.batch_id] = now()
                activity.heartbeat(len(final))
            if final:
                await releases.finish(session, final)
        if refusal is None:
            return Made(tuple(batch_ids))
        return Made(tuple(final), refusal.code, _to_bar(refusal))


def _name(owed: Obligation) -> str:
    return in_turn(owed.payment_id, owed.hold_turn)


def _to_bar(refusal: DomainError) -> str:
    """What the ledger will refuse at every try: a bank with a closed account, a payment whose hold is over."""
    if isinstance(refusal, AccountClosed):
        return str(refusal.facts["account"]).partition("/")[0]
    if isinstance(refusal, AlreadyResolved):
        return str(refusal.facts["hold"]).partition("/")[0]
    return ""


def _divided(queue: Iterable[InQueue], barred: tuple[str, ...]) -> tuple[dict[str, str], list[Obligation]]:
    """Payments that cannot go whatever money is there, with the reason, and the others."""
    out, free = {}, []
    for one in queue:
        owed = one.owed
        named = (bic for bic in (owed.debtor, owed.creditor) if bic in barred)
        if one.pulled_back:
            out[owed.payment_id] = ITS_TURN
        elif bic := next(named, None):
            out[owed.payment_id] = _closed_account(bic)
        elif owed.payment_id in barred:
            out[owed.payment_id] = "its reservation is over"
        else:
            free.append(owed)
    return out, free


def _unpayable(queue: Iterable[InQueue], closed: set[str]) -> Iterable[Unpayable]:
    """Payments that are to be told that they cannot be made; of what is screened again, people have the word first."""
    for one in queue:
        bic = next((bic for bic in (one.owed.debtor, one.owed.creditor) if bic in closed), None)
        if bic is not None and not one.pulled_back and one.reason != _closed_account(bic):
            yield Unpayable(one.owed.payment_id, _closed_account(bic))


def _closed_account(bic: str) -> str:
    return f"the ledger refuses entries on the account of {bic}"


def _first(resolution: Resolution) -> Iterable[gridlock.Release]:
    """As many releases as one plan takes; what is left out waits for the next look, a moment later."""
    count = 0
    for release in resolution.released:
        if count >= AT_ONCE:
            return
        count += len(release.payments)
        yield release


def _numbered(chosen: Iterable[gridlock.Release]) -> list[Release]:
    """Releases as they are written down: their ids sort as they are to be made."""
    plan, written = new_id("bat"), []
    for place, one in enumerate(chosen, start=1):
        nets = multilateral.positions(one.payments)
        written.append(Release(f"{plan}-{place:03}", one.how, one.payments, nets, multilateral.net_of(nets)))
    return written


def _chain(release: UnderWay) -> list[Operation]:
    return chains.settle_due(release.batch_id, release.currency, release.payments, release.transfers)
