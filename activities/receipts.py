"""Proofs from what SQL shows of the ledger: signed heads, receipts of entries, consistency of heads."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from domain.errors import NotFound
from ledger.receipt import receipt
from ledger.signing import SignedHead
from schema.tables.accounts import ledger_entries, ledger_tree
from schema.tables.accounts.ledger_tree import SignedHeadRow
from schema.tables.common.session import ReadSession

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HASH_BYTES: Final = 32


async def newest_head(session: ReadSession) -> SignedHead:
    """The head of the most entries that the ledger has signed. Raises NotFound."""
    kept = await ledger_tree.latest_head(session)
    if kept is None:
        raise NotFound("the ledger has signed no head yet")
    return signed_head(kept)


async def receipt_of(session: ReadSession, sequence: int) -> dict[str, Any]:
    """The receipt of a journal entry (see `ledger.receipt`) under the first signed head over it.

    Raises NotFound when there is no such entry, or no signed head over it yet: they are signed every few seconds.
    """
    found = await ledger_entries.after(session, sequence - 1, 1)
    if sequence < 1 or not found:
        raise NotFound("no such ledger entry", sequence=sequence)
    kept = await ledger_tree.head_covering(session, sequence)
    if kept is None:
        raise NotFound("the entry is under no signed head yet: ask again in a few seconds", sequence=sequence)
    proof = await ledger_tree.prove_inclusion(session, sequence, kept.size)
    return receipt(found[0][0], proof, signed_head(kept))


async def consistency_of(session: ReadSession, old: int, new: int) -> tuple[SignedHead, SignedHead, list[bytes]]:
    """Two signed heads by their sizes, and what shows that the newer journal only adds to the older. Raises NotFound."""
    heads = []
    for size in (old, new):
        kept = await ledger_tree.head_of(session, size)
        if kept is None:
            raise NotFound("no head of this size was signed", size=size)
        heads.append(signed_head(kept))
    return heads[0], heads[1], await ledger_tree.prove_consistency(session, *sorted((old, new)))


def head_row(signed: SignedHead) -> SignedHeadRow:
    """A signed head for SQL."""
    return SignedHeadRow(
        size=signed.size,
        root=signed.root,
        hash=signed.hash,
        signed_at=_EPOCH + timedelta(microseconds=signed.signed_us),
        public_key=signed.public_key,
        signature=signed.signature,
        peaks=b"".join(signed.peaks),
    )


def signed_head(kept: SignedHeadRow) -> SignedHead:
    """A signed head from SQL."""
    return SignedHead(
        size=kept.size,
        root=kept.root,
        hash=kept.hash,
        signed_us=(kept.signed_at - _EPOCH) // timedelta(microseconds=1),
        public_key=kept.public_key,
        signature=kept.signature,
        peaks=tuple(kept.peaks[start : start + _HASH_BYTES] for start in range(0, len(kept.peaks), _HASH_BYTES)),
    )
