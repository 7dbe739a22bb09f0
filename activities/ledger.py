"""Steps that move money. Each is one atomic chain in the ledger under ids the payment chose: safe to repeat."""

from dataclasses import dataclass

from temporalio import activity

from activities.clock import now
from activities.payments import NETWORK
from domain.errors import DomainError
from domain.payment import hold_id, settlement_account
from domain.settlement import Obligation
from domain.status import PaymentStatus
from ledger.book import Discharge, Operation, Post, Reserve, Transfer, Void
from ledger.protocol import Ledger
from schema.tables import payments, settlement
from schema.tables.payments import Step
from schema.tables.session import Database


@dataclass(frozen=True, slots=True)
class Reservation:
    """Funds to set aside for a payment, in minor units; BICs name the banks that settle."""

    payment_id: str
    debtor_bic: str
    creditor_bic: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A payment for the next window of its currency, and how long a fresh window stays open (seconds)."""

    reservation: Reservation
    window_s: float
    ledger_task_queue: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """What became of a hold that was to be released: `moved` means the money had been paid already."""

    moved: bool


@dataclass(frozen=True, slots=True)
class Execution:
    """What the ledger said to a net batch: final, or refused as a whole with a code."""

    final: bool
    refusal: str = ""


class LedgerActivities:
    """Reserves, settles and releases funds; runs where the ledger is."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger

    @activity.defn
    async def pay_gross(self, wanted: Reservation) -> None:
        """Reserve and pay in one chain: the ledger's write is approval and finality at once.

        Raises InsufficientFunds, AccountClosed, LedgerAccountMissing.
        """
        begun_at = now()
        hold = _hold(wanted)
        await self._ledger.submit([hold, Post(id=f"{wanted.payment_id}/post", pending_id=hold.id)])
        final_at = now()
        async with self._db.stroke() as session:
            await payments.advance(
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

    @activity.defn
    async def queue_net(self, entry: QueueEntry) -> None:
        """Reserve the funds, then put the payment into its currency's open window, opening one if there is none.

        Raises InsufficientFunds, AccountClosed, LedgerAccountMissing.
        """
        wanted = entry.reservation
        await self._ledger.submit([_hold(wanted)])
        at = now()
        async with self._db.write() as session:
            window_id = await settlement.enqueue(
                session,
                Obligation(wanted.payment_id, wanted.debtor_bic, wanted.creditor_bic, wanted.amount_minor),
                currency=wanted.currency,
                window_s=entry.window_s,
                at=at,
                window_input={"ledger_task_queue": entry.ledger_task_queue},
            )
            await payments.advance(
                session,
                wanted.payment_id,
                Step(PaymentStatus.APPROVED, at, NETWORK),
                Step(PaymentStatus.QUEUED, at, NETWORK, {"window_id": window_id}),
                processed_at=at,
            )

    @activity.defn
    async def release(self, payment_id: str) -> Release:
        """Give reserved funds back, unless they were paid already; nothing to do when none were reserved."""
        hold = await self._ledger.hold(hold_id(payment_id))
        if hold is None:
            return Release(moved=False)
        if hold.state == "pending":
            await self._ledger.submit([Void(id=f"{payment_id}/void", pending_id=hold_id(payment_id))])
            return Release(moved=False)
        return Release(moved=hold.state in ("posted", "discharged"))

    @activity.defn
    async def execute_batch(self, batch_id: str) -> Execution:
        """Settle a net batch: discharge its holds and make its transfers in one atomic chain, or none of it."""
        async with self._db.read() as session:
            obligations = await settlement.claimed(session, batch_id)
            transfers = await settlement.transfers(session, batch_id)
            currency = (await settlement.batch(session, batch_id)).currency
        chain: list[Operation] = [
            Discharge(id=f"{owed.payment_id}/net/{batch_id}", pending_id=hold_id(owed.payment_id))
            for owed in obligations
        ]
        chain += [
            Transfer(
                id=f"{batch_id}/{number}",
                debit=settlement_account(transfer.debtor, currency),
                credit=settlement_account(transfer.creditor, currency),
                asset=currency,
                amount_minor=transfer.amount_minor,
            )
            for number, transfer in enumerate(transfers, start=1)
        ]
        try:
            await self._ledger.submit(chain)
        except DomainError as refusal:
            # The book refuses a chain as a whole, so nothing was executed and the batch may be deferred.
            return Execution(final=False, refusal=refusal.code)
        return Execution(final=True)


def _hold(wanted: Reservation) -> Reserve:
    return Reserve(
        id=hold_id(wanted.payment_id),
        debit=settlement_account(wanted.debtor_bic, wanted.currency),
        credit=settlement_account(wanted.creditor_bic, wanted.currency),
        asset=wanted.currency,
        amount_minor=wanted.amount_minor,
    )
