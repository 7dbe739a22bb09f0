"""Holding a settlement window in one phase of its life, by locks on its own tables, so that a blow falls just there."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Final, Self, TypeAlias

import asyncpg

from tests.faults.network import CONNECT_S, Network, eventually

PATIENCE_S: Final = 45.0
"""How long a phase may take to come."""


class Missed(Exception):
    """What was to be held went on before: on a starved machine somebody else may be quicker at a row that we wait for."""


class Barrier:
    """Locks of ours, and whoever waits for them."""

    def __init__(self, network: Network, connection: asyncpg.Connection) -> None:
        self._network = network
        self._connection = connection

    @classmethod
    async def at(cls, network: Network) -> Self:
        """Over a connection of its own."""
        connection = await asyncpg.connect(network.at.database, timeout=CONNECT_S)
        await connection.execute("BEGIN")
        barrier = cls(network, connection)
        network.barriers.append(barrier.lift)
        return barrier

    async def take(self, statement: str) -> bool:
        """Lock some rows, waiting for them like everybody; whether there are any."""
        return bool(await self._connection.fetch(statement))

    async def close(self, table: str, *, also_to_readers: bool = False) -> None:
        """Nobody writes to the table."""
        mode = "ACCESS EXCLUSIVE" if also_to_readers else "SHARE"
        await self._connection.execute(f"LOCK TABLE {table} IN {mode} MODE")

    async def met(self) -> None:
        """Wait until somebody stands before it. Raises Missed when nobody comes."""
        await self._comes_true("SELECT FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))")

    async def queued(self) -> None:
        """Wait until we stand before somebody else. Raises Missed."""
        await self._comes_true("SELECT FROM pg_stat_activity WHERE pid = $1 AND cardinality(pg_blocking_pids(pid)) > 0")

    async def _comes_true(self, question: str) -> None:
        async def answered() -> bool | None:
            return bool(await self._network.rows(question, self._connection.get_server_pid())) or None

        if await eventually(answered, within_s=PATIENCE_S) is None:
            raise Missed("the phase did not come")

    async def lift(self) -> None:
        """Let them go on, if PostgreSQL still lives."""
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await self._connection.execute("ROLLBACK")
        self._connection.terminate()


Phase: TypeAlias = Callable[[Network], Coroutine[None, None, Barrier]]
"""Waits until the next window is in its phase, and keeps it there until the barrier is lifted. Raises Missed."""


async def closing(network: Network) -> Barrier:
    """About to close: its row is ours."""
    window = await Barrier.at(network)

    async def opened() -> bool | None:
        return await window.take("SELECT id FROM settlement_windows WHERE state = 'open' FOR UPDATE") or None

    if await eventually(opened, within_s=PATIENCE_S) is None:
        raise Missed("no window opened")
    await window.met()
    return window


async def netting(network: Network) -> Barrier:
    """Claimed and planned, but the plan is not written down."""
    positions = await Barrier.at(network)
    await positions.close("net_positions")
    await positions.met()
    return positions


async def executed(network: Network) -> Barrier:
    """The ledger has executed the batch, and SQL does not know it yet."""
    plan, batch = await netting(network), await Barrier.at(network)
    # Whoever writes the plan holds the batch's row: we are the next in its queue, before the step that records finality.
    taken = asyncio.create_task(batch.take("SELECT id FROM settlement_batches WHERE state <> 'final' FOR UPDATE"))
    await batch.queued()
    await plan.lift()
    if not await taken:
        raise Missed("the batch was final before it could be held")
    await batch.met()
    return batch


async def telling(network: Network) -> Barrier:
    """The batch is final, and its payments do not know it."""
    batch, items = await executed(network), await Barrier.at(network)
    closed = asyncio.create_task(items.close("settlement_items", also_to_readers=True))
    await items.queued()
    await batch.lift()
    await closed
    await items.met()
    return items
