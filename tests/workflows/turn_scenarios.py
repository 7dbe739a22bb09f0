"""A payment that is pulled back has another turn; a try of the turn before, which stood still meanwhile, does nothing any more."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import text

from activities.exchanges import ExchangeLedgerActivities, LegEntry
from activities.fx import FxActivities
from activities.gross_queue import GrossOrder, GrossQueueActivities
from activities.ledger import LedgerActivities, QueueEntry, Reservation
from domain.errors import DomainError
from domain.payment import hold_id
from domain.status import PaymentStatus
from ledger.book import HoldState
from runtime.metrics import Metrics
from tests.workflows.exchanges import DOLLARS, YEN, leg, other_leg
from tests.workflows.gross_scenarios import MORE, PATIENT, fund, waits_because
from tests.workflows.list_changes import (
    AFTER,
    BEFORE,
    LATELY,
    approve,
    asked_again,
    change,
    close_window,
    pulls,
    queued,
    some_of,
)
from tests.workflows.world import ALPHA, BETA, World, eventually

S = PaymentStatus
Scenario = Callable[[World], Awaitable[str]]
Late = Callable[[Reservation], Awaitable[object]]
"""A try of a step that goes on only now."""


async def wakes_up(world: World, payment: str, late: Late) -> None:
    """Somebody who stood still before the ledger's door, in the payment's first turn, goes on: nothing comes of it."""
    shown = await world.payment(payment)
    wanted = Reservation(payment, ALPHA, BETA, shown.currency, shown.amount_minor)
    before, standing = await world.ledger.balances(), shown.status
    with pytest.raises(DomainError):
        await late(wanted)
    assert await world.ledger.balances() == before
    assert (await world.payment(payment)).status is standing
    async with world.db.read() as session:
        assert not await session.all(_WAITS, {"id": payment})


async def holds(world: World, payment: str) -> list[HoldState]:
    """What became of the payment's holds, turn by turn."""
    found: list[HoldState] = []
    while (hold := await world.ledger.hold(hold_id(payment, len(found)))) is not None:
        found.append(hold.state)
    return found


async def back_in_its_window(world: World, payment: str) -> None:
    """Wait until the payment is queued in its second turn."""

    async def there() -> bool | None:
        async with world.db.read() as session:
            item = await session.one(_ITEM, {"id": payment})
        return (item.state, item.turn, item.hold_turn) == ("queued", 1, 1) or None

    await eventually(there)


async def gross_try_wakes_up_after_a_pull_back(world: World) -> str:
    """The ledger is away, a list changes, and while people look at the payment a first try goes on."""
    await change(world, BEFORE)
    world.ledger.away = True
    payment = await world.submit(creditor=LATELY)
    await world.state(payment, lambda state: state.step == "pay_gross")
    await change(world, AFTER)
    await eventually(lambda: some_of(pulls(world, payment)))
    world.ledger.away = False
    await asked_again(world, payment)
    await wakes_up(world, payment, LedgerActivities(world.db, world.ledger, Metrics()).pay_gross)
    await approve(world, payment)
    await world.reaches(payment, S.COMPLETED)
    assert await holds(world, payment) == [HoldState.VOIDED, HoldState.POSTED]
    assert (await world.funds(ALPHA))[0] == 1_000_000 - 10_000
    return f"payment/{payment}"


async def exchanged_try_wakes_up_after_a_pull_back(world: World) -> str:
    await change(world, BEFORE)
    quote = await world.quote("150.125")
    world.ledger.away = True
    payment = await world.submit(creditor=LATELY, quote=quote)
    await world.state(payment, lambda state: state.step == "pay_exchanged")
    await change(world, AFTER)
    await eventually(lambda: some_of(pulls(world, payment)))
    world.ledger.away = False
    await asked_again(world, payment)
    till = FxActivities(world.db, world.ledger, Metrics())
    await wakes_up(world, payment, lambda wanted: till.pay_exchanged(wanted.name))
    await approve(world, payment)
    await world.reaches(payment, S.COMPLETED)
    assert await holds(world, payment) == [HoldState.VOIDED, HoldState.POSTED]
    return f"payment/{payment}"


async def net_try_wakes_up_after_a_pull_back(world: World) -> str:
    """What was set aside stays so, in the payment's next turn; by that it settles with its window."""
    payment = await queued(world)
    before = await world.funds(ALPHA)
    await change(world, AFTER)
    await asked_again(world, payment)
    assert await world.funds(ALPHA) == before
    till = LedgerActivities(world.db, world.ledger, Metrics())
    await wakes_up(world, payment, lambda wanted: till.queue_net(QueueEntry(wanted, 600)))
    await approve(world, payment)
    await back_in_its_window(world, payment)
    await close_window(world, payment)
    await world.reaches(payment, S.COMPLETED)
    assert await holds(world, payment) == [HoldState.VOIDED, HoldState.DISCHARGED]
    return f"payment/{payment}"


async def gross_queue_try_wakes_up_after_a_pull_back(world: World) -> str:
    await change(world, BEFORE)
    payment = await world.submit(amount=MORE, creditor=LATELY, terms=PATIENT)
    await waits_because(world, payment, "short of it")
    await change(world, AFTER)
    await asked_again(world, payment)
    till = GrossQueueActivities(world.db, world.ledger, Metrics())
    await wakes_up(world, payment, lambda wanted: till.pay_or_queue(GrossOrder(wanted)))
    await approve(world, payment)
    await back_in_its_window(world, payment)
    await fund(world, ALPHA, 1_000_000)
    await world.reaches(payment, S.COMPLETED)
    assert await holds(world, payment) == [HoldState.VOIDED, HoldState.DISCHARGED]
    return f"payment/{payment}"


async def leg_try_wakes_up_after_a_pull_back(world: World) -> str:
    await change(world, BEFORE)
    dollars = await leg(world, DOLLARS, YEN, creditor=LATELY)
    await world.reaches(dollars, S.QUEUED)
    await change(world, AFTER)
    await asked_again(world, dollars)
    till, now = ExchangeLedgerActivities(world.db, world.ledger), datetime.now(UTC)
    entry = LegEntry(Reservation("", "", "", "", 1), now + timedelta(hours=1), now)
    await wakes_up(world, dollars, lambda wanted: till.enter_exchange(replace(entry, reservation=wanted)))
    await approve(world, dollars)
    yen = await other_leg(world)
    for payment in (dollars, yen):
        await world.reaches(payment, S.COMPLETED)
    assert await holds(world, dollars) == [HoldState.VOIDED, HoldState.POSTED]
    assert await holds(world, yen) == [HoldState.POSTED]
    return f"payment/{dollars}"


async def refused_after_a_pull_back(world: World) -> str:
    """Its bank's account is closed while it waits; people let it pass, the ledger does not, and nothing stays set aside."""
    payment = await queued(world)
    await world.ledger.close_account(f"{BETA}/USD")
    await change(world, AFTER)
    await approve(world, payment)
    ended = await world.reaches(payment, S.REJECTED)
    assert ended.reason_codes == ("AC04",)
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    assert await holds(world, payment) == [HoldState.VOIDED] * 2
    return f"payment/{payment}"


SCENARIOS: Final[tuple[Scenario, ...]] = (
    gross_try_wakes_up_after_a_pull_back,
    exchanged_try_wakes_up_after_a_pull_back,
    net_try_wakes_up_after_a_pull_back,
    gross_queue_try_wakes_up_after_a_pull_back,
    leg_try_wakes_up_after_a_pull_back,
    refused_after_a_pull_back,
)

_ITEM = text("SELECT state, turn, hold_turn FROM settlement_items WHERE payment_id = :id")
_WAITS = text(
    """
    SELECT payment_id FROM settlement_items WHERE payment_id = :id AND state <> 'withdrawn'
    UNION ALL SELECT payment_id FROM exchange_legs WHERE payment_id = :id AND state <> 'withdrawn'
    """
)
