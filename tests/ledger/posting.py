"""A process that posts until it is killed: `python -m tests.ledger.posting PATH ROUND`; prints what was acknowledged."""

import asyncio
import itertools
import os
import sys
from pathlib import Path

from ledger.book import Discharge, Post, Reserve, Transfer, Void
from ledger.rocks import RocksLedger
from tests.ledger.worlds import ALPHA, BETA, NETWORK, furnish

CALLERS = 8


async def main(path: Path, run: str) -> None:
    ledger = await RocksLedger.open(path)
    await furnish(ledger)

    async def caller(name: int) -> None:
        for n in itertools.count():
            hold = f"{run}/{name}/{n}"
            await ledger.submit([Reserve(hold, NETWORK, ALPHA, "USD", 3)])
            if n % 3 == 0:
                await ledger.submit([Post(f"{hold}/end", hold, 2)])
            elif n % 3 == 1:
                await ledger.submit([Void(f"{hold}/end", hold)])
            else:
                net = Transfer(f"{hold}/net", NETWORK, ALPHA, "USD", 3)
                side = Transfer(f"{hold}/side", BETA, NETWORK, "USD", 1), Transfer(f"{hold}/k", NETWORK, BETA, "USD", 1)
                await ledger.submit([Discharge(f"{hold}/end", hold), net, *side])
            os.write(1, f"{hold}/end\n".encode())

    async def records() -> None:
        while True:
            await ledger.record_files()

    await asyncio.gather(records(), *(caller(name) for name in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
