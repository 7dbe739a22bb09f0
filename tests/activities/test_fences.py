"""Steps that stand still until their payment is over: when they go on they move nothing. The ledger is real, its door is not."""

import pytest

from activities.fences import BEYOND, FENCES, is_fence
from activities.fx import GiveUp
from activities.ledger import Reservation
from domain.errors import (
    AccountClosed,
    DealerShort,
    ExchangeCrowded,
    IllegalTransition,
    InsufficientFunds,
    LedgerAccountMissing,
    Refused,
    Unavailable,
)
from domain.fx import ConversionState, bought_hold, rounding_hold
from domain.payment import dues_account, hold_id, rounding_account, settlement_account
from domain.status import PaymentStatus
from ledger.book import Account, HoldState
from schema.tables.common.session import Database
from tests.activities.gated import EVERYTHING, Desk
from tests.schema.tables.world import BERLIN, PARIS

S = PaymentStatus

WAYS = ["gross", "held", "due", "queued", "leg", "fx"]
REFUSABLE = ["gross", "held", "leg", "fx"]
"""Ways in which a payment without funds is refused; the others wait."""
ENDS = {"gross": S.COMPLETED, "held": S.QUEUED, "leg": S.QUEUED, "fx": S.COMPLETED}


@pytest.fixture
async def desk(db: Database) -> Desk:
    return await Desk.founded(db)


@pytest.mark.parametrize("way", WAYS)
async def test_who_wakes_up_after_a_withdrawal_moves_nothing(desk: Desk, way: str) -> None:
    payment = await desk.payment(way)
    sleeper = await desk.stall(desk.step(way, payment))
    if way == "fx":
        assert await desk.fx.give_up_exchange(GiveUp(payment, begun=True))
    for _ in range(2):
        assert not (await desk.money.release(payment)).moved
    await desk.end(payment, S.CANCELLED)
    before = await desk.dealing.funds()
    with pytest.raises(Refused):
        await sleeper.goes_on()
    assert await desk.dealing.funds() == before
    await is_over(desk, payment, S.CANCELLED)


@pytest.mark.parametrize("way", REFUSABLE)
async def test_who_wakes_up_after_a_refusal_moves_nothing(desk: Desk, way: str) -> None:
    payment = await desk.payment(way)
    sleeper = await desk.stall(desk.step(way, payment))
    await desk.drain()
    with pytest.raises(InsufficientFunds):
        await desk.step(way, payment)
    await desk.refill()
    with pytest.raises(InsufficientFunds):
        await desk.step(way, payment)  # a repeat whose first answer was lost says the same, whatever is there now
    await desk.end(payment, S.REJECTED)
    before = await desk.dealing.funds()
    with pytest.raises(InsufficientFunds):
        await sleeper.goes_on()
    assert await desk.dealing.funds() == before
    await is_over(desk, payment, S.REJECTED)


async def test_who_wakes_up_before_the_dues_of_a_payment_that_was_refused_writes_none(desk: Desk) -> None:
    payment = await desk.payment("queued", EVERYTHING + 1)
    sleeper = await desk.stall(desk.step("queued", payment, EVERYTHING + 1), passes=1)
    await desk.ledger.close_account(settlement_account(PARIS, "EUR"))
    for _ in range(2):
        with pytest.raises(AccountClosed):
            await desk.step("queued", payment, EVERYTHING + 1)
    await desk.end(payment, S.REJECTED)
    before = await desk.dealing.funds()
    with pytest.raises(AccountClosed):
        await sleeper.goes_on()
    assert await desk.dealing.funds() == before
    assert before[dues_account(BERLIN, "EUR")] == 0
    await is_over(desk, payment, S.REJECTED)


@pytest.mark.parametrize("way", REFUSABLE)
async def test_who_wakes_up_before_the_refusal_is_out_has_won(desk: Desk, way: str) -> None:
    payment = await desk.payment(way)
    sleeper = await desk.stall(desk.step(way, payment))
    await desk.drain()
    refused = await desk.stall(desk.step(way, payment), passes=1)  # refused, and about to set the fence
    await desk.refill()
    won = await sleeper.goes_on()
    assert await refused.goes_on() == won
    assert await desk.standing(payment) is ENDS[way]
    hold = await desk.hold(payment)
    assert hold is not None
    assert not is_fence(hold)
    assert hold.amount_minor == 100


@pytest.mark.parametrize(("way", "moved"), [("gross", True), ("held", False), ("due", False), ("leg", False)])
async def test_a_hold_that_is_made_while_the_payment_is_given_up_is_given_back_unless_it_was_paid(
    desk: Desk, way: str, moved: bool
) -> None:
    payment = await desk.payment(way)
    release = await desk.stall(desk.money.release(payment))  # nothing is held, and it is about to set the fence
    await desk.step(way, payment)
    assert (await release.goes_on()).moved is moved
    hold = await desk.hold(payment)
    assert hold is not None
    assert hold.state is (HoldState.POSTED if moved else HoldState.VOIDED)


@pytest.mark.parametrize("way", ["held", "due", "queued", "leg"])
async def test_who_reserved_and_then_slept_is_queued_nowhere(desk: Desk, way: str) -> None:
    amount = EVERYTHING + 1 if way == "queued" else 100
    payment = await desk.payment(way, amount)
    desk.ledger.lose = [True]
    with pytest.raises(Unavailable):
        await desk.step(way, payment, amount)
    assert not (await desk.money.release(payment)).moved
    await desk.end(payment, S.CANCELLED)
    before = await desk.dealing.funds()
    with pytest.raises((IllegalTransition, ExchangeCrowded)):
        await desk.step(way, payment, amount)
    assert await desk.dealing.funds() == before
    assert await desk.standing(payment) is S.CANCELLED
    assert not await desk.waits(payment)


async def test_all_holds_of_an_exchange_are_given_back_together(desk: Desk) -> None:
    await desk.ledger.open_account(Account(rounding_account("JPY"), "JPY", None))
    payment = await desk.payment("fx")
    before = await desk.dealing.funds()
    sleeper = await desk.stall(desk.step("fx", payment))
    assert await desk.fx.give_up_exchange(GiveUp(payment, begun=True))
    desk.ledger.lose = [True]  # the holds are made just between two steps of the withdrawal, and their maker dies
    with pytest.raises(Unavailable):
        await sleeper.goes_on()
    assert not (await desk.money.release(payment)).moved
    assert await desk.dealing.funds() == before
    for name in (hold_id(payment), bought_hold(payment), rounding_hold(payment)):
        hold = await desk.ledger.hold(name)
        assert hold is not None
        assert hold.state is HoldState.VOIDED


async def test_a_refusal_of_the_dealer_stands_as_well(desk: Desk) -> None:
    payment = await desk.dealing.locked(100, rate="1000001")
    for _ in range(2):
        with pytest.raises(DealerShort, match="the dealer could not deliver"):
            await desk.fx.pay_exchanged(payment)
    assert (await desk.dealing.made(payment)).state is ConversionState.RESERVING


async def test_what_is_repaired_by_people_has_no_fence(desk: Desk) -> None:
    payment = await desk.payment("gross")
    wanted = Reservation(payment, "NEWCDEFFXXX", PARIS, "EUR", 100)
    with pytest.raises(LedgerAccountMissing):
        await desk.money.pay_gross(wanted)
    assert await desk.hold(payment) is None
    await desk.ledger.open_account(Account("NEWCDEFFXXX/EUR", "EUR", -100))
    await desk.money.pay_gross(wanted)
    assert await desk.standing(payment) is S.COMPLETED


async def test_a_fence_is_read_by_people(desk: Desk) -> None:
    payment = await desk.payment("gross", EVERYTHING + 1)
    with pytest.raises(InsufficientFunds):
        await desk.step("gross", payment, EVERYTHING + 1)
    hold = await desk.hold(payment)
    assert hold is not None
    assert (hold.debit, hold.credit, hold.asset, hold.amount_minor) == (FENCES.id, BEYOND.id, "XXX", 1)
    assert (hold.state, hold.resolved_by) == (HoldState.VOIDED, f"{payment}/fence/insufficient_funds")
    entries = [sealed.entry.event for sealed in await desk.ledger.entries(0, 1000)]
    assert sum(getattr(event, "id", "") == f"{payment}/fence/insufficient_funds" for event in entries) == 1


async def is_over(desk: Desk, payment: str, end: PaymentStatus) -> None:
    """The payment's end stands, and it waits nowhere."""
    hold = await desk.hold(payment)
    assert hold is not None
    assert is_fence(hold)
    assert await desk.standing(payment) is end
    assert not await desk.waits(payment)
