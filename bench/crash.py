"""Whether what a ledger acknowledged survives kill -9. `python -m bench.crash PATH` posts until it is killed."""

import asyncio
import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.transfers import Payments, conserved, furnish
from ledger.rocks import RocksLedger
from ledger.verify import verify

CALLERS: Final = 16
ENOUGH: Final = 3000
"""Acknowledgements after which the process is killed."""


async def recovered(path: Path) -> bool:
    """Kill a process in the middle of its postings: everything acknowledged is there, and every check is passed."""
    told = await asyncio.to_thread(_post_until_killed, path)
    ledger = await RocksLedger.open(path)
    found: set[str] = set()
    after = 0
    while entries := await ledger.entries(after, 1000):
        found |= {getattr(sealed.entry.event, "id", "") for sealed in entries}
        after = entries[-1].entry.sequence
    head, balanced = await ledger.head(), conserved(await ledger.balances())
    await ledger.aclose()
    report = await asyncio.to_thread(verify, path, high_water=head)
    return len(told) >= ENOUGH and told <= found and balanced and report.verdict == "ok"


def _post_until_killed(path: Path) -> set[str]:
    with subprocess.Popen([sys.executable, "-m", "bench.crash", str(path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        lines = [line for _, line in zip(range(ENOUGH), child.stdout, strict=False)]
        child.kill()
        lines += list(child.stdout)
    return {line.strip() for line in lines if line.endswith("\n")}


async def _post(path: Path) -> None:
    ledger = await RocksLedger.open(path)
    await furnish(ledger)

    async def caller(name: int) -> None:
        payments = Payments(f"c{name}")
        for _ in itertools.count():
            chain = payments.chain(1)
            await ledger.submit(chain)
            os.write(1, f"{chain[0].id}\n".encode())

    await asyncio.gather(*map(caller, range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(_post(Path(sys.argv[1])))
