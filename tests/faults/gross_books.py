"""What must be true of gross payments that queued, when everybody has calmed down."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Final

from domain.payment import hold_id, settlement_account
from ledger.book import Discharge, Event, Post, Reserve, Void
from tests.faults import books
from tests.faults.books import Books
from tests.faults.network import FUNDS, RICH, Network


async def quiet(network: Network, ids: Collection[str]) -> bool | None:
    """True when every payment is over, every release told, every start confirmed and every balance shown."""
    if (await network.rows(_BUSY))[0]["busy"]:
        return None
    return await books.quiet(network, ids)


async def check(network: Network, *, pulled_back: Collection[str] = ()) -> list[str]:
    """Everything that is wrong with what the network ever promised. `pulled_back`: payments that were screened again once."""
    kept = await Books.of(network)
    return [
        *await books.lives(network),
        *await books.once(network),
        *_once_paid(network, kept, pulled_back),
        *_balances(network, kept),
        *books.shown(kept, await network.rows("SELECT * FROM accounts")),
        *[f"dead letter: {dict(row)}" for row in await network.rows("SELECT * FROM dead_letters")],
        *[f"in doubt: {dict(row)}" for row in await network.rows(_ASTRAY)],
        *await books.proof(network),
    ][:40]


def _once_paid(network: Network, kept: Books, pulled_back: Collection[str]) -> list[str]:
    """Each payment's funds were held once in each turn, and paid once in its last: at once, or with its release."""
    reserved: Counter[str] = Counter()
    ended: dict[str, list[Event]] = defaultdict(list)
    for event in kept.events:
        match event:
            case Reserve():
                reserved[event.id] += 1
            case Post() | Discharge() | Void():
                ended[event.pending_id].append(event)
    wrong = []
    for payment_id in network.accepted:
        last = int(payment_id in pulled_back)
        for turn in range(last + 2):
            name, held = hold_id(payment_id, turn), int(turn <= last)
            ends = ended[name]
            given_back = [isinstance(end, Void) for end in ends]
            if reserved[name] != held or given_back != [turn < last] * held:
                wrong.append(f"{name} was held {reserved[name]} times and ended by {ends}")
    return wrong


def _balances(network: Network, kept: Books) -> list[str]:
    """The banks own what they would own had each payment been paid on its own, and nothing is held any more."""
    expected: Counter[str] = Counter()
    for currency, funds in FUNDS.items():
        for bic in RICH:
            expected[settlement_account(bic, currency)] += funds.minor
            expected[settlement_account("NETWORK", currency)] -= funds.minor
    for wish in network.accepted.values():
        amount = wish.order.amount
        expected[settlement_account(wish.order.debtor.agent_bic, amount.currency)] -= amount.minor
        expected[settlement_account(wish.order.creditor.agent_bic, amount.currency)] += amount.minor
    wrong = [
        f"{account} has {balance.posted_minor}, expected {expected[account]}"
        for account, balance in kept.balances.items()
        if not account.endswith("/dues") and balance.posted_minor != expected[account]
    ]
    wrong += [f"{one.account} still has funds held" for one in kept.balances.values() if one.debits_pending]
    return wrong


_BUSY: Final = """
    SELECT EXISTS (SELECT FROM settlement_batches WHERE window_id IS NULL AND state = 'executing')
        OR EXISTS (SELECT FROM settlement_batches WHERE window_id IS NULL AND state = 'final' AND told_at IS NULL)
        OR EXISTS (SELECT FROM settlement_items WHERE state IN ('queued', 'claimed')) AS busy
"""
_ASTRAY: Final = """
    SELECT i.payment_id, i.state, i.batch_id, p.batch_id AS told, p.status
    FROM settlement_items AS i JOIN payments AS p ON p.id = i.payment_id
    LEFT JOIN settlement_batches AS b ON b.id = i.batch_id
    WHERE i.state <> 'final' OR b.state IS DISTINCT FROM 'final' OR p.batch_id IS DISTINCT FROM i.batch_id
"""
