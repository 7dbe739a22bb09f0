"""How a process reaches Temporal."""

import asyncio
from typing import Final

from temporalio.client import Client
from temporalio.plugin import SimplePlugin

CONNECT_AGAIN_S: Final = 0.5


async def connect(address: str, namespace: str, plugin: SimplePlugin) -> Client:
    """Connect with our plugin; waits for as long as Temporal is away."""
    while True:
        try:
            return await Client.connect(address, namespace=namespace, plugins=[plugin])
        except RuntimeError:
            await asyncio.sleep(CONNECT_AGAIN_S)
