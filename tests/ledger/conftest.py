from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ledger.memory import MemoryLedger
from ledger.protocol import Ledger
from ledger.rocks import RocksLedger
from tests.ledger.worlds import Ticks


@pytest.fixture
def ticks() -> Ticks:
    """The clock of `ledger`."""
    return Ticks()


@pytest.fixture(params=["memory", "rocks"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path, ticks: Ticks) -> AsyncIterator[Ledger]:
    kept: Ledger = (
        MemoryLedger(ticks) if request.param == "memory" else await RocksLedger.open(tmp_path / "ledger", clock=ticks)
    )
    yield kept
    await kept.aclose()
