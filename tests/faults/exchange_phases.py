"""Holding an exchange in one phase of its life, by locks on its own tables, so that a blow falls just there."""

import asyncio
from typing import Final

from tests.faults.network import Network
from tests.faults.phases import Barrier, Missed

LIVING: Final = "SELECT id FROM exchanges WHERE state NOT IN ('settled', 'ended') FOR UPDATE"
"""The exchange that is under way: whoever decides anything about it holds its row."""


async def matching(network: Network) -> Barrier:
    """Both legs have come and their funds are held, but that they match is not written down."""
    pairs = await Barrier.at(network)
    await pairs.close("exchange_pairs")
    await pairs.met()
    return pairs


async def claiming(network: Network) -> Barrier:
    """Matched, and about to be claimed: its row is ours."""
    pairs, exchange = await matching(network), await Barrier.at(network)
    taken = asyncio.create_task(exchange.take(LIVING))
    await exchange.queued()
    await pairs.lift()
    if not await taken:
        raise Missed("the exchange was over before it could be held")
    await exchange.met()
    return exchange


async def executed(network: Network) -> Barrier:
    """The ledger has posted both legs, and SQL does not know it yet."""
    before, pairs, after = await claiming(network), await Barrier.at(network), await Barrier.at(network)
    await pairs.close("exchange_pairs")
    # Whoever claims is first in the row's queue and we are next, before the step that records finality.
    taken = asyncio.create_task(after.take(LIVING))
    await after.queued()
    await before.lift()
    await pairs.met()
    await pairs.lift()
    if not await taken:
        raise Missed("the pair was final before it could be held")
    await after.met()
    return after


async def telling(network: Network) -> Barrier:
    """The pair is final, and its payments do not know it."""
    exchange, legs = await executed(network), await Barrier.at(network)
    closed = asyncio.create_task(legs.close("exchange_legs", also_to_readers=True))
    await legs.queued()
    await exchange.lift()
    await closed
    await legs.met()
    return legs
