"""`python -m workers payments|ledger`: one worker process, settings from the environment."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Final

import uvloop

from domain.errors import DelTranError
from ledger.errors import LedgerCorrupt
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
        log.error("%s", last_words(error))
        return 1
    return 0


def last_words(error: DelTranError) -> str:
    """Why the process ends; of a damaged ledger also what is damaged and what to do, for nothing goes on without it."""
    said = f"{error.code}: {error}"
    if not isinstance(error, LedgerCorrupt):
        return said
    facts = "; ".join(str(fact) if name == "detail" else f"{name} {fact}" for name, fact in error.facts.items())
    return f"{said} ({facts}). `deltran ledger verify` tells all of it, `deltran ledger restore` puts a backup back."


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
