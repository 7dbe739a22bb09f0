"""Kill -9 of every process at random moments while 200 payments run: nothing is lost, nothing is made twice.

FAULT_SEED=7 runs the same cases at other moments.
"""

from dataclasses import replace
from random import Random

import pytest

from domain.money import Money
from domain.payment import settlement_account
from tests.faults import books
from tests.faults.chaos import calm, seed_of, survives
from tests.faults.conftest import Hurt
from tests.faults.network import wishes

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("victims", "number"),
    [(("payments-1",) * 2, 1), (("api",) * 3, 2), (("temporal",) * 2, 3), (("postgres",) * 3, 4)],
    ids=["worker", "api", "temporal", "postgres"],
)
async def test_one_worker_that_owns_the_ledger(alone: Hurt, victims: tuple[str, ...], number: int) -> None:
    stack, network = alone
    await survives(stack, network, victims, seed=seed_of(number))


@pytest.mark.parametrize(
    ("victims", "number"),
    [(("ledger",) * 3, 11), (("payments-1", "payments-2", "payments-1"), 12)],
    ids=["ledger", "workers"],
)
async def test_two_workers_and_the_ledgers_owner(shared: Hurt, victims: tuple[str, ...], number: int) -> None:
    stack, network = shared
    await survives(stack, network, victims, seed=seed_of(number))


async def test_everything_in_turn(shared: Hurt) -> None:
    stack, network = shared
    seed = seed_of(21)
    victims = Random(seed).sample(stack.names(), len(stack.names()))
    await survives(stack, network, victims, seed=seed)


async def test_the_checks_see_what_is_wrong(alone: Hurt) -> None:
    _, network = alone
    wanted = [wish for wish in wishes(Random(1), 12, "checks") if not wish.refused][:2]
    ids = await network.submit_all(wanted)
    await calm(network, ids, "nothing was hurt")
    changed, forgotten = ids
    order = wanted[0].order
    kept = dict(network.accepted)
    try:
        network.accepted[changed] = replace(
            wanted[0], order=replace(order, amount=Money(order.amount.minor + 1, order.amount.currency))
        )
        del network.accepted[forgotten]
        found = "\n".join(await books.check(network))
    finally:
        network.accepted = kept
    account = settlement_account(order.debtor.agent_bic, order.amount.currency)
    assert f"{changed} holds" in found
    assert f"{account} has" in found
    assert f"{forgotten} ({wanted[1].key}) is stored, and was promised to nobody" in found
