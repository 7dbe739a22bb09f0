"""A settlement desk: a database, a ledger, and the steps that a worker of each backing takes."""

from sqlalchemy import text

from activities.ledger import LedgerActivities, QueueEntry, Reservation
from activities.liquidity import LiquidityActivities
from activities.settlement import WindowRef
from domain.money import Money
from domain.payment import settlement_account
from domain.settlement import Backing
from domain.status import PaymentStatus
from ledger.book import Account, Transfer
from ledger.memory import MemoryLedger
from runtime.metrics import Metrics
from schema.tables.accounts import participants
from schema.tables.common.session import Database
from schema.tables.settlement import plans, windows
from tests.schema.tables.world import AT, BERLIN, PARIS, TOKYO, at_status, later

S = PaymentStatus


class Desk:
    """A database, a ledger, and the steps of a worker of each backing."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.ledger = MemoryLedger()
        self.metrics = Metrics()
        self.held = LedgerActivities(db, self.ledger, self.metrics, Backing.HELD)
        self.due = LedgerActivities(db, self.ledger, self.metrics, Backing.DUE)
        self.liquidity = LiquidityActivities(db, self.ledger, self.metrics)

    async def found(self, currency: str, **funds: int) -> None:
        """Open the banks' accounts and fund them."""
        await self.ledger.open_account(Account(f"NETWORK/{currency}", currency, None))
        for bic, amount in zip((BERLIN, PARIS, TOKYO), funds.values(), strict=True):
            async with self.db.write() as session:
                await participants.register(session, bic=bic, name=bic, country=bic[4:6], at=AT)
                await participants.add_account(session, bic=bic, currency=currency, floor_minor=0, at=AT)
            account = settlement_account(bic, currency)
            await self.ledger.open_account(Account(account, currency))
            if amount:
                opening = Transfer(f"open/{account}", f"NETWORK/{currency}", account, currency, amount)
                await self.ledger.submit([opening])

    async def queue(self, by: LedgerActivities, currency: str, debtor: str, creditor: str, amount: int) -> str:
        """Queue a payment; its id."""
        payment = await at_status(self.db, S.VALIDATED, S.SCREENED, amount=Money(amount, currency))
        await by.queue_net(QueueEntry(Reservation(payment, debtor, creditor, currency, amount), 5.0))
        return payment

    async def claim(self, payment: str) -> WindowRef:
        """Close the payment's window and claim what is in it."""
        async with self.db.write() as session:
            found = await session.one(
                text("SELECT window_id FROM settlement_items WHERE payment_id = :id"), {"id": payment}
            )
            ref = WindowRef(found.window_id, f"bat_{found.window_id.removeprefix('win_')}", 5.0)
            await windows.close(session, ref.window_id, ref.batch_id, later(5))
        return ref

    async def has(self, currency: str) -> tuple[int, int, int]:
        """What the three banks have available."""
        balances = [await self.ledger.balance(settlement_account(bic, currency)) for bic in (BERLIN, PARIS, TOKYO)]
        assert all(balance.debits_pending == 0 for balance in balances), "no hold is left behind"
        first, second, third = (balance.available_minor for balance in balances)
        return first, second, third

    async def deferred(self, ref: WindowRef) -> dict[str, int]:
        """What the batch left for the next window, and by how much its debtor was short."""
        async with self.db.read() as session:
            return {one.payment_id: one.short_minor for one in await plans.deferrals(session, ref.batch_id)}
