"""The steps of an exchange on real PostgreSQL, the ledger in memory: repeats, lost answers, withdrawals, many at once."""

import asyncio
import random
from fractions import Fraction

import pytest

from activities.fx import GiveUp
from domain.errors import (
    AccountClosed,
    DealerShort,
    IllegalTransition,
    InsufficientFunds,
    Refused,
    Rejection,
    Unavailable,
)
from domain.fx import ConversionState, bought_hold, rounding_hold
from domain.payment import hold_id, rounding_account, settlement_account
from domain.status import PaymentStatus
from ledger.book import Account, HoldState
from schema.tables.common.session import Database
from schema.tables.compliance import checks, reviews
from schema.tables.exchange import fx_quotes
from schema.tables.payment import payments
from tests.activities.fx_desk import DEALER, FUNDS, Desk
from tests.schema.tables.world import AT, BERLIN, PARIS, SUSPICIOUS, later

S = PaymentStatus


@pytest.fixture
async def desk(db: Database) -> Desk:
    desk = Desk(db)
    await desk.found()
    return desk


@pytest.mark.parametrize("lost", [[True], [False, True], [True, True]], ids=["first", "second", "both"])
async def test_a_repeat_finds_the_plan_and_pays_once(desk: Desk, lost: list[bool]) -> None:
    payment_id = await desk.locked(100)  # buys 163.125 yen
    await desk.ledger.open_account(Account(rounding_account("JPY"), "JPY", None))
    desk.ledger.lose = lost
    for _ in range(sum(lost)):
        with pytest.raises(Unavailable):
            await desk.fx.pay_exchanged(payment_id)
    for _ in range(2):
        await desk.fx.pay_exchanged(payment_id)
    made = await desk.made(payment_id)
    assert (made.state, made.rounding_minor, await desk.residue()) == (ConversionState.PAID, 0, Fraction(1, 8))
    after = await desk.funds()
    assert [after[settlement_account(bic, "JPY")] - FUNDS for bic in (DEALER, PARIS)] == [-163, 163]
    assert [after[settlement_account(bic, "EUR")] - FUNDS for bic in (BERLIN, DEALER)] == [-100, 100]
    async with desk.db.read() as session:
        assert (await payments.detail(session, payment_id)).status is S.COMPLETED
    assert 'fx_conversions_total{bought="JPY",result="paid",sold="EUR"} 1.0' in desk.metrics.exposition().decode()


async def test_once_planned_it_is_not_given_up(desk: Desk) -> None:
    payment_id = await desk.locked(100)
    await desk.ledger.open_account(Account(rounding_account("JPY"), "JPY", None))
    desk.ledger.lose = [False, True]
    with pytest.raises(Unavailable):
        await desk.fx.pay_exchanged(payment_id)
    assert (await desk.made(payment_id)).state is ConversionState.SETTLING
    assert not await desk.fx.give_up_exchange(GiveUp(payment_id, begun=True))
    await desk.fx.pay_exchanged(payment_id)
    assert (await desk.made(payment_id)).state is ConversionState.PAID


async def test_a_try_that_still_runs_when_the_payment_is_withdrawn_leaves_nothing_behind(desk: Desk) -> None:
    before = await desk.funds()
    payment_id = await desk.locked(100)
    await desk.ledger.open_account(Account(rounding_account("JPY"), "JPY", None))
    desk.ledger.lose = [True]
    with pytest.raises(Unavailable):
        await desk.fx.pay_exchanged(payment_id)
    begun = await desk.made(payment_id)
    assert begun.state is ConversionState.RESERVING
    assert await desk.fx.give_up_exchange(GiveUp(payment_id, begun=True))
    await desk.stop(payment_id)
    with pytest.raises(Refused):
        await desk.fx.pay_exchanged(payment_id)
    assert await desk.fx.give_up_exchange(GiveUp(payment_id, begun=True)), "a repeat finds it given up"
    assert await desk.funds() == before | {rounding_account("JPY"): 0}
    assert await desk.residue() == 0
    for name in (hold_id(payment_id), bought_hold(payment_id), rounding_hold(payment_id)):
        hold = await desk.ledger.hold(name)
        assert hold is not None
        assert hold.state is HoldState.VOIDED


async def test_a_try_that_has_not_come_far_finds_the_door_closed(desk: Desk) -> None:
    """Pulled back before it was tried, the rate stays locked; withdrawn while a try hangs, that try must not pay."""
    payment_id = await desk.locked(100)
    assert await desk.fx.give_up_exchange(GiveUp(payment_id, begun=False))
    assert (await desk.made(payment_id)).state is ConversionState.LOCKED
    assert await desk.fx.give_up_exchange(GiveUp(payment_id, begun=True))
    with pytest.raises(Refused):
        await desk.fx.pay_exchanged(payment_id)
    assert await desk.ledger.hold(hold_id(payment_id)) is None


async def test_a_payment_that_is_screened_again_keeps_its_rate_and_what_is_set_aside(desk: Desk) -> None:
    """Its try, which still ran, does not pay it meanwhile; when it comes back it does; withdrawn, all is given back."""
    before = await desk.funds()
    paid, withdrawn = await desk.locked(100), await desk.locked(100)
    await desk.ledger.open_account(Account(rounding_account("JPY"), "JPY", None))
    for payment_id in (paid, withdrawn):
        desk.ledger.lose = [True]
        with pytest.raises(Unavailable):
            await desk.fx.pay_exchanged(payment_id)
        for _ in range(2):
            assert await desk.fx.give_up_exchange(GiveUp(payment_id, begun=True, back=True))
        assert (await desk.made(payment_id)).state is ConversionState.LOCKED
    assert await desk.fx.pay_exchanged(paid) is None
    assert not await desk.fx.give_up_exchange(GiveUp(paid, begun=True, back=True))
    assert await desk.fx.give_up_exchange(GiveUp(withdrawn, begun=True))
    await desk.stop(withdrawn)
    assert await desk.fx.give_up_exchange(GiveUp(withdrawn, begun=True, back=True)), "it is over"
    after = await desk.funds()
    assert after[settlement_account(PARIS, "JPY")] - before[settlement_account(PARIS, "JPY")] == 163
    assert after[settlement_account(DEALER, "EUR")] - before[settlement_account(DEALER, "EUR")] == 100


async def test_a_late_try_does_not_pay_what_people_look_at(desk: Desk) -> None:
    payment_id = await desk.locked(100)
    async with desk.db.write() as session:
        check = await checks.record(session, payment_id, "sanctions_screening", SUSPICIOUS, AT)
        await reviews.open(session, payment_id, check.id, at=AT, escalate_at=later(60), expires_at=later(90))
    with pytest.raises(IllegalTransition):
        await desk.fx.pay_exchanged(payment_id)
    assert await desk.ledger.hold(hold_id(payment_id)) is None


async def test_whoever_lacks_funds_is_named_and_nothing_is_taken_in(desk: Desk) -> None:
    with pytest.raises(InsufficientFunds):
        await desk.fx.pay_exchanged(await desk.locked(FUNDS + 1, rate="0.01"))
    short = await desk.locked(100, rate="1000001")
    with pytest.raises(DealerShort, match="could not deliver"):
        await desk.fx.pay_exchanged(short)
    # All that the dealer has is enough for the yen, but not for the yen that rounding might take.
    with pytest.raises(DealerShort):
        await desk.fx.pay_exchanged(await desk.locked(1, rate="100000010"))
    await desk.ledger.close_account(settlement_account(BERLIN, "EUR"))
    with pytest.raises(AccountClosed):
        await desk.fx.pay_exchanged(await desk.locked(100))
    assert await desk.residue() == 0


@pytest.mark.parametrize("seed", range(4))
async def test_many_at_once_on_a_bad_day_and_not_a_fraction_is_lost(desk: Desk, seed: int) -> None:
    """Payments side by side, answers lost, some withdrawn at any moment: what was paid adds up to the last fraction."""
    chance = random.Random(seed)
    waiting = [await desk.locked(chance.randint(1, 4_000), rate=f"{chance.uniform(0.9, 2):.6f}") for _ in range(24)]
    desk.ledger.chance = random.Random(seed)

    async def through(payment_id: str, patience: int) -> None:
        while True:
            try:
                await desk.fx.pay_exchanged(payment_id)
            except Unavailable:
                patience -= 1
                if patience or not await _given_up(desk, payment_id):
                    continue
            except Rejection:
                await _given_up(desk, payment_id)
            return

    await asyncio.gather(*(through(payment_id, chance.randint(1, 3)) for payment_id in waiting))
    desk.ledger.chance = None
    made = [await desk.made(payment_id) for payment_id in waiting]
    paid = [each for each in made if each.state is ConversionState.PAID]
    assert all(each.state in (ConversionState.PAID, ConversionState.RELEASED) for each in made)
    exact = sum((each.sold_minor * Fraction(each.rate) / 100 for each in paid), start=Fraction())
    moved = sum(each.rounding_minor or 0 for each in paid)
    residue, after = await desk.residue(), await desk.funds()
    assert sum(each.bought_minor for each in paid) + moved + residue == exact
    assert abs(residue) <= Fraction(1, 2)
    assert after[rounding_account("JPY")] == moved
    assert after[settlement_account(DEALER, "JPY")] - FUNDS == -sum(each.bought_minor for each in paid) - moved
    for currency in ("EUR", "JPY"):
        assert sum(minor for account, minor in after.items() if f"/{currency}" in account) == 0
    async with desk.db.read() as session:
        for each in made:
            taken = each.sold_minor if each in paid else 0
            assert (await fx_quotes.find(session, each.quote_id)).taken_minor == taken


async def _given_up(desk: Desk, payment_id: str) -> bool:
    """Withdraw as the workflow does, which insists until the ledger is back; False when it is too late."""
    while True:
        try:
            if not await desk.fx.give_up_exchange(GiveUp(payment_id, begun=True)):
                return False
            await desk.stop(payment_id)
        except Unavailable:
            continue
        return True
