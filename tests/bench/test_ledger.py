"""The ledger's benchmark runs, and its plain loop writes what the ledger writes."""

import json
from pathlib import Path

import pytest

from bench import ledger
from bench.raw import RawLoop
from bench.transfers import Payments
from ledger.store import Store, open_database


async def test_it_prints_one_line_of_figures(capsys: pytest.CaptureFixture[str]) -> None:
    await ledger.main(["--seconds", "0.02"])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    sizes = {"1", "10", "100", "1000", "concurrent64"}
    assert said["rocks"].keys() == said["postgres"].keys() == said["raw"].keys() == sizes
    assert (said["conserved"], said["recovered"]) == (True, True)
    assert min(said["ratio"], said["p50_ms"], said["p99_ms"]) > 0


async def test_the_plain_loop_writes_a_chained_journal(tmp_path: Path) -> None:
    raw, payments = RawLoop(tmp_path), Payments("x")
    for _ in range(3):
        await raw.post(payments.chain(10))
    raw.close()
    store = Store(open_database(tmp_path))
    entries = store.entries(range(1, 31))
    assert [sealed.entry.event for sealed in entries] == Payments("x").chain(30)
    assert store.head().hash == entries[-1].hash
    assert [sealed.hash for sealed in entries] != sorted(sealed.hash for sealed in entries)
    store.close()
