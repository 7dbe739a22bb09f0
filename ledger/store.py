"""How the ledger lies in RocksDB: column families, keys, records, and the one set of options for every opener.

    transfers   "o" + operation id → its entry       "r" + pending id → sequence of the entry that ended the hold
    accounts    account id → version, closed, floor, asset
    balances    account id → version, sequence, four sums
    journal     sequence (8 bytes) → hash (32 bytes) + entry
    meta        "head" → sequence, hash

Transfers and journal are written once and never changed, so a reader at any position simply looks past what is younger.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from rocksdict import (
    AccessType,
    BlockBasedOptions,
    Checkpoint,
    DbClosedError,
    DBRecoveryMode,
    Options,
    Rdict,
    WriteBatch,
)

from domain.errors import DelTranError, Unavailable
from ledger.book import GENESIS, Account, Balance, Entry, Head
from ledger.errors import LedgerCorrupt
from ledger.group import Group
from ledger.journal import Sealed, decode, read_floor, write_floor
from ledger.state import Books

FAMILIES: Final = ("transfers", "accounts", "balances", "journal", "meta")
SUM_BYTES: Final = 16
"""A balance's sums have 128 bits: 2^63 postings of the largest amount would fit."""

_VERSION: Final = 1
_SEQUENCE: Final = struct.Struct(">Q")
_ACCOUNT: Final = struct.Struct(">BBq")
_BALANCE: Final = struct.Struct(">BQ")
_HEAD_KEY: Final = b"head"
_HASH_BYTES: Final = 32


def options() -> Options:
    """The options of every opener. Opening rewrites the stored configuration, so they may never differ."""
    chosen = Options(raw_mode=True)
    chosen.create_if_missing(True)
    chosen.create_missing_column_families(True)
    # The default mode drops everything after a damaged record without a word.
    chosen.set_wal_recovery_mode(DBRecoveryMode.tolerate_corrupted_tail_records())
    chosen.set_max_total_wal_size(64 * 1024 * 1024)
    chosen.set_keep_log_file_num(4)
    blocks = BlockBasedOptions()
    blocks.set_bloom_filter(10, False)  # most look-ups ask for an id that was never used
    chosen.set_block_based_table_factory(blocks)
    return chosen


def open_database(path: Path, access: AccessType | None = None) -> Rdict:
    """Open (and, with write access, create) the database. RocksDB's errors come through as they are."""
    return Rdict(str(path), options(), {name: options() for name in FAMILIES}, access or AccessType.read_write())


class Store:
    """Reads and writes records. RocksDB's errors come through as they are; bytes nobody wrote raise ValueError."""

    def __init__(self, database: Rdict) -> None:
        self._database: Rdict | None = database
        families: list[Any] = [database.get_column_family(name) for name in FAMILIES]
        self._transfers, self._accounts, self._balances, self._journal, self._meta = families
        self._handles = tuple(map(database.get_column_family_handle, FAMILIES))

    def operation(self, operation_id: str) -> Entry | None:
        """The entry of an operation."""
        body = self._transfers.get(b"o" + operation_id.encode())
        return None if body is None else decode(body)[0]

    def operation_body(self, operation_id: str) -> bytes | None:
        """The entry of an operation as it is written."""
        body: bytes | None = self._transfers.get(b"o" + operation_id.encode())
        return body

    def resolution(self, pending_id: str) -> int | None:
        """The sequence of the entry that ended a hold."""
        record = self._transfers.get(b"r" + pending_id.encode())
        return None if record is None else int(_SEQUENCE.unpack(record)[0])

    def count_transfers(self) -> int:
        """How many records the transfers hold."""
        return sum(1 for _ in self._transfers.keys())  # noqa: SIM118 - iterating the family itself is another thing

    def journal_entry(self, sequence: int) -> tuple[bytes, bytes] | None:
        """Hash and body of one journal entry."""
        record = self._journal.get(_SEQUENCE.pack(sequence))
        return None if record is None else (record[:_HASH_BYTES], record[_HASH_BYTES:])

    def entries(self, after: int, until: int) -> list[Sealed]:
        """The journal from behind one position up to and including another."""
        keys = [_SEQUENCE.pack(sequence) for sequence in range(after + 1, until + 1)]
        records: list[bytes | None] = self._journal.get(keys) if keys else []
        found = []
        for record in records:
            if record is None:
                raise ValueError("an entry is not in the journal")
            body = record[_HASH_BYTES:]
            found.append(Sealed(decode(body)[0], body, record[:_HASH_BYTES]))
        return found

    def journal(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Sequence, hash and body of every entry, in order."""
        for key, record in self._journal.items():
            yield _SEQUENCE.unpack(key)[0], record[:_HASH_BYTES], record[_HASH_BYTES:]

    def last_sequence(self) -> int:
        """The position of the last journal entry; 0 when there is none."""
        key = next(self._journal.keys(backwards=True), None)
        return 0 if key is None else int(_SEQUENCE.unpack(key)[0])

    def head(self) -> Head:
        """The head as it is stored."""
        record = self._meta.get(_HEAD_KEY)
        if record is None:
            return GENESIS
        return Head(_SEQUENCE.unpack_from(record)[0], record[_SEQUENCE.size :])

    def accounts(self) -> Iterator[Account]:
        """Every account."""
        for key, record in self._accounts.items():
            version, closed, floor = _read(_ACCOUNT, record)
            _check_version(version)
            yield Account(key.decode(), record[_ACCOUNT.size :].decode(), read_floor(floor), bool(closed))

    def balances(self) -> Iterator[Balance]:
        """Every balance."""
        assets = {account.id: account.asset for account in self.accounts()}
        for key, record in self._balances.items():
            account = key.decode()
            version, sequence = _read(_BALANCE, record)
            _check_version(version)
            sums = [
                int.from_bytes(record[start : start + SUM_BYTES])
                for start in range(_BALANCE.size, len(record), SUM_BYTES)
            ]
            if account not in assets or len(sums) != 4:
                raise ValueError(f"the balance of {account} has no account or not four sums")
            yield Balance(account, assets[account], sums[0], sums[1], sums[2], sums[3], sequence)

    def batch(self, group: Group) -> WriteBatch:
        """Everything a group changes, as one atomic write."""
        transfers, accounts, balances, journal, meta = self._handles
        batch = WriteBatch(raw_mode=True)
        for sealed in group.sealed:
            batch.put(_SEQUENCE.pack(sealed.entry.sequence), sealed.hash + sealed.body, journal)
        bodies = {sealed.entry.sequence: sealed.body for sealed in group.sealed}
        for operation_id, entry in group.operations.items():
            batch.put(b"o" + operation_id.encode(), bodies[entry.sequence], transfers)
        for pending_id, entry in group.resolutions.items():
            batch.put(b"r" + pending_id.encode(), _SEQUENCE.pack(entry.sequence), transfers)
        for account in group.accounts.values():
            record = _ACCOUNT.pack(_VERSION, account.closed, write_floor(account.floor_minor)) + account.asset.encode()
            batch.put(account.id.encode(), record, accounts)
        for balance in group.balances.values():
            batch.put(balance.account.encode(), _write_balance(balance), balances)
        batch.put(_HEAD_KEY, _SEQUENCE.pack(group.head.sequence) + group.head.hash, meta)
        return batch

    def persist(self, batch: WriteBatch) -> None:
        """Write, and return when it is on disk. Unlike a synced write, `flush_wal` waits without the interpreter's lock."""
        assert self._database is not None, "the store is open"
        self._database.write(batch)
        self._database.flush_wal(True)

    def checkpoint(self, path: Path) -> None:
        """Make a consistent copy in a new directory."""
        assert self._database is not None, "the store is open"
        Checkpoint(self._database).create_checkpoint(str(path))

    def close(self) -> None:
        """Let go of the files. RocksDB stays open as long as a family is referred to, so every reference goes."""
        database, self._database = self._database, None
        self._transfers = self._accounts = self._balances = self._journal = self._meta = None
        self._handles = ()
        if database is not None:
            with suppress(DbClosedError):
                database.close()


class StoredBooks(Books):
    """Books whose transfers lie in a store, seen as they were at the books' own head and not later."""

    store: Store

    @classmethod
    def at_head(cls, store: Store) -> "StoredBooks":
        """The books as they are stored now."""
        head = store.head()
        last = store.entries(head.sequence - 1, head.sequence) if head.sequence else []
        at_us = last[0].entry.at_us if last else None
        return cls._over(store, cls(store.accounts(), store.balances(), head, at_us))

    @classmethod
    def at_start(cls, store: Store) -> "StoredBooks":
        """The books before the first entry, to be replayed over the stored transfers."""
        return cls._over(store, cls())

    @classmethod
    def _over(cls, store: Store, books: "StoredBooks") -> "StoredBooks":
        books.store = store
        return books

    def operation(self, operation_id: str) -> Entry | None:
        """The entry of an operation, unless it is younger than the head. Raises Unavailable, LedgerCorrupt."""
        with translated():
            entry = self.store.operation(operation_id)
        return entry if entry is not None and entry.sequence <= self.head.sequence else None

    def entries(self, after: int, limit: int) -> list[Sealed]:
        """Journal entries after a position. Raises Unavailable, LedgerCorrupt."""
        with translated():
            return self.store.entries(after, min(after + limit, self.head.sequence))

    def resolution(self, pending_id: str) -> Entry | None:
        """The entry that ended a hold, unless it is younger than the head. Raises Unavailable, LedgerCorrupt."""
        with translated():
            sequence = self.store.resolution(pending_id)
            if sequence is None or sequence > self.head.sequence:
                return None
            found = self.store.journal_entry(sequence)
            if found is None:
                raise ValueError(f"entry {sequence} ended a hold and is not in the journal")
            return decode(found[1])[0]


@contextmanager
def translated() -> Iterator[None]:
    """RocksDB raises bare exceptions, and only their text tells damage from a passing failure.

    Raises LedgerCorrupt or Unavailable for them; our own errors pass.
    """
    try:
        yield
    except DelTranError:
        raise
    except Exception as wrong:
        if isinstance(wrong, ValueError) or "Corruption" in str(wrong):
            raise LedgerCorrupt("a record of the ledger is damaged", detail=str(wrong)) from wrong
        raise Unavailable("the ledger cannot be read", detail=str(wrong)) from wrong


def _write_balance(balance: Balance) -> bytes:
    return b"".join(
        (
            _BALANCE.pack(_VERSION, balance.sequence),
            balance.debits_posted.to_bytes(SUM_BYTES),
            balance.credits_posted.to_bytes(SUM_BYTES),
            balance.debits_pending.to_bytes(SUM_BYTES),
            balance.credits_pending.to_bytes(SUM_BYTES),
        )
    )


def _read(layout: struct.Struct, record: bytes) -> tuple[int, ...]:
    try:
        return layout.unpack_from(record)
    except struct.error as wrong:
        raise ValueError("a record is too short") from wrong


def _check_version(version: int) -> None:
    if version != _VERSION:
        raise ValueError(f"record version {version} is not known")
