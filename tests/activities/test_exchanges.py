"""Exchanges of values: the steps on real PostgreSQL, the ledger in memory, whatever happens in whatever order."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest
import pytest_asyncio
from sqlalchemy import text
from temporalio.client import Client

from activities.exchanges import Claim, ExchangeActivities, ExchangeLedgerActivities, LegEntry, LegRef, PairRef
from activities.ledger import LedgerActivities, Reservation
from domain.calendars import CalendarLine, Hours, Observance
from domain.errors import InsufficientFunds, Unavailable
from domain.exchange import Exchange
from domain.money import Money
from domain.party import Party
from domain.payment import SettlementMethod, hold_id, settlement_account
from domain.status import PaymentStatus
from ledger.book import Account, HoldState, Transfer
from ledger.memory import MemoryLedger
from runtime.metrics import Metrics
from schema.tables import calendars, events, exchange_views, exchanges, participants, payments
from schema.tables.exchanges import ExchangeState, LegState, PairState
from schema.tables.payments import Step
from schema.tables.session import Database
from settlement.exchange import match
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


@pytest_asyncio.fixture
async def counter(db: Database) -> AsyncIterator[Counter]:
    made = Counter(db, await nobody())
    await made.found()
    yield made


async def nobody() -> Client:
    """A client that calls nobody: these steps do not."""
    return await Client.connect("127.0.0.1:1", lazy=True)


async def test_every_step_may_be_repeated(counter: Counter) -> None:
    entries = [await counter.send(EUROS, DOLLARS), await counter.send(DOLLARS, EUROS, giver=PARIS)]
    first, second = (entry.reservation.payment_id for entry in entries)
    for _ in range(2):
        for entry in entries:
            await counter.till.enter_exchange(entry)
    pair = await counter.pair_of(first)
    assert pair == await counter.pair_of(second)
    for _ in range(2):
        assert (await counter.desk.claim_pair(PairRef(pair))).claim is Claim.TAKEN
    assert not (await counter.desk.leave_exchange(LegRef(first, datetime.now(UTC)))).left
    for _ in range(2):
        await counter.till.execute_pair(pair)
    news = [await counter.desk.record_pair(pair) for _ in range(2)]
    assert news[0] == news[1]
    assert b'settlement_payments_total{method="pvp"} 2.0' in counter.metrics.exposition(), "a repeat counts once"
    assert [await counter.hold(payment) for payment in (first, second)] == [HoldState.POSTED] * 2
    assert not (await counter.desk.leave_exchange(LegRef(second, datetime.now(UTC)))).left
    async with counter.db.read() as session:
        told = [event.kind for event in await events.of(session, first) if event.kind != "status"]
        starts = await session.one(text("SELECT count(*) AS rows FROM workflow_starts WHERE kind = 'exchange'"))
    assert told == ["exchange_matched"]
    assert starts.rows == 1


async def test_without_funds_nobody_enters(counter: Counter) -> None:
    entry = await counter.send(Money(FUNDS + 1, "EUR"), DOLLARS)
    with pytest.raises(InsufficientFunds):
        await counter.till.enter_exchange(entry)
    async with counter.db.read() as session:
        assert await exchange_views.leg_of(session, entry.reservation.payment_id) is None


async def test_whoever_leaves_frees_its_partner_for_another(counter: Counter) -> None:
    first, second = await counter.enter(EUROS, DOLLARS), await counter.enter(DOLLARS, EUROS, giver=PARIS)
    third = await counter.enter(DOLLARS, EUROS, giver=PARIS)
    pair = await counter.pair_of(first)
    assert pair == await counter.pair_of(second)
    for _ in range(2):
        assert (await counter.desk.leave_exchange(LegRef(second, datetime.now(UTC)))).left
    assert (await counter.desk.claim_pair(PairRef(pair))).claim is Claim.GONE
    assert await counter.pair_of(first) == await counter.pair_of(third) != pair
    assert (await counter.desk.claim_pair(PairRef(await counter.pair_of(first)))).claim is Claim.TAKEN


async def test_a_leg_that_was_pulled_back_enters_anew(counter: Counter) -> None:
    entry = await counter.send(EUROS, DOLLARS)
    first = entry.reservation.payment_id
    await counter.till.enter_exchange(entry)
    second = await counter.enter(DOLLARS, EUROS, giver=PARIS)
    before = await counter.pair_of(second)
    word = LegRef(first, datetime.now(UTC))
    assert (await counter.desk.leave_exchange(word)).left
    with pytest.raises(AssertionError):
        await counter.till.enter_exchange(entry)  # a first try that comes late: it has left since
    await counter.till.enter_exchange(replace(entry, asked_at=datetime.now(UTC)))
    assert not (await counter.desk.leave_exchange(word)).left, "asked before it entered anew"
    assert await counter.pair_of(first) == await counter.pair_of(second) != before
    assert await counter.hold(first) is HoldState.PENDING


async def test_a_pair_of_which_one_is_too_late_is_not_executed(counter: Counter) -> None:
    first = await counter.enter(EUROS, DOLLARS)
    second = await counter.enter(DOLLARS, EUROS, giver=PARIS)
    pair = await counter.pair_of(first)
    async with counter.db.write() as session:
        late = text("UPDATE exchange_legs SET expires_at = now() WHERE payment_id = :id")
        await session.run(late, {"id": first})
    assert (await counter.desk.claim_pair(PairRef(pair))).claim is Claim.GONE
    assert (await counter.desk.leave_exchange(LegRef(first, datetime.now(UTC)))).left
    async with counter.db.read() as session:
        left, waits = await exchange_views.leg_of(session, first), await exchange_views.leg_of(session, second)
    assert left is not None
    assert waits is not None
    assert (left.state, waits.state) == (LegState.EXPIRED, LegState.WAITING)


async def test_a_payment_that_stopped_is_taken_out_of_its_pair(counter: Counter) -> None:
    first = await counter.enter(EUROS, DOLLARS)
    second = await counter.enter(DOLLARS, EUROS, giver=PARIS)
    pair = await counter.pair_of(first)
    async with counter.db.write() as session:
        await payments.advance(session, first, Step(S.CANCELLED, AT, "network"))
    assert (await counter.desk.claim_pair(PairRef(pair))).claim is Claim.GONE
    async with counter.db.read() as session:
        waits = await exchange_views.leg_of(session, second)
    assert waits is not None
    assert waits.state is LegState.WAITING


async def test_legs_are_told_of_the_nearest_in_the_words_of_banks(counter: Counter) -> None:
    first = await counter.enter(EUROS, DOLLARS)
    await counter.enter(Money(10_999, "USD"), EUROS, giver=PARIS)
    said = (await counter.desk.leave_exchange(LegRef(first, datetime.now(UTC)))).contradiction
    assert said == "amount: 110.00 expected, 109.99 found"


async def test_a_pair_waits_until_both_its_currencies_are_open(db: Database) -> None:
    counter = Counter(db, await nobody(), Observance.OBSERVED)
    await counter.found()
    now = datetime.now(UTC)
    offset = 12 - now.hour  # a zone where it is about noon, so that no midnight comes between
    zone = f"Etc/GMT{-offset:+d}"
    closed, open_ = Hours(time(14), time(15)), Hours(time(0), time(23, 59))
    first = await counter.enter(EUROS, DOLLARS)
    await counter.enter(DOLLARS, EUROS, giver=PARIS)
    pair = await counter.pair_of(first)

    async def claim(euro: Hours, dollar: Hours, *, meeting: bool = True) -> Claim:
        async with db.write() as session:
            for currency, hours in (("EUR", euro), ("USD", dollar)):
                line = CalendarLine(currency, "EVERY-DAY", hours, zone=zone)
                await calendars.put(session, line, at=AT, actor_id="otto")
        claimed = await counter.desk.claim_pair(PairRef(pair))
        if claimed.until is not None and meeting:
            opens = datetime(now.year, now.month, now.day, 14, tzinfo=UTC) - timedelta(hours=offset)
            assert abs(claimed.until - opens) in (timedelta(0), timedelta(days=1))
            async with db.read() as session:
                leg = await exchange_views.leg_of(session, first)
                assert leg is not None
                _, (shown,) = await exchange_views.detail(session, leg.exchange_id)
            assert (shown.waits_until, shown.waits_for) == (claimed.until, "EUR and USD to be open")
        return claimed.claim

    assert await claim(open_, closed) is Claim.WAIT
    assert await claim(closed, open_) is Claim.WAIT
    assert await claim(closed, Hours(time(15), time(16)), meeting=False) is Claim.WAIT
    assert await claim(open_, open_) is Claim.TAKEN


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
        await self.counter.till.enter_exchange(entry)

    async def enter_again(self) -> None:
        """A step is repeated, perhaps long after its leg has left."""
        if self.entries:
            with suppress(AssertionError):  # it has left since
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
