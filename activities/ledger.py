"""Steps that move money. Each is one atomic chain in the ledger under ids the payment chose: safe to repeat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from temporalio import activity

from activities import chains
from activities.beating import beating
from activities.clock import now
from activities.closings import next_closing
from activities.fences import Fences
from activities.payments import NETWORK
from domain.errors import DomainError
from domain.payment import dues_account, hold_id, settlement_account
from domain.settlement import Backing, Obligation, Priority
from domain.status import PaymentStatus
from domain.turns import in_turn, turn_of
from ledger.book import Account, Post
from ledger.errors import ExistsWithDifferent
from ledger.protocol import Ledger
from runtime.metrics import Metrics
from schema.tables.common.session import Database
from schema.tables.compliance import rescreenings
from schema.tables.payment import payments, turns
from schema.tables.payment.payments import Step
from schema.tables.settlement import plans, windows

A_MOMENT: Final = timedelta(seconds=0.5)
"""A payment that was screened no longer ago is paid without asking whether a list is changing."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Funds to set aside for a payment, in minor units; BICs name the banks that settle."""

    payment_id: str
    debtor_bic: str
    creditor_bic: str
    currency: str
    amount_minor: int
    screened_at: datetime | None = None
    """When it was last known to be clear of the lists in force."""
    hold_turn: int = 0
    """The turn in which it takes them."""

    @property
    def name(self) -> str:
        """What the ledger calls the payment in this turn."""
        return in_turn(self.payment_id, self.hold_turn)

    def owed(self, priority: Priority = Priority.NORMAL) -> Obligation:
        """The funds as a debt between the two banks."""
        banks = self.debtor_bic, self.creditor_bic
        return Obligation(self.payment_id, *banks, self.amount_minor, priority, hold_turn=self.hold_turn)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A payment for the next window of its currency, and how long a fresh window stays open (seconds).

    `turn`: how often a change of a list had pulled the payment out of the queue before.
    """

    reservation: Reservation
    window_s: float
    ledger_task_queue: str | None = None
    priority: Priority = Priority.NORMAL
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Release:
    """What became of a hold that was to be released: `moved` means the money had been paid already."""

    moved: bool


@dataclass(frozen=True, slots=True)
class Execution:
    """What the ledger said to a net batch: final, or refused as a whole with a code, perhaps because of one account."""

    final: bool
    refusal: str = ""
    account: str = ""


class LedgerActivities:
    """Reserves, settles and releases funds; runs where the ledger is."""

    def __init__(self, db: Database, ledger: Ledger, metrics: Metrics, backing: Backing = Backing.HELD) -> None:
        self._db = db
        self._ledger = ledger
        self._metrics = metrics
        self._backing = backing
        self._fences = Fences(ledger)
        self._dues: set[str] = set()
        """Dues accounts that this process knows to be open."""

    @activity.defn
    async def pay_gross(self, wanted: Reservation) -> bool | None:
        """Reserve and pay in one chain: the ledger's write is approval and finality at once.

        True: it is not paid, because a list is changing or has pulled it back. Raises InsufficientFunds, AccountClosed (and
        then no earlier try can pay any more), LedgerAccountMissing.
        """
        if await barred(self._db, self._ledger, wanted):
            return True
        begun_at = now()
        hold = chains.held(wanted.owed(), wanted.currency)
        await self._fences.submit(wanted.name, [hold, Post(id=f"{wanted.payment_id}/post", pending_id=hold.id)])
        final_at = now()
        async with self._db.stroke() as session:
            recorded = await payments.advance(
                session,
                wanted.payment_id,
                Step(PaymentStatus.APPROVED, begun_at, NETWORK),
                Step(PaymentStatus.QUEUED, begun_at, NETWORK),
                Step(PaymentStatus.SETTLING, begun_at, NETWORK),
                Step(PaymentStatus.SETTLED, final_at, NETWORK),
                Step(PaymentStatus.COMPLETED, now(), NETWORK),
                processed_at=begun_at,
                settled_at=final_at,
            )
        if recorded:
            self._metrics.settled.labels("gross").inc()
        return None

    @activity.defn
    async def queue_net(self, entry: QueueEntry) -> None:
        """Reserve the funds, or write them down as due, then put the payment into its currency's open window.

        A window is opened if there is none. A repeat keeps to the backing of the first time. Raises InsufficientFunds,
        AccountClosed, LedgerAccountMissing.
        """
        wanted = entry.reservation
        owed = wanted.owed(entry.priority)
        backing = await self._back(owed, wanted)
        at = now()
        async with self._db.write() as session:
            window_id = await windows.enqueue(
                session,
                owed,
                currency=wanted.currency,
                window_s=entry.window_s,
                at=at,
                window_input={"ledger_task_queue": entry.ledger_task_queue},
                closing=next_closing,
                backing=backing,
                turn=entry.turn,
            )
            await payments.advance(
                session,
                wanted.payment_id,
                Step(PaymentStatus.APPROVED, at, NETWORK),
                Step(PaymentStatus.QUEUED, at, NETWORK, {"window_id": window_id}),
                processed_at=at,
            )

    @activity.defn
    async def release(self, name: str) -> Release:
        """Give reserved funds back, unless they were paid already. None can be reserved under the payment's name from here on.

        This is for payments that end, by what the ledger calls them in their turn.
        """
        return Release(await self._fences.end(name))

    @activity.defn
    async def take_over(self, name: str) -> Release:
        """Take reserved funds over into the payment's next turn, unless they were paid already: it was pulled back.

        None can be reserved, nor paid, nor queued in the turn before from here on.
        """
        payment_id, turn = turn_of(name)
        moved = await self._fences.take_over(payment_id, turn)
        if not moved:
            async with self._db.stroke() as session:
                await turns.end(session, payment_id, turn)
        return Release(moved)

    @activity.defn
    async def execute_batch(self, batch_id: str) -> Execution:
        """Settle a net batch: discharge its holds and make its transfers in one atomic chain, or none of it."""
        async with self._db.read() as session:
            members = await plans.members(session, batch_id)
            moves = await plans.moves(session, batch_id)
            currency = (await windows.batch(session, batch_id)).currency
        chain = chains.settle_held(batch_id, currency, members.held, moves.held)
        chain += chains.settle_due(batch_id, currency, members.due, moves.due, first=len(moves.held) + 1)
        try:
            async with beating():
                await self._ledger.submit(chain)
        except DomainError as refusal:
            # The book refuses a chain as a whole, so nothing was executed and the batch may be deferred.
            return Execution(False, refusal.code, str(refusal.facts.get("account", "")))
        return Execution(final=True)

    async def _back(self, owed: Obligation, wanted: Reservation) -> Backing:
        """Make the payment's hold where its backing puts it; the answer is where it is."""
        currency = wanted.currency
        if self._backing is Backing.DUE:
            for bic in (owed.debtor, owed.creditor):
                await self._open_dues(bic, currency)
        ways = {Backing.HELD: chains.held(owed, currency), Backing.DUE: chains.due(owed, currency)}
        try:
            await self._fences.submit(wanted.name, [ways[self._backing]])
        except ExistsWithDifferent:
            # The first try was made before the setting changed; it stands.
            backing = Backing.HELD if self._backing is Backing.DUE else Backing.DUE
            await self._fences.submit(wanted.name, [ways[backing]])
            return backing
        return self._backing

    async def _open_dues(self, bic: str, currency: str) -> None:
        """Open the dues account of a bank that has a settlement account. Raises LedgerAccountMissing."""
        account = dues_account(bic, currency)
        if account not in self._dues:
            await self._ledger.balance(settlement_account(bic, currency))
            await self._ledger.open_account(Account(account, currency, floor_minor=None))
            self._dues.add(account)


async def barred(db: Database, ledger: Ledger, wanted: Reservation) -> bool:
    """Whether a payment that is about to be paid must wait, because a list changes.

    One that was screened a moment ago need not ask: who pays so soon after was under way before the list changed. And
    whatever the ledger has carried out is carried to its end.
    """
    # The clock that noted it may be another machine's: a time yet to come says nothing.
    if wanted.screened_at is None or timedelta(0) <= now() - wanted.screened_at < A_MOMENT:
        return False
    async with db.read() as session:
        if not await rescreenings.bars(session, wanted.payment_id):
            return False
    return await ledger.hold(hold_id(wanted.name)) is None
