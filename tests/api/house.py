"""A house to call on: its banks, its callers, and what a test says to it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr
from sqlalchemy import text

from domain.ids import Uetr
from schema.tables.common.session import Database

T = TypeVar("T")

ALPHA, BETA, GAMMA = "ALPHDEFFXXX", "BETAGB2LXXX", "GAMMFRPPXXX"
NEWCOMER = "NEWCCHZZXXX"
"""Registered, but its account is not open in the ledger: a payment to it needs repair."""
STRANGER = "NOBODEFFXXX"
LISTED = "Viktor Zarubin-Demov"
"""An invented person on our own list."""
ALIKE = "Mirabel Kuorvaths"
"""Two letters away from another one: a hit that one pair of eyes may wave through."""

TOKENS = {
    "admin": "a-token",
    "operator": "o-token",
    "compliance": "c-token",
    "senior": "s-token",
    "alpha": "alpha-token",
    "beta": "beta-token",
}
SETTINGS: dict[str, Any] = {
    "lists": "NETWORK",
    "token_admin": SecretStr(TOKENS["admin"]),
    "token_operator": SecretStr(TOKENS["operator"]),
    "token_compliance": SecretStr(TOKENS["compliance"]),
    "token_senior": SecretStr(TOKENS["senior"]),
    "token_participant": SecretStr(f"{ALPHA}:{TOKENS['alpha']},{BETA[:8]}:{TOKENS['beta']}"),
}
TASK_QUEUE = "api-tests"


@dataclass(frozen=True)
class House:
    """The API by HTTP, one caller per token, and the database behind it."""

    db: Database
    callers: dict[str, httpx.AsyncClient]

    def __getitem__(self, caller: str) -> httpx.AsyncClient:
        return self.callers[caller]

    async def submit(self, caller: str = "operator", **changes: Any) -> str:
        """Submit a payment; its id."""
        answer = await self[caller].post("/api/v1/payments", json=order(**changes))
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def reaches(self, payment_id: str, status: str) -> dict[str, Any]:
        """Wait until the payment stands there; the payment."""
        return await eventually(lambda: self._standing(payment_id, status))

    async def held(self, payment_id: str) -> dict[str, Any]:
        """Wait until the payment is under review; its review."""

        async def find() -> dict[str, Any] | None:
            queue = (await self["compliance"].get("/api/v1/reviews", params={"limit": 500})).json()["reviews"]
            weighed = (review for review in queue if review["approvals_needed"])
            return next((review for review in weighed if review["payment_id"] == payment_id), None)

        return await eventually(find)

    async def parked(self, payment_id: str) -> dict[str, Any]:
        """Wait until the payment is a dead letter; the letter."""

        async def find() -> dict[str, Any] | None:
            listed = (await self["operator"].get("/api/v1/dead-letters", params={"limit": 500})).json()["dead_letters"]
            return next((letter for letter in listed if letter["payment_id"] == payment_id), None)

        return await eventually(find)

    async def count(self, table: str = "payments") -> int:
        """Rows of a table."""
        async with self.db.read() as session:
            return int((await session.one(text(f"SELECT count(*) AS rows FROM {table}"))).rows)

    async def _standing(self, payment_id: str, status: str) -> dict[str, Any] | None:
        found: dict[str, Any] = (await self["operator"].get(f"/api/v1/payments/{payment_id}")).json()
        return found if found["status"] == status else None


def order(**changes: Any) -> dict[str, Any]:
    """A good payment, with changes; a change to None leaves the field out."""
    wanted = {
        "sender_bic": ALPHA,
        "sender_name": "Ada Sample",
        "receiver_bic": BETA,
        "receiver_name": "Bert Example",
        "amount": "100.00",
        "currency": "USD",
        "settlement_method": "gross",
        "uetr": Uetr.new(),
        **changes,
    }
    return {name: value for name, value in wanted.items() if value is not None}


async def eventually(find: Callable[[], Awaitable[T | None]], *, within_s: float = 90.0) -> T:
    """Ask again and again until there is something; fail when the time is over."""
    deadline = time.monotonic() + within_s
    while (found := await find()) is None:
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
    return found
