"""The power fails at any moment: whatever the ledger had acknowledged by then is there, and the ledger opens by itself."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.book import Head
from ledger.errors import LedgerCorrupt
from ledger.rocks import RocksLedger
from ledger.verify import verify
from tests.ledger.power.disk import Disk, Loss
from tests.ledger.power.trace import COMMAND, Player, read
from tests.ledger.worlds import conserved

ROOT = Path(__file__).parents[2]
SAMPLE = 31
"""One moment in so many is tried; each kind of loss tries others."""

Watch = Callable[..., Iterator[tuple[int, Disk, Head | None]]]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """Watch a life of a ledger: every moment after which something else would survive, and what was acknowledged by then."""
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace cannot watch a process here (Debian: apt install strace)")

    def watched(*how: str) -> Iterator[tuple[int, Disk, Head | None]]:
        root, trace = tmp_path / "disk", tmp_path / "trace"
        root.mkdir()
        load = (sys.executable, "-m", "tests.ledger.power.load", str(root / "ledger"), *how)
        subprocess.run([*COMMAND, str(trace), *load], cwd=ROOT, check=True, stdout=subprocess.PIPE)
        player, moment = Player(Disk(root)), 0
        with trace.open() as lines:
            for call in read(lines):
                if player.play(call):
                    moment += 1
                    yield moment, player.disk, acknowledged(player.said)
        assert moment > 500, "the whole life was seen"

    return watched


def acknowledged(said: bytes) -> Head | None:
    """The last head that was acknowledged."""
    if not said:
        return None
    _, sequence, digest = said.decode().splitlines()[-1].split()
    return Head(int(sequence), bytes.fromhex(digest))


@pytest.mark.parametrize("loss", Loss, ids=lambda loss: loss.name.lower())
async def test_what_was_acknowledged_survives(watch: Watch, tmp_path: Path, loss: Loss) -> None:
    for moment, disk, head in watch():
        if moment % SAMPLE == list(Loss).index(loss):
            await survives(disk, loss, head, tmp_path / str(moment))


async def test_who_does_not_wait_for_the_disk_is_found_out(watch: Watch, tmp_path: Path) -> None:
    found_out = 0
    for moment, disk, head in watch("careless"):
        if moment % SAMPLE == 0:
            try:
                await survives(disk, Loss.ALL, head, tmp_path / str(moment))
            except (AssertionError, LedgerCorrupt):
                found_out += 1
    assert found_out


async def survives(disk: Disk, loss: Loss, head: Head | None, place: Path) -> None:
    """What is left verifies, holds what was acknowledged, and opens."""
    disk.materialise(place, loss)
    path = place / "ledger"
    report = verify(path, high_water=head)
    assert not report.findings, report.findings
    ledger = await RocksLedger.open(path, high_water=head)
    assert conserved(await ledger.balances())
    await ledger.aclose()
    shutil.rmtree(place)
