"""A worker that is stopped just before it pays, and goes on when the payment is long over: it pays nobody."""

import json
import signal
from random import Random

import pytest

from activities.fences import GIVEN_UP, fence
from domain.payment import SettlementMethod, settlement_account
from ledger.book import Refusal
from runtime.settings import Placement
from tests.faults.books import Books
from tests.faults.chaos import CALM_S, seed_of
from tests.faults.network import Network, Wish, eventually, running, wishes
from tests.faults.phases import Barrier

pytestmark = pytest.mark.slow


async def test_what_is_withdrawn_while_its_worker_sleeps_is_not_paid_when_it_wakes_up() -> None:
    """With a gross queue, a step asks the queue before it pays: there it is held, and its worker stopped."""
    async with running(
        workers=2, placement=Placement.POSTGRES, DELTRAN_GROSS_QUEUE_S="600", DELTRAN_GROSS_LOOK_S="2"
    ) as (stack, network):
        before = (await Books.of(network)).balances
        asked = await Barrier.at(network)
        await asked.close("settlement_pauses", also_to_readers=True)
        stack.kill("payments-2", signal.SIGSTOP)  # so that we know who pays
        try:
            payment = await network.submit(covered("asleep"))
            await asked.met()
        finally:
            stack.kill("payments-1", signal.SIGSTOP)
            stack.kill("payments-2", signal.SIGCONT)
            await asked.lift()
        try:
            await withdraw(network, payment)
            assert await eventually(lambda: stands(network, payment, "cancelled"), within_s=CALM_S), "not withdrawn"
        finally:
            stack.kill("payments-1", signal.SIGCONT)
        stack.kill("payments-2", signal.SIGSTOP)
        try:
            other = await network.submit(covered("awake"))
            assert await eventually(lambda: stands(network, other, "completed"), within_s=CALM_S), "it never woke up"
        finally:
            stack.kill("payments-2", signal.SIGCONT)
        books = await Books.of(network)
        own = [event for event in books.events if getattr(event, "id", "").startswith(payment)]
        assert [event for event in own if not isinstance(event, Refusal)] == fence(payment, GIVEN_UP)
        amount = network.accepted[other].order.amount
        for side, minor in (
            (network.accepted[other].order.debtor, -amount.minor),
            (network.accepted[other].order.creditor, amount.minor),
        ):
            account = settlement_account(side.agent_bic, amount.currency)
            assert books.balances[account].posted_minor == before[account].posted_minor + minor
        assert await stands(network, payment, "cancelled")


def covered(label: str) -> Wish:
    """A gross payment whose bank has the money."""
    random = Random(seed_of(71))
    return next(
        wish
        for wish in wishes(random, 50, label)
        if wish.order.method is SettlementMethod.GROSS and not wish.refused and not wish.wait
    )


async def withdraw(network: Network, payment: str) -> None:
    """Its sender asks until it is answered: the payment's workflow has to find another worker first."""
    token = network.at.tokens[network.accepted[payment].order.debtor.agent_bic]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": "withdraw"}
    await network.insist(f"/api/v1/payments/{payment}/cancel", json.dumps({"comment": "late"}).encode(), headers)


async def stands(network: Network, payment: str, status: str) -> bool | None:
    """True when the payment has the status."""
    rows = await network.rows("SELECT status FROM payments WHERE id = $1", payment)
    return rows[0]["status"] == status or None
