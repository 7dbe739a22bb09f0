"""A Merkle tree over a list that only grows (RFC 9162, section 2.1): its root, and proofs that outsiders can check.

A proof is the roots of some ranges of leaves. `inclusion` and `consistency` say which ranges; whoever keeps the tree
looks them up by their `subtrees`: complete ones, so each hash is computed once and never changes.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

EMPTY: Final = sha256(b"").digest()
"""The root of no leaves."""


class Range(NamedTuple):
    """The leaves from `start` up to, but not including, `end`, counted from 0."""

    start: int
    end: int


class Subtree(NamedTuple):
    """The complete subtree of 2^level leaves that begins at leaf number · 2^level."""

    level: int
    number: int


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf; the prefix keeps leaves and nodes apart."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root of a range from the roots of its subtrees, leftmost first."""
    if not peaks:
        return EMPTY
    *others, root = peaks
    for peak in reversed(others):
        root = node_hash(peak, root)
    return root


class Frontier:
    """The complete subtrees of a growing tree, largest first: enough to go on, and to tell the root."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        assert len(self.peaks) == size.bit_count(), "one peak for each bit of the size"

    def append(self, data: bytes) -> None:
        """Add one leaf."""
        self.peaks.append(leaf_hash(data))
        self.size += 1
        rest = self.size
        while not rest & 1:
            right = self.peaks.pop()
            self.peaks[-1] = node_hash(self.peaks[-1], right)
            rest >>= 1

    def root(self) -> bytes:
        """The root over everything appended so far."""
        return fold(self.peaks)


def subtrees(leaves: Range) -> list[Subtree]:
    """The fewest complete subtrees that make up a range, leftmost first."""
    start, found = leaves.start, []
    while start < leaves.end:
        level = (leaves.end - start).bit_length() - 1
        assert start % (1 << level) == 0, "ranges of proofs begin where a subtree begins"
        found.append(Subtree(level, start >> level))
        start += 1 << level
    return found


def inclusion(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove that leaf `index` is in the tree of `size` leaves."""
    assert 0 <= index < size, "the leaf is in the tree"
    return _inclusion(index, Range(0, size))


def consistency(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that the tree of `new` leaves only adds to the tree of `old` leaves."""
    assert 0 <= old <= new, "a tree only grows"
    return _consistency(old, Range(0, new), whole=True) if old else []


def proves_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from a leaf's hash to the root of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def proves_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the proof shows that the newer tree only adds to the older one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == 0 or old == new:
        return not proof and (old_root == (EMPTY if old == 0 else new_root))
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _inclusion(index: int, tree: Range) -> list[Range]:
    if tree.end - tree.start == 1:
        return []
    left, right = _split(tree)
    if index < left.end:
        return [*_inclusion(index, left), right]
    return [*_inclusion(index, right), left]


def _consistency(old: int, tree: Range, *, whole: bool) -> list[Range]:
    if old == tree.end:
        return [] if whole else [tree]
    left, right = _split(tree)
    if old <= left.end:
        return [*_consistency(old, left, whole=whole), right]
    return [*_consistency(old, right, whole=False), left]


def _split(tree: Range) -> tuple[Range, Range]:
    """At the largest power of two below its number of leaves."""
    middle = tree.start + (1 << (tree.end - tree.start - 1).bit_length() - 1)
    return Range(tree.start, middle), Range(middle, tree.end)
