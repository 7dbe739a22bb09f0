"""A counter at which two banks exchange values: a database, a ledger in memory, and the steps of a worker."""

from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from activities.exchanges import (
    ExchangeActivities,
    ExchangeLedgerActivities,
    LegEntry,
)
from activities.ledger import LedgerActivities, Reservation
from domain.calendars import Observance
from domain.exchange import Exchange
from domain.money import Money
from domain.party import Party
from domain.payment import SettlementMethod, hold_id, settlement_account
from domain.status import PaymentStatus
from ledger.book import Account, HoldState, Transfer
from ledger.memory import MemoryLedger
from runtime.metrics import Metrics
from schema.tables.accounts import participants
from schema.tables.common.session import Database
from schema.tables.exchange import exchange_views
from tests.schema.tables.world import AT, BERLIN, PARIS, at_status

S = PaymentStatus
EUROS, DOLLARS = Money(10_000, "EUR"), Money(11_000, "USD")
BONDS = Money(500, "DE0001102580")
FUNDS = 10**9


class Counter:
    """Two banks with money and a security, and the steps of an exchange between them."""

    def __init__(self, db: Database, client: Client, observance: Observance = Observance.ALWAYS_OPEN) -> None:
        self.db = db
        self.ledger = MemoryLedger()
        self.metrics = Metrics()
        self.desk = ExchangeActivities(db, client, self.metrics, observance)
        self.till = ExchangeLedgerActivities(db, self.ledger)
        self.money = LedgerActivities(db, self.ledger, self.metrics)

    async def found(self) -> None:
        """Open and fund the banks' accounts."""
        async with self.db.write() as session:
            for bic in (BERLIN, PARIS):
                await participants.register(session, bic=bic, name=bic, country=bic[4:6], at=AT)
        for asset in ("EUR", "USD", BONDS.currency):
            await self.ledger.open_account(Account(f"NETWORK/{asset}", asset, None))
            for bic in (BERLIN, PARIS):
                account = settlement_account(bic, asset)
                await self.ledger.open_account(Account(account, asset))
                await self.ledger.submit([Transfer(f"open/{account}", f"NETWORK/{asset}", account, asset, FUNDS)])

    async def send(
        self, gives: Money, wants: Money, *, giver: str = BERLIN, reference: str = "R1", within_s: float = 3600
    ) -> LegEntry:
        """A payment that is ready to enter its exchange."""
        taker = PARIS if giver == BERLIN else BERLIN
        until = datetime.now(UTC) + timedelta(seconds=within_s)
        method = SettlementMethod.DVP if BONDS.currency in (gives.currency, wants.currency) else SettlementMethod.PVP
        payment = await at_status(
            self.db,
            S.VALIDATED,
            S.SCREENED,
            amount=gives,
            debtor=Party("A", giver),
            creditor=Party("B", taker),
            method=method,
            exchange=Exchange(reference, wants, until),
        )
        return LegEntry(Reservation(payment, giver, taker, gives.currency, gives.minor), until, datetime.now(UTC))

    async def enter(self, gives: Money, wants: Money, **how: object) -> str:
        """Send a leg and let it enter; its payment."""
        entry = await self.send(gives, wants, **how)  # type: ignore[arg-type]
        await self.till.enter_exchange(entry)
        return entry.reservation.payment_id

    async def pair_of(self, payment_id: str) -> str:
        """The leg's pair."""
        async with self.db.read() as session:
            leg = await exchange_views.leg_of(session, payment_id)
        assert leg is not None
        assert leg.pair_id is not None
        return leg.pair_id

    async def hold(self, payment_id: str) -> HoldState | None:
        """What became of the leg's funds."""
        hold = await self.ledger.hold(hold_id(payment_id))
        return hold.state if hold else None


async def nobody() -> Client:
    """A client that calls nobody: these steps do not."""
    return await Client.connect("127.0.0.1:1", lazy=True)
