"""A throw-away network to load: banks with deep pockets, and an eye on when payments end."""

import asyncio
import itertools
import time
from typing import Final

import asyncpg
import httpx

from devstack.stack import Stack
from domain.ids import Uetr

BANKS: Final = ("ALPHDEFFXXX", "BRVOUS33XXX", "CHLIGB2LXXX", "DLTAJPJTXXX")
CURRENCY: Final = "USD"
FUNDS: Final = "1000000000.00"
API: Final = "/api/v1"
POLL_S: Final = 0.05
"""How often the ends of payments are looked up; their times are those that the payments themselves recorded."""


class Network:
    """The stack's REST side, and the time at which each payment ended."""

    def __init__(self, stack: Stack, at_once: int) -> None:
        assert stack.tokens is not None, "a throw-away stack has tokens"
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once, keepalive_expiry=30)
        self._admin = {"Authorization": f"Bearer {stack.tokens.admin}"}
        self._http = httpx.AsyncClient(base_url=stack.urls()["api"], limits=limits, timeout=60)
        self._ended: dict[str, asyncio.Future[tuple[str, float]]] = {}
        self._database = stack.urls()["database"]
        self._pairs = itertools.cycle(itertools.permutations(BANKS, 2))

    async def found(self) -> None:
        """Register the banks and fund them."""
        for bic in BANKS:
            bank = {"bic": bic, "name": f"Bank {bic[:4]}", "country": bic[4:6], "accounts": [{"currency": CURRENCY}]}
            await self._post("/participants", bank)
            order = {"amount": FUNDS, "reference": "opening"}
            await self._post(f"/participants/{bic}/accounts/{CURRENCY}/funding", order)

    async def pay(self, method: str) -> tuple[str, float]:
        """One payment: how it ended, and the seconds from the POST to its end."""
        sender, receiver = next(self._pairs)
        payment = {
            "sender_bic": sender,
            "sender_name": "Ada Sample",
            "receiver_bic": receiver,
            "receiver_name": "Bert Example",
            "amount": "100.00",
            "currency": CURRENCY,
            "settlement_method": method,
            "uetr": Uetr.new(),
        }
        began = time.time()
        answer = await self._post("/payments", payment)
        status, at = await self._ended.setdefault(answer["id"], asyncio.get_running_loop().create_future())
        return status, at - began

    async def watch(self) -> None:
        """Follow the ends of payments in SQL until cancelled."""
        connection = await asyncpg.connect(self._database)
        seen = 0
        while True:
            # Sequence numbers are drawn before commits, so a late one may still come below the highest seen.
            rows = await connection.fetch(_ENDS, max(seen - _LATE, 0))
            for row in rows:
                seen = max(seen, row["seq"])
                future = self._ended.setdefault(row["payment_id"], asyncio.get_running_loop().create_future())
                if not future.done():
                    future.set_result((row["status"], row["at"].timestamp()))
            await asyncio.sleep(POLL_S)

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def _post(self, path: str, body: object) -> dict[str, str]:
        answer = await self._http.post(API + path, json=body, headers=self._admin)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        told: dict[str, str] = answer.json()
        return told


_LATE: Final = 60
_ENDS: Final = """
    SELECT seq, payment_id, status, at FROM payment_events
    WHERE seq > $1 AND status IN ('completed', 'rejected', 'failed', 'cancelled') ORDER BY seq
"""
