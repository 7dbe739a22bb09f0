from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ledger.memory import MemoryLedger
from ledger.protocol import Ledger
from ledger.rocks import RocksLedger


@pytest.fixture(params=["memory", "rocks"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ledger]:
    kept: Ledger = MemoryLedger() if request.param == "memory" else await RocksLedger.open(tmp_path / "ledger")
    yield kept
    await kept.aclose()
