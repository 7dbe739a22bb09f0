"""Kill -9 of every process at random moments while 200 payments run: nothing is lost, nothing is made twice.

FAULT_SEED=7 runs the same cases at other moments.
"""

from random import Random

import pytest

from tests.faults.chaos import seed_of, survives
from tests.faults.conftest import Hurt

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
