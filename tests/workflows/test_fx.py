"""What moves when a payment is exchanged, and what does not when it is not."""

import asyncio

from domain.decision import Verdict
from domain.fx import ConversionState
from domain.payment import rounding_account
from domain.status import PaymentStatus
from schema.tables.exchange import fx_quotes
from tests.workflows.fx_scenarios import exchange_abandoned, exchange_cancelled_under_review
from tests.workflows.world import ALIKE, ALPHA, BETA, GAMMA, OPERATOR, World
from workflows.payloads import ActRequest
from workflows.payment import PaymentWorkflow

S = PaymentStatus
BANKS = (ALPHA, BETA, GAMMA)


async def funds(world: World) -> list[tuple[int, int]]:
    """What the three banks have in both currencies; nothing is held."""
    found = []
    for bic in BANKS:
        both = [await world.funds(bic, currency) for currency in ("USD", "JPY")]
        assert all(posted == available for posted, available in both)
        found.append((both[0][0], both[1][0]))
    return found


async def test_both_currencies_move_or_neither(world: World) -> None:
    before = await funds(world)
    payment = await world.submit(amount="100.00", quote=await world.quote("150.125"))
    await world.reaches(payment, S.COMPLETED)
    moved = [(now[0] - then[0], now[1] - then[1]) for now, then in zip(await funds(world), before, strict=True)]
    assert moved == [(-10_000, 0), (0, 15_012), (10_000, -15_012)]
    made = await world.conversion(payment)
    assert (made.state, made.rounding_minor, str(made.residue)) == (ConversionState.PAID, 0, "1/2")


async def test_halves_come_together_to_a_whole_unit(world: World) -> None:
    """Twice half a yen too little: the dealer pays one into the rounding account, and owes nothing more."""
    before = (await world.funds(GAMMA, "JPY"))[0]
    quote = await world.quote("150.125")
    for _ in range(2):
        await world.reaches(await world.submit(quote=quote), S.COMPLETED)
    assert before - (await world.funds(GAMMA, "JPY"))[0] == 2 * 15_012 + 1
    assert (await world.ledger.balance(rounding_account("JPY"))).posted_minor == 1


async def test_a_dealer_without_funds_costs_the_sender_nothing(world: World) -> None:
    before = await funds(world)
    quote = await world.quote("15000")
    payment = await world.submit(quote=quote)
    refused = await world.reaches(payment, S.REJECTED)
    assert refused.reason_codes == ("ED05",)
    assert "1000000" not in (refused.reason_text or "")
    assert await funds(world) == before
    assert (await world.conversion(payment)).state is ConversionState.RELEASED
    async with world.db.read() as session:
        assert (await fx_quotes.find(session, quote)).taken_minor == 0


async def test_funds_that_leave_the_dealer_after_the_lock(world: World) -> None:
    """Reviewers took their time, and the dealer's yen went elsewhere: a clear no, and the quote is whole for whoever comes."""
    quote = await world.quote("150")
    payment = await world.submit(creditor=ALIKE, quote=quote)
    await world.held(payment)
    elsewhere = await world.submit(sender=GAMMA, receiver=BETA, amount="995000", currency="JPY")
    await world.reaches(elsewhere, S.COMPLETED)
    before = await funds(world)
    await world.decide(payment, Verdict.APPROVE)
    refused = await world.reaches(payment, S.REJECTED)
    assert (refused.reason_codes, refused.reason_text) == (
        ("ED05",),
        "the dealer could not deliver the JPY that were bought",
    )
    assert await funds(world) == before
    assert (await world.conversion(payment)).state is ConversionState.RELEASED
    async with world.db.read() as session:
        assert (await fx_quotes.find(session, quote)).taken_minor == 0
    await world.reaches(await world.submit(amount="10.00", quote=quote), S.COMPLETED)


async def test_a_sender_without_funds_is_told_so(world: World) -> None:
    payment = await world.submit(amount="10000.01", quote=await world.quote("1"))
    assert (await world.reaches(payment, S.REJECTED)).reason_codes == ("AM04",)


async def test_what_ends_unpaid_gives_everything_back(world: World) -> None:
    before = await funds(world)
    for scenario in (exchange_cancelled_under_review, exchange_abandoned):
        payment = (await scenario(world)).removeprefix("payment/")
        assert (await world.conversion(payment)).state is ConversionState.RELEASED
    assert await funds(world) == before


async def test_a_cancellation_while_the_ledger_is_away_comes_too_late_or_gives_everything_back(world: World) -> None:
    before = await funds(world)
    world.ledger.away = True
    payment = await world.submit(quote=await world.quote("150.125"))
    await world.state(payment, lambda state: state.step == "pay_exchanged")
    asked = asyncio.create_task(world.workflow(payment).execute_update(PaymentWorkflow.cancel, ActRequest(OPERATOR)))
    await world.update_accepted(payment)
    world.ledger.away = False
    await asyncio.wait([asked])
    outcome = await world.workflow(payment).result()
    if asked.exception() is None:
        assert outcome.status is S.CANCELLED
        assert await funds(world) == before
    else:
        assert outcome.status is S.COMPLETED
