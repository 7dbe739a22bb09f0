"""Kill -9 of workers that all post to a ledger in PostgreSQL, and of PostgreSQL: as with a ledger on disk, nothing is lost."""

import pytest

from tests.faults.chaos import seed_of, survives
from tests.faults.conftest import Hurt

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("victims", "number"),
    [(("payments-1", "payments-2", "payments-1"), 31), (("postgres", "payments-2"), 32)],
    ids=["workers", "postgres"],
)
async def test_two_workers_and_a_ledger_in_postgres(everywhere: Hurt, victims: tuple[str, ...], number: int) -> None:
    stack, network = everywhere
    assert set(stack.pids()) == {"postgres", "temporal", "payments-1", "payments-2", "api"}
    await survives(stack, network, victims, seed=seed_of(number))
    assert not network.at.on_disk
