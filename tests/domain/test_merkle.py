from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.merkle import (
    EMPTY,
    Frontier,
    Range,
    consistency,
    fold,
    inclusion,
    leaf_hash,
    node_hash,
    proves_consistency,
    proves_inclusion,
    subtrees,
)

DATA = [bytes([n, n]) for n in range(70)]


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return sha256(b"\x01" + plain_root(leaves[:middle]) + plain_root(leaves[middle:])).digest()


def roots(ranges: list[Range]) -> list[bytes]:
    return [plain_root(DATA[leaves.start : leaves.end]) for leaves in ranges]


sizes = st.integers(1, len(DATA))


@given(st.integers(0, len(DATA)))
def test_a_frontier_tells_the_root_and_goes_on(size: int) -> None:
    frontier = Frontier()
    for n, data in enumerate(DATA[:size]):
        frontier.append(data)
        frontier = Frontier(n + 1, frontier.peaks)
    assert frontier.root() == plain_root(DATA[:size])


@pytest.mark.parametrize("size", range(1, len(DATA)))
def test_every_inclusion_is_proved_and_nothing_else(size: int) -> None:
    root = plain_root(DATA[:size])
    for index in range(size):
        leaf, proof = leaf_hash(DATA[index]), roots(inclusion(index, size))
        assert len(proof) <= size.bit_length()
        assert proves_inclusion(leaf, index, size, proof, root)
        assert not proves_inclusion(leaf_hash(b"other"), index, size, proof, root)
        assert not proves_inclusion(leaf, (index + 1) % size, size, proof, root) or size == 1
        assert not proves_inclusion(leaf, index, size, [*proof, EMPTY], root)
        assert not proves_inclusion(leaf, index, size, proof[:-1], root) or not proof
        assert not proves_inclusion(leaf, index, size, proof, EMPTY)
    assert not proves_inclusion(leaf_hash(DATA[0]), size, size, [], root)


@given(sizes, sizes)
def test_a_tree_that_only_grew_is_consistent(one: int, other: int) -> None:
    old, new = sorted((one, other))
    proof = roots(consistency(old, new))
    old_root, new_root = plain_root(DATA[:old]), plain_root(DATA[:new])
    assert proves_consistency(old, new, proof, old_root, new_root)
    assert not proves_consistency(old, new, [*proof, EMPTY], old_root, new_root)
    assert not proves_consistency(old, new, proof, EMPTY, new_root)
    if old != new:
        assert not proves_consistency(old, new, proof, old_root, EMPTY)
        assert not proves_consistency(old, new, proof[:-1], old_root, new_root)
        rewritten = plain_root([b"other", *DATA[1:old]])
        assert not proves_consistency(old, new, proof, rewritten, new_root)
    assert not proves_consistency(new + 1, new, proof, old_root, new_root)


def test_nothing_is_consistent_with_everything() -> None:
    assert consistency(0, 9) == []
    assert proves_consistency(0, 9, [], EMPTY, plain_root(DATA[:9]))
    assert not proves_consistency(0, 9, [], plain_root(DATA[:1]), plain_root(DATA[:9]))


@given(sizes, st.data())
def test_ranges_of_proofs_are_made_of_complete_subtrees(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    for leaves in [*inclusion(index, size), *consistency(old, size)]:
        parts = [Range(i << level, (i + 1) << level) for level, i in subtrees(leaves)]
        assert [part.start for part in parts] == [leaves.start, *(part.end for part in parts[:-1])]
        assert parts[-1].end == leaves.end
        assert fold(roots(parts)) == plain_root(DATA[leaves.start : leaves.end])


def test_the_example_of_the_standard() -> None:
    """RFC 9162, 2.1.5: seven leaves, their proofs by name."""
    a, b, c, d, e, f, j = map(leaf_hash, DATA[:7])
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, el = node_hash(g, h), node_hash(i, j)
    assert plain_root(DATA[:7]) == node_hash(k, el)
    assert roots(inclusion(0, 7)) == [b, h, el]
    assert roots(inclusion(3, 7)) == [c, g, el]
    assert roots(inclusion(4, 7)) == [f, j, k]
    assert roots(inclusion(6, 7)) == [i, k]
    assert roots(consistency(3, 7)) == [c, d, g, el]
    assert roots(consistency(4, 7)) == [el]
    assert roots(consistency(6, 7)) == [i, j, k]
