"""Kill -9 around a gridlock's resolution: afterwards every payment is final, and nothing was made twice."""

import asyncio
from collections.abc import AsyncIterator
from random import Random

import pytest
import pytest_asyncio

from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from runtime.settings import Placement
from tests.faults import books, diagnosis, gross_books
from tests.faults import gross_phases as phases
from tests.faults.chaos import CALM_S, held, hurt, seed_of
from tests.faults.conftest import Hurt
from tests.faults.network import FUNDS, RICH, Network, Wish, eventually, running
from tests.faults.phases import Phase

pytestmark = pytest.mark.slow

BLOWS = [
    (phases.planning, "payments-1"),
    (phases.made, "payments-1"),
    (phases.telling, "payments-1"),
    (phases.made, "postgres"),
    (phases.telling, "temporal"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def waiting() -> AsyncIterator[Hurt]:
    """One worker that owns the ledger itself; gross payments wait for liquidity."""
    async with running(DELTRAN_GROSS_QUEUE_S="600", DELTRAN_GROSS_LOOK_S="2") as hurt:
        yield hurt


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def waiting_apart() -> AsyncIterator[Hurt]:
    """Two workers and the ledger's owner behind its queue."""
    async with running(
        workers=2, placement=Placement.QUEUE, DELTRAN_GROSS_QUEUE_S="600", DELTRAN_GROSS_LOOK_S="2"
    ) as hurt:
        yield hurt


def circle(random: Random, key: str, *, within_s: float = 0.0) -> list[Wish]:
    """Four payments round all banks, each more than its bank has: nobody can make one alone, all together can."""
    banks = random.sample(RICH, len(RICH))
    currency = random.choice(list(FUNDS))
    return [
        Wish(
            f"{key}-{number}",
            PaymentOrder(
                amount=Money(FUNDS[currency].minor + random.randint(1_000_000, 2_000_000), currency),
                debtor=Party("Ada Sample", debtor),
                creditor=Party("Bert Example", creditor),
                end_to_end_id="NOTPROVIDED",
                uetr=Uetr.new(),
                method=SettlementMethod.GROSS,
            ),
            random.uniform(0, within_s),
        )
        for number, (debtor, creditor) in enumerate(zip(banks, [*banks[1:], banks[0]], strict=True))
    ]


@pytest.mark.parametrize(("phase", "victim"), BLOWS, ids=lambda of: getattr(of, "__name__", of))
async def test_one_worker_that_owns_the_ledger(waiting: Hurt, phase: Phase, victim: str) -> None:
    await survives_in(waiting, phase, victim)


async def test_the_ledgers_owner(waiting_apart: Hurt) -> None:
    await survives_in(waiting_apart, phases.made, "ledger")


async def test_at_random_moments(waiting: Hurt) -> None:
    stack, network = waiting
    seed = seed_of(62)
    random = Random(seed)
    wanted = [wish for number in range(12) for wish in circle(random, f"chance-{seed}-{number}", within_s=6)]
    victims = ("payments-1", "temporal", "payments-1", "postgres")
    ids, blows = await asyncio.gather(network.submit_all(wanted), hurt(stack, random, victims, (0.5, 2.0)))
    await calm(network, ids, f"seed {seed}, killed {', '.join(blows)}")


async def survives_in(hurt: Hurt, phase: Phase, victim: str) -> None:
    """Kill -9 a process while a release is held in a phase, then let it go on."""
    stack, network = hurt
    name = f"{phase.__name__}-{victim}"
    barrier, submitted = await held(
        network, phase, lambda attempt: circle(Random(seed_of(61)), f"{name}-{attempt}"), calm
    )
    try:
        stack.kill(victim)
    finally:
        await barrier.lift()
    await calm(network, await submitted, f"{victim} was killed while a release was {phase.__name__}")


async def calm(network: Network, ids: list[str], story: str) -> None:
    """Wait until everybody is paid and told, then hold the books against the promises."""
    if await eventually(lambda: gross_books.quiet(network, ids), within_s=CALM_S) is None:
        raise AssertionError(f"not calm after {CALM_S:.0f} s ({story}):\n{await diagnosis.told(network, ids)}")
    wrong = await gross_books.check(network)
    assert not wrong, f"{len(wrong)} things are wrong ({story}):\n" + "\n".join(books.cut(wrong))
