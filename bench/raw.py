"""The physical limit: a plain RocksDB loop with the same reads and writes as the ledger, and none of its rules.

For each posting it looks whether the id was used, reads both balances (once per batch), and writes the transfer, a journal
record that is chained by SHA-256, and both balances; then it waits for the disk. No account, limit, asset or conflict is
checked, nobody is answered, nothing is remembered between batches.
"""

import struct
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from rocksdict import WriteBatch

from ledger.book import Transfer
from ledger.store import FAMILIES, open_database

_BALANCE: Final = struct.Struct(">BQQQQQQQQQ")
_ENTRY: Final = struct.Struct(">BBQIqQ")


class RawLoop:
    """A database of the ledger's own shape."""

    def __init__(self, path: Path) -> None:
        self._database = open_database(path)
        self._transfers, _, self._balances, _, _ = map(self._database.get_column_family, FAMILIES)
        self._handles = tuple(map(self._database.get_column_family_handle, FAMILIES))
        self._sequence, self._digest = 0, bytes(32)

    async def post(self, chain: Sequence[Transfer]) -> None:
        """Write some postings and wait until they are on disk."""
        transfers, _, balances, journal, meta = self._handles
        batch = WriteBatch(raw_mode=True)
        changed: dict[bytes, list[int]] = {}
        for one in chain:
            key = one.id.encode()
            assert self._transfers.get(key) is None
            self._sequence += 1
            for account, side in ((one.debit.encode(), 3), (one.credit.encode(), 5)):
                sums = changed.get(account) or self._read(account)
                sums[1] = self._sequence
                sums[side] += one.amount_minor
                changed[account] = sums
            names = f"{one.id}\x1f{one.debit}\x1f{one.credit}\x1f{one.asset}".encode()
            body = _ENTRY.pack(2, 6, self._sequence, 0, one.amount_minor, 0) + names
            self._digest = sha256(self._digest + body).digest()
            batch.put(self._sequence.to_bytes(8), self._digest + body, journal)
            batch.put(key, self._sequence.to_bytes(8), transfers)
        for account, sums in changed.items():
            batch.put(account, _BALANCE.pack(*sums), balances)
        batch.put(b"head", self._sequence.to_bytes(8) + self._digest, meta)
        self._database.write(batch)
        self._database.flush_wal(True)

    def _read(self, account: bytes) -> list[int]:
        record = self._balances.get(account)
        return [1, 0, 0, 0, 0, 0, 0, 0, 0, 0] if record is None else list(_BALANCE.unpack(record))

    def close(self) -> None:
        """Let go of the files."""
        database = self._database
        del self._database, self._transfers, self._balances, self._handles
        database.close()
