"""Exchanges of values in an order of chance, many acts at once: never one leg without the other."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import text

from activities.exchanges import (
    Claim,
    LegEntry,
    LegRef,
    PairRef,
)
from domain.errors import ExchangeCrowded, Refused, Unavailable
from domain.money import Money
from ledger.book import HoldState
from schema.tables.exchange import exchange_views, exchanges
from schema.tables.exchange.exchanges import ExchangeState, LegState, PairState
from settlement.exchange import match
from tests.activities.counter import BONDS, Counter
from tests.schema.tables.world import BERLIN, PARIS


class Chance:
    """Legs that come, go, match, and are executed by workers that die in between: in an order of chance, many at once."""

    def __init__(self, counter: Counter, seed: int) -> None:
        self.counter = counter
        self.random = Random(seed)
        self.entries: dict[str, LegEntry] = {}
        self.gone: set[str] = set()
        self.taken: set[str] = set()

    async def round(self) -> None:
        """Some acts at the same time; every one of them may be a repeat."""
        acts = self.random.choices(
            (self.come, self.enter_again, self.leave, self.claim, self.execute, self.record),
            weights=(4, 1, 3, 2, 2, 2),
            k=self.random.randint(1, 5),
        )
        await asyncio.gather(*(insisted(act) for act in acts))

    async def come(self) -> None:
        """A leg enters: of either bank, of any pair of assets, at one of few prices, perhaps too late."""
        gives, wants = self.random.sample(self.random.choice((("EUR", "USD"), ("EUR", BONDS.currency))), 2)
        prices = (Money(self.random.choice((1, 1, 1, 2)), asset) for asset in (gives, wants))
        entry = await self.counter.send(
            *prices,
            giver=BERLIN if (gives == "EUR") is (self.random.random() < 0.8) else PARIS,
            reference=self.random.choice(("R1", "R1", "R2")),
            within_s=self.random.choice((3600, 3600, 3600, 0)),
        )
        self.entries[entry.reservation.payment_id] = entry
        with suppress(Refused):  # it was withdrawn before it could reserve
            await self.counter.till.enter_exchange(entry)

    async def enter_again(self) -> None:
        """A step is repeated, perhaps long after its leg has left."""
        if self.entries:
            with suppress(AssertionError, Refused, ExchangeCrowded):  # it has left since, or its funds were given back
                await self.counter.till.enter_exchange(self.entries[self.random.choice(sorted(self.entries))])

    async def leave(self) -> None:
        """A leg ends, if it still can: then its funds are given back."""
        living = sorted(self.entries.keys() - self.gone)
        if not living:
            return
        payment = self.random.choice(living)
        if (await self.counter.desk.leave_exchange(LegRef(payment, datetime.now(UTC)))).left:
            self.gone.add(payment)
            assert not (await self.counter.money.release(payment)).moved

    async def claim(self) -> None:
        """Somebody wants to execute a pair."""
        if pairs := await self.pairs():
            pair = self.random.choice(sorted(pairs))
            if (await self.counter.desk.claim_pair(PairRef(pair))).claim is Claim.TAKEN:
                self.taken.add(pair)

    async def execute(self) -> None:
        """Somebody posts a pair that was claimed."""
        if self.taken:
            await self.counter.till.execute_pair(self.random.choice(sorted(self.taken)))

    async def record(self) -> None:
        """Somebody records a pair, once it is posted."""
        if self.taken:
            pair = self.random.choice(sorted(self.taken))
            await self.counter.till.execute_pair(pair)
            await self.counter.desk.record_pair(pair)

    async def pairs(self) -> dict[str, PairState]:
        """Every pair that ever was."""
        async with self.counter.db.read() as session:
            rows = await session.all(text("SELECT id, state FROM exchange_pairs"))
        return {row.id: PairState(row.state) for row in rows}

    async def check(self) -> None:
        """Never one without the other, nothing lost, nobody settled who left."""
        async with self.counter.db.read() as session:
            pairs = await session.all(text("SELECT id, first_payment_id, second_payment_id, state FROM exchange_pairs"))
            legs = await session.all(text("SELECT payment_id, state FROM exchange_legs"))
        holds = {payment: await self.counter.hold(payment) for payment in self.entries}
        posted = {payment for payment, state in holds.items() if state is HoldState.POSTED}
        paired: dict[str, list[str]] = defaultdict(list)
        for pair in pairs:
            sides = {pair.first_payment_id, pair.second_payment_id}
            if pair.state in (PairState.EXECUTING, PairState.SETTLED):
                assert sides & posted in (set(), sides), "one leg without the other"
                assert pair.state != PairState.SETTLED or sides <= posted
                for payment in sides:
                    paired[payment].append(pair.id)
        assert posted <= paired.keys()
        assert all(len(those) == 1 for those in paired.values()), "a leg settles once"
        for leg in legs:
            if leg.state in (LegState.WITHDRAWN, LegState.EXPIRED):
                assert holds[leg.payment_id] in (HoldState.VOIDED, HoldState.PENDING)
            if leg.state == LegState.SETTLED:
                assert leg.payment_id in posted
        totals: dict[str, int] = defaultdict(int)
        for balance in await self.counter.ledger.balances():
            totals[balance.asset] += balance.posted_minor
        assert set(totals.values()) == {0}

    async def settle_down(self) -> None:
        """Whoever died is followed by another; then nothing waits that could have been exchanged."""
        for pair, state in (await self.pairs()).items():
            if (
                state is not PairState.DISSOLVED
                and (await self.counter.desk.claim_pair(PairRef(pair))).claim is Claim.TAKEN
            ):
                await self.counter.till.execute_pair(pair)
                await self.counter.desk.record_pair(pair)
        async with self.counter.db.read() as session:
            page = await exchange_views.listing(session, page=1, limit=500)
            for exchange in page.exchanges:
                waiting = await exchanges.waiting(session, exchange.id)
                assert not match(waiting, datetime.now(UTC)).pairs
                assert (exchange.state is ExchangeState.WAITING) == bool(waiting)


async def insisted(act: Callable[[], Awaitable[None]]) -> None:
    """As Temporal does: an outage (a deadlock is one) is tried again."""
    while True:
        try:
            await act()
        except Unavailable:
            continue
        return


@pytest.mark.parametrize("seed", range(4))
async def test_never_one_leg_without_the_other(counter: Counter, seed: int) -> None:
    chance = Chance(counter, seed)
    for _ in range(40):
        await chance.round()
        await chance.check()
    await chance.settle_down()
    await chance.check()
    assert PairState.SETTLED in (await chance.pairs()).values()
