"""Kill -9 around an exchange of values: afterwards both legs are final or both still wait, and nothing happened twice."""

import asyncio
from random import Random

import pytest

from domain.payment import hold_id
from ledger.book import Reserve
from tests.faults import exchange_phases as phases
from tests.faults.books import Books
from tests.faults.chaos import CALM_S, calm, held, hurt, seed_of
from tests.faults.conftest import Hurt
from tests.faults.network import Network, deal, eventually
from tests.faults.phases import Phase

pytestmark = pytest.mark.slow

BLOWS = [
    (phases.matching, "payments-1"),
    (phases.claiming, "payments-1"),
    (phases.executed, "payments-1"),
    (phases.telling, "payments-1"),
    (phases.executed, "temporal"),
    (phases.telling, "temporal"),
    (phases.executed, "postgres"),
    (phases.telling, "postgres"),
]


@pytest.mark.parametrize(("phase", "victim"), BLOWS, ids=lambda of: getattr(of, "__name__", of))
async def test_one_worker_that_owns_the_ledger(alone: Hurt, phase: Phase, victim: str) -> None:
    await survives_in(alone, phase, victim)


@pytest.mark.parametrize("phase", [phases.matching, phases.executed], ids=lambda phase: phase.__name__)
async def test_the_ledgers_owner(shared: Hurt, phase: Phase) -> None:
    await survives_in(shared, phase, "ledger")


async def test_workers_that_all_post(everywhere: Hurt) -> None:
    await survives_in(everywhere, phases.executed, "payments-1")


async def survives_in(hurt: Hurt, phase: Phase, victim: str) -> None:
    """Kill -9 a process while an exchange is held in a phase, then let it go on."""
    stack, network = hurt
    name = f"{phase.__name__}-{victim}"
    barrier, submitted = await held(
        network, phase, lambda attempt: deal(Random(seed_of(51)), f"{name}-{attempt}"), calm
    )
    try:
        stack.kill(victim)
    finally:
        await barrier.lift()
    await calm(network, await submitted, f"{victim} was killed while an exchange was {phase.__name__}")


async def test_at_random_moments(alone: Hurt) -> None:
    stack, network = alone
    seed = seed_of(52)
    random = Random(seed)
    legs = [leg for number in range(40) for leg in deal(random, f"chance-{seed}-{number}", within_s=6)]
    victims = ("payments-1", "temporal", "payments-1", "postgres")
    ids, blows = await asyncio.gather(network.submit_all(legs), hurt(stack, random, victims, (0.5, 2.0)))
    await calm(network, ids, f"seed {seed}, killed {', '.join(blows)}")


async def test_a_leg_that_waits_outlives_everything(alone: Hurt) -> None:
    stack, network = alone
    first, second = deal(Random(seed_of(53)), "alone")
    waits = await network.submit(first)
    await stands(network, waits, "queued")
    for victim in ("postgres", "temporal", "payments-1"):
        stack.kill(victim)
    partner = await network.submit(second)
    await calm(network, [waits, partner], "everything was killed while a leg waited")
    reserved = [event for event in (await Books.of(network)).events if isinstance(event, Reserve)]
    assert [event.id for event in reserved].count(hold_id(waits)) == 1


async def stands(network: Network, payment_id: str, status: str) -> None:
    """Wait until the payment stands there."""

    async def there() -> bool | None:
        rows = await network.rows("SELECT FROM payments WHERE id = $1 AND status = $2", payment_id, status)
        return bool(rows) or None

    assert await eventually(there, within_s=CALM_S), f"{payment_id} is not {status}"
