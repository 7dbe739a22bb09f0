"""`python -m bench NAME`: one benchmark; the last line it prints is JSON."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Final

BENCHMARKS: Final = ("compliance", "ledger", "lifecycle", "messages", "netting", "risk", "screening", "windows")
"""Each is a module of this package; only the one that runs is loaded, so that none counts another's memory."""


def main(words: list[str]) -> int:
    """Run one benchmark by name."""
    if not words or words[0] not in BENCHMARKS:
        print(f"usage: python -m bench {'|'.join(BENCHMARKS)} [options]", file=sys.stderr)
        return 2
    asyncio.run(_run(words))
    return 0


async def _run(words: list[str]) -> None:
    benchmark: Callable[[list[str]], Awaitable[None]] = import_module(f"bench.{words[0]}").main
    await benchmark(words[1:])


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # the Temporal SDK's threads may otherwise abort the interpreter at its end
