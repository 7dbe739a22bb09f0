"""Every path a workflow can take, told once: tests check them, the replay corpus records them.

A scenario plays itself in a world and answers the id of the workflow whose history tells it.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.decision import Verdict
from domain.money import Money
from domain.payment import SettlementMethod
from domain.settlement import Backing
from domain.status import PaymentStatus
from tests.workflows import exchanges
from tests.workflows.fx_scenarios import EXCHANGES
from tests.workflows.gross_scenarios import GROSS
from tests.workflows.window_scenarios import closed_by_schedule, window_scheduled
from tests.workflows.world import ALIKE, ALPHA, BETA, GAMMA, LISTED, NEWCOMER, OPERATOR, REVIEWER, SECOND, SENIOR, World
from workflows import ids
from workflows.payloads import AccountInput, Terms
from workflows.payment import PaymentWorkflow
from workflows.settlement import SettlementWorkflow

S = PaymentStatus
NET = SettlementMethod.NET
LONG_WINDOW: Final = Terms(window_s=600)
IMPATIENT: Final = Terms(escalate_after_s=0.3, expire_after_s=0.6)


async def straight_through(world: World) -> str:
    payment = await world.submit(method=NET)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def gross(world: World) -> str:
    payment = await world.submit()
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def rejected_by_check(world: World) -> str:
    payment = await world.submit(receiver="NOBODEFFXXX")
    await world.reaches(payment, S.REJECTED)
    return f"payment/{payment}"


async def underfunded(world: World) -> str:
    payment = await world.submit(amount="99999999.00")
    await world.reaches(payment, S.REJECTED)
    return f"payment/{payment}"


async def review_approved(world: World) -> str:
    payment = await world.submit(creditor=ALIKE)
    await world.decide(payment, Verdict.APPROVE)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def review_rejected(world: World) -> str:
    payment = await world.submit(creditor=LISTED)
    await world.decide(payment, Verdict.REJECT)
    await world.reaches(payment, S.REJECTED)
    return f"payment/{payment}"


async def review_escalated_then_approved(world: World) -> str:
    payment = await world.submit(creditor=ALIKE)
    await world.decide(payment, Verdict.ESCALATE)
    await world.decide(payment, Verdict.APPROVE, actor=SENIOR)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def review_escalated_then_expired(world: World) -> str:
    payment = await world.submit(creditor=LISTED, terms=IMPATIENT)
    await world.reaches(payment, S.REJECTED)
    return f"payment/{payment}"


async def review_by_signal(world: World) -> str:
    payment = await world.submit(creditor=ALIKE)
    decision = await world.held(payment)
    await world.workflow(payment).signal(PaymentWorkflow.review, decision)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def review_by_four_eyes(world: World) -> str:
    payment = await world.submit(creditor=LISTED)
    state = await world.decide(payment, Verdict.APPROVE)
    assert (state.review, state.approvals, state.approvals_needed) == ("open", 1, 2)
    await world.decide(payment, Verdict.APPROVE, actor=SECOND)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def review_rejected_by_one(world: World) -> str:
    payment = await world.submit(creditor=LISTED)
    await world.decide(payment, Verdict.APPROVE)
    await world.decide(payment, Verdict.REJECT, actor=SECOND)
    await world.reaches(payment, S.REJECTED)
    return f"payment/{payment}"


async def review_escalated_to_a_senior(world: World) -> str:
    payment = await world.submit(creditor=ALIKE)
    await world.decide(payment, Verdict.ESCALATE)
    await world.decide(payment, Verdict.APPROVE, actor=SENIOR)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def review_taken_over(world: World) -> str:
    payment = await world.submit(creditor=ALIKE)
    await world.held(payment)
    await world.assign(payment, REVIEWER, REVIEWER.id)
    await world.assign(payment, OPERATOR, SECOND.id, "rita is ill")
    await world.decide(payment, Verdict.APPROVE, actor=SECOND)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def review_with_a_question(world: World) -> str:
    payment = await world.submit(creditor=ALIKE)
    await world.decide(payment, Verdict.REQUEST_INFORMATION, question="When was the creditor born?")
    await world.inform(payment, "in 1931")
    await world.decide(payment, Verdict.APPROVE)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def review_ring_fenced_then_expired(world: World) -> str:
    cut_off = (datetime.now(UTC) + timedelta(seconds=0.5)).time().isoformat()
    terms = Terms(remind_after_s=0.2, escalate_after_s=0.4, expire_after_s=1.5, cut_off=cut_off)
    payment = await world.submit(creditor=LISTED, terms=terms)
    await world.reaches(payment, S.REJECTED)
    return f"payment/{payment}"


async def review_cancelled_at_a_question(world: World) -> str:
    payment = await world.submit(creditor=LISTED)
    await world.decide(payment, Verdict.REQUEST_INFORMATION, question="What is paid for?")
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    return f"payment/{payment}"


async def cancelled_in_queue(world: World) -> str:
    payment = await world.submit(method=NET, terms=LONG_WINDOW)
    await world.reaches(payment, S.QUEUED)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    return f"payment/{payment}"


async def cancelled_under_review(world: World) -> str:
    payment = await world.submit(creditor=LISTED)
    await world.held(payment)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    return f"payment/{payment}"


async def dead_letter_redriven(world: World) -> str:
    payment = await world.submit(receiver=NEWCOMER)
    await world.parked(payment)
    await world.open_account(NEWCOMER, 0)
    await world.act(payment, PaymentWorkflow.redrive)
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def dead_letter_abandoned(world: World) -> str:
    payment = await world.submit(receiver=NEWCOMER)
    await world.parked(payment)
    await world.act(payment, PaymentWorkflow.abandon, OPERATOR, "the newcomer withdrew")
    await world.reaches(payment, S.FAILED)
    return f"payment/{payment}"


async def window_final(world: World) -> str:
    payments = [
        await world.submit(method=NET, sender=sender, receiver=receiver, terms=Terms(window_s=1))
        for sender, receiver in ((ALPHA, BETA), (BETA, GAMMA), (GAMMA, ALPHA), (ALPHA, GAMMA))
    ]
    window_id = ""
    for payment in payments:
        await world.reaches(payment, S.COMPLETED)
        window_id = await world.window(payment)
    return f"settlement/{window_id}"


async def window_empty(world: World) -> str:
    payment = await world.submit(method=NET, terms=LONG_WINDOW)
    await world.reaches(payment, S.QUEUED)
    window_id = await world.window(payment)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    await world.tell_window(window_id, SettlementWorkflow.close)
    return f"settlement/{window_id}"


async def window_deferred(world: World) -> str:
    payment = await world.submit(method=NET, currency="JPY", amount="700", terms=LONG_WINDOW)
    await world.reaches(payment, S.QUEUED)
    window_id = await world.window(payment)
    await world.ledger.close_account(f"{BETA}/JPY")
    await world.tell_window(window_id, SettlementWorkflow.close)
    await world.deferred(payment)
    return f"settlement/{window_id}"


async def window_partly_deferred(world: World) -> str:
    """Alpha can pay one of its payments but not both: the smaller one closes the gap and waits, the others settle."""
    _, available = await world.funds(ALPHA)
    tenth = available // 10
    small, large = [
        await world.submit(method=NET, amount=str(Money(tenths * tenth, "USD")), backing=Backing.DUE, terms=LONG_WINDOW)
        for tenths in (6, 7)
    ]
    other = await world.submit(method=NET, sender=GAMMA, receiver=BETA, terms=LONG_WINDOW)
    for payment in (small, large, other):
        await world.reaches(payment, S.QUEUED)
    window_id = await world.window(small)
    await world.tell_window(window_id, SettlementWorkflow.close)
    for payment in (large, other):
        await world.reaches(payment, S.COMPLETED)
    assert "short of its net position" in await world.deferred(small)
    await world.act(small, PaymentWorkflow.cancel)
    await world.reaches(small, S.CANCELLED)
    return f"settlement/{window_id}"


async def window_closed_early(world: World) -> str:
    payment = await world.submit(method=NET, terms=LONG_WINDOW)
    await world.reaches(payment, S.QUEUED)
    window_id = await world.window(payment)
    await world.tell_window(window_id, SettlementWorkflow.close)
    await world.reaches(payment, S.COMPLETED)
    return f"settlement/{window_id}"


async def window_paused(world: World) -> str:
    await world.pause("USD")
    payment = await world.submit(method=NET, terms=Terms(window_s=0.2))
    await world.reaches(payment, S.QUEUED)
    window_id = await world.window(payment)
    await world.found_paused(window_id)
    await world.resume("USD")
    await world.tell_window(window_id, SettlementWorkflow.resume)
    await world.reaches(payment, S.COMPLETED)
    return f"settlement/{window_id}"


async def account_funded(world: World) -> str:
    order = AccountInput(f"{NEWCOMER}/USD", "USD", 0, "first-funding", 50_000)
    await world.starter.account(order, within_s=90)
    return ids.account(f"{NEWCOMER}/USD", "first-funding", world.task_queue)


Scenario = Callable[[World], Awaitable[str]]

SCENARIOS: Final[tuple[Scenario, ...]] = (
    straight_through,
    gross,
    rejected_by_check,
    underfunded,
    review_approved,
    review_rejected,
    review_escalated_then_approved,
    review_escalated_then_expired,
    review_by_signal,
    review_by_four_eyes,
    review_rejected_by_one,
    review_escalated_to_a_senior,
    review_taken_over,
    review_with_a_question,
    review_ring_fenced_then_expired,
    review_cancelled_at_a_question,
    cancelled_in_queue,
    cancelled_under_review,
    dead_letter_redriven,
    dead_letter_abandoned,
    window_final,
    window_empty,
    window_deferred,
    window_partly_deferred,
    window_closed_early,
    window_paused,
    window_scheduled,
    closed_by_schedule,
    account_funded,
    *exchanges.SCENARIOS,
    *EXCHANGES,
    *GROSS,
)
