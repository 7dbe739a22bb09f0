"""Paths of an exchange of values: two legs that settle together, or a leg that goes its way alone."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text

from domain.exchange import Exchange
from domain.money import Money
from domain.payment import SettlementMethod
from domain.status import PaymentStatus
from ledger.book import HoldState
from schema.tables.accounts import participants
from schema.tables.compliance import rescreenings
from schema.tables.exchange import exchange_views, exchanges
from schema.tables.exchange.exchange_views import LegView
from schema.tables.exchange.exchanges import LegState
from tests.workflows import list_changes
from tests.workflows.world import ALPHA, BETA, World, eventually
from workflows.payment import PaymentWorkflow

S = PaymentStatus
DOLLARS, YEN = Money(10_000, "USD"), Money(15_000, "JPY")
BOND: Final = Money(300, "DE0001102580")
"""Three hundred units of a security."""
AN_HOUR: Final = timedelta(hours=1)
IN_TIME_S: Final = (2, 10, 45)
"""How long a leg waits that is to wait in vain: on a starved machine its partner may come too late to contradict it."""


async def leg(
    world: World,
    gives: Money,
    wants: Money,
    *,
    sender: str = ALPHA,
    receiver: str = BETA,
    reference: str = "DEAL-1",
    within: timedelta = AN_HOUR,
    **changes: Any,
) -> str:
    """Send one leg; its payment."""
    method = SettlementMethod.PVP if {len(gives.currency), len(wants.currency)} == {3} else SettlementMethod.DVP
    exchange = Exchange(reference, wants, datetime.now(UTC) + within)
    return await world.submit(
        amount=str(gives), currency=gives.currency, sender=sender, receiver=receiver, method=method, exchange=exchange,
        **changes,
    )  # fmt: skip


async def other_leg(world: World, gives: Money = YEN, wants: Money = DOLLARS, **changes: Any) -> str:
    """Send the leg that goes the other way."""
    return await leg(world, gives, wants, sender=BETA, receiver=ALPHA, **changes)


async def stands(world: World, payment_id: str, wanted: Callable[[LegView], bool]) -> LegView:
    """Wait until the leg stands so."""

    async def there() -> LegView | None:
        async with world.db.read() as session:
            found = await exchange_views.leg_of(session, payment_id)
        return found if found is not None and wanted(found) else None

    return await eventually(there)


async def matched(world: World, payment_id: str) -> str:
    """Wait until the leg has a partner; the pair."""
    found = await stands(world, payment_id, lambda leg: leg.state is LegState.MATCHED)
    assert found.pair_id is not None
    return found.pair_id


async def hold_back(world: World) -> None:
    """Have nothing settle for the time being: a list has changed."""
    async with world.db.write() as session:
        await session.run(_VERSION)
        await rescreenings.begin(session, "list_test", "TEST", datetime.now(UTC))


async def let_go(world: World) -> None:
    """Let payments settle again."""
    async with world.db.write() as session:
        await rescreenings.end(session, "list_test", datetime.now(UTC))


async def list_security(world: World) -> None:
    """Give both banks an account for the security; Beta has a thousand units of it."""
    async with world.db.write() as session:
        for bic in (ALPHA, BETA):
            await participants.add_account(
                session, bic=bic, currency=BOND.currency, floor_minor=0, at=datetime.now(UTC)
            )
    await world.open_account(ALPHA, 0, BOND.currency)
    await world.open_account(BETA, 1000, BOND.currency)


async def pvp_leg(world: World) -> str:
    before = await world.funds(ALPHA), await world.funds(BETA, "JPY")
    dollars = await leg(world, DOLLARS, YEN)
    await world.reaches(dollars, S.QUEUED)
    yen = await other_leg(world)
    ends = [await world.reaches(payment, S.COMPLETED) for payment in (dollars, yen)]
    assert ends[0].settled_at == ends[1].settled_at is not None
    assert ends[0].batch_id == ends[1].batch_id is not None
    assert [funds[0] for funds in (await world.funds(ALPHA), await world.funds(BETA, "JPY"))] == [
        before[0][0] - DOLLARS.minor,
        before[1][0] - YEN.minor,
    ]
    return f"payment/{dollars}"


async def pvp_pair(world: World) -> str:
    yen, dollars = await other_leg(world), await leg(world, DOLLARS, YEN)
    for payment in (yen, dollars):
        await world.reaches(payment, S.COMPLETED)
    return f"exchange/{(await world.payment(yen)).batch_id}"


async def dvp_leg(world: World) -> str:
    await list_security(world)
    cash, bond = await leg(world, DOLLARS, BOND), await other_leg(world, BOND, DOLLARS)
    for payment in (cash, bond):
        await world.reaches(payment, S.COMPLETED)
    assert await world.funds(ALPHA, BOND.currency) == (300, 300)
    assert await world.funds(BETA, BOND.currency) == (700, 700)
    return f"payment/{bond}"


async def pvp_expired(world: World) -> str:
    """A leg that contradicts its partner waits in vain; both are released, and each is told why."""
    before = await world.funds(ALPHA), await world.funds(BETA, "JPY")
    why = "no matching leg came in time"
    for within_s in IN_TIME_S:
        soon, deal = timedelta(seconds=within_s), f"DEAL-{within_s}"
        dollars = await leg(world, DOLLARS, YEN, within=soon, reference=deal)
        yen = await other_leg(world, Money(14_999, "JPY"), within=soon, reference=deal)
        ends = [await world.reaches(payment, S.REJECTED) for payment in (dollars, yen)]
        if ends[0].reason_text == f"{why}: amount: 15000 expected, 14999 found":
            break
    for end in ends:
        assert end.reason_codes == ("AB03",)
        assert str(end.reason_text).startswith(why)
        hold = await world.ledger.hold(f"{end.id}/hold")
        assert hold is not None
        assert hold.state is HoldState.VOIDED
    assert "14999 found" in str(ends[0].reason_text)
    assert (await world.funds(ALPHA), await world.funds(BETA, "JPY")) == before
    return f"payment/{dollars}"


async def pvp_cancelled(world: World) -> str:
    """A leg leaves the pair that waits; the other finds a new partner."""
    await hold_back(world)
    dollars, yen = await leg(world, DOLLARS, YEN), await other_leg(world)
    pair = await matched(world, yen)
    await world.act(dollars, PaymentWorkflow.cancel)
    await world.reaches(dollars, S.CANCELLED)
    await stands(world, yen, lambda leg: leg.state is LegState.WAITING)
    again = await leg(world, DOLLARS, YEN)
    assert await matched(world, yen) != pair
    await let_go(world)
    for payment in (yen, again):
        await world.reaches(payment, S.COMPLETED)
    return f"payment/{dollars}"


async def pvp_dissolved(world: World) -> str:
    await hold_back(world)
    dollars, yen = await leg(world, DOLLARS, YEN), await other_leg(world)
    pair = await matched(world, yen)
    await world.act(dollars, PaymentWorkflow.cancel)
    await world.reaches(dollars, S.CANCELLED)
    return f"exchange/{pair}"


async def pvp_too_late_to_leave(world: World) -> str:
    """A leg whose time is over just when its pair is taken for execution settles with it."""
    await hold_back(world)
    dollars, yen = await leg(world, DOLLARS, YEN, within=timedelta(seconds=20)), await other_leg(world)
    pair = await matched(world, yen)
    async with world.db.write() as session:
        await exchanges.claim(session, pair, datetime.now(UTC))
    for payment in (dollars, yen):
        await world.reaches(payment, S.COMPLETED)
    return f"payment/{dollars}"


async def pvp_pulled_back(world: World) -> str:
    """A list changes while a leg waits: it leaves, is reviewed, and enters anew; its partner waits for it meanwhile."""
    await list_changes.change(world, list_changes.BEFORE)
    dollars = await leg(world, DOLLARS, YEN, creditor=list_changes.LATELY)
    await world.reaches(dollars, S.QUEUED)
    await list_changes.change(world, list_changes.AFTER)
    await list_changes.asked_again(world, dollars)
    await stands(world, dollars, lambda leg: leg.state is LegState.WITHDRAWN)
    yen = await other_leg(world)
    await stands(world, yen, lambda leg: leg.state is LegState.WAITING)
    await list_changes.approve(world, dollars)
    for payment in (dollars, yen):
        await world.reaches(payment, S.COMPLETED)
    return f"payment/{dollars}"


Scenario = Callable[[World], Awaitable[str]]

SCENARIOS: Final[tuple[Scenario, ...]] = (
    pvp_leg,
    pvp_pair,
    dvp_leg,
    pvp_expired,
    pvp_cancelled,
    pvp_dissolved,
    pvp_too_late_to_leave,
)

_VERSION: Final = text(
    """
    INSERT INTO list_versions (
        id, list_name, version, sha256, size, entities, state, source, content, imported_by, imported_at,
        added, changed, removed
    ) VALUES ('list_test', 'TEST', '1', '', 0, 0, 'current', 'a test', '', 'a test', now(), 0, 0, 0)
    """
)

WATCHING: Final[tuple[Scenario, ...]] = (pvp_pulled_back,)
"""In a world that screens by a list of its own."""
