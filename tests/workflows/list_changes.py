"""What a change of a list does to payments on their way."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from activities.list_files import Imported, bring_in
from activities.rescreening import ListNews
from domain.decision import Decision, Verdict
from domain.payment import SettlementMethod
from domain.settlement import Backing
from domain.status import PaymentStatus
from schema.tables.compliance import lists, pull_backs, rescreenings, reviews
from schema.tables.compliance.pull_backs import PullBackView, PullOutcome
from schema.tables.compliance.rescreenings import Rescreening
from tests.lists import LIST, version
from tests.workflows.gross_scenarios import PATIENT, fund, waits_because
from tests.workflows.world import ALPHA, BETA, NEWCOMER, OPERATOR, REVIEWER, SECOND, World, eventually
from workflows.payloads import Terms
from workflows.payment import PaymentWorkflow
from workflows.settlement import SettlementWorkflow

S = PaymentStatus
NET = SettlementMethod.NET
LONG_WINDOW: Final = Terms(window_s=600)
LISTED, ALIKE, LATELY = "Viktor Zarubin", "Mirabel Kuorvaths", "Oskar Umbrinov"
BEFORE: Final = {1: LISTED, 2: "Mirabel Quorvath"}
"""The list as it is at first. The second name is two letters away from ALIKE: one pair of eyes is enough."""
AFTER: Final = {**BEFORE, 3: LATELY}
"""The list with one person more."""


async def change(world: World, listed: dict[int, str]) -> Imported:
    """Put a version of the list into force."""
    return await bring_in(world.db, version(listed), datetime.now(UTC))


async def followed_up(world: World) -> Rescreening:
    """Wait until the last change has been followed up."""

    async def there() -> Rescreening | None:
        async with world.db.read() as session:
            last = (await rescreenings.latest(session)).get(LIST)
        return last if last is not None and last.ended_at is not None else None

    return await eventually(there)


async def pulls(world: World, payment: str) -> list[PullBackView]:
    """How often a payment was pulled back."""
    async with world.db.read() as session:
        return await pull_backs.of(session, payment)


async def asked_again(world: World, payment: str, but: str = "") -> Decision:
    """Wait until people must decide on another screening than the one named; an approval that would be admitted."""

    async def there() -> Decision | None:
        decision = await world.held(payment)
        async with world.db.read() as session:
            weighed = (await reviews.of(session, payment)).approvals_needed
        return decision if weighed and decision.screening_id != but else None

    return await eventually(there)


async def approve(world: World, payment: str, but: str = "") -> None:
    """Two people approve."""
    decision = await asked_again(world, payment, but)
    for actor in (REVIEWER, SECOND):
        word = Decision(Verdict.APPROVE, actor, decision.screening_id)
        await world.workflow(payment).execute_update(PaymentWorkflow.decide, word)


async def queued(world: World, creditor: str = LATELY, **changes: object) -> str:
    """A payment that waits in a window that does not close by itself."""
    await change(world, BEFORE)
    payment = await world.submit(method=NET, terms=LONG_WINDOW, creditor=creditor, **changes)  # type: ignore[arg-type]
    await world.reaches(payment, S.QUEUED)
    return payment


async def close_window(world: World, payment: str) -> str:
    """Close the window that the payment waits in."""
    window_id = await world.window(payment)
    await world.tell_window(window_id, SettlementWorkflow.close)
    return window_id


async def pulled_back_then_approved(world: World) -> str:
    payment = await queued(world)
    innocent = await world.submit(method=NET, terms=LONG_WINDOW)
    await world.reaches(innocent, S.QUEUED)
    await change(world, AFTER)
    held = await asked_again(world, payment)
    await close_window(world, innocent)
    await world.reaches(innocent, S.COMPLETED)
    assert (await world.payment(payment)).status is S.QUEUED
    await approve(world, payment)

    async def back() -> bool | None:
        async with world.db.read() as session:
            item = await session.one(_ITEM, {"payment_id": payment})
        return (item.state, item.turn) == ("queued", 1) or None

    await eventually(back)
    await close_window(world, payment)
    await world.reaches(payment, S.COMPLETED)
    (pull,) = await pulls(world, payment)
    assert (pull.outcome, pull.check_id, pull.entities) == (PullOutcome.SCREENED, held.screening_id, ("IV.3",))
    return f"payment/{payment}"


async def pulled_back_then_rejected(world: World) -> str:
    payment = await queued(world)
    _, before = await world.funds(ALPHA)
    await change(world, AFTER)
    held = await asked_again(world, payment)
    assert (await world.funds(ALPHA))[1] == before
    no = Decision(Verdict.REJECT, REVIEWER, held.screening_id)
    await world.workflow(payment).execute_update(PaymentWorkflow.decide, no)
    ended = await world.reaches(payment, S.REJECTED)
    assert ended.reason_codes == ("RR04",)
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    return f"payment/{payment}"


async def pulled_back_then_cancelled(world: World) -> str:
    payment = await queued(world)
    await change(world, AFTER)
    await asked_again(world, payment)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    assert await world.funds(ALPHA) == (1_000_000, 1_000_000)
    return f"payment/{payment}"


async def gross_pulled_back_then_released(world: World) -> str:
    """Two people look at a payment that waits for liquidity; meanwhile whoever waited behind it goes."""
    await change(world, BEFORE)
    front = await world.submit(amount="20000.00", creditor=LATELY, terms=PATIENT)
    await waits_because(world, front, "short of it")
    behind = await world.submit(terms=PATIENT)
    await waits_because(world, behind, "waits behind", front)
    await change(world, AFTER)
    await asked_again(world, front)
    await world.reaches(behind, S.COMPLETED)
    await approve(world, front)
    await waits_because(world, front, "short of it")
    await fund(world, ALPHA, 1_010_000)
    await world.reaches(front, S.COMPLETED)
    return f"payment/{front}"


async def called_back_for_nothing(world: World) -> str:
    """It is told of a change that does not concern it: it leaves the queue, is found clear, and waits again."""
    payment = await queued(world, "Bert Example")
    await world.workflow(payment).signal(PaymentWorkflow.lists_changed, ListNews(LIST, "none"))

    async def back() -> bool | None:
        async with world.db.read() as session:
            item = await session.one(_ITEM, {"payment_id": payment})
        return (item.state, item.turn) == ("queued", 1) or None

    await eventually(back)
    await close_window(world, payment)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def listed_under_review(world: World) -> str:
    """While one party is looked at, another is listed: what was said so far counts no more."""
    await change(world, BEFORE)
    payment = await world.submit(debtor=LISTED, creditor=LATELY)
    first = await asked_again(world, payment)
    await world.workflow(payment).execute_update(PaymentWorkflow.decide, first)
    await change(world, AFTER)
    second = await asked_again(world, payment, first.screening_id)
    async with world.db.read() as session:
        case = await reviews.case(session, payment)
    assert case is not None
    assert (case.approved_by, case.screening_id) == ((), second.screening_id)
    await approve(world, payment)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def delisted_under_review(world: World) -> str:
    """Who held the payment is no longer listed: people still decide, on a check that is clear."""
    await change(world, AFTER)
    payment = await world.submit(creditor=LATELY)
    first = await asked_again(world, payment)
    await change(world, BEFORE)
    second = await asked_again(world, payment, first.screening_id)
    async with world.db.read() as session:
        assert (await reviews.of(session, payment)).level is None
    await world.workflow(payment).execute_update(PaymentWorkflow.decide, second)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def listed_while_parked(world: World) -> str:
    """A dead letter remembers, and is screened again before the step is."""
    await change(world, BEFORE)
    payment = await world.submit(creditor=LATELY, receiver=NEWCOMER)
    await world.parked(payment)
    await change(world, AFTER)
    done = await followed_up(world)
    assert done.pulled_back == 1
    await world.open_account(NEWCOMER, 0)
    await world.act(payment, PaymentWorkflow.redrive)
    await approve(world, payment)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def listed_while_the_ledger_is_away(world: World) -> str:
    """Its step is tried again and again, and is the last one to ask before the money moves."""
    await change(world, BEFORE)
    world.ledger.away = True
    payment = await world.submit(creditor=LATELY)
    await world.state(payment, lambda state: state.step == "pay_gross")
    await change(world, AFTER)
    await eventually(lambda: some_of(pulls(world, payment)))
    world.ledger.away = False
    await approve(world, payment)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def exchange_listed_while_the_ledger_is_away(world: World) -> str:
    """A payment at a quote keeps its rate while people look at it once more."""
    await change(world, BEFORE)
    quote = await world.quote("150.125")
    world.ledger.away = True
    payment = await world.submit(creditor=LATELY, quote=quote)
    await world.state(payment, lambda state: state.step == "pay_exchanged")
    await change(world, AFTER)
    await eventually(lambda: some_of(pulls(world, payment)))
    world.ledger.away = False
    await approve(world, payment)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def told_before_it_was_screened(world: World) -> str:
    """It waits for the lists to be there at all, and is told of a change: it is screened by what is in force then."""
    payment = await world.submit(creditor="Bert Example")
    await world.started(f"payment/{payment}")
    await world.workflow(payment).signal(PaymentWorkflow.lists_changed, ListNews(LIST, "none"))
    await change(world, BEFORE)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def listed_after_the_close(world: World) -> str:
    """The window had closed: the payment settles, and compliance is told."""
    payment = await queued(world)
    await world.claim_behind_its_back(payment)
    await change(world, AFTER)

    async def told() -> bool | None:
        history = await world.workflow(payment).fetch_history()
        return any(event.HasField("workflow_execution_signaled_event_attributes") for event in history.events) or None

    await eventually(told)
    await close_window(world, payment)
    await world.reaches(payment, S.COMPLETED)

    async def noted() -> bool | None:
        (pull,) = await pulls(world, payment)
        return pull.outcome is PullOutcome.TOO_LATE or None

    await eventually(noted)
    return f"payment/{payment}"


async def listed_after_the_close_and_deferred(world: World) -> str:
    """The window had closed, but its batch defers the payment: no later window takes it, and it is held after all."""
    await change(world, BEFORE)
    _, available = await world.funds(ALPHA)
    too_much = {"amount": str(available), "currency": "JPY", "backing": Backing.DUE}
    payment = await world.submit(method=NET, creditor=LATELY, terms=LONG_WINDOW, **too_much)  # type: ignore[arg-type]
    await world.reaches(payment, S.QUEUED)
    await world.claim_behind_its_back(payment)
    await change(world, AFTER)
    await eventually(lambda: some_of(pulls(world, payment)))
    await world.ledger.close_account(f"{BETA}/JPY")
    await close_window(world, payment)
    await world.deferred(payment)
    held = await asked_again(world, payment)
    no = Decision(Verdict.REJECT, REVIEWER, held.screening_id)
    await world.workflow(payment).execute_update(PaymentWorkflow.decide, no)
    await world.reaches(payment, S.REJECTED)
    return f"payment/{payment}"


async def list_changed(world: World) -> str:
    """What follows the change itself."""
    payment = await queued(world)
    imported = await change(world, AFTER)
    done = await followed_up(world)
    assert (done.version, done.payments, done.pulled_back, done.hits) == (imported.version, 1, 1, 1)
    await world.act(payment, PaymentWorkflow.cancel, OPERATOR)
    return f"rescreening/{LIST}/{done.id}"


async def window_waits_for_a_list(world: World) -> str:
    """No window closes while a change has not been followed up."""
    payment = await queued(world, "Bert Example")
    async with world.db.read() as session:
        (standing,) = await lists.current(session)
    await followed_up(world)
    async with world.db.write() as session:
        await session.run(text("UPDATE rescreenings SET state = 'pending', ended_at = NULL"))
    window_id = await close_window(world, payment)
    await world.found_paused(window_id)
    assert (await world.payment(payment)).status is S.QUEUED
    async with world.db.write() as session:
        assert await rescreenings.end(session, standing.id, datetime.now(UTC))
    await world.tell_window(window_id, SettlementWorkflow.resume)
    await world.reaches(payment, S.COMPLETED)
    return f"settlement/{window_id}"


async def some_of(found: Awaitable[list[PullBackView]]) -> list[PullBackView] | None:
    """What was found, if anything."""
    return await found or None


_ITEM = text("SELECT state, turn FROM settlement_items WHERE payment_id = :payment_id")
Scenario = Callable[[World], Awaitable[str]]
SCENARIOS: Final[tuple[Scenario, ...]] = (
    pulled_back_then_approved,
    pulled_back_then_rejected,
    pulled_back_then_cancelled,
    gross_pulled_back_then_released,
    called_back_for_nothing,
    listed_under_review,
    delisted_under_review,
    listed_while_parked,
    listed_while_the_ledger_is_away,
    exchange_listed_while_the_ledger_is_away,
    told_before_it_was_screened,
    listed_after_the_close,
    listed_after_the_close_and_deferred,
    list_changed,
    window_waits_for_a_list,
)
