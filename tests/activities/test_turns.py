"""Steps that stand still until a change of a list has pulled their payment back: what belongs to that turn moves nothing."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text

from activities.fences import is_fence
from activities.settlement import WindowRef
from domain.errors import AccountClosed, ExchangeCrowded, IllegalTransition, Refused, Unavailable
from domain.payment import rounding_account, settlement_account
from domain.status import PaymentStatus
from domain.turns import in_turn, turn_of
from ledger.book import Account, HoldState
from schema.tables.accounts import ledger_entries
from schema.tables.common.session import Database
from schema.tables.settlement import windows
from tests.activities.gated import EVERYTHING, Desk
from tests.schema.tables.world import BERLIN, PARIS, later
from workers.journal import line

S = PaymentStatus

AMOUNTS = {"gross": 100, "held": 100, "due": 100, "queued": EVERYTHING + 1, "leg": 100, "fx": 100}
"""Every way to be paid; a payment that is to queue for liquidity is not covered."""
QUEUEING = ["held", "due", "queued", "leg"]
LATE = (Refused, IllegalTransition, ExchangeCrowded)


@pytest.fixture
async def desk(db: Database) -> Desk:
    made = await Desk.founded(db)
    await made.ledger.open_account(Account(rounding_account("JPY"), "JPY", None))
    return made


@pytest.mark.parametrize("way", AMOUNTS)
async def test_who_wakes_up_after_a_pull_back_moves_nothing(desk: Desk, way: str) -> None:
    amount = AMOUNTS[way]
    payment = await desk.payment(way, amount)
    sleeper = await desk.stall(desk.step(way, payment, amount), passes=int(way == "queued"))
    for _ in range(2):
        assert await desk.pull_back(way, payment)
    before = await desk.ledger.balances()
    with pytest.raises(LATE):
        await sleeper.goes_on()
    assert await desk.ledger.balances() == before
    assert await desk.standing(payment) is S.SCREENED
    assert not await desk.waits(payment)
    fence = await desk.hold(payment)
    assert fence is not None
    assert is_fence(fence)
    await desk.step(way, payment, amount, turn=1)
    assert await desk.standing(payment) is (S.QUEUED if way in QUEUEING else S.COMPLETED)


@pytest.mark.parametrize("way", [*QUEUEING, "fx"])
async def test_who_reserved_and_then_slept_queues_and_pays_nothing_after_a_pull_back(desk: Desk, way: str) -> None:
    amount = AMOUNTS[way]
    payment = await desk.payment(way, amount)
    desk.ledger.lose = [True]
    with pytest.raises(Unavailable):
        await desk.step(way, payment, amount)
    before = await desk.money_of(BERLIN)
    for _ in range(2):
        assert await desk.pull_back(way, payment)
    assert await desk.money_of(BERLIN) == before, "nobody else had it meanwhile"
    with pytest.raises(LATE):
        await desk.step(way, payment, amount)
    assert await desk.money_of(BERLIN) == before
    assert await desk.standing(payment) is S.SCREENED
    assert not await desk.waits(payment)
    assert await states(desk, payment) == [HoldState.VOIDED, HoldState.PENDING]
    await desk.step(way, payment, amount, turn=1)
    assert await desk.standing(payment) is (S.QUEUED if way in QUEUEING else S.COMPLETED)


@pytest.mark.parametrize("way", QUEUEING)
async def test_what_was_queued_and_pulled_back_comes_back_only_in_its_own_turn(desk: Desk, way: str) -> None:
    amount = AMOUNTS[way]
    payment = await desk.payment(way, amount)
    await desk.step(way, payment, amount)
    assert await desk.pull_back(way, payment)
    with pytest.raises(LATE):
        await desk.step(way, payment, amount)
    assert not await desk.waits(payment)
    await desk.step(way, payment, amount, turn=1)
    assert await desk.pull_back(way, payment), "a late try of the pull-back itself finds its turn over"
    assert await desk.waits(payment)
    assert await desk.pull_back(way, payment, turn=1)
    await desk.step(way, payment, amount, turn=2)
    assert await states(desk, payment) == [HoldState.VOIDED, HoldState.VOIDED, HoldState.PENDING]
    for _ in range(2):
        assert not (await desk.money.release(in_turn(payment, 2))).moved
    assert all(balance.debits_pending == 0 for balance in await desk.ledger.balances())


@pytest.mark.parametrize("way", QUEUEING)
async def test_who_queues_in_the_very_moment_of_the_pull_back_is_taken_out_or_refused(desk: Desk, way: str) -> None:
    amount = AMOUNTS[way]
    for _ in range(5):
        payment = await desk.payment(way, amount)
        desk.ledger.lose = [True]
        with pytest.raises(Unavailable):
            await desk.step(way, payment, amount)
        late = asyncio.create_task(desk.step(way, payment, amount))
        assert await desk.pull_back(way, payment)
        with suppress(*LATE):
            await late
        assert not await desk.waits(payment)
        await desk.money.release(in_turn(payment, 1))


@pytest.mark.parametrize("way", ["held", "due"])
async def test_a_window_settles_by_the_hold_of_the_turn_that_is_in_it(desk: Desk, way: str) -> None:
    payment = await desk.payment(way)
    await desk.step(way, payment)
    assert await desk.pull_back(way, payment)
    await desk.step(way, payment, turn=1)
    ref = await window_of(desk, payment)
    async with desk.db.write() as session:
        assert await windows.close(session, ref.window_id, ref.batch_id, later(5)) == 1
    assert not await desk.pull_back(way, payment, turn=1), "it settles"
    assert (await desk.windows.close_window(ref)).transfers == 1
    if way == "held":
        assert (await desk.money.execute_batch(ref.batch_id)).final
        assert await states(desk, payment) == [HoldState.VOIDED, HoldState.DISCHARGED]
        assert (await desk.money.release(in_turn(payment, 1))).moved


@pytest.mark.parametrize("way", ["gross", "queued"])
async def test_what_was_paid_just_before_it_was_pulled_back_stays_paid(desk: Desk, way: str) -> None:
    payment = await desk.payment(way)
    desk.ledger.lose = [True]
    with pytest.raises(Unavailable):
        await desk.step(way, payment)
    assert not await desk.pull_back(way, payment)
    await desk.step(way, payment)
    assert await desk.standing(payment) is S.COMPLETED
    assert await states(desk, payment) == [HoldState.POSTED]


@pytest.mark.parametrize("way", ["held", "leg"])
async def test_of_a_bank_whose_account_was_closed_the_funds_go_back(desk: Desk, way: str) -> None:
    payment = await desk.payment(way)
    await desk.step(way, payment)
    await desk.ledger.close_account(settlement_account(PARIS, "EUR"))
    for _ in range(2):
        assert await desk.pull_back(way, payment)
    posted, available = await desk.money_of(BERLIN)
    assert posted == available
    for _ in range(2):
        with pytest.raises(AccountClosed):
            await desk.step(way, payment, turn=1)
    assert not (await desk.money.release(in_turn(payment, 1))).moved


async def test_people_see_what_was_held_in_every_turn(desk: Desk) -> None:
    payment = await desk.payment("held")
    await desk.step("held", payment)
    assert await desk.pull_back("held", payment)
    assert not (await desk.money.release(in_turn(payment, 1))).moved
    async with desk.db.write() as session:
        await ledger_entries.project(session, [line(sealed) for sealed in await desk.ledger.entries(0, 1000)])
    async with desk.db.read() as session:
        told = await ledger_entries.of_payment(session, payment)
    again = in_turn(payment, 1)
    names = [f"{payment}/hold", f"{payment}/taken_over", f"{again}/hold", f"{again}/void"]
    assert [entry.operation_id for entry in told] == names


@pytest.mark.parametrize("way", AMOUNTS)
async def test_a_workflow_that_was_set_back_ends_the_turns_that_it_forgot(desk: Desk, way: str) -> None:
    """Somebody resets it to before it was pulled back: its step is refused, and what ends it ends it in every turn."""
    amount = AMOUNTS[way]
    payment = await desk.payment(way, amount)
    if way in QUEUEING:
        await desk.step(way, payment, amount)
    assert await desk.pull_back(way, payment)
    await desk.step(way, payment, amount, turn=1)
    with pytest.raises(LATE):
        await desk.step(way, payment, amount)
    for _ in range(2):
        assert (await desk.money.release(payment)).moved is (way not in QUEUEING)
    assert all(balance.debits_pending == 0 for balance in await desk.ledger.balances())


@pytest.mark.parametrize(("turn", "name"), [(0, "pay_1"), (1, "pay_1/1"), (12, "pay_1/12")])
def test_what_the_ledger_calls_a_payment_tells_its_turn(turn: int, name: str) -> None:
    assert in_turn("pay_1", turn) == name
    assert turn_of(name) == ("pay_1", turn)


async def states(desk: Desk, payment: str) -> list[HoldState]:
    """What became of the payment's holds, turn by turn."""
    found: list[HoldState] = []
    while (hold := await desk.hold(payment, len(found))) is not None:
        found.append(hold.state)
    return found


async def window_of(desk: Desk, payment: str) -> WindowRef:
    """The window in which the payment waits."""
    async with desk.db.read() as session:
        item = await session.one(text("SELECT window_id FROM settlement_items WHERE payment_id = :id"), {"id": payment})
    return WindowRef(item.window_id, f"bat_{item.window_id.removeprefix('win_')}", 5.0)
