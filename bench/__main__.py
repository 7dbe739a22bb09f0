"""`python -m bench NAME`: one benchmark; the last line it prints is JSON."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Final

from bench import ledger, lifecycle

BENCHMARKS: Final[dict[str, Callable[[list[str]], Awaitable[None]]]] = {
    "ledger": ledger.main,
    "lifecycle": lifecycle.main,
}


def main(words: list[str]) -> int:
    """Run one benchmark by name."""
    if not words or words[0] not in BENCHMARKS:
        print(f"usage: python -m bench {'|'.join(BENCHMARKS)} [options]", file=sys.stderr)
        return 2
    asyncio.run(_run(words))
    return 0


async def _run(words: list[str]) -> None:
    await BENCHMARKS[words[0]](words[1:])


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # the Temporal SDK's threads may otherwise abort the interpreter at its end
