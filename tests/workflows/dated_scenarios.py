"""Every path that leads through the warehouse, in a world that keeps its calendars; the replay corpus records them.

The scenarios run at any hour of any day, so each gives the dollar hours of its own: where the clock shows about noon.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendars import CalendarLine, Hours
from domain.payment import SettlementMethod
from domain.status import PaymentStatus
from schema.tables.compliance.pull_backs import PullOutcome
from schema.tables.payment import events
from schema.tables.settlement import calendars
from tests.workflows.list_changes import AFTER, BEFORE, LATELY, approve, change, pulls
from tests.workflows.scenarios import Scenario
from tests.workflows.world import ALIKE, OPERATOR, World, eventually
from workflows.payloads import Terms
from workflows.payment import PaymentWorkflow

S = PaymentStatus
IN_TIME_S: Final = (5, 15, 45)
"""How soon an hour comes that a payment is to come before: on a starved machine it may take its time."""
ENDS_AT_NIGHT: Final = Terms(cut_off="23:59")
"""A payment under review is ring-fenced at its own cut-off, not at the house's."""
NET = SettlementMethod.NET


def at_noon(now: datetime) -> str:
    """A zone in which it is about noon."""
    ahead = 12 - now.astimezone(UTC).hour
    return "Etc/GMT" if ahead == 0 else f"Etc/GMT{-ahead:+d}"


async def hours(world: World, *, opens_in_s: float = -3600, cut_off_in_s: float = 3600) -> CalendarLine:
    """Let the dollar settle every day, with an opening and a cut-off so many seconds from now."""
    now = datetime.now(UTC)
    local = now.astimezone(ZoneInfo(at_noon(now)))
    ends = [(local + timedelta(seconds=seconds)).time() for seconds in (opens_in_s, cut_off_in_s)]
    line = CalendarLine("USD", "EVERY-DAY", Hours(*ends), zone=at_noon(now))
    await put(world, line)
    return line


async def put(world: World, line: CalendarLine) -> None:
    async with world.db.write() as session:
        await calendars.put(session, line, at=datetime.now(UTC), actor_id=OPERATOR.id)


async def warehoused(world: World, payment: str) -> None:
    """Wait until the payment waits for its day."""
    await world.state(payment, lambda state: state.step == "warehouse")


async def story(world: World, payment: str) -> list[str]:
    """What happened to the payment, in one word each."""
    async with world.db.read() as session:
        return [event.status or event.kind for event in await events.of(session, payment)]


async def warehoused_until_the_day_opens(world: World) -> str:
    for opens_in_s in IN_TIME_S:
        await hours(world, opens_in_s=opens_in_s)
        payment = await world.submit(method=NET)
        await world.reaches(payment, S.COMPLETED)
        told = await story(world, payment)
        if "warehoused" in told:
            break
    assert told[2:6] == ["screened", "warehoused", "released", "approved"], told
    return f"payment/{payment}"


async def cancelled_in_the_warehouse(world: World) -> str:
    await hours(world)
    payment = await world.submit(value_date=f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}")
    await warehoused(world, payment)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    assert await story(world, payment) == ["initiated", "validated", "screened", "warehoused", "cancelled"]
    return f"payment/{payment}"


async def released_early(world: World) -> str:
    await hours(world, cut_off_in_s=-1800)
    payment = await world.submit(method=NET)
    await warehoused(world, payment)
    await world.act(payment, PaymentWorkflow.release, OPERATOR, "the bank was told of the cut-off too late")
    paid = await world.reaches(payment, S.COMPLETED)
    assert paid.date_moved is None
    assert await story(world, payment) == [
        *("initiated", "validated", "screened", "warehoused", "released"),
        *("approved", "queued", "settling", "settled", "completed"),
    ]
    return f"payment/{payment}"


async def approved_after_the_cut_off(world: World) -> str:
    """It came in time, but the reviewers did not: it is tomorrow's, unless an operator lets it go."""
    for cut_off_in_s in IN_TIME_S:
        await hours(world, cut_off_in_s=cut_off_in_s)
        payment = await world.submit(creditor=ALIKE, terms=ENDS_AT_NIGHT)
        decision = await world.held(payment)
        came = await world.payment(payment)
        if came.date_moved is None:
            break
    assert came.date_moved is None, "it came in time"
    assert came.settlement_date is not None
    assert came.release_at is not None

    async def too_late() -> bool | None:
        return datetime.now(UTC) - came.created_at > timedelta(seconds=cut_off_in_s) or None

    await eventually(too_late)
    await world.state(payment, lambda state: state.ring_fenced)
    await world.workflow(payment).execute_update(PaymentWorkflow.decide, decision)
    await warehoused(world, payment)
    moved = await world.payment(payment)
    assert (moved.settlement_date, moved.date_moved) == (came.settlement_date + timedelta(days=1), "after_cut_off")
    await world.act(payment, PaymentWorkflow.release)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def listed_in_the_warehouse(world: World) -> str:
    """A change of a list pulls it out, reviewers let it pass, and it waits on for the same day."""
    await change(world, BEFORE)
    payment = await world.submit(creditor=LATELY, value_date=f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}")
    await warehoused(world, payment)
    await change(world, AFTER)
    await approve(world, payment)
    await warehoused(world, payment)
    (pull,) = await pulls(world, payment)
    assert pull.outcome is PullOutcome.SCREENED
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    assert (await story(world, payment)).count("warehoused") == 1
    return f"payment/{payment}"


OBSERVED: Final[tuple[Scenario, ...]] = (
    warehoused_until_the_day_opens,
    cancelled_in_the_warehouse,
    released_early,
    approved_after_the_cut_off,
)
SCENARIOS: Final = (*OBSERVED, listed_in_the_warehouse)
