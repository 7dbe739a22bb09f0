"""The Merkle tree over the ledger's journal as SQL keeps it, for proofs, and the heads that the ledger has signed.

Leaf n is the entry with sequence n + 1. Complete subtrees of 256 leaves and more are kept; smaller ones are computed
from the entries when they are asked for, at most twice 256 for a proof.
"""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, SmallInteger, text
from sqlmodel import Field

from domain.merkle import Frontier, Range, Subtree, consistency, fold, inclusion, node_hash, subtrees
from schema.tables.common.base import MOMENT, Table
from schema.tables.common.session import Line, ReadSession, WriteSession

BLOCK_LEVEL: Final = 8
BLOCK: Final = 1 << BLOCK_LEVEL


class LedgerSubtree(Table, table=True):
    """The root of a complete subtree of 2^level leaves, numbered from 0 on its level."""

    __tablename__ = "ledger_subtrees"

    level: int = Field(primary_key=True, sa_type=SmallInteger, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    hash: bytes


class LedgerSignedHead(Table, table=True):
    """A head that the ledger has signed; `peaks` are the roots that its own root is folded from, one after another."""

    __tablename__ = "ledger_signed_heads"

    size: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    root: bytes
    hash: bytes
    signed_at: datetime = Field(sa_type=MOMENT)
    public_key: bytes
    signature: bytes
    peaks: bytes


class SignedHeadRow(NamedTuple):
    """A signed head as it is kept."""

    size: int
    root: bytes
    hash: bytes
    signed_at: datetime
    public_key: bytes
    signature: bytes
    peaks: bytes


async def grow(session: WriteSession, before: int, after: int) -> None:
    """The journal has grown from one position to another, all of it shown: keep the subtrees that are complete now."""
    first, last = before // BLOCK, after // BLOCK
    if first == last:
        return
    fresh = await _leaf_roots(session, [Subtree(BLOCK_LEVEL, number) for number in range(first, last)])
    level, row = BLOCK_LEVEL, list(range(first, last))
    while row:
        parents = sorted({number >> 1 for number in row if number & 1})
        lefts = [Subtree(level, parent << 1) for parent in parents]
        known = fresh | await _kept(session, [left for left in lefts if left not in fresh])
        for left in lefts:
            right = Subtree(level, left.number + 1)
            fresh[Subtree(level + 1, left.number >> 1)] = node_hash(known[left], known[right])
        level, row = level + 1, parents
    columns = {
        "levels": [subtree.level for subtree in fresh],
        "numbers": [subtree.number for subtree in fresh],
        "hashes": list(fresh.values()),
    }
    await session.run(_KEEP, columns)


async def prove_inclusion(session: ReadSession, sequence: int, size: int) -> list[bytes]:
    """What leads from the entry at a position to the root of `size` entries; both are shown."""
    return await _roots(session, inclusion(sequence - 1, size))


async def prove_consistency(session: ReadSession, old: int, new: int) -> list[bytes]:
    """What shows that the journal of `new` entries only adds to the one of `old` entries; both are shown."""
    return await _roots(session, consistency(old, new))


async def root(session: ReadSession, size: int) -> bytes:
    """The root over the first `size` entries, which are shown."""
    return (await _roots(session, [Range(0, size)]))[0]


async def kept(session: ReadSession) -> dict[Subtree, bytes]:
    """The roots of all subtrees that are kept."""
    return {Subtree(row.level, row.number): row.hash for row in await session.all(_ALL_KEPT)}


async def put_head(session: WriteSession, head: SignedHeadRow) -> None:
    """Keep a signed head; the first one of a size stands."""
    await session.run(_PUT_HEAD, head._asdict())


async def latest_head(session: ReadSession) -> SignedHeadRow | None:
    """The signed head of the most entries."""
    return _head(await session.first(_LATEST_HEAD))


async def head_of(session: ReadSession, size: int) -> SignedHeadRow | None:
    """The signed head of so many entries."""
    return _head(await session.first(_HEAD_OF, {"size": size}))


async def head_covering(session: ReadSession, sequence: int) -> SignedHeadRow | None:
    """The first signed head that an entry is under."""
    return _head(await session.first(_HEAD_COVERING, {"sequence": sequence}))


async def signed_heads(session: ReadSession) -> list[SignedHeadRow]:
    """Every signed head, by size."""
    return [SignedHeadRow(*row) for row in await session.all(_HEADS)]


async def _roots(session: ReadSession, ranges: Sequence[Range]) -> list[bytes]:
    parts = [subtrees(leaves) for leaves in ranges]
    wanted = {subtree for some in parts for subtree in some}
    small = [subtree for subtree in wanted if subtree.level < BLOCK_LEVEL]
    known = await _kept(session, wanted.difference(small)) | await _leaf_roots(session, small)
    return [fold([known[subtree] for subtree in some]) for some in parts]


async def _kept(session: ReadSession, wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
    asked = sorted(wanted)
    if not asked:
        return {}
    columns = {"levels": [subtree.level for subtree in asked], "numbers": [subtree.number for subtree in asked]}
    return {Subtree(row.level, row.number): row.hash for row in await session.all(_KEPT, columns)}


async def _leaf_roots(session: ReadSession, wanted: Sequence[Subtree]) -> dict[Subtree, bytes]:
    """Roots of subtrees, computed from the entries themselves."""
    if not wanted:
        return {}
    starts = [subtree.number << subtree.level for subtree in wanted]
    ends = [(subtree.number + 1) << subtree.level for subtree in wanted]
    trees = {start: Frontier() for start in starts}
    for row in await session.all(_LEAVES, {"starts": starts, "ends": ends}):
        trees[row.start].append(row.body)
    return {subtree: trees[start].root() for subtree, start in zip(wanted, starts, strict=True)}


def _head(row: Line | None) -> SignedHeadRow | None:
    return SignedHeadRow(*row) if row else None


_HEAD_COLUMNS: Final = "size, root, hash, signed_at, public_key, signature, peaks"
_KEEP: Final = text(
    """
    INSERT INTO ledger_subtrees (level, number, hash)
    SELECT * FROM unnest(CAST(:levels AS smallint[]), CAST(:numbers AS bigint[]), CAST(:hashes AS bytea[]))
    ON CONFLICT DO NOTHING
    """
)
_KEPT: Final = text(
    """
    SELECT level, number, hash FROM ledger_subtrees
    JOIN unnest(CAST(:levels AS smallint[]), CAST(:numbers AS bigint[])) AS wanted (level, number) USING (level, number)
    """
)
_ALL_KEPT: Final = text("SELECT level, number, hash FROM ledger_subtrees")
_LEAVES: Final = text(
    """
    SELECT wanted.start, e.body
    FROM unnest(CAST(:starts AS bigint[]), CAST(:ends AS bigint[])) AS wanted (start, finish)
    JOIN ledger_entries AS e ON e.sequence > wanted.start AND e.sequence <= wanted.finish
    ORDER BY e.sequence
    """
)
_PUT_HEAD: Final = text(
    f"""
    INSERT INTO ledger_signed_heads ({_HEAD_COLUMNS})
    VALUES (:size, :root, :hash, :signed_at, :public_key, :signature, :peaks) ON CONFLICT DO NOTHING
    """
)
_LATEST_HEAD: Final = text(f"SELECT {_HEAD_COLUMNS} FROM ledger_signed_heads ORDER BY size DESC LIMIT 1")
_HEAD_OF: Final = text(f"SELECT {_HEAD_COLUMNS} FROM ledger_signed_heads WHERE size = :size")
_HEAD_COVERING: Final = text(
    f"SELECT {_HEAD_COLUMNS} FROM ledger_signed_heads WHERE size >= :sequence ORDER BY size LIMIT 1"
)
_HEADS: Final = text(f"SELECT {_HEAD_COLUMNS} FROM ledger_signed_heads ORDER BY size")
