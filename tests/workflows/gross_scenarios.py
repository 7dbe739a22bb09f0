"""Gross payments that wait for liquidity: every way in which they leave their queue."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from domain.ids import new_id
from domain.payment import settlement_account
from domain.settlement import Priority
from domain.status import PaymentStatus
from schema.tables.settlement import gross_queue, steering
from tests.workflows.world import ALPHA, BETA, GAMMA, LISTED, OPERATOR, World, eventually
from workflows.payloads import AccountInput, Terms
from workflows.payment import PaymentWorkflow

S = PaymentStatus
PATIENT: Final = Terms(gross_queue_s=600)
MORE: Final = "20000.00"
"""Twice what any bank has."""
CIRCLE: Final = ((ALPHA, BETA), (BETA, GAMMA), (GAMMA, ALPHA))


async def prioritise(world: World, payment_id: str, priority: Priority) -> None:
    """Change a queued payment's priority as the API does."""
    at = datetime.now(UTC)
    async with world.db.write() as session:
        await steering.prioritise(session, payment_id, priority, at=at, actor_id=OPERATOR.id)
        await gross_queue.wake_for(session, payment_id, at=at)


async def fund(world: World, bic: str, amount_minor: int) -> None:
    """Bring dollars into a bank's account, through its workflow."""
    order = AccountInput(settlement_account(bic, "USD"), "USD", 0, new_id("fund"), amount_minor)
    await world.starter.account(order, within_s=90)


async def waits_because(world: World, payment_id: str, *words: str) -> None:
    """Wait until a queued payment says why it waits in such words."""

    async def there() -> bool | None:
        async with world.db.read() as session:
            row = await session.first(_REASON, {"payment_id": payment_id})
        return (row is not None and all(word in str(row.reason) for word in words)) or None

    await eventually(there)


_QUEUED = text("SELECT payment_id FROM settlement_items")
_REASON = text("SELECT reason FROM settlement_items WHERE payment_id = :payment_id")


async def circle(world: World) -> list[str]:
    """Three payments of which nobody can make one alone."""
    return [
        await world.submit(sender=sender, receiver=receiver, amount=MORE, terms=PATIENT) for sender, receiver in CIRCLE
    ]


async def gross_queue_circle(world: World) -> str:
    for payment in await circle(world):
        await world.reaches(payment, S.COMPLETED)
    assert [await world.funds(bic) for bic in (ALPHA, BETA, GAMMA)] == [(1_000_000, 1_000_000)] * 3
    return world.gross_queue()


async def gross_released(world: World) -> str:
    payments = await circle(world)
    for payment in payments:
        await world.reaches(payment, S.COMPLETED)
    return f"payment/{payments[0]}"


async def gross_at_once(world: World) -> str:
    payment = await world.submit(terms=PATIENT)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def gross_not_covered(world: World) -> str:
    payment = await world.submit(amount=MORE, terms=Terms(gross_queue_s=0.5))
    ended = await world.reaches(payment, S.REJECTED)
    assert (ended.reason_codes, ended.reason_text) == (("AM04",), "not covered within 0.5 seconds")
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    return f"payment/{payment}"


async def gross_cancelled_in_queue(world: World) -> str:
    front = await world.submit(amount=MORE, terms=PATIENT)
    await waits_because(world, front, "short of it")
    behind = await world.submit(terms=PATIENT)
    await waits_because(world, behind, "waits behind", front)
    await world.act(front, PaymentWorkflow.cancel)
    await world.reaches(front, S.CANCELLED)
    await world.reaches(behind, S.COMPLETED)
    return f"payment/{front}"


async def gross_queue_priority(world: World) -> str:
    """A small payment gets in front of a large one that its bank cannot pay."""
    large = await world.submit(amount=MORE, terms=PATIENT)
    await waits_because(world, large, "short of it")
    small = await world.submit(terms=PATIENT)
    await waits_because(world, small, "waits behind", large)
    await prioritise(world, small, Priority.HIGH)
    await world.reaches(small, S.COMPLETED)
    await world.act(large, PaymentWorkflow.cancel)
    await world.reaches(large, S.CANCELLED)
    return world.gross_queue()


async def gross_queue_funded(world: World) -> str:
    """Money comes in by funding, and goes on to whom it is owed."""
    first = await world.submit(amount=MORE, terms=PATIENT)
    then = await world.submit(sender=BETA, receiver=GAMMA, amount="25000.00", terms=PATIENT)
    for payment in (first, then):
        await waits_because(world, payment, "short of it")
    await fund(world, ALPHA, 1_000_000)
    for payment in (first, then):
        await world.reaches(payment, S.COMPLETED)
    assert await world.funds(ALPHA) == (0, 0)
    return world.gross_queue()


async def gross_queue_fed_by_a_payment(world: World) -> str:
    """Another bank pays one that waits: at once, for it is covered."""
    waiting = await world.submit(amount="15000.00", terms=PATIENT)
    await waits_because(world, waiting, "5000.00 USD short")
    paid = await world.submit(sender=GAMMA, receiver=ALPHA, amount="5000.00", terms=PATIENT)
    await world.reaches(paid, S.COMPLETED)
    await world.reaches(waiting, S.COMPLETED)
    return world.gross_queue()


async def gross_queue_paused(world: World) -> str:
    await world.pause("USD")
    payment = await world.submit(terms=PATIENT)
    await waits_because(world, payment, "paused")
    await world.started(world.gross_queue())
    await world.resume("USD")
    await world.reaches(payment, S.COMPLETED)
    return world.gross_queue()


async def gross_queue_refused(world: World) -> str:
    """An account is closed between queueing and release: its bank's payment is refused at once, the others go."""
    lost = await world.submit(amount=MORE, terms=PATIENT)
    await waits_because(world, lost, "short of it")
    fine = await world.submit(amount="10000.00", receiver=GAMMA, terms=PATIENT)
    await waits_because(world, fine, "waits behind")
    await world.ledger.close_account(f"{BETA}/USD")
    await fund(world, ALPHA, 2_000_000)
    await world.reaches(fine, S.COMPLETED)
    ended = await world.reaches(lost, S.REJECTED)
    assert (ended.reason_codes, ended.reason_text) == (
        ("AC04",),
        f"the ledger refuses entries on the account of {BETA}",
    )
    return world.gross_queue()


async def gross_queue_account_closed(world: World) -> str:
    """It waits for money that does not come; then its receiver's account is closed, and nobody waits any longer."""
    lost = await world.submit(amount=MORE, terms=PATIENT)
    await waits_because(world, lost, "short of it")
    await world.ledger.close_account(f"{BETA}/USD")
    ended = await world.reaches(lost, S.REJECTED)
    assert (ended.reason_codes, ended.reason_text) == (
        ("AC04",),
        f"the ledger refuses entries on the account of {BETA}",
    )
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    return world.gross_queue()


async def gross_of_an_account_that_was_closed(world: World) -> str:
    await gross_queue_account_closed(world)
    async with world.db.read() as session:
        [(payment,)] = await session.all(_QUEUED)
    return f"payment/{payment}"


async def gross_cancelled_under_review(world: World) -> str:
    payment = await world.submit(creditor=LISTED, terms=PATIENT)
    await world.held(payment)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    return f"payment/{payment}"


GROSS: Final[tuple[Callable[[World], Awaitable[str]], ...]] = (
    gross_at_once,
    gross_released,
    gross_not_covered,
    gross_cancelled_in_queue,
    gross_cancelled_under_review,
    gross_queue_circle,
    gross_queue_priority,
    gross_queue_funded,
    gross_queue_fed_by_a_payment,
    gross_queue_paused,
    gross_queue_refused,
    gross_queue_account_closed,
    gross_of_an_account_that_was_closed,
)
