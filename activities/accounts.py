"""Orders on a participant's settlement account: open it in the ledger, put funds on it, close it."""

from dataclasses import dataclass
from typing import Final

from temporalio import activity

from activities.clock import now
from ledger.book import Account, Transfer
from ledger.protocol import Ledger
from schema.tables.accounts import participants
from schema.tables.common.session import Database
from schema.tables.settlement import gross_queue

NETWORK_BIC: Final = "NETWORK"
"""Owner of the network's own accounts: what participants pay in is owed to them by the network."""


@dataclass(frozen=True, slots=True)
class AccountOrder:
    """Open the account if it is not yet open, then credit `amount_minor` (0: only open) under `reference`.

    One that `closes` takes no new entries from then on.
    """

    account_id: str
    currency: str
    floor_minor: int
    reference: str
    amount_minor: int = 0
    closes: bool = False


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """Balance after an order, in minor units."""

    account_id: str
    currency: str
    posted_minor: int
    available_minor: int


class AccountActivities:
    """Carries out orders on settlement accounts; runs where the ledger is."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger

    @activity.defn
    async def carry_out_order(self, order: AccountOrder) -> AccountBalance:
        """Open and fund an account, or close it. The reference makes a repeat harmless. Raises Refused (it is not empty)."""
        await self._ledger.open_account(Account(order.account_id, order.currency, order.floor_minor))
        async with self._db.write() as session:
            await participants.mark_open(session, order.account_id, now())
        if order.amount_minor:
            await self._fund(order)
            async with self._db.write() as session:
                await gross_queue.wake(session, order.currency, at=now())
        if order.closes:
            await self._close(order)
        balance = await self._ledger.balance(order.account_id)
        return AccountBalance(order.account_id, order.currency, balance.posted_minor, balance.available_minor)

    async def _close(self, order: AccountOrder) -> None:
        await self._ledger.close_empty_account(order.account_id)
        async with self._db.write() as session:
            await participants.mark_closed(session, order.account_id)
            await gross_queue.wake(session, order.currency, at=now())  # whoever waits for it is told

    async def _fund(self, order: AccountOrder) -> None:
        source = Account(f"{NETWORK_BIC}/{order.currency}", order.currency, floor_minor=None)
        await self._ledger.open_account(source)
        await self._ledger.submit(
            [
                Transfer(
                    id=f"{order.account_id}/fund/{order.reference}",
                    debit=source.id,
                    credit=order.account_id,
                    asset=order.currency,
                    amount_minor=order.amount_minor,
                )
            ]
        )
