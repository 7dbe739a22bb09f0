"""Thousands of acts in a network without processes: the same seed, the same story."""

from collections import Counter
from random import Random

import pytest

from domain.status import PaymentStatus
from tests.simulation.world import World

ACTS = 400


@pytest.mark.parametrize("seed", range(12))
async def test_money_is_conserved_whatever_happens(seed: int) -> None:
    world = World(Random(seed))
    await world.found()
    acts = (world.submit, world.cancel, world.close_window)
    for _ in range(ACTS):
        (act,) = world.random.choices(acts, weights=(85, 3, 12))
        await act()
        await world.check()
    for _ in range(20):
        await world.close_window()
    await world.check()
    await world.check_holds()
    ends = Counter(payment.status for payment in world.payments)
    assert not world.queued()
    assert min(ends[S] for S in (PaymentStatus.COMPLETED, PaymentStatus.REJECTED, PaymentStatus.CANCELLED)) > 0
    assert world.transfers > 0


async def test_a_seed_tells_the_same_story() -> None:
    heads = []
    for _ in range(2):
        world = World(Random(1))
        await world.found()
        for _ in range(100):
            await world.random.choice((world.submit, world.close_window))()
        heads.append(await world.ledger.head())
    assert heads[0] == heads[1]
