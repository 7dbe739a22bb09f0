"""The network as its users see it: the REST API, spoken to with each user's own token."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final, Self

import httpx

from devstack.errors import StackError
from devstack.tokens import Tokens
from domain.money import Money
from domain.payment import PaymentOrder

_PATIENCE_S: Final = 60.0
"""How long to ask again while a dependency is away; every request here is safe to repeat."""
_QUOTE_LIVES_S: Final = 600


@dataclass(frozen=True, slots=True)
class Account:
    """A settlement account as SQL shows it; `pending` and `incoming` are reserved, not yet paid."""

    posted: Money
    pending: Money
    incoming: Money


class Network:
    """What administrators, operators, reviewers and banks do. Raises StackError where the API refuses."""

    def __init__(self, url: str, tokens: Tokens) -> None:
        self._tokens = tokens
        self._http = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def participants(self) -> set[str]:
        """The BICs of all registered banks."""
        found = await self._ask("GET", "/participants", self._tokens.admin)
        return {bank["bic"] for bank in found["participants"]}

    async def register(self, bank: dict[str, Any]) -> None:
        """Take a bank in; nothing happens when it is there already."""
        await self._ask("POST", "/participants", self._tokens.admin, json=bank)

    async def accounts(self, bic: str) -> dict[str, Account]:
        """A bank's accounts by currency."""
        found = await self._ask("GET", f"/participants/{bic}/balances", self._tokens.operator)
        return {row["currency"]: _account(row) for row in found["balances"]}

    async def fund(self, bic: str, funds: Money, reference: str) -> None:
        """Open the account if need be and pay funds in, once per reference."""
        path = f"/participants/{bic}/accounts/{funds.currency}/funding"
        await self._ask("POST", path, self._tokens.admin, json={"amount": str(funds), "reference": reference})

    async def quote(self, order: PaymentOrder, key: str) -> str:
        """Have the dealer promise the sender its rate, for just this amount; the quote's id."""
        assert order.fx is not None, "an order that is converted"
        promise = {
            "sold": order.amount.currency,
            "bought": order.fx.bought.currency,
            "rate": order.fx.rate,
            "amount": str(order.amount),
            "expires_in_s": _QUOTE_LIVES_S,
            "offered_to": [order.debtor.agent_bic],
        }
        token = self._tokens.participants[order.fx.dealer_bic]
        answer = await self._ask("POST", "/fx/quotes", token, headers={"Idempotency-Key": key}, json=promise)
        return str(answer["id"])

    async def submit(self, bic: str, media_type: str, body: bytes, key: str) -> str:
        """Hand a bank's payment in; its id."""
        headers = {"Content-Type": media_type, "Idempotency-Key": key}
        token = self._tokens.participants[bic]
        answer = await self._ask("POST", "/payments", token, headers=headers, content=body)
        return str(answer["id"])

    async def payment(self, payment_id: str) -> dict[str, Any]:
        """A payment in full."""
        return await self._ask("GET", f"/payments/{payment_id}", self._tokens.operator)

    async def reviews(self) -> dict[str, dict[str, Any]]:
        """Held payments by payment id, each with its hits."""
        found = await self._ask("GET", "/reviews?limit=500", self._tokens.compliance)
        return {review["payment_id"]: review for review in found["reviews"]}

    async def dead_letters(self) -> dict[str, dict[str, Any]]:
        """Parked payments by payment id."""
        found = await self._ask("GET", "/dead-letters?limit=500", self._tokens.operator)
        return {letter["payment_id"]: letter for letter in found["dead_letters"]}

    async def decide(self, payment_id: str, verdict: str, screening_id: str, comment: str) -> None:
        """Approve or reject a held payment, as a reviewer, and where four eyes must see it as a senior one too."""
        decision = {"verdict": verdict, "screening_id": screening_id, "comment": comment}
        state = await self._act(payment_id, "decision", self._tokens.compliance, decision)
        if state["review"] != "decided":
            await self._act(payment_id, "decision", self._tokens.senior, decision)

    async def withdraw(self, bic: str, payment_id: str, comment: str) -> None:
        """Take a payment back before it is settled, as the bank that sent it."""
        await self._act(payment_id, "cancel", self._tokens.participants[bic], {"comment": comment})

    async def redrive(self, payment_id: str, comment: str) -> None:
        """Have a parked payment try again, as an operator."""
        await self._act(payment_id, "redrive", self._tokens.operator, {"comment": comment})

    async def _act(self, payment_id: str, act: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Idempotency-Key": f"demo-{act}"}
        return await self._ask("POST", f"/payments/{payment_id}/{act}", token, headers=headers, json=body)

    async def _ask(
        self, method: str, path: str, token: str, *, headers: dict[str, str] | None = None, **body: Any
    ) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE_S
        wanted = {**(headers or {}), "Authorization": f"Bearer {token}"}
        while True:
            try:
                answer = await self._http.request(method, path, headers=wanted, **body)
            except httpx.TransportError as away:
                why = f"{type(away).__name__} {away}"
            else:
                if answer.is_success:
                    return dict(answer.json())
                why = f"{answer.status_code} {answer.text}"
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    raise StackError(f"{method} {path} was refused: {why}")
            if time.monotonic() > deadline:
                raise StackError(f"{method} {path} had no answer: {why}")
            await asyncio.sleep(0.2)


def _account(row: dict[str, Any]) -> Account:
    def money(name: str) -> Money:
        digits, currency = str(row[name]), row["currency"]
        amount = Money.parse(digits.removeprefix("-"), currency)
        return -amount if digits.startswith("-") else amount

    return Account(money("posted"), money("pending"), money("incoming"))
