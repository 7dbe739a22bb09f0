"""A desk at which gross payments queue: steps on real PostgreSQL, the ledger in memory, answers that are lost on demand."""

from collections.abc import Sequence

from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.gross_queue import Found, GrossOrder, GrossOutcome, GrossQueueActivities, Look, Made
from activities.ledger import LedgerActivities, Reservation
from domain.errors import Unavailable
from domain.money import Money
from domain.payment import hold_id, settlement_account
from domain.settlement import Priority
from domain.status import PaymentStatus
from ledger.book import Account, HoldState, Operation, Receipt, Transfer
from ledger.memory import MemoryLedger
from runtime.metrics import Metrics
from schema.tables.accounts import participants
from schema.tables.common.session import Database
from schema.tables.settlement import gross_queue, releases, windows
from tests.schema.tables.world import AT, BERLIN, PARIS, TOKYO, at_status, later

S = PaymentStatus
BANKS = (BERLIN, PARIS, TOKYO)


class Forgetful(MemoryLedger):
    """A ledger that takes a chain and dies before it can say so, as often as it is told to."""

    dies = 0

    async def submit(self, chain: Sequence[Operation]) -> tuple[Receipt, ...]:
        """As ever, but the answer may be lost."""
        receipts = await super().submit(chain)
        if self.dies:
            self.dies -= 1
            raise Unavailable("the answer is lost")
        return receipts


class Desk:
    """A database, a ledger, and the steps of a worker. Each test has a currency of its own."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.ledger = Forgetful()
        self.metrics = Metrics()
        self.steps = GrossQueueActivities(db, self.ledger, self.metrics)
        self.money = LedgerActivities(db, self.ledger, self.metrics)

    async def found(self, currency: str, *funds: int, floor: int = 0) -> None:
        """Open the banks' accounts and fund them."""
        await self.ledger.open_account(Account(f"NETWORK/{currency}", currency, None))
        for bic, amount in zip(BANKS, funds, strict=True):
            async with self.db.write() as session:
                await participants.register(session, bic=bic, name=bic, country=bic[4:6], at=AT)
                await participants.add_account(session, bic=bic, currency=currency, floor_minor=floor, at=AT)
            await self.ledger.open_account(Account(settlement_account(bic, currency), currency, floor))
            await self.fund(bic, currency, amount, "opening")

    async def fund(self, bic: str, currency: str, amount: int, reference: str) -> None:
        """Bring money in."""
        if amount:
            account = settlement_account(bic, currency)
            await self.ledger.submit(
                [Transfer(f"{account}/{reference}", f"NETWORK/{currency}", account, currency, amount)]
            )

    async def order(
        self, currency: str, debtor: str, creditor: str, amount: int, priority: Priority = Priority.NORMAL
    ) -> GrossOrder:
        """A payment that is screened and wants to be paid."""
        payment = await at_status(self.db, S.VALIDATED, S.SCREENED, amount=Money(amount, currency))
        return GrossOrder(Reservation(payment, debtor, creditor, currency, amount), priority)

    async def pay(
        self, currency: str, debtor: str, creditor: str, amount: int, priority: Priority = Priority.NORMAL
    ) -> tuple[str, GrossOutcome]:
        """Pay or queue; the payment's id and what became of it."""
        order = await self.order(currency, debtor, creditor, amount, priority)
        return order.reservation.payment_id, await self.steps.pay_or_queue(order)

    async def look(self, currency: str, *barred: str) -> Found:
        """One look at the queue."""
        return await self.steps.look_at_queue(Look(currency, barred))

    async def make(self, found: Found) -> Made:
        """Make what a look has planned."""
        made: Made = await ActivityEnvironment().run(self.steps.make_releases, found.batch_ids)
        return made

    async def settle(self, found: Found) -> None:
        """Make what a look has planned, all of it, and tell its payments."""
        assert (await self.make(found)).final == found.batch_ids
        async with self.db.write() as session:
            assert await releases.mark_told(session, found.batch_ids, later(9)) == len(found.batch_ids)

    async def told(self, found: Found) -> None:
        """The payments that a look found unpayable know it."""
        async with self.db.write() as session:
            await gross_queue.give_reasons(session, {one.payment_id: one.text for one in found.unpayable})

    async def has(self, currency: str) -> tuple[int, ...]:
        """What the three banks have available."""
        return tuple([(await self.ledger.balance(settlement_account(bic, currency))).available_minor for bic in BANKS])

    async def waiting(self, currency: str) -> dict[str, str | None]:
        """Who waits, and why."""
        async with self.db.read() as session:
            return {one.owed.payment_id: one.reason for one in await gross_queue.queued(session, currency)}

    async def wakes(self, currency: str) -> int:
        """How often the queue's owner was woken since this was asked last."""
        async with self.db.write() as session:
            return await session.run(
                text("DELETE FROM workflow_starts WHERE kind = 'gross_queue' AND subject = :currency"),
                {"currency": currency},
            )

    async def methods(self, found: Found) -> list[tuple[str, int]]:
        """How each release of a plan came together, and of how many payments."""
        async with self.db.read() as session:
            batches = [await windows.batch(session, batch_id) for batch_id in found.batch_ids]
        return [(batch.method, batch.payment_count) for batch in batches]

    async def hold(self, payment_id: str) -> HoldState | None:
        """What became of the payment's reservation."""
        hold = await self.ledger.hold(hold_id(payment_id))
        return hold.state if hold else None
