"""Thousands of acts in a network without processes: the same seed, the same story.

`pytest tests/simulation --seed N` tells one story again; a failure names its seed and act.
"""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from domain.status import PaymentStatus
from ledger.protocol import Ledger
from ledger.rocks import RocksLedger
from settlement.gridlock import Together
from tests.simulation.acts import Network
from tests.simulation.dealing import Dealing
from tests.simulation.sleepers import Sleepers
from tests.simulation.world import Way, World

SEEDS = range(8)
ACTS = 1200
ACTS_ON_DISK = 150
ACTS_OF = {
    "submit": 60, "offer": 6, "cancel": 3, "prefer": 2, "top_up": 3, "give_back": 4,
    "close_window": 10, "run_queue": 3, "match": 4, "deal": 5, "pull_back": 4, "come_back": 3, "wake": 6,
}  # fmt: skip
"""What happens, and how often in about a hundred acts."""
MUST_HAPPEN = {"net settled", "deferred", "planned again", "died", "answer lost", "exchanged", "expired", "mismatched",
               "returned", "dealt", "pulled back", "came back", "woke up in vain", "woke up as a repeat", "rounding moved", "died between the chains", *Together}  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`--seed N` instead of our own seeds."""
    if "seed" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--seed")
        metafunc.parametrize("seed", SEEDS if chosen is None else [chosen])


async def live(world: World, acts: int, seed: int) -> None:
    """So many acts and their checks, then everything that still can settle does."""
    sleepers = Sleepers(world)
    network = Network(world, Dealing(world, sleepers), sleepers)
    await world.found()
    for number in range(acts):
        (name,) = world.random.choices(list(ACTS_OF), list(ACTS_OF.values()))
        try:
            world.passes()
            await getattr(network, name)()
            await world.check()
            network.dealing.check()
            if number % 100 == 0 and not world.in_doubt:
                await world.check_ends()
        except BaseException as error:
            error.add_note(f"act {number} ({name}) of seed {seed}: pytest tests/simulation --seed {seed}")
            raise
    await sleepers.finish()
    for _ in range(60):
        await network.close_window()
        await network.run_queue()
    await network.dealing.finish()
    while network.open_batches:
        await network.close_window()
    await sleepers.finish()
    await world.check()
    await world.check_ends()
    assert not world.waiting(Way.HELD)


async def test_money_is_conserved_whatever_happens(seed: int) -> None:
    world = World(Random(seed))
    await live(world, ACTS, seed)
    ends = Counter(payment.status for payment in world.payments.values())
    assert min(ends[S] for S in (PaymentStatus.COMPLETED, PaymentStatus.REJECTED, PaymentStatus.CANCELLED)) > 0
    for payment in world.waiting(Way.DUE, Way.QUEUED):
        assert payment.reasons, "whatever waits in the end has been told why"


async def test_on_disk_as_in_memory(seed: int, tmp_path: Path) -> None:
    world = World(Random(seed), await _on_disk(tmp_path))
    await live(world, ACTS_ON_DISK, seed)
    before = await world.ledger.balances()
    await world.ledger.aclose()
    again = await _on_disk(tmp_path)
    assert await again.balances() == before
    await again.aclose()
    in_memory = World(Random(seed))
    await live(in_memory, ACTS_ON_DISK, seed)
    assert await in_memory.ledger.balances() == before


async def test_everything_happens() -> None:
    told = Counter[str]()
    for seed in range(4):
        world = World(Random(seed))
        await live(world, ACTS, seed)
        told += world.told
    assert told.keys() >= MUST_HAPPEN, told


async def test_a_seed_tells_the_same_story(seed: int) -> None:
    heads = []
    for _ in range(2):
        world = World(Random(seed))
        await live(world, 100, seed)
        heads.append(await world.ledger.head())
    assert heads[0] == heads[1]


async def _on_disk(place: Path) -> Ledger:
    return await RocksLedger.open(place / "ledger")
