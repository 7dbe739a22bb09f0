"""What happens in the network, one act at a time: each does what a workflow and its steps do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from activities import chains
from domain.errors import InsufficientFunds
from domain.payment import hold_id
from domain.settlement import Obligation, Priority
from domain.status import PaymentStatus
from ledger.book import Operation, Post
from settlement import exchange, gridlock, liquidity, multilateral
from settlement.exchange import Leg, Movement
from tests.simulation.dealing import Dealing
from tests.simulation.sleepers import Sleepers, hold_of
from tests.simulation.world import BANKS, CURRENCIES, PENDING_DUE, Interrupted, Payment, Way, World

S = PaymentStatus


@dataclass(slots=True)
class Batch:
    """A closed window: what it claimed, and the plan that is executed; it outlives the process that made it."""

    id: str
    currency: str
    claimed: list[Payment]
    planned: bool = False
    deferred: set[str] = field(default_factory=set)

    @property
    def members(self) -> list[Payment]:
        """What it settles."""
        return [payment for payment in self.claimed if payment.id not in self.deferred]


@dataclass(slots=True)
class Network:
    """Acts upon a world."""

    world: World
    dealing: Dealing
    sleepers: Sleepers
    open_batches: dict[str, Batch] = field(default_factory=dict)
    count: int = 0

    # Payments come and go

    async def submit(self) -> None:
        """A payment comes in and is reserved, queued or paid in its way; or it is rejected for want of funds."""
        chance = self.world.random
        debtor, creditor = chance.sample(BANKS, 2)
        way = chance.choice((Way.AT_ONCE, Way.QUEUED, Way.QUEUED, Way.HELD, Way.DUE, Way.DUE))
        most = 4000 if way is Way.QUEUED else 1500  # more than anybody has, so that queues lock
        await self._take_in(self._payment(debtor, creditor, chance.choice(CURRENCIES), chance.randint(1, most), way))

    async def give_back(self) -> None:
        """A receiver returns a settled payment, in whole or in part, as a payment of its own."""
        paid = [
            p
            for p in self.world.payments.values()
            if p.status is S.COMPLETED and p.returns is None and p.way is not Way.DEALT
        ]
        if not paid:
            return
        original = self.world.random.choice(paid)
        tied = (p for p in self.world.payments.values() if p.returns == original.id and p.status is not S.REJECTED)
        left = original.amount_minor - sum(p.amount_minor for p in tied if p.status is not S.CANCELLED)
        if left > 0:
            amount = self.world.random.randint(1, left)
            back = self._payment(original.creditor, original.debtor, original.currency, amount, Way.AT_ONCE)
            back.returns = original.id
            await self._take_in(back)
            self.world.told["returned"] += back.status is S.COMPLETED

    async def cancel(self) -> None:
        """A sender withdraws a payment that no batch has claimed."""
        if waiting := [payment for payment in self.world.waiting(*Way, pulled=True) if payment.batch is None]:
            await self._void([self.world.random.choice(waiting)], S.CANCELLED)

    async def prefer(self) -> None:
        """An operator changes the priority of a waiting payment."""
        if waiting := self.world.waiting(*PENDING_DUE):
            self.world.random.choice(waiting).priority = self.world.random.choice(list(Priority))

    async def top_up(self) -> None:
        """A bank brings more money in."""
        self.count += 1
        chance = self.world.random
        await self.world.fund(chance.choice(BANKS), chance.choice(CURRENCIES), chance.randint(1, 300), str(self.count))

    async def deal(self) -> None:
        """A payment is exchanged at a dealer's rate."""
        await self.dealing.deal()

    async def pull_back(self) -> None:
        """A change of a list pulls a payment back."""
        await self.sleepers.pull_back()

    async def come_back(self) -> None:
        """It has been screened again."""
        await self.sleepers.come_back()

    async def wake(self) -> None:
        """A try goes on that stood still."""
        await self.sleepers.wake()

    # Net windows

    async def close_window(self) -> None:
        """The window of one currency closes; or one goes on whose process died."""
        currency = self.world.random.choice(CURRENCIES)
        batch = self.open_batches.get(currency) or self._claim(currency)
        if batch is None:
            return
        try:
            while not await self._settle(batch):
                batch.planned = False
        except Interrupted:
            return
        del self.open_batches[currency]

    def _claim(self, currency: str) -> Batch | None:
        claimed = self.world.waiting(Way.HELD, Way.DUE, currency=currency)
        if not claimed:
            return None
        self.count += 1
        batch = Batch(f"bat_{self.count}", currency, claimed)
        for payment in claimed:
            payment.batch = batch.id
        self.open_batches[currency] = batch
        return batch

    async def _settle(self, batch: Batch) -> bool:
        """Plan and execute; False: the money went elsewhere in between, so plan again with what is left."""
        if not batch.planned:  # a plan stands until the ledger refuses it, whoever dies meanwhile
            await self._plan(batch)
            batch.planned = True
            self.world.may_die()
        if self.world.random.random() < 0.3:
            await self._spend(batch.currency)
        members = batch.members
        chain = _chain(batch.id, batch.currency, members)
        if chain:
            try:
                await self.world.post(chain)
            except InsufficientFunds:
                self.world.told["planned again"] += 1
                return False
        self.world.in_doubt.add(batch.id)
        self.world.may_die()
        self.world.in_doubt.remove(batch.id)
        self.world.settled(members)
        self.world.told["net settled"] += len(members)
        return True

    async def _plan(self, batch: Batch) -> None:
        held = [payment for payment in batch.members if payment.way is Way.HELD]
        due = [payment.obligation for payment in batch.members if payment.way is Way.DUE]
        spendable = await self.world.spendable(batch.currency)
        for payment in held:
            spendable[payment.creditor] += payment.amount_minor  # the holds are discharged, and the net comes in
        plan = liquidity.defer(due, spendable, batch.currency)
        for one in plan.deferred:
            batch.deferred.add(one.owed.payment_id)
            payment = self.world.payments[one.owed.payment_id]
            payment.reasons.append(one.reason)
            payment.batch = None
            self.world.told["deferred"] += 1

    async def _spend(self, currency: str) -> None:
        """Somebody pays all that it has between plan and execution."""
        debtor, creditor = self.world.random.sample(BANKS, 2)
        if (all_of_it := (await self.world.spendable(currency))[debtor]) > 0:
            await self._take_in(self._payment(debtor, creditor, currency, all_of_it, Way.AT_ONCE))

    # Gross queues

    async def run_queue(self) -> None:
        """Pay what can be paid of the gross payments of one currency, alone or together."""
        currency = self.world.random.choice(CURRENCIES)
        queue = {payment.id: payment for payment in self.world.waiting(Way.QUEUED, currency=currency)}
        resolution = gridlock.resolve([p.obligation for p in queue.values()], await self.world.spendable(currency))
        for release in resolution.released:
            self.count += 1
            await self.world.post(_as_one(f"rel_{self.count}", currency, release.payments))
            self.world.settled(queue[owed.payment_id] for owed in release.payments)
            self.world.told[release.how] += len(release.payments)
        for one in resolution.waiting:
            queue[one.owed.payment_id].reasons.append(one.reason(currency))

    # Payment versus payment

    async def offer(self) -> None:
        """Two banks agree on an exchange; mostly both send their leg, sometimes one is wrong or never comes."""
        chance = self.world.random
        one, other = chance.sample(BANKS, 2)
        given, wanted = chance.randint(1, 400), chance.randint(1, 400)
        self.count += 1
        sides = [(one, other, "USD", given, "JPY", wanted), (other, one, "JPY", wanted, "USD", given)]
        for giver, taker, asset, amount, wanted_asset, wanted_minor in sides[: chance.choice((1, 2, 2, 2))]:
            amount += chance.random() < 0.1
            payment = self._payment(giver, taker, asset, amount, Way.EXCHANGE)
            payment.leg = Leg(
                payment.id, f"R{self.count}", giver, taker, asset, amount, wanted_asset, wanted_minor,
                self.world.now, self.world.now + timedelta(minutes=chance.randint(5, 60)),
            )  # fmt: skip
            await self._take_in(payment)

    async def match(self) -> None:
        """Settle the pairs that match, both or neither; give back what came too late."""
        legs = [payment.leg for payment in self.world.waiting(Way.EXCHANGE) if payment.leg]
        matching = exchange.match(legs, self.world.now)
        for pair in matching.pairs:
            await self.world.post(_movements(exchange.settle(pair)))
            self.world.settled(self.world.payments[leg.payment_id] for leg in (pair.first, pair.second))
            self.world.told["exchanged"] += 1
        for leg in matching.expired:
            await self._void([self.world.payments[leg.payment_id]], S.CANCELLED)
            self.world.told["expired"] += 1
        self.world.told["mismatched"] += sum(bool(one.mismatches) for one in matching.waiting)

    # Steps

    def _payment(self, debtor: str, creditor: str, currency: str, amount_minor: int, way: Way) -> Payment:
        arrived = len(self.world.payments)
        priority = self.world.random.choices(list(Priority), (90, 9, 1))[0]
        payment = Payment(f"pay_{arrived}", debtor, creditor, currency, amount_minor, way, priority, arrived)
        self.world.payments[payment.id] = payment
        return payment

    async def _take_in(self, payment: Payment) -> None:
        payment.walk(S.VALIDATED, S.SCREENED)
        if self.world.random.random() < 0.05 and not await self.sleepers.sleeps_through(payment, _chain_of(payment)):
            payment.walk(S.CANCELLED)
            return
        before = await self.world.money()
        try:
            await self.sleepers.set_aside(payment, _chain_of(payment))
        except InsufficientFunds:
            assert await self.world.money() == before, "a refused reservation leaves no trace"
            payment.walk(S.REJECTED)
            return
        payment.walk(S.APPROVED, S.QUEUED)
        if payment.way is Way.AT_ONCE:
            self.world.settled([payment])

    async def _void(self, payments: Iterable[Payment], end: PaymentStatus) -> None:
        for payment in payments:
            await self.sleepers.give_back(payment)
            payment.pulled = False
            payment.walk(end)


def _chain_of(payment: Payment) -> list[Operation]:
    """What its step submits: gross it is paid in the same chain."""
    hold = hold_of(payment)
    return [hold, Post(f"{payment.id}/post", hold.id)] if payment.way is Way.AT_ONCE else [hold]


def _chain(batch_id: str, currency: str, members: list[Payment]) -> list[Operation]:
    held = [payment.obligation for payment in members if payment.way is Way.HELD]
    due = [payment.obligation for payment in members if payment.way is Way.DUE]
    first, second = multilateral.net(held), multilateral.net(due)
    chain = chains.settle_held(batch_id, currency, held, first)
    return chain + chains.settle_due(batch_id, currency, due, second, first=len(first) + 1)


def _as_one(batch_id: str, currency: str, obligations: Iterable[Obligation]) -> list[Operation]:
    owed = list(obligations)
    return chains.settle_due(batch_id, currency, owed, multilateral.net(owed))


def _movements(movements: Iterable[Movement]) -> list[Operation]:
    return [
        Post(f"{movement.payment_id}/post", hold_id(movement.payment_id, movement.hold_turn)) for movement in movements
    ]
