"""What must be true when everybody has calmed down: in SQL, in the ledger, and between the two."""

import asyncio
import shutil
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from activities.fences import fence
from domain.errors import InsufficientFunds
from domain.payment import SettlementMethod, hold_id, settlement_account
from domain.status import NEXT, PaymentStatus
from ledger.audit import verify_postgres
from ledger.book import Balance, Discharge, Event, Head, Post, Reserve, Transfer, Void
from ledger.journal import decode
from ledger.postgres import PostgresLedger
from ledger.store import Store, open_database
from ledger.verify import verify
from tests.faults.network import FUNDS, RICH, Network

S = PaymentStatus

PAID: Final = (S.INITIATED, S.VALIDATED, S.SCREENED, S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED)
REFUSED: Final = (S.INITIATED, S.VALIDATED, S.SCREENED, S.REJECTED)
RESOLVED_BY: Final = {
    SettlementMethod.GROSS: Post,
    SettlementMethod.NET: Discharge,
    SettlementMethod.PVP: Post,
}


@dataclass(frozen=True, slots=True)
class Books:
    """A copy of the ledger, read without its owner."""

    events: tuple[Event, ...]
    balances: dict[str, Balance]

    @classmethod
    async def of(cls, network: Network) -> "Books":
        """The ledger's, wherever it is placed."""
        if network.at.on_disk:
            return await asyncio.to_thread(cls.copied, network.at.ledger)
        ledger = await PostgresLedger.open(network.at.database)
        try:
            events = tuple(sealed.entry.event for sealed in await ledger.entries(0, 10**6))
            return cls(events, {balance.account: balance for balance in await ledger.balances()})
        finally:
            await ledger.aclose()

    @classmethod
    def copied(cls, ledger: Path) -> "Books":
        """Copy and read a ledger that nobody is posting to."""
        with TemporaryDirectory(prefix="faults-") as desk:
            copy = Path(desk, "ledger")
            shutil.copytree(ledger, copy, ignore=shutil.ignore_patterns("LOCK", "LOG*"))
            store = Store(open_database(copy))
            try:
                events = tuple(decode(body)[0].event for _, _, body in store.journal())
                return cls(events, {balance.account: balance for balance in store.balances()})
            finally:
                store.close()


async def unfinished(network: Network, ids: Collection[str]) -> list[str] | None:
    """Payments that are not terminal; None when all are and nothing is left to be started or projected."""
    rows = await network.rows(_UNFINISHED, list(ids))
    left: list[str] = [row["id"] for row in rows]
    return left


async def quiet(network: Network, ids: Collection[str]) -> bool | None:
    """True when every payment is terminal, every start confirmed, every window done and every balance shown."""
    if await unfinished(network, ids) or (await network.rows(_BUSY))[0]["busy"]:
        return None
    books = await Books.of(network)
    return shown(books, await network.rows(_ACCOUNTS)) == [] or None


async def check(network: Network) -> list[str]:
    """Everything that is wrong with what the network ever promised; the longest lists are cut."""
    books = await Books.of(network)
    found = [
        *await lives(network),
        *await once(network),
        *holds(network, books),
        *balances(network, books),
        *await batches(network, books),
        *[f"one leg without the other: {dict(row)}" for row in await network.rows(_BAD_PAIRS)],
        *shown(books, await network.rows(_ACCOUNTS)),
        *[f"dead letter: {dict(row)}" for row in await network.rows(_DEAD_LETTERS)],
        *await proof(network),
    ]
    return found[:40]


async def lives(network: Network) -> list[str]:
    """Each payment walked its whole walk, one status after the other, its events numbered without gaps."""
    told: dict[str, list[Any]] = defaultdict(list)
    for row in await network.rows("SELECT * FROM payment_events ORDER BY seq"):
        told[row["payment_id"]].append(row)
    standing = {row["id"]: row for row in await network.rows("SELECT id, status, event_count FROM payments")}
    wrong = []
    for payment_id, wish in network.accepted.items():
        events = told[payment_id]
        walk = tuple(PaymentStatus(event["status"]) for event in events if event["kind"] == "status")
        if walk != (REFUSED if wish.refused else PAID):
            wrong.append(f"{payment_id} ({wish.order.method}) walked {[str(status) for status in walk]}")
        if any(later not in NEXT[earlier] for earlier, later in pairwise(walk)):
            wrong.append(f"{payment_id} walked against the table")
        if [event["number"] for event in events] != list(range(1, len(events) + 1)):
            wrong.append(f"{payment_id} has events {[event['number'] for event in events]}")
        row = standing.get(payment_id)
        if row is None or row["event_count"] != len(events) or row["status"] != walk[-1]:
            wrong.append(f"{payment_id} stands as {row and dict(row)}, and has {len(events)} events")
    return wrong


async def once(network: Network) -> list[str]:
    """A request repeated made no second payment: as many payments as keys, and the ids are those answered."""
    stored = {
        row["id"]: row["idempotency_key"] for row in await network.rows("SELECT id, idempotency_key FROM payments")
    }
    promised = {payment_id: wish.key for payment_id, wish in network.accepted.items()}
    keys = Counter(promised.values())
    return [
        *[f"key {key} was answered with {times} payments" for key, times in keys.items() if times > 1],
        *[
            f"{one} is stored under {stored.get(one)}, promised under {key}"
            for one, key in promised.items()
            if stored.get(one) != key
        ],
        *[f"{one} ({key}) is stored, and was promised to nobody" for one, key in stored.items() if one not in promised],
    ]


def holds(network: Network, books: Books) -> list[str]:
    """Each payment's funds were held once, as it asked, and the hold ended once, as its method ends it; or it has a fence."""
    reserved: dict[str, list[Reserve]] = defaultdict(list)
    ended: dict[str, list[Event]] = defaultdict(list)
    for event in books.events:
        match event:
            case Reserve():
                reserved[event.id].append(event)
            case Post() | Discharge() | Void():
                ended[event.pending_id].append(event)
    wrong = []
    for payment_id, wish in network.accepted.items():
        order, name = wish.order, hold_id(payment_id)
        accounts = [
            settlement_account(side.agent_bic, order.amount.currency) for side in (order.debtor, order.creditor)
        ]
        wanted = Reserve(name, accounts[0], accounts[1], order.amount.currency, order.amount.minor)
        held, ends = reserved.pop(name, []), ended.pop(name, [])
        if wish.refused:
            # Nothing but its fence: whoever still tries to reserve for it comes too late.
            if [*held, *ends] != fence(payment_id, InsufficientFunds.code):
                wrong.append(f"{payment_id} was refused, and has {held} ended by {ends}")
            continue
        if held != [wanted]:
            wrong.append(f"{payment_id} holds {held}")
        if [type(end) for end in ends] != [RESOLVED_BY[order.method]]:
            wrong.append(f"{payment_id} ({order.method}) was resolved by {ends}")
    return [
        *wrong,
        *[f"{name} was held for nobody" for name in reserved],
        *[f"{name} ended for nobody" for name in ended],
    ]


def balances(network: Network, books: Books) -> list[str]:
    """The ledger has the opening funds and what was submitted, added up here once more; debits equal credits."""
    expected: Counter[str] = Counter()
    for currency, funds in FUNDS.items():
        for bic in RICH:
            expected[settlement_account(bic, currency)] += funds.minor
            expected[settlement_account("NETWORK", currency)] -= funds.minor
    for wish in network.accepted.values():
        if not wish.refused:
            amount = wish.order.amount
            expected[settlement_account(wish.order.debtor.agent_bic, amount.currency)] -= amount.minor
            expected[settlement_account(wish.order.creditor.agent_bic, amount.currency)] += amount.minor
    wrong = [
        f"{account} has {balance.posted_minor}, expected {expected[account]}"
        for account, balance in books.balances.items()
        if balance.posted_minor != expected[account]
    ]
    for asset in FUNDS:
        own = [balance for balance in books.balances.values() if balance.asset == asset]
        if sum(balance.posted_minor for balance in own):
            wrong.append(f"{asset}: debits and credits differ by {sum(balance.posted_minor for balance in own)}")
        wrong += [f"{b.account} still has funds held" for b in own if b.debits_pending or b.credits_pending]
    return wrong


async def batches(network: Network, books: Books) -> list[str]:
    """Every batch is final; the ledger has its transfers, each once, fewer than participants; it has each net payment."""
    made = Counter(
        (event.id, event.debit, event.credit, event.amount_minor)
        for event in books.events
        if isinstance(event, Transfer)
    )
    ordered = Counter(
        (
            f"{row['batch_id']}/{row['number']}",
            settlement_account(row["debtor_bic"], row["currency"]),
            settlement_account(row["creditor_bic"], row["currency"]),
            row["amount_minor"],
        )
        for row in await network.rows(_TRANSFERS)
    )
    funded = {key: times for key, times in made.items() if "/fund/" in key[0]}
    wrong = [f"transfer {key} was made {times} times" for key, times in made.items() if times > 1]
    wrong += [
        f"transfer {key} differs between SQL and ledger" for key in (ordered.keys() ^ made.keys()) - funded.keys()
    ]
    wrong += [f"batch: {dict(row)}" for row in await network.rows(_BAD_BATCHES)]
    settled = {
        row["payment_id"] for row in await network.rows("SELECT payment_id FROM settlement_items WHERE state = 'final'")
    }
    net = {
        one for one, wish in network.accepted.items() if wish.order.method is SettlementMethod.NET and not wish.refused
    }
    return [*wrong, *[f"{one} is not a final item of exactly the net payments" for one in settled ^ net]]


def shown(books: Books, accounts: Collection[Any]) -> list[str]:
    """SQL shows the ledger's balances."""
    names = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
    return [
        f"SQL shows {dict(row)}, the ledger has {balance}"
        for row in accounts
        if (balance := books.balances[row["id"]]) is not None
        and (
            [row[name] for name in names] != [getattr(balance, name) for name in names]
            or row["ledger_sequence"] != balance.sequence
        )
    ]


async def proof(network: Network) -> list[str]:
    """The ledger's own verification, against the high-water mark that SQL keeps."""
    mark = (await network.rows("SELECT sequence, hash FROM ledger_heads"))[0]
    head = Head(mark["sequence"], mark["hash"])
    if network.at.on_disk:
        report = await asyncio.to_thread(verify, network.at.ledger, high_water=head)
    else:
        report = await verify_postgres(network.at.database, high_water=head)
    ends_at_mark = report.head.sequence == mark["sequence"]
    return [] if report.verdict == "ok" and not report.open_holds and ends_at_mark else [f"verify: {report}"]


def cut(texts: Collection[str], limit: int = 12) -> Iterator[str]:
    """The first few of many."""
    yield from list(texts)[:limit]
    if len(texts) > limit:
        yield f"… and {len(texts) - limit} more"


_UNFINISHED: Final = """
    SELECT wanted.id FROM unnest($1::text[]) AS wanted (id) LEFT JOIN payments AS p ON p.id = wanted.id
    WHERE p.status IS NULL OR p.status NOT IN ('completed', 'rejected', 'failed', 'cancelled')
"""
_BUSY: Final = """
    SELECT EXISTS (SELECT FROM workflow_starts)
        OR EXISTS (SELECT FROM settlement_windows WHERE state NOT IN ('final', 'deferred')) AS busy
"""
_ACCOUNTS: Final = "SELECT * FROM accounts"
_DEAD_LETTERS: Final = "SELECT * FROM dead_letters"
_TRANSFERS: Final = """
    SELECT t.*, b.currency FROM settlement_transfers AS t JOIN settlement_batches AS b ON b.id = t.batch_id
"""
_BAD_PAIRS: Final = """
    SELECT pair.id, pair.state, one.id AS one, one.settled_at, other.id AS other, other.settled_at AS other_settled_at
    FROM exchange_pairs AS pair
    JOIN payments AS one ON one.id = pair.first_payment_id JOIN payments AS other ON other.id = pair.second_payment_id
    WHERE pair.state <> 'dissolved' AND (
        pair.state <> 'settled' OR one.settled_at IS DISTINCT FROM other.settled_at
        OR one.batch_id IS DISTINCT FROM pair.id OR other.batch_id IS DISTINCT FROM pair.id
    )
"""
_BAD_BATCHES: Final = """
    SELECT b.* FROM settlement_batches AS b
    WHERE b.state <> 'final' OR b.transfer_count >= greatest(
        (SELECT count(*) FROM net_positions AS n WHERE n.batch_id = b.id AND n.owed_minor <> n.owing_minor), 1
    ) AND b.transfer_count > 0
"""
