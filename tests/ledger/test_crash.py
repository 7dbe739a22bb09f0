"""kill -9 in a loop of postings: everything acknowledged is there, once."""

import subprocess
import sys
from pathlib import Path

from ledger.book import Discharge, Head, HoldState, Operation, Post, Void
from ledger.rocks import RocksLedger
from ledger.verify import verify
from tests.ledger.worlds import ALPHA, conserved

PAYS = (2, 0, 3)
STATES = (HoldState.POSTED, HoldState.VOIDED, HoldState.DISCHARGED)


def post_until_killed(path: Path, run: int, acknowledgements: int) -> list[str]:
    """Let a process post until it has acknowledged so many operations, kill it, and return all that it acknowledged."""
    command = [sys.executable, "-m", "tests.ledger.posting", str(path), f"run{run}"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [line for _, line in zip(range(acknowledgements), process.stdout, strict=False)]
        process.kill()
        lines += list(process.stdout)
    assert process.returncode == -9, "the process was to be killed, not to fail"
    return [line.strip() for line in lines if line.endswith("\n")]


async def test_everything_acknowledged_is_there_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    mark: Head | None = None
    acknowledged: list[str] = []
    for run, enough in enumerate((1, 40, 333)):
        acknowledged += post_until_killed(path, run, enough)
        report = verify(path, high_water=mark)
        assert not report.findings

        ledger = await RocksLedger.open(path, high_water=mark)
        for end in acknowledged:
            hold = await ledger.hold(end.removesuffix("/end"))
            assert hold is not None
            assert hold.state == STATES[int(end.split("/")[2]) % 3]
        repeats: list[list[Operation]] = [[_resolution(end)] for end in acknowledged if not _nets(end)]
        receipts = [await ledger.submit(chain) for chain in repeats]
        assert not any(receipt.created for (receipt,) in receipts)
        assert conserved(await ledger.balances())
        mark = await ledger.head()
        await ledger.aclose()

        report = verify(path, high_water=mark)
        assert report.verdict == "ok", report
    paid = sum(PAYS[int(end.split("/")[2]) % 3] for end in acknowledged)
    ledger = await RocksLedger.open(path, high_water=mark)
    # What was durable but not acknowledged yet when the process died may stand too: one step of each caller and run.
    assert paid <= (await ledger.balance(ALPHA)).posted_minor - 1000 <= paid + 3 * 8 * 3
    await ledger.aclose()


def _nets(end: str) -> bool:
    return int(end.split("/")[2]) % 3 == 2


def _resolution(end: str) -> Post | Void | Discharge:
    hold = end.removesuffix("/end")
    return Post(end, hold, 2) if int(end.split("/")[2]) % 3 == 0 else Void(end, hold)
