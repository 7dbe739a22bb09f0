"""A desk at which one currency is exchanged for another: steps on real PostgreSQL, the ledger in memory and moody."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from activities.fx import FxActivities
from activities.ledger import LedgerActivities
from domain.errors import Unavailable
from domain.fx import Exchanged
from domain.ids import new_id
from domain.money import Money
from domain.payment import settlement_account
from domain.status import PaymentStatus
from ledger.book import Account, Operation, Receipt, Transfer
from ledger.memory import MemoryLedger
from runtime.metrics import Metrics
from schema.tables.accounts import participants
from schema.tables.common.session import Database
from schema.tables.exchange import fx_conversions, fx_quotes
from schema.tables.exchange.fx_conversions import ConversionView, NewConversion
from schema.tables.exchange.fx_quotes import NewQuote
from schema.tables.payment import payments
from schema.tables.payment.payments import Step
from settlement.fx import Quote, convert, lock
from tests.schema.tables.world import AT, BERLIN, PARIS, at_status, later

S = PaymentStatus
DEALER = "DEALUS33XXX"
FUNDS = 1_000_000


class Moody(MemoryLedger):
    """A ledger that is away when it feels like it, before it acts or after; by chance, or at the stated calls."""

    def __init__(self) -> None:
        super().__init__()
        self.chance: random.Random | None = None
        self.lose: list[bool] = []
        """For each call to come: whether its answer is lost."""

    async def submit(self, chain: Sequence[Operation]) -> tuple[Receipt, ...]:
        if self.chance and self.chance.random() < 0.25:
            raise Unavailable("the ledger is away")
        done = await super().submit(chain)
        if (self.chance and self.chance.random() < 0.25) or (self.lose and self.lose.pop(0)):
            raise Unavailable("the answer was lost")
        return done


@dataclass
class Desk:
    """Three funded banks, and the steps of a worker."""

    db: Database
    ledger: Moody = field(default_factory=Moody)

    def __post_init__(self) -> None:
        self.metrics = Metrics()
        self.fx = FxActivities(self.db, self.ledger, self.metrics)
        self.money = LedgerActivities(self.db, self.ledger, self.metrics)

    async def found(self) -> None:
        """Open the banks' accounts and fund them."""
        for currency in ("EUR", "JPY"):
            await self.ledger.open_account(Account(f"NETWORK/{currency}", currency, None))
        for bic in (BERLIN, PARIS, DEALER):
            async with self.db.write() as session:
                await participants.register(session, bic=bic, name=bic, country=bic[4:6], at=AT)
            for currency in ("EUR", "JPY"):
                account = settlement_account(bic, currency)
                await self.ledger.open_account(Account(account, currency))
                funding = Transfer(f"open/{account}", f"NETWORK/{currency}", account, currency, FUNDS)
                await self.ledger.submit([funding])

    async def locked(self, minor: int, rate: str = "163.125") -> str:
        """A screened payment of so many cents that took a quote."""
        limit = max(minor, 10**6)
        given = NewQuote(
            new_id("quo"), DEALER, "EUR", "JPY", Decimal(rate), 1, limit, None, "deal", AT, later(60), None
        )
        sold = Money(minor, "EUR")
        promise = lock(Quote(given.id, DEALER, "EUR", "JPY", Decimal(rate), later(60)), "", AT)
        made = convert(sold, promise)
        async with self.db.write() as session:
            await fx_quotes.give(session, given)
            await fx_quotes.take(session, given.id, sold, by=BERLIN, at=AT)
        exchanged = Exchanged(given.id, DEALER, rate, made.bought)
        payment_id = await at_status(self.db, S.VALIDATED, S.SCREENED, amount=sold, fx=exchanged)
        kept = NewConversion(
            payment_id, given.id, DEALER, "EUR", minor, "JPY", made.bought.minor, Decimal(rate), made.residue, AT
        )
        async with self.db.write() as session:
            await fx_conversions.lock(session, kept)
        return payment_id

    async def made(self, payment_id: str) -> ConversionView:
        async with self.db.read() as session:
            found = await fx_conversions.of(session, payment_id)
        assert found is not None
        return found

    async def stop(self, payment_id: str) -> None:
        """What the workflow does when a payment ends unpaid."""
        await self.money.release(payment_id)
        async with self.db.write() as session:
            await fx_conversions.release(session, payment_id, later(9))
            await payments.advance(session, payment_id, Step(S.CANCELLED, later(9), "network"))

    async def funds(self) -> dict[str, int]:
        """What every account has; nothing is held anywhere."""
        balances = await self.ledger.balances()
        assert all(balance.debits_pending == balance.credits_pending == 0 for balance in balances)
        return {balance.account: balance.posted_minor for balance in balances}

    async def residue(self) -> Fraction:
        async with self.db.write() as session:
            return await fx_conversions.rounding(session, DEALER, "JPY")
