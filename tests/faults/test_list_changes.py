"""Kill -9 of the workers while a list changes: whoever is listed now goes before people, and does not settle before they have spoken."""

import json
import signal
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Final

import pytest

from activities.list_files import bring_in
from domain.party import Party
from domain.payment import SettlementMethod
from runtime.settings import Placement
from schema.tables.common.session import Database, create_engine
from tests.faults import books, diagnosis, gross_books
from tests.faults.chaos import CALM_S, seed_of
from tests.faults.network import Network, Wish, eventually, running, wishes
from tests.faults.test_mid_screening import approved, review_of
from tests.lists import LIST, version

pytestmark = pytest.mark.slow

LATELY: Final = "Oskar Umbrinov"
"""Listed while nobody works."""
SETTINGS: Final = {
    "DELTRAN_LISTS": LIST,
    "DELTRAN_LISTS_REFRESH_S": "0",
    "DELTRAN_GROSS_QUEUE_S": "3600",
    "DELTRAN_GROSS_LOOK_S": "2",
}
METHODS: Final = (SettlementMethod.NET, SettlementMethod.GROSS)
WAITED: Final = ("initiated", "validated", "screened", "approved", "queued")


@pytest.mark.parametrize(
    ("placement", "workers"),
    [(Placement.LOCAL, ("payments-1",)), (Placement.QUEUE, ("payments-1", "payments-2"))],
    ids=["one that owns the ledger", "two beside the ledger's owner"],
)
async def test_who_is_listed_while_the_workers_are_dead_is_held_and_the_others_settle(
    placement: Placement, workers: Sequence[str]
) -> None:
    async with running(workers=len(workers), placement=placement, **SETTINGS) as (stack, network):
        await put_in_force(network, {})
        await steer(network, "pause")
        innocent = await network.submit_all(sent("innocent", "Bert Example", 3))
        listed = await network.submit_all(sent("listed", LATELY, 1))
        assert await eventually(lambda: all_wait(network, [*innocent, *listed]), within_s=CALM_S), "not all are queued"
        for worker in workers:
            stack.kill(worker, signal.SIGSTOP)
        try:
            await put_in_force(network, {1: LATELY})
            await steer(network, "resume")
        finally:
            for worker in workers:
                stack.kill(worker)
        story = f"{' and '.join(workers)} were killed while a list changed"
        checks = {one: await held(network, one, story) for one in listed}
        await over(network, innocent, story)
        for payment_id, check_id in checks.items():
            assert await life(network, payment_id) == [*WAITED, "rescreened", "review_reopened"], story
            await approved(stack, payment_id, check_id)
        await over(network, listed, story)
        assert await eventually(lambda: gross_books.quiet(network, [*innocent, *listed]), within_s=CALM_S), story
        wrong = await gross_books.check(network, pulled_back=listed)
        assert not wrong, f"{len(wrong)} things are wrong ({story}):\n" + "\n".join(books.cut(wrong))


def sent(label: str, creditor: str, each: int) -> list[Wish]:
    """So many payments of each method, in dollars, to somebody."""
    found = [
        wish
        for wish in wishes(Random(seed_of(81)), 200, label)
        if not wish.refused and wish.order.amount.currency == "USD"
    ]
    return [
        replace(
            wish,
            order=replace(wish.order, creditor=Party(creditor, wish.order.creditor.agent_bic), reference=None),
            xml=False,
            wait=False,
        )
        for method in METHODS
        for wish in [one for one in found if one.order.method is method][:each]
    ]


async def put_in_force(network: Network, listed: dict[int, str]) -> None:
    """A version of the list, brought in by somebody who is not one of the workers."""
    db = Database(create_engine(network.at.database))
    try:
        await bring_in(db, version(listed), datetime.now(UTC))
    finally:
        await db.close()


async def steer(network: Network, act: str) -> None:
    """Pause the dollar, so that all who come wait in their queues, or let them go."""
    headers = {"Authorization": f"Bearer {network.at.admin}", "Content-Type": "application/json"}
    path = f"/api/v1/settlement/currencies/USD/{act}"
    await network.insist(path, json.dumps({"comment": "a test"}).encode(), headers)


async def all_wait(network: Network, ids: Sequence[str]) -> bool | None:
    """True when every payment is in a queue."""
    rows = await network.rows("SELECT FROM settlement_items WHERE payment_id = ANY($1) AND state = 'queued'", ids)
    return len(rows) == len(ids) or None


async def held(network: Network, payment_id: str, story: str) -> str:
    """Wait until people must decide on a payment; the check that they decide on."""
    check_id = await eventually(lambda: review_of(network, payment_id), within_s=CALM_S)
    assert check_id is not None, f"not held ({story}):\n{await diagnosis.told(network, [payment_id])}"
    return check_id


async def over(network: Network, ids: Sequence[str], story: str) -> None:
    """Wait until payments are paid."""

    async def paid() -> bool | None:
        rows = await network.rows("SELECT FROM payments WHERE id = ANY($1) AND status = 'completed'", ids)
        return len(rows) == len(ids) or None

    if await eventually(paid, within_s=CALM_S) is None:
        raise AssertionError(f"not paid after {CALM_S:.0f} s ({story}):\n{await diagnosis.told(network, ids)}")


async def life(network: Network, payment_id: str) -> list[str]:
    """What happened to a payment, in one word each."""
    rows = await network.rows(
        "SELECT status, kind FROM payment_events WHERE payment_id = $1 ORDER BY number", payment_id
    )
    return [row["status"] or row["kind"] for row in rows]
