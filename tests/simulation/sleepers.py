"""Tries that stand still and go on when their payment is long elsewhere: paid, over, or in another turn. They move nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from activities import chains
from activities.fences import Fences
from domain.errors import DomainError
from ledger.book import Operation
from tests.simulation.world import PENDING_DUE, Payment, Way, World


@dataclass(frozen=True, slots=True)
class Try:
    """A chain that somebody was about to submit, under what the ledger calls the payment in its turn."""

    name: str
    chain: tuple[Operation, ...]


@dataclass(slots=True)
class Sleepers:
    """Sets aside what payments take, as their steps do; some tries fall asleep, and another one is made."""

    world: World
    asleep: list[Try] = field(default_factory=list)
    fences: Fences = field(init=False)

    def __post_init__(self) -> None:
        self.fences = Fences(self.world.ledger)

    async def set_aside(self, payment: Payment, chain: Sequence[Operation]) -> None:
        """Submit a chain that begins with the payment's hold. Raises InsufficientFunds, and then it has a fence."""
        if self.world.random.random() < 0.1:
            self._falls_asleep(payment, chain)
        await self.world.insist(lambda: self.fences.submit(payment.name, chain))

    async def wake(self) -> None:
        """One of them goes on. Whatever it was about to do has been done, or is not to be done any more."""
        if not self.asleep:
            return
        late = self.asleep.pop(self.world.random.randrange(len(self.asleep)))
        before = await self.world.money()
        try:
            await self.fences.submit(late.name, late.chain)
        except DomainError:
            self.world.told["woke up in vain"] += 1
        else:
            self.world.told["woke up as a repeat"] += 1
        assert await self.world.money() == before, late

    async def give_back(self, payment: Payment) -> None:
        """Nothing is held for the payment any more, nor will be."""
        for _ in range(2):
            assert not await self.fences.give_back(payment.name)

    # When a list changes

    async def pull_back(self) -> None:
        """A change of a list pulls a payment back that no batch has claimed."""
        if waiting := [payment for payment in self.world.waiting(*Way) if payment.batch is None]:
            await self.end_turn(self.world.random.choice(waiting))

    async def come_back(self) -> None:
        """A payment that was pulled back has been screened again, and goes on."""
        if pulled := [payment for payment in self.world.waiting(*Way, pulled=True) if payment.pulled]:
            payment = self.world.random.choice(pulled)
            before = await self.world.money()
            await self.set_aside(payment, [hold_of(payment)])
            assert await self.world.money() == before, "it is set aside already"
            payment.pulled = False
            self.world.told["came back"] += 1

    async def sleeps_through(self, payment: Payment, chain: Sequence[Operation]) -> bool:
        """The only try falls asleep; meanwhile the payment is pulled back, or withdrawn: False when it is over."""
        self._falls_asleep(payment, chain)
        if self.world.random.random() < 0.5:
            await self.give_back(payment)
            return False
        await self.end_turn(payment)
        payment.pulled = False
        return True

    async def end_turn(self, payment: Payment) -> None:
        """What is held for it is the next turn's now; nobody else could have it meanwhile."""
        free = await self.world.spendable(payment.currency)
        for _ in range(2):
            assert not await self.fences.take_over(payment.id, payment.turn)
        assert await self.world.spendable(payment.currency) == free
        payment.turn, payment.pulled = payment.turn + 1, True
        if payment.leg is not None:
            payment.leg = replace(payment.leg, hold_turn=payment.turn)
        self.world.told["pulled back"] += 1

    async def finish(self) -> None:
        """Everybody is screened, and everybody wakes up."""
        while any(payment.pulled for payment in self.world.waiting(*Way, pulled=True)):
            await self.come_back()
        while self.asleep:
            await self.wake()

    def _falls_asleep(self, payment: Payment, chain: Sequence[Operation]) -> None:
        self.asleep.append(Try(payment.name, tuple(chain)))


def hold_of(payment: Payment) -> Operation:
    """What its step sets aside for the payment."""
    reserve = chains.due if payment.way in PENDING_DUE else chains.held
    return reserve(payment.obligation, payment.currency)
