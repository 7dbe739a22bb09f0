"""What the ledgers are measured with: transfers between a thousand prefunded accounts, the same for everybody."""

import itertools
from collections.abc import Iterator
from random import Random
from typing import Final

from ledger.book import Account, Balance, Transfer
from ledger.protocol import Ledger

ASSET: Final = "EUR"
NETWORK: Final = f"NETWORK/{ASSET}"
ACCOUNTS: Final = tuple(f"BANK{number:04d}XXX/{ASSET}" for number in range(1000))
OPENING_MINOR: Final = 10**12


async def furnish(ledger: Ledger) -> None:
    """Open every account and fund it, so that no transfer is refused and every one is checked."""
    await ledger.open_account(Account(NETWORK, ASSET, floor_minor=None))
    for account in ACCOUNTS:
        await ledger.open_account(Account(account, ASSET))
    await ledger.submit([Transfer(f"fund/{account}", NETWORK, account, ASSET, OPENING_MINOR) for account in ACCOUNTS])


class Payments:
    """An endless row of transfers under ids that were never used before; the same for the same name."""

    def __init__(self, name: str) -> None:
        self._transfers = _transfers(name)

    def chain(self, size: int) -> list[Transfer]:
        """The next so many."""
        return list(itertools.islice(self._transfers, size))


def _transfers(name: str) -> Iterator[Transfer]:
    chance = Random(name)
    for number in itertools.count():
        debit, credit = chance.sample(ACCOUNTS, 2)
        yield Transfer(f"pay_{name}_{number:016x}/post", debit, credit, ASSET, chance.randint(1, 10_000))


def conserved(balances: list[Balance]) -> bool:
    """Debits equal credits, and what was paid in is all there."""
    paid_in = sum(balance.posted_minor for balance in balances if balance.account != NETWORK)
    return sum(b.debits_posted - b.credits_posted for b in balances) == 0 and paid_in == OPENING_MINOR * len(ACCOUNTS)
