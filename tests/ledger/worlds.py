"""Small ledgers to test in."""

from ledger.book import Account, Balance, Transfer
from ledger.protocol import Ledger


class Ticks:
    """A clock that a test moves; it may stand still or go back, and the ledger must bear it."""

    def __init__(self, now_us: int = 1_700_000_000_000_000) -> None:
        self.now_us = now_us

    def __call__(self) -> int:
        return self.now_us


NETWORK, ALPHA, BETA, GAMMA, CAPPED, YEN = (
    "network/USD",
    "ALPHA/USD",
    "BETA/USD",
    "GAMMA/USD",
    "CAPPED/USD",
    "ALPHA/JPY",
)

ACCOUNTS = (
    Account(NETWORK, "USD", floor_minor=None),
    Account(ALPHA, "USD"),
    Account(BETA, "USD"),
    Account(GAMMA, "USD"),
    Account(CAPPED, "USD", floor_minor=-50),
    Account(YEN, "JPY"),
)

FUNDING = tuple(
    Transfer(f"fund/{account}", NETWORK, account, "USD", amount)
    for account, amount in ((ALPHA, 1000), (BETA, 500), (GAMMA, 100))
)


async def furnish(ledger: Ledger) -> None:
    """Three prefunded banks (1000, 500, 100), one with a net debit cap of 50, and the network's own account."""
    for account in ACCOUNTS:
        await ledger.open_account(account)
    await ledger.submit(FUNDING)


def conserved(balances: list[Balance]) -> bool:
    """Σ debits = Σ credits, posted and pending, for each asset."""
    return all(
        sum(b.debits_posted - b.credits_posted for b in balances if b.asset == asset) == 0
        and sum(b.debits_pending - b.credits_pending for b in balances if b.asset == asset) == 0
        for asset in {b.asset for b in balances}
    )
