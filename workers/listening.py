"""Hearing PostgreSQL's notifications, for as long as the process lives."""

import asyncio
from collections.abc import Callable
from typing import Final

import asyncpg

PAUSE_S: Final = 1.0


async def listen(url: str, channel: str, wake: Callable[..., None]) -> None:
    """Wake somebody on every notification of a channel; reconnects for ever (whoever is woken also looks by itself)."""
    while True:
        try:
            connection = await asyncpg.connect(url)
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(PAUSE_S)
            continue
        gone = asyncio.Event()
        connection.add_termination_listener(lambda *_, gone=gone: gone.set())
        await connection.add_listener(channel, wake)
        wake()
        try:
            await gone.wait()
        finally:
            connection.terminate()
