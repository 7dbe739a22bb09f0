"""Holding a gross queue in one phase of a release, by locks on its own tables, so that a blow falls just there."""

import asyncio

from tests.faults.network import Network
from tests.faults.phases import Barrier, netting

planning = netting
"""It is known what can leave the queue, but not written down."""


async def made(network: Network) -> Barrier:
    """The ledger has made the release, and SQL does not know it yet."""
    plan, items = await planning(network), await Barrier.at(network)
    # Whoever writes the plan has claimed its payments: we are the next, before the step that records finality.
    closed = asyncio.create_task(items.close("settlement_items"))
    await items.queued()
    await plan.lift()
    await closed
    await items.met()
    return items


async def telling(network: Network) -> Barrier:
    """The release is final, and its payments do not know it."""
    before, items = await made(network), await Barrier.at(network)
    closed = asyncio.create_task(items.close("settlement_items", also_to_readers=True))
    await items.queued()
    await before.lift()
    await closed
    await items.met()
    return items
