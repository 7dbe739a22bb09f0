"""A desk with every step that reserves, and a ledger at whose door a worker can stand still."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text

from activities.exchanges import ExchangeActivities, ExchangeLedgerActivities, LegEntry, LegRef
from activities.fx import GiveUp
from activities.gross_queue import GrossOrder, GrossQueueActivities
from activities.ledger import LedgerActivities, QueueEntry, Reservation
from activities.settlement import Leave, SettlementActivities
from domain.exchange import Exchange
from domain.ids import new_id
from domain.money import Money
from domain.payment import SettlementMethod, hold_id, settlement_account
from domain.settlement import Backing
from domain.status import PaymentStatus
from domain.turns import in_turn
from ledger.book import Hold, Operation, Receipt, Transfer
from runtime.metrics import Metrics
from schema.tables.common.session import Database
from schema.tables.payment import payments
from schema.tables.payment.payments import Step
from tests.activities import fx_desk
from tests.activities.counter import nobody
from tests.schema.tables.world import BERLIN, PARIS, at_status, later

S = PaymentStatus
EVERYTHING: Final = fx_desk.FUNDS


@dataclass
class Door:
    """Lets so many chains pass, and the next one wait until it is opened."""

    passes: int = 0
    met: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)


class Gated(fx_desk.Moody):
    """A ledger at whose door some tasks have to wait; the others find it open."""

    def __init__(self) -> None:
        super().__init__()
        self.doors: dict[asyncio.Task[Any] | None, Door] = {}

    async def submit(self, chain: Sequence[Operation]) -> tuple[Receipt, ...]:
        door = self.doors.get(asyncio.current_task())
        if door is not None:
            door.passes -= 1
            if door.passes < 0:
                door.met.set()
                await door.open.wait()
        return await super().submit(chain)


@dataclass
class Stalled:
    """A step that stands before the ledger's door."""

    task: asyncio.Task[Any]
    door: Door

    async def goes_on(self) -> Any:
        """The worker wakes up; what its step comes to."""
        self.door.open.set()
        return await self.task


class Desk:
    """Steps of every way to be paid, over one gated ledger, and what a workflow does to end a payment."""

    def __init__(self, db: Database, exchanges: ExchangeActivities) -> None:
        self.db = db
        self.ledger = Gated()
        self.dealing = fx_desk.Desk(db, self.ledger)
        self.fx, self.money, self.exchanges = self.dealing.fx, self.dealing.money, exchanges
        self.windows = SettlementActivities(db, exchanges._client, self.dealing.metrics)
        self.due = LedgerActivities(db, self.ledger, self.dealing.metrics, Backing.DUE)
        self.queue = GrossQueueActivities(db, self.ledger, self.dealing.metrics)
        self.till = ExchangeLedgerActivities(db, self.ledger)

    @classmethod
    async def founded(cls, db: Database) -> "Desk":
        """Three banks with funds."""
        made = cls(db, ExchangeActivities(db, await nobody(), Metrics()))
        await made.dealing.found()
        return made

    async def stall(self, step: Coroutine[Any, Any, Any], *, passes: int = 0) -> Stalled:
        """Run a step until it stands before the ledger's door."""
        door = Door(passes)
        task = asyncio.create_task(step)
        self.ledger.doors[task] = door
        met = asyncio.create_task(door.met.wait())
        await asyncio.wait({task, met}, return_when=asyncio.FIRST_COMPLETED)
        assert met.done(), "it came to its end before it came to the door"
        return Stalled(task, door)

    async def payment(self, way: str, amount: int = 100) -> str:
        """A payment of euros that is screened, to be paid in one of the ways."""
        if way == "fx":
            return await self.dealing.locked(amount)
        exchange = None
        if way == "leg":
            exchange = Exchange("R1", Money(100, "JPY"), datetime.now(UTC) + timedelta(hours=1))
        method = {"leg": SettlementMethod.PVP, "held": SettlementMethod.NET, "due": SettlementMethod.NET}
        return await at_status(
            self.db,
            S.VALIDATED,
            S.SCREENED,
            amount=Money(amount, "EUR"),
            method=method.get(way, SettlementMethod.GROSS),
            exchange=exchange,
        )

    def step(self, way: str, payment_id: str, amount: int = 100, turn: int = 0) -> Coroutine[Any, Any, Any]:
        """A try of the step that reserves, in one of the payment's turns."""
        wanted = Reservation(payment_id, BERLIN, PARIS, "EUR", amount, hold_turn=turn)
        match way:
            case "gross":
                return self.money.pay_gross(wanted)
            case "held":
                return self.money.queue_net(QueueEntry(wanted, 5.0, turn=turn))
            case "due":
                return self.due.queue_net(QueueEntry(wanted, 5.0, turn=turn))
            case "queued":
                return self.queue.pay_or_queue(GrossOrder(wanted, turn=turn))
            case "leg":
                now = datetime.now(UTC)
                return self.till.enter_exchange(LegEntry(wanted, now + timedelta(hours=1), now))
            case _:
                return self.fx.pay_exchanged(in_turn(payment_id, turn))

    async def leave(self, way: str, payment_id: str, turn: int = 0) -> bool:
        """What a workflow does first when a change of a list pulls the payment back; False when it is too late."""
        match way:
            case "gross":
                return True
            case "leg":
                ref = LegRef(payment_id, datetime.now(UTC), ends_turn=True, hold_turn=turn)
                return (await self.exchanges.leave_exchange(ref)).left
            case "fx":
                exchange = GiveUp(payment_id, begun=True, back=True, hold_turn=turn, ends_turn=True)
                return await self.fx.give_up_exchange(exchange)
            case _:
                return await self.windows.leave_queue(Leave(payment_id, ends_turn=True, hold_turn=turn))

    async def pull_back(self, way: str, payment_id: str, turn: int = 0) -> bool:
        """What a workflow does when a change of a list pulls the payment back; False when it is too late."""
        if not await self.leave(way, payment_id, turn):
            return False
        return not (await self.money.take_over(in_turn(payment_id, turn))).moved

    async def end(self, payment_id: str, status: PaymentStatus) -> None:
        """What the workflow records at the end of a payment that is not paid."""
        async with self.db.write() as session:
            await payments.advance(session, payment_id, Step(status, later(9), "network"))

    async def standing(self, payment_id: str) -> PaymentStatus:
        """Where the payment is."""
        async with self.db.read() as session:
            return (await payments.detail(session, payment_id)).status

    async def waits(self, payment_id: str) -> bool:
        """Whether it is in a queue or an exchange."""
        async with self.db.read() as session:
            rows = await session.all(_WAITS, {"id": payment_id})
        return bool(rows)

    async def hold(self, payment_id: str, turn: int = 0) -> Hold | None:
        """The payment's hold, or its fence, in one of its turns."""
        return await self.ledger.hold(hold_id(payment_id, turn))

    async def money_of(self, bic: str) -> tuple[int, int]:
        """What a bank has in euros: finally there, and still to be spent."""
        balance = await self.ledger.balance(settlement_account(bic, "EUR"))
        return balance.posted_minor, balance.available_minor

    async def drain(self) -> None:
        """The sender's euros are gone."""
        await self._move(settlement_account(BERLIN, "EUR"), "NETWORK/EUR")

    async def refill(self) -> None:
        """They are there again."""
        await self._move("NETWORK/EUR", settlement_account(BERLIN, "EUR"))

    async def _move(self, debit: str, credit: str) -> None:
        await self.ledger.submit([Transfer(new_id("mov"), debit, credit, "EUR", EVERYTHING)])


_WAITS: Final = text(
    """
    SELECT payment_id FROM settlement_items WHERE payment_id = :id AND state <> 'withdrawn'
    UNION ALL SELECT payment_id FROM exchange_legs WHERE payment_id = :id AND state <> 'withdrawn'
    """
)
