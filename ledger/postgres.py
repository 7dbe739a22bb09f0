"""The ledger on PostgreSQL, or on an engine that speaks its protocol (Citus, YugabyteDB, CockroachDB).

Any number of processes on any machines post: each group of chains is one transaction that first locks the head, so that
groups follow one another, then reads what its chains ask about, applies the same rules as every ledger, and writes the
journal, the accounts and the head. Plain statements, a handful for a group however large; a transaction that the engine
could not order is tried again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import asyncpg

from domain.errors import LedgerAccountMissing, Unavailable
from ledger.book import GENESIS, Account, Balance, Entry, Head, Hold, Operation, Resolution
from ledger.clock import Clock, system_clock
from ledger.errors import LedgerCorrupt
from ledger.group import Group
from ledger.journal import Sealed, decode
from ledger.rules import is_name
from ledger.state import Books, hold_of
from ledger.wants import Wants
from ledger.writer import Job, Writing, answer, outcomes, refuse

TRY_AGAIN: Final = frozenset({"40001", "40P01"})
"""The engine could not order the transaction among the others: nothing was done, and it may be done again."""
ATTEMPTS: Final = 20
CONNECTIONS: Final = 4
COMMAND_TIMEOUT_S: Final = 30
ASLEEP_S: Final = 10.0
"""An owner that falls asleep in the middle of a group gives way to the others: the engine takes its transaction back."""


class LoadedBooks(Books):
    """The books as far as one group of chains asks about them."""

    def __init__(self, head: Head, at_us: int | None) -> None:
        super().__init__((), (), head, at_us)
        self._operations: dict[str, Entry] = {}
        self._resolutions: dict[str, Entry] = {}

    def operation(self, operation_id: str) -> Entry | None:
        """The entry of an operation that was asked about."""
        return self._operations.get(operation_id)

    def resolution(self, pending_id: str) -> Entry | None:
        """The entry that ended a hold that was asked about."""
        return self._resolutions.get(pending_id)

    def load_entry(self, entry: Entry) -> None:
        """Take in an entry of the journal."""
        event = entry.event
        assert isinstance(event, Operation), "only operations are asked about by id"
        self._operations[event.id] = entry
        if isinstance(event, Resolution):
            self._resolutions[event.pending_id] = entry

    def load_account(self, account: Account, balance: Balance) -> None:
        """Take in an account with its balance."""
        self.accounts[account.id] = account
        self._balances[account.id] = balance


class PostgresLedger(Writing):
    """A ledger in the tables `book_head`, `book_journal` and `book_accounts`. Made by `open`."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        super().__init__()
        self._pool = pool
        self._clock = clock
        self._released = False

    @classmethod
    async def open(cls, url: str, *, clock: Clock = system_clock) -> "PostgresLedger":
        """Connect to a migrated database. Raises Unavailable."""
        with _outages():
            asleep = {"idle_in_transaction_session_timeout": str(round(1000 * ASLEEP_S))}
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=CONNECTIONS,
                command_timeout=COMMAND_TIMEOUT_S,
                server_settings=asleep,
            )
            await pool.execute(_BEGIN_BOOK, GENESIS.sequence, GENESIS.hash)
        return cls(pool, clock)

    async def closed(self, account_ids: Iterable[str]) -> frozenset[str]:
        """Those of some accounts that take no entries any more."""
        found = map(account_of, await self._fetch(_ACCOUNTS, list(filter(is_name, account_ids))))
        return frozenset(account.id for account, _ in found if account.closed)

    async def balance(self, account_id: str) -> Balance:
        """One account's balance. Raises LedgerAccountMissing."""
        found = await self._fetch(_ACCOUNTS, [account_id] if is_name(account_id) else [])
        if not found:
            raise LedgerAccountMissing("the account was never opened in the ledger", account=account_id)
        return account_of(found[0])[1]

    async def balances(self) -> list[Balance]:
        """Every balance, ordered by account."""
        balances = [account_of(row)[1] for row in await self._fetch(_ALL_ACCOUNTS)]
        return sorted(balances, key=lambda balance: balance.account)

    async def hold(self, pending_id: str) -> Hold | None:
        """A reservation and what became of it; None when nothing was reserved under the id."""
        asked = [pending_id] if is_name(pending_id) else []
        books = LoadedBooks(GENESIS, None)
        for row in await self._fetch(_ENTRIES_OF, asked, asked):
            books.load_entry(_entry(row["body"]))
        return hold_of(books, pending_id)

    async def head(self) -> Head:
        """The end of the journal."""
        (row,) = await self._fetch(_HEAD)
        return Head(row["sequence"], row["hash"])

    async def changes(self, since: int) -> tuple[Head, list[Balance]]:
        """The head, and the balances changed after a journal position, oldest change first."""
        rows = await self._fetch(_CHANGES, since)
        changed = [account_of(row)[1] for row in rows if row["id"] is not None]
        return Head(rows[0]["head_sequence"], rows[0]["hash"]), changed

    async def entries(self, after: int, limit: int) -> list[Sealed]:
        """At most `limit` journal entries that follow position `after`, in order."""
        return [
            Sealed(_entry(row["body"]), row["body"], row["hash"]) for row in await self._fetch(_AFTER, after, limit)
        ]

    async def aclose(self) -> None:
        """Finish what was submitted and let go of the connections."""
        if self._released:
            return
        self._released = True
        await self._finish()
        await self._pool.close()

    async def _fetch(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        self._check_serving()
        with _outages():
            rows: list[asyncpg.Record] = await self._pool.fetch(statement, *arguments)
        return rows

    async def _write_group(self, jobs: list[Job]) -> None:
        """A group that cannot be written is its own callers' loss: the database knows what stands, memory keeps nothing."""
        try:
            found = await self._try_group(jobs)
        except Exception as wrong:
            refuse(
                jobs, wrong if isinstance(wrong, Unavailable | LedgerCorrupt) else Unavailable(f"not written: {wrong}")
            )
        else:
            answer(jobs, found)

    async def _try_group(self, jobs: list[Job]) -> list[Any]:
        for attempt in range(ATTEMPTS):
            try:
                return await self._once(jobs)
            except asyncpg.PostgresError as wrong:
                if wrong.sqlstate not in TRY_AGAIN:
                    raise
                await asyncio.sleep(0.001 * 2 ** min(attempt, 8))
        raise Unavailable("the database could not order this transaction among the others")

    async def _once(self, jobs: list[Job]) -> list[Any]:
        with _outages():
            async with self._transaction() as connection:
                head = await connection.fetchrow(_LOCK_HEAD)
                books = LoadedBooks(Head(head["sequence"], head["hash"]), head["at_us"])
                await _load(connection, books, Wants.of(jobs))
                group = Group(books, books.at_now(self._clock))
                found = outcomes(group, jobs)
                if group.sealed:
                    await _save(connection, group, books)
        self.groups_written += bool(group.sealed)
        return found

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[asyncpg.Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection


async def keeps_ledger(url: str) -> bool:
    """Whether a database holds a ledger that was ever written to."""
    connection = await asyncpg.connect(url)
    try:
        return bool(await connection.fetchval("SELECT sequence > 0 FROM book_head"))
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()


async def _load(connection: asyncpg.Connection, books: LoadedBooks, wants: Wants) -> None:
    """Read what the rules will ask about: entries by id, then the accounts that the chains and their holds name."""
    accounts = set(wants.accounts)
    if wants.operations:
        for row in await connection.fetch(_ENTRIES_OF, list(wants.operations), list(wants.pending)):
            entry = _entry(row["body"])
            books.load_entry(entry)
            accounts |= {getattr(entry.event, side, "") for side in ("debit", "credit")}
    for row in await connection.fetch(_ACCOUNTS, list(accounts - {""})):
        books.load_account(*account_of(row))


async def _save(connection: asyncpg.Connection, group: Group, books: LoadedBooks) -> None:
    """Write what the group has changed."""
    events = [sealed.entry.event for sealed in group.sealed]
    await connection.execute(
        _ADD_ENTRIES,
        [sealed.entry.sequence for sealed in group.sealed],
        [event.id if isinstance(event, Operation) else None for event in events],
        [getattr(event, "pending_id", None) for event in events],
        [sealed.hash for sealed in group.sealed],
        [sealed.body for sealed in group.sealed],
    )
    changed = {name: group.account(name) for name in (*group.accounts, *group.balances)}
    rows = [(account, group.balance(name)) for name, account in changed.items()]
    if rows:  # refusals change no account
        columns = zip(*(_row(account, balance) for account, balance in rows), strict=True)
        await connection.execute(_PUT_ACCOUNTS, *map(list, columns))
    await connection.execute(_PUT_HEAD, group.head.sequence, group.head.hash, group.at_us)


def _row(account: Account | None, balance: Balance | None) -> tuple[Any, ...]:
    assert account is not None, "every account that changes is there"
    assert balance is not None, "every account has a balance"
    return (account.id, account.asset, account.floor_minor, account.closed, *balance[2:])


def account_of(row: asyncpg.Record) -> tuple[Account, Balance]:
    """An account and its balance from their row."""
    account = Account(row["id"], row["asset"], row["floor_minor"], row["closed"])
    return account, Balance(
        account=account.id,
        asset=account.asset,
        debits_posted=int(row["debits_posted"]),
        credits_posted=int(row["credits_posted"]),
        debits_pending=int(row["debits_pending"]),
        credits_pending=int(row["credits_pending"]),
        sequence=row["sequence"],
    )


def _entry(body: bytes) -> Entry:
    try:
        return decode(body)[0]
    except ValueError as wrong:
        raise LedgerCorrupt("an entry of the ledger is damaged", detail=str(wrong)) from wrong


@contextmanager
def _outages() -> Iterator[None]:
    """The loss of the database is Unavailable; what the engine could not order passes, to be tried again."""
    try:
        yield
    except (OSError, asyncpg.InterfaceError, TimeoutError) as away:
        raise Unavailable("the ledger's database is away") from away
    except asyncpg.PostgresError as wrong:
        if wrong.sqlstate in TRY_AGAIN:
            raise
        raise Unavailable(f"the ledger's database refuses ({wrong.sqlstate})") from wrong


_BEGIN_BOOK: Final = "INSERT INTO book_head (id, sequence, hash) VALUES (1, $1, $2) ON CONFLICT DO NOTHING"
_HEAD: Final = "SELECT sequence, hash FROM book_head WHERE id = 1"
_LOCK_HEAD: Final = "SELECT sequence, hash, at_us FROM book_head WHERE id = 1 FOR UPDATE"
_ENTRIES_OF: Final = """
    SELECT body FROM book_journal WHERE operation_id = ANY($1::text[])
    UNION ALL
    SELECT body FROM book_journal WHERE pending_id = ANY($2::text[])
"""
_ACCOUNTS: Final = "SELECT * FROM book_accounts WHERE id = ANY($1::text[])"
_ALL_ACCOUNTS: Final = "SELECT * FROM book_accounts"
_CHANGES: Final = """
    SELECT h.sequence AS head_sequence, h.hash, a.*
    FROM book_head AS h LEFT JOIN book_accounts AS a ON a.sequence > $1 AND a.sequence <= h.sequence
    WHERE h.id = 1 ORDER BY a.sequence, a.id
"""
_AFTER: Final = "SELECT body, hash FROM book_journal WHERE sequence > $1 ORDER BY sequence LIMIT $2"
_ADD_ENTRIES: Final = """
    INSERT INTO book_journal (sequence, operation_id, pending_id, hash, body)
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bytea[])
"""
_PUT_ACCOUNTS: Final = """
    INSERT INTO book_accounts (
        id, asset, floor_minor, closed, debits_posted, credits_posted, debits_pending, credits_pending, sequence
    )
    SELECT * FROM unnest(
        $1::text[], $2::text[], $3::bigint[], $4::boolean[],
        $5::numeric[], $6::numeric[], $7::numeric[], $8::numeric[], $9::bigint[]
    )
    ON CONFLICT (id) DO UPDATE
    SET closed = excluded.closed, debits_posted = excluded.debits_posted, credits_posted = excluded.credits_posted,
        debits_pending = excluded.debits_pending, credits_pending = excluded.credits_pending,
        sequence = excluded.sequence
"""
_PUT_HEAD: Final = "UPDATE book_head SET sequence = $1, hash = $2, at_us = $3 WHERE id = 1"
