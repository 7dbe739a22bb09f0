"""Kill -9 of every process in each phase of a settlement window: afterwards all is final, nothing twice, nothing lost."""

from random import Random

import pytest

from domain.payment import SettlementMethod
from tests.faults import phases
from tests.faults.chaos import calm, held, seed_of
from tests.faults.conftest import Hurt
from tests.faults.network import Wish, wishes
from tests.faults.phases import Phase

pytestmark = pytest.mark.slow

PHASES = [phases.closing, phases.netting, phases.executed, phases.telling]


@pytest.mark.parametrize("victim", ["payments-1", "temporal", "postgres"])
@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
async def test_one_worker_that_owns_the_ledger(alone: Hurt, phase: Phase, victim: str) -> None:
    await survives_in(alone, phase, victim)


@pytest.mark.parametrize("phase", [phases.netting, phases.executed], ids=lambda phase: phase.__name__)
async def test_the_ledgers_owner(shared: Hurt, phase: Phase) -> None:
    await survives_in(shared, phase, "ledger")


async def survives_in(hurt: Hurt, phase: Phase, victim: str) -> None:
    """Kill -9 a process while a window is held in a phase, then let it go on."""
    stack, network = hurt
    name = f"{phase.__name__}-{victim}"

    def wanted(attempt: int) -> list[Wish]:
        some = wishes(Random(seed_of(41)), 30, f"{name}-{attempt}")
        return [wish for wish in some if wish.order.method is SettlementMethod.NET]

    barrier, submitted = await held(network, phase, wanted, calm)
    try:
        stack.kill(victim)
    finally:
        await barrier.lift()
    await calm(network, await submitted, f"seed {seed_of(41)}, {victim} was killed while a window was {phase.__name__}")
