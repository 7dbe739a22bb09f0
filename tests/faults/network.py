"""Five banks on a real stack, and an integrator who repeats a request until it is answered."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final, TypeVar

import asyncpg
import httpx

from devstack.member import Patience
from devstack.observer import LogFile
from devstack.options import Options
from devstack.place import throwaway_state
from devstack.stack import Stack
from domain.exchange import Exchange
from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from runtime.settings import Placement
from schema.iso20022.codecs import pacs008
from schema.iso20022.codecs.identity import Identity

T = TypeVar("T")

RICH: Final = ("ALPHDEFFXXX", "BRVOUS33XXX", "CHLIGB2LXXX", "DLTAFRPPXXX")
POOR: Final = "ECHOCHZZXXX"
"""Its accounts are open and empty: what it sends is refused (AM04)."""
BANKS: Final = (*RICH, POOR)
FUNDS: Final = {"USD": Money.parse("50000000.00", "USD"), "JPY": Money.parse("7000000000", "JPY")}
PAYMENTS: Final = "/api/v1/payments"
CONNECT_S: Final = 30.0
"""How long PostgreSQL may take to answer at all, on a starved machine."""
STARTING: Final = Patience(ready_within_s=180)
AGAIN_S: Final = 0.1
"""The integrator's pause before it repeats a request."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A payment that somebody wants: when it is submitted (seconds from the start), how, and under which key."""

    key: str
    order: PaymentOrder
    at_s: float = 0.0
    xml: bool = False
    wait: bool = False
    """Whether its sender asks for the verdict (`Prefer: wait`)."""

    @property
    def refused(self) -> bool:
        """Whether there are no funds for it."""
        return self.order.debtor.agent_bic == POOR

    def request(self) -> tuple[bytes, dict[str, str]]:
        """The body and its headers: the same bytes every time."""
        headers = {"Idempotency-Key": self.key, **({"Prefer": "wait=4"} if self.wait else {})}
        if self.xml:
            created = datetime(2026, 10, 13, 10, 30, tzinfo=UTC)
            banks = self.order.debtor.agent_bic, self.order.creditor.agent_bic
            body = pacs008.encode(self.order, Identity(self.key, created, *banks))
            return body, {**headers, "Content-Type": "application/xml"}
        order = self.order
        document = {
            "sender_bic": order.debtor.agent_bic,
            "sender_name": order.debtor.name,
            "receiver_bic": order.creditor.agent_bic,
            "receiver_name": order.creditor.name,
            "amount": str(order.amount),
            "currency": order.amount.currency,
            "settlement_method": order.method,
            "uetr": order.uetr,
            **_leg(order),
        }
        return json.dumps(document).encode(), {**headers, "Content-Type": "application/json"}


def _leg(order: PaymentOrder) -> dict[str, object]:
    """What a leg says of its exchange."""
    if order.exchange is None:
        return {}
    wants = order.exchange.wants
    wanted = {"currency": wants.currency, "amount": str(wants)}
    return {"exchange": {"reference": order.exchange.reference, "wants": wanted}}


def deal(random: Random, key: str, *, within_s: float = 0.0) -> tuple[Wish, Wish]:
    """The two legs of an exchange, each at a moment of its own."""
    first, second = random.sample(RICH, 2)
    gives, wants = (Money(random.randint(1, 100_000), currency) for currency in random.sample(list(FUNDS), 2))
    order = PaymentOrder(
        amount=gives,
        debtor=Party("Ada Sample", first),
        creditor=Party("Bert Example", second),
        end_to_end_id="NOTPROVIDED",
        uetr=Uetr.new(),
        method=SettlementMethod.PVP,
        exchange=Exchange(key, wants),
    )
    back = replace(
        order,
        amount=wants,
        debtor=Party("Bert Example", second),
        creditor=Party("Ada Sample", first),
        uetr=Uetr.new(),
        exchange=Exchange(key, gives),
    )
    return Wish(f"{key}-1", order, random.uniform(0, within_s)), Wish(f"{key}-2", back, random.uniform(0, within_s))


def wishes(random: Random, count: int, label: str, *, within_s: float = 0.0) -> list[Wish]:
    """Payments of every kind, spread over some seconds. Keys are `label` and a number."""
    return [_wish(random, f"{label}-{number}", random.uniform(0, within_s)) for number in range(count)]


def _wish(random: Random, key: str, at_s: float) -> Wish:
    sender, receiver = random.sample(RICH, 2)
    currency = random.choice(list(FUNDS))
    order = PaymentOrder(
        amount=Money(random.randint(1, 100_000), currency),
        debtor=Party("Ada Sample", POOR if random.random() < 0.04 else sender, account="ADA-1"),
        creditor=Party("Bert Example", receiver, account="BERT-1"),
        end_to_end_id="NOTPROVIDED",
        reference="FAULT-TEST",
        uetr=Uetr.new(),
        method=random.choice((SettlementMethod.GROSS, SettlementMethod.NET)),
    )
    return Wish(key, order, at_s, xml=random.random() < 0.2, wait=random.random() < 0.1)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a stack is reached, and by whom it lets itself be reached."""

    api: str
    database: str
    temporal: str
    state: Path
    admin: str
    tokens: dict[str, str]

    @property
    def ledger(self) -> Path:
        """Where a ledger on disk lies."""
        return self.state / "ledger"

    @property
    def on_disk(self) -> bool:
        """Whether the ledger lies there, and not in PostgreSQL."""
        return (self.ledger / "CURRENT").exists()

    @classmethod
    def of(cls, stack: Stack) -> "Addresses":
        """Of a running stack."""
        assert stack.tokens is not None, "a throw-away stack has tokens"
        urls = stack.urls()
        return cls(
            api=urls["api"],
            database=urls["database"],
            temporal=urls["temporal"],
            state=stack.options.state,
            admin=stack.tokens.admin,
            tokens=dict(stack.tokens.participants),
        )


class Network:
    """The banks' side of a stack. `accepted` is what they were promised, by payment id."""

    def __init__(self, at: Addresses) -> None:
        self.at = at
        self.accepted: dict[str, Wish] = {}
        self.repeats = 0
        """Requests that had to be sent again."""
        self.barriers: list[Callable[[], Awaitable[None]]] = []
        """How to lift whatever a test has put in the way of our processes."""
        self._http = httpx.AsyncClient(base_url=at.api, timeout=30)

    async def found(self) -> None:
        """Register the banks and fund their accounts."""
        await asyncio.gather(*map(self._join, BANKS))

    async def submit(self, wish: Wish) -> str:
        """Submit a payment, again and again until it is answered; its id."""
        body, headers = wish.request()
        headers["Authorization"] = f"Bearer {self.at.tokens[wish.order.debtor.agent_bic]}"
        answer = await self.insist(PAYMENTS, body, headers)
        payment_id = str(answer.json()["id"])
        self.accepted[payment_id] = wish
        return payment_id

    async def submit_all(self, wanted: Iterable[Wish]) -> list[str]:
        """Submit every payment at its moment; their ids in the order of the wishes."""
        start = time.monotonic()

        async def at_its_moment(wish: Wish) -> str:
            await asyncio.sleep(start + wish.at_s - time.monotonic())
            return await self.submit(wish)

        return await asyncio.gather(*map(at_its_moment, wanted))

    async def rows(self, statement: str, *args: object) -> Sequence[asyncpg.Record]:
        """An answer of the database, over a connection of its own. Raises when it is away."""
        connection = await asyncpg.connect(self.at.database, timeout=CONNECT_S)
        try:
            found: Sequence[asyncpg.Record] = await connection.fetch(statement, *args, timeout=60)
            return found
        finally:
            connection.terminate()

    async def let_go(self) -> None:
        """Lift every barrier that stands."""
        while self.barriers:
            await self.barriers.pop()()

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def _join(self, bic: str) -> None:
        headers = {"Authorization": f"Bearer {self.at.admin}", "Content-Type": "application/json"}
        accounts = [{"currency": currency} for currency in FUNDS]
        bank = {"bic": bic, "name": f"Bank {bic[:4]}", "country": bic[4:6], "accounts": accounts}
        await self.insist("/api/v1/participants", json.dumps(bank).encode(), headers)
        for currency, funds in FUNDS.items():
            paid_in = {"amount": "0" if bic == POOR else str(funds), "reference": "opening"}
            path = f"/api/v1/participants/{bic}/accounts/{currency}/funding"
            await self.insist(path, json.dumps(paid_in).encode(), headers)

    async def insist(self, path: str, body: bytes, headers: dict[str, str], *, within_s: float = 150) -> httpx.Response:
        """Send a request again and again until it is answered."""
        deadline = time.monotonic() + within_s
        while True:
            try:
                answer = await self._http.post(path, content=body, headers=headers)
                if answer.status_code < 500:
                    assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
                    return answer
                trouble = f"{answer.status_code} {answer.text}"
            except httpx.TransportError as lost:
                trouble = repr(lost)
            assert time.monotonic() < deadline, f"{path} is not answered: {trouble}"
            self.repeats += 1
            await asyncio.sleep(AGAIN_S)


@asynccontextmanager
async def running(
    *, workers: int = 1, placement: Placement = Placement.LOCAL, **extra: str
) -> AsyncIterator[tuple[Stack, Network]]:
    """A stack of its own with its banks founded; windows of one second. `extra` are settings by environment."""
    with throwaway_state() as state:
        options = replace(
            Options.throwaway(state, workers=workers, placement=placement), window_s=1.0, banks=BANKS, extra=extra
        )
        with closing(LogFile(state / "stack.log")) as log:
            async with Stack(options, log, STARTING) as stack, aclosing(Network(Addresses.of(stack))) as network:
                await network.found()
                yield stack, network


async def eventually(find: Callable[[], Awaitable[T | None]], *, within_s: float) -> T | None:
    """Ask again and again until there is something; None when the time is over. Outages of the database count as none."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            if (found := await find()) is not None:
                return found
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            pass
        await asyncio.sleep(0.1)
    return None
