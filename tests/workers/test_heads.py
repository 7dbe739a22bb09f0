"""Signed heads and proofs as SQL gives them: anybody can check them with nothing but the standard's definition."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from activities.receipts import head_row, signed_head
from domain.merkle import EMPTY, Frontier, leaf_hash, proves_consistency, proves_inclusion
from ledger.book import Head, Transfer
from ledger.errors import LedgerCorrupt
from ledger.memory import MemoryLedger
from ledger.signing import SignedHead, Signer
from schema.tables.accounts import ledger_entries, ledger_tree
from schema.tables.common.session import Database
from tests.ledger.worlds import ALPHA, NETWORK, Ticks, furnish
from workers.heads import HeadSigner
from workers.projection import Projection

KEY = bytes(range(32))


async def grown(ledger: MemoryLedger, count: int, name: str = "t") -> None:
    await ledger.submit([Transfer(f"{name}{n}", NETWORK, ALPHA, "USD", 1 + n % 7) for n in range(count)])


def projection(db: Database, ledger: MemoryLedger, key: bytes = KEY) -> Projection:
    return Projection(db, ledger, HeadSigner(db, ledger, Signer(key), Ticks()))


async def roots_of(ledger: MemoryLedger) -> list[bytes]:
    """The root at every size."""
    tree, roots = Frontier(), [EMPTY]
    for sealed in await ledger.entries(0, 10**6):
        tree.append(sealed.body)
        roots.append(tree.root())
    return roots


async def test_every_entry_is_proved_against_every_head(db: Database) -> None:
    ledger = MemoryLedger(Ticks())
    await furnish(ledger)
    keeper = projection(db, ledger)
    for step, count in enumerate((3, 700, 1, 250, 1300)):
        await grown(ledger, count, f"{step}/")
        await keeper.catch_up()
    roots, bodies = await roots_of(ledger), [sealed.body for sealed in await ledger.entries(0, 10**6)]
    async with db.read() as session:
        heads = [signed_head(kept) for kept in await ledger_tree.signed_heads(session)]
        assert [head.size for head in heads] == [12, 712, 713, 963, 2263]
        assert [head.root for head in heads] == [roots[head.size] for head in heads]
        for head in heads:
            assert await ledger_tree.root(session, head.size) == head.root
            for sequence in {1, 2, 12, 256, 257, 512, 513, 700, 712, 713, 900, 963, 1025, 2048, 2049, 2263}:
                if sequence <= head.size:
                    proof = await ledger_tree.prove_inclusion(session, sequence, head.size)
                    leaf = leaf_hash(bodies[sequence - 1])
                    assert proves_inclusion(leaf, sequence - 1, head.size, proof, head.root)
            for older in heads:
                if older.size <= head.size:
                    proof = await ledger_tree.prove_consistency(session, older.size, head.size)
                    assert proves_consistency(older.size, head.size, proof, older.root, head.root)
        kept = await session.all(text("SELECT level, count(*) FROM ledger_subtrees GROUP BY level ORDER BY level"))
    assert [tuple(line) for line in kept] == [(8, 8), (9, 4), (10, 2), (11, 1)]


async def test_a_signature_is_good_for_its_head_only(db: Database) -> None:
    ledger = MemoryLedger(Ticks())
    await furnish(ledger)
    await projection(db, ledger).catch_up()
    async with db.read() as session:
        kept = await ledger_tree.latest_head(session)
        assert await ledger_tree.head_of(session, 9) == await ledger_tree.head_covering(session, 4) == kept
        assert await ledger_tree.head_covering(session, 10) is None
    assert kept is not None
    head, public_key = signed_head(kept), Signer(KEY).public_key
    assert head_row(head) == kept
    assert head.holds()
    assert head.holds(public_key)
    assert not head.holds(Signer(bytes(32)).public_key)
    assert SignedHead.of_json(head.as_json()) == replace(head, peaks=())
    forged = [
        replace(head, size=8, peaks=()),
        replace(head, root=EMPTY, peaks=()),
        replace(head, hash=EMPTY),
        replace(head, signed_us=head.signed_us + 1),
        replace(head, signature=bytes(64)),
        replace(head, public_key=Signer(bytes(32)).public_key),
        replace(head, public_key=b"short"),
        replace(head, peaks=(EMPTY, EMPTY)),
    ]
    assert not any(one.holds() for one in forged)


async def test_a_restarted_owner_goes_on_from_what_it_signed(db: Database) -> None:
    ledger = MemoryLedger(Ticks())
    await furnish(ledger)
    await projection(db, ledger).catch_up()
    await grown(ledger, 20)
    restarted, foreign = projection(db, ledger), projection(db, ledger, bytes(32))
    await restarted.catch_up()
    await restarted.catch_up()
    await grown(ledger, 1, "again")
    await foreign.catch_up()  # another key: the tree is made from the journal's beginning
    roots = await roots_of(ledger)
    async with db.read() as session:
        heads = await ledger_tree.signed_heads(session)
    assert [(head.size, head.root) for head in heads] == [(size, roots[size]) for size in (9, 29, 30)]


@pytest.mark.parametrize("size", [8, 9], ids=["fewer", "other"])
async def test_a_ledger_that_does_not_hold_what_it_signed_signs_nothing_more(db: Database, size: int) -> None:
    ledger, other = MemoryLedger(Ticks()), MemoryLedger(Ticks())
    await furnish(ledger)
    await projection(db, ledger).catch_up()
    await furnish(other)
    head = await other.head()
    entries = await other.entries(0, 9)
    signer = Signer(KEY)
    tree = Frontier()
    for sealed in entries:
        tree.append(sealed.body)
    async with db.write() as session:
        await session.run(text("DELETE FROM ledger_signed_heads"))
        await ledger_tree.put_head(session, head_row(signer.sign(Head(9, bytes(32)), tree, 5)))
    with pytest.raises(LedgerCorrupt):
        await HeadSigner(db, other, signer).sign(Head(size, head.hash))


async def test_cleared_and_shown_again_the_proofs_are_the_same(db: Database) -> None:
    ledger = MemoryLedger(Ticks())
    await furnish(ledger)
    await grown(ledger, 600)
    keeper = projection(db, ledger)
    await keeper.catch_up()
    async with db.write() as session:
        before = await ledger_tree.prove_inclusion(session, 300, 609)
        await ledger_entries.clear(session)
    await keeper.catch_up()
    async with db.read() as session:
        assert await ledger_tree.prove_inclusion(session, 300, 609) == before
