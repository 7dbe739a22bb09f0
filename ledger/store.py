"""How the ledger lies in RocksDB: column families, keys, records, and the one set of options for every opener.

    transfers   "o" + operation id → sequence of its entry (in old ledgers: the entry itself)
                "r" + pending id → sequence of the entry that ended the hold
    accounts    account id → version, closed, floor, asset
    balances    account id → version, sequence, four sums (8 bytes each, or 16 when one of them needs it)
    journal     sequence (8 bytes) → hash (32 bytes) + entry
    meta        "head" → sequence, hash

Transfers and journal are written once and never changed, so a reader at any position simply looks past what is younger.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
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
from ledger.book import GENESIS, Account, Balance, Entry, Head, Operation, Reserve, Transfer
from ledger.errors import LedgerCorrupt
from ledger.group import Group
from ledger.journal import Sealed, decode, read_floor, write_floor
from ledger.state import Draft, WholeBooks

FAMILIES: Final = ("transfers", "accounts", "balances", "journal", "meta")
WIDE_BYTES: Final = 16
"""Bytes of a balance's sums when 8 are not enough: 2^63 postings of the largest amount would fit."""

_VERSION: Final = 1
_SEQUENCE: Final = struct.Struct(">Q")
_ACCOUNT: Final = struct.Struct(">BBq")
_BALANCE: Final = struct.Struct(">BQ")
_NARROW: Final = struct.Struct(">BQQQQQ")
_WIDE: Final = 2**64
_HEAD_KEY: Final = b"head"
_HASH_BYTES: Final = 32
_AT_ONCE: Final = 1000


def options(*, new: bool = False) -> Options:
    """The options of every opener. Opening rewrites the stored configuration, so they may never differ.

    Only a new ledger gets its families: one that lacks a family has lost it, and may not open as if it were empty.
    """
    chosen = Options(raw_mode=True)
    chosen.create_if_missing(new)
    chosen.create_missing_column_families(new)
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
    new = access is None and not (path / "CURRENT").exists()
    families = {name: options(new=new) for name in FAMILIES}
    return Rdict(str(path), options(new=new), families, access or AccessType.read_write())


def is_damage(wrong: Exception) -> bool:
    """RocksDB raises bare exceptions, and only their text tells damage from a passing failure."""
    return isinstance(wrong, ValueError) or "Corruption" in str(wrong) or "Column family not found" in str(wrong)


class Store:
    """Reads and writes records. RocksDB's errors come through as they are; bytes nobody wrote raise ValueError."""

    def __init__(self, database: Rdict) -> None:
        self._database: Rdict | None = database
        families: list[Any] = [database.get_column_family(name) for name in FAMILIES]
        self._transfers, self._accounts, self._balances, self._journal, self._meta = families
        self._handles = tuple(map(database.get_column_family_handle, FAMILIES))

    def operation(self, operation_id: str) -> bytes | None:
        """The record of an operation: see `sequence_in`."""
        record: bytes | None = self._transfers.get(b"o" + operation_id.encode())
        return record

    def resolution(self, pending_id: str) -> int | None:
        """The sequence of the entry that ended a hold."""
        record = self._transfers.get(b"r" + pending_id.encode())
        return None if record is None else sequence_in(record)

    def transfers(self, keys: list[bytes]) -> list[bytes | None]:
        """Records of operations (`o…`) and of ended holds (`r…`), many at once."""
        records: list[bytes | None] = self._transfers.get(keys) if keys else []
        return records

    def count_transfers(self) -> int:
        """How many records the transfers hold."""
        return sum(1 for _ in _items(self._transfers))

    def journal_entry(self, sequence: int) -> tuple[bytes, bytes] | None:
        """Hash and body of one journal entry."""
        record = self._journal.get(_SEQUENCE.pack(sequence))
        return None if record is None else (record[:_HASH_BYTES], record[_HASH_BYTES:])

    def entry(self, sequence: int) -> Entry:
        """The entry at a position. Raises ValueError when there is none."""
        return self.entries((sequence,))[0].entry

    def entries(self, sequences: Sequence[int]) -> list[Sealed]:
        """The entries at some positions. Raises ValueError when one is missing."""
        records: list[bytes | None] = self._journal.get(list(map(_SEQUENCE.pack, sequences))) if sequences else []
        found = []
        for record in records:
            if record is None:
                raise ValueError("an entry is not in the journal")
            body = record[_HASH_BYTES:]
            found.append(Sealed(decode(body)[0], body, record[:_HASH_BYTES]))
        return found

    def journal(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Sequence, hash and body of every entry, in order."""
        for key, record in _items(self._journal):
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
        for key, record in _items(self._accounts):
            version, closed, floor = _read(_ACCOUNT, record)
            _check_version(version)
            yield Account(key.decode(), record[_ACCOUNT.size :].decode(), read_floor(floor), bool(closed))

    def balances(self) -> Iterator[Balance]:
        """Every balance."""
        assets = {account.id: account.asset for account in self.accounts()}
        for key, record in _items(self._balances):
            account = key.decode()
            version, sequence = _read(_BALANCE, record)
            _check_version(version)
            width = (len(record) - _BALANCE.size) // 4
            sums = [int.from_bytes(record[start : start + width]) for start in range(_BALANCE.size, len(record), width)]
            if account not in assets or width not in (8, WIDE_BYTES) or len(sums) != 4:
                raise ValueError(f"the balance of {account} has no account or not four sums")
            yield Balance(account, assets[account], sums[0], sums[1], sums[2], sums[3], sequence)

    def batch(self, group: Group) -> WriteBatch:
        """Everything a group changes, as one atomic write."""
        transfers, accounts, balances, journal, meta = self._handles
        batch = WriteBatch(raw_mode=True)
        for entry, body, digest in group.sealed:
            batch.put(_SEQUENCE.pack(entry.sequence), digest + body, journal)
        for operation_id, entry in group.operations.items():
            batch.put(b"o" + operation_id.encode(), _SEQUENCE.pack(entry.sequence), transfers)
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

    def tables(self) -> set[str]:
        """The names of the files that RocksDB has completed and will never change."""
        assert self._database is not None, "the store is open"
        return {str(file["name"]).lstrip("/") for file in self._database.live_files()}

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


def _items(family: Any) -> Iterator[tuple[bytes, bytes]]:
    """Every key and record of a family, each also looked up by its key.

    Iterators never touch the filters that look-ups depend on, so damage there would be found by a customer first.
    """
    records = iter(family.items())
    while some := dict(islice(records, _AT_ONCE)):
        if family.get(list(some)) != list(some.values()):
            raise ValueError("a record is not found by its key")
        yield from some.items()


class StoredBooks(WholeBooks):
    """Books whose transfers lie in a store, seen as they were at the books' own head and not later."""

    store: Store
    _ahead: dict[bytes, bytes | None]

    @classmethod
    def at_head(cls, store: Store) -> "StoredBooks":
        """The books as they are stored now."""
        head = store.head()
        at_us = store.entry(head.sequence).at_us if head.sequence else None
        return cls._over(store, cls(store.accounts(), store.balances(), head, at_us))

    @classmethod
    def at_start(cls, store: Store) -> "StoredBooks":
        """The books before the first entry, to be replayed over the stored transfers."""
        return cls._over(store, cls())

    @classmethod
    def _over(cls, store: Store, books: "StoredBooks") -> "StoredBooks":
        books.store = store
        books._ahead = {}
        return books

    def look_ahead(self, chains: Iterable[Sequence[Operation]]) -> None:
        """Read at once what the rules will ask about these chains one by one. Raises Unavailable, LedgerCorrupt."""
        keys = []
        for chain in chains:
            for operation in chain:
                # Names are not checked yet; whatever is no name is refused before anything is asked about it.
                keys.append(b"o" + operation.id.encode("ascii", "replace"))
                if not isinstance(operation, Reserve | Transfer):
                    pending = operation.pending_id.encode("ascii", "replace")
                    keys += (b"o" + pending, b"r" + pending)
        with translated():
            self._ahead = dict(zip(keys, self.store.transfers(keys), strict=True))

    def operation(self, operation_id: str) -> Entry | None:
        """The entry of an operation, unless it is younger than the head. Raises Unavailable, LedgerCorrupt."""
        return self._entry(b"o" + operation_id.encode())

    def resolution(self, pending_id: str) -> Entry | None:
        """The entry that ended a hold, unless it is younger than the head. Raises Unavailable, LedgerCorrupt."""
        return self._entry(b"r" + pending_id.encode())

    def entries(self, after: int, limit: int) -> list[Sealed]:
        """Journal entries after a position. Raises Unavailable, LedgerCorrupt."""
        with translated():
            return self.store.entries(range(after + 1, min(after + limit, self.head.sequence) + 1))

    def adopt(self, draft: Draft, head: Head) -> None:
        """Publish a draft; what was read ahead of it is no longer so."""
        super().adopt(draft, head)
        self._ahead = {}

    def _entry(self, key: bytes) -> Entry | None:
        record = self._ahead.get(key, b"")
        if record is None:  # which is nearly always so: no need for the rest
            return None
        with translated():
            record = record or self.store.transfers([key])[0]
            if record is None or (sequence := sequence_in(record)) > self.head.sequence:
                return None
            entry = self.store.entry(sequence)
            name = getattr(entry.event, "id" if key.startswith(b"o") else "pending_id", "")
            if name.encode() != key[1:]:
                raise ValueError("a record leads to another operation's entry")
            return entry


@contextmanager
def translated() -> Iterator[None]:
    """Raises LedgerCorrupt or Unavailable for RocksDB's exceptions; our own errors pass."""
    try:
        yield
    except DelTranError:
        raise
    except Exception as wrong:
        if is_damage(wrong):
            raise LedgerCorrupt("a record of the ledger is damaged", detail=str(wrong)) from wrong
        raise Unavailable("the ledger cannot be read", detail=str(wrong)) from wrong


def sequence_in(record: bytes) -> int:
    """The position that a record of the transfers names: by itself, or, in an old ledger, as the entry that it is."""
    return int(_SEQUENCE.unpack(record)[0]) if len(record) == _SEQUENCE.size else decode(record)[0].sequence


def _write_balance(balance: Balance) -> bytes:
    _, _, *sums, sequence = balance
    if max(sums) < _WIDE:
        return _NARROW.pack(_VERSION, sequence, *sums)
    return _BALANCE.pack(_VERSION, sequence) + b"".join([one.to_bytes(WIDE_BYTES) for one in sums])


def _read(layout: struct.Struct, record: bytes) -> tuple[int, ...]:
    try:
        return layout.unpack_from(record)
    except struct.error as wrong:
        raise ValueError("a record is too short") from wrong


def _check_version(version: int) -> None:
    if version != _VERSION:
        raise ValueError(f"record version {version} is not known")
