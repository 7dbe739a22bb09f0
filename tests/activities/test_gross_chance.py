"""Gross payments come, go, are reordered and released in an order of chance, by many at once, with answers that are lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from random import Random

import pytest
import pytest_asyncio
from sqlalchemy import text

from activities.gross_queue import GrossOrder
from domain.errors import Refused, Unavailable
from domain.payment import dues_account, settlement_account
from domain.settlement import Priority
from domain.status import PaymentStatus
from ledger.book import HoldState
from schema.tables.common.session import Database, create_engine
from schema.tables.payment import payments
from schema.tables.settlement import gross_queue, releases, steering, windows
from tests.activities.gross_desk import BANKS, Desk
from tests.schema.tables.databases import fresh_database
from tests.schema.tables.world import later

S = PaymentStatus
CURRENCY, FUNDS = "EUR", 100
ENDS = {HoldState.POSTED, HoldState.DISCHARGED, HoldState.VOIDED, HoldState.PENDING}


class Crowd:
    """Banks, operators and owners of the queue, all acting at once upon one desk."""

    def __init__(self, desk: Desk, random: Random) -> None:
        self.desk = desk
        self.random = random
        self.orders: dict[str, GrossOrder] = {}
        self.cancelled: set[str] = set()
        self.came_in: Counter[str] = Counter()

    async def pay(self) -> None:
        """A bank pays another one; the step is tried until it is answered."""
        debtor, creditor = self.random.sample(BANKS, 2)
        priority = self.random.choices(list(Priority), (8, 2, 1))[0]
        order = await self.desk.order(CURRENCY, debtor, creditor, self.random.randint(1, 3 * FUNDS), priority)
        self.orders[order.reservation.payment_id] = order
        await self._insist(lambda: self.desk.steps.pay_or_queue(order))

    async def own(self) -> None:
        """An owner of the queue looks, makes and tells; it is not the only one, and may die in between."""
        found = await self.desk.look(CURRENCY)
        if found.batch_ids and self.random.random() < 0.8:
            with suppress(Unavailable):
                await self.desk.make(found)
                async with self.desk.db.write() as session:
                    await releases.mark_told(session, found.batch_ids, later(10**9))

    async def withdraw(self) -> None:
        """A bank takes a payment back, unless it is being let go."""
        if waiting := await self._waiting():
            payment = self.random.choice(waiting)
            async with self.desk.db.write() as session:
                left = await windows.withdraw(session, payment)
            if left and payment not in self.cancelled:
                self.cancelled.add(payment)
                await self._insist(lambda: self.desk.money.release(payment))
                async with self.desk.db.write() as session:
                    await payments.advance(session, payment, payments.Step(S.CANCELLED, later(10**9), "a bank"))

    async def prefer(self) -> None:
        """An operator changes a priority."""
        if waiting := await self._waiting():
            async with self.desk.db.write() as session:
                with suppress(Refused):  # it may just have left
                    await steering.prioritise(
                        session, self.random.choice(waiting), self.random.choice(list(Priority)),
                        at=later(10**9), actor_id="otto",
                    )  # fmt: skip

    async def fund(self) -> None:
        """Money comes in."""
        bank, amount = self.random.choice(BANKS), self.random.randint(1, 40)
        self.came_in[bank] += amount
        await self._insist(lambda: self.desk.fund(bank, CURRENCY, amount, f"more/{bank}/{self.came_in[bank]}"))

    async def lose(self) -> None:
        """The next answer of the ledger is lost."""
        self.desk.ledger.dies += 1

    async def _waiting(self) -> list[str]:
        async with self.desk.db.read() as session:
            return [one.owed.payment_id for one in await gross_queue.queued(session, CURRENCY)]

    async def _insist(self, step: Callable[[], Awaitable[object]]) -> None:
        while True:
            with suppress(Unavailable):
                await step()
                return


@pytest_asyncio.fixture
async def desk(postgres_url: str, template: str) -> AsyncIterator[Desk]:
    async with fresh_database(postgres_url, template=template) as url:
        db = Database(create_engine(url))
        yield Desk(db)
        await db.close()


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_is_paid_twice_nor_forgotten(desk: Desk, seed: int) -> None:
    await desk.found(CURRENCY, FUNDS, FUNDS, FUNDS)
    crowd = Crowd(desk, Random(seed))
    acts = (crowd.pay, crowd.own, crowd.withdraw, crowd.prefer, crowd.fund, crowd.lose)
    for _ in range(25):
        chosen = crowd.random.choices(acts, (8, 5, 1, 1, 2, 1), k=5)
        await asyncio.gather(*(act() for act in chosen))
    desk.ledger.dies = 0
    while (found := await desk.look(CURRENCY)).batch_ids:
        await desk.make(found)
        async with desk.db.write() as session:
            await releases.mark_told(session, found.batch_ids, later(10**9))
    await check(crowd)


async def check(crowd: Crowd) -> None:
    """Every hold ended as SQL says, and the banks have what the payments that were paid add up to."""
    desk, expected, due = crowd.desk, Counter(dict.fromkeys(BANKS, FUNDS)), Counter[str]()
    expected.update(crowd.came_in)
    async with desk.db.read() as session:
        items = {row.payment_id: row.state for row in await session.all(text("SELECT * FROM settlement_items"))}
        assert await releases.begun(session, CURRENCY) == []
    told = Counter[HoldState]()
    for payment, order in crowd.orders.items():
        ended, wanted = await desk.hold(payment), order.reservation
        assert ended in ENDS
        told[ended] += 1
        assert items.get(payment) == {
            HoldState.POSTED: None, HoldState.DISCHARGED: "final", HoldState.VOIDED: "withdrawn", HoldState.PENDING: "queued",
        }[ended]  # fmt: skip
        if ended in (HoldState.POSTED, HoldState.DISCHARGED):
            expected[wanted.debtor_bic] -= wanted.amount_minor
            expected[wanted.creditor_bic] += wanted.amount_minor
        if ended is HoldState.PENDING:
            due[wanted.debtor_bic] += wanted.amount_minor
    for bank in BANKS:
        balance = await desk.ledger.balance(settlement_account(bank, CURRENCY))
        assert (balance.posted_minor, balance.debits_pending) == (expected[bank], 0)
        assert balance.posted_minor >= 0
        dues = await desk.ledger.balance(dues_account(bank, CURRENCY))
        assert dues.debits_pending == due[bank]
    assert told[HoldState.DISCHARGED] > 3, told
