"""Balances of the past are what the ledger answered at the time, at every position of a journal of chance."""

import random
from contextlib import suppress

import pytest

from domain.errors import DomainError, NotFound
from ledger.book import Balance, Discharge, Operation, Post, Reserve, Transfer, Void
from ledger.memory import MemoryLedger
from schema.tables.accounts import past_balances
from schema.tables.accounts.past_balances import PastBalance
from schema.tables.common.session import Database
from tests.ledger.worlds import ALPHA, BETA, GAMMA, Ticks, furnish
from workers.projection import Projection

ACCOUNTS = (ALPHA, BETA, GAMMA)


def act(chance: random.Random, number: int, holds: list[str]) -> list[Operation]:
    """A reservation, a transfer, or the end of a hold in one of its ways; some of them are refused."""
    debit, credit = chance.sample(ACCOUNTS, 2)
    kind = chance.choice(("reserve", "reserve", "transfer", "post", "part", "void", "net"))
    if kind == "reserve":
        holds.append(f"h{number}")
        return [Reserve(holds[-1], debit, credit, "USD", chance.randint(1, 200))]
    if kind == "transfer" or not holds:
        return [Transfer(f"t{number}", debit, credit, "USD", chance.randint(1, 200))]
    hold = chance.choice(holds)
    if kind == "net":
        return [Discharge(f"d{number}", hold)]  # refused: no transfer settles it
    return [Void(f"v{number}", hold)] if kind == "void" else [Post(f"p{number}", hold, 1 if kind == "part" else None)]


def as_shown(balance: Balance) -> PastBalance:
    return PastBalance(balance.account, balance.posted_minor, balance.debits_pending, balance.credits_pending)


@pytest.mark.parametrize("seed", range(3))
async def test_every_position_tells_what_was(db: Database, seed: int) -> None:
    chance, ticks = random.Random(seed), Ticks()
    ledger = MemoryLedger(ticks)
    await furnish(ledger)
    told: dict[int, list[PastBalance]] = {}
    holds: list[str] = []
    for number in range(120):
        ticks.now_us += 1_000_000
        with suppress(DomainError):
            await ledger.submit(act(chance, number, holds))
        head = (await ledger.head()).sequence
        told[head] = [as_shown(await ledger.balance(account)) for account in ACCOUNTS]
    await Projection(db, ledger).catch_up()
    async with db.read() as session:
        for position, expected in told.items():
            assert await past_balances.balances(session, ACCOUNTS, position) == expected, f"seed {seed}, {position}"
        assert await past_balances.balances(session, [ALPHA], 0) == [PastBalance(ALPHA, 0, 0, 0)]
        with pytest.raises(NotFound):
            await past_balances.balances(session, ACCOUNTS, max(told) + 1)
