"""`python -m workers payments|ledger`: one worker process, settings from the environment."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Final

import uvloop

from domain.errors import DelTranError
from runtime import logs
from runtime.settings import Settings
from workers import ledger, payments
from workers.process import Process

KINDS: Final[dict[str, Callable[[Process], Awaitable[None]]]] = {"payments": payments.serve, "ledger": ledger.serve}

log = logging.getLogger("workers")


def main(kind: str) -> int:
    """Serve until told to stop; the exit code."""
    logs.configure()
    try:
        uvloop.run(_serve(kind))
    except DelTranError as error:
        log.error("%s: %s", error.code, error)
        return 1
    return 0


async def _serve(kind: str) -> None:
    process = await Process.start(Settings())
    try:
        await KINDS[kind](process)
    finally:
        await process.aclose()
        await asyncio.sleep(0.1)  # the Temporal SDK's own threads may otherwise outlive the interpreter and abort it


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in KINDS:
        sys.exit(f"usage: python -m workers {'|'.join(KINDS)}")
    code = main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
