"""What the lists teach about words: which ones they use for one another, and which near ones they never do.

An entity with two names that differ in one word says that the two words may stand for one another. When entities say so again
and again, they do: "Bank" and "Banco", "Yusuf" and "Joseph". Two common words that are near in letters and yet never share an
entity ("Hasan", "Ihsan") are two words.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from screening.text.sound import arabic_skeleton

NAMES_READ: Final = 24
"""Names of one entity that are compared in pairs; the few with more teach nothing new."""

ENOUGH: Final = 2
"""Entities that must say the same."""

SHARE: Final = 0.08
"""Part of the rarer word's bearers that must say it."""

COMMON: Final = 8
"""Bearers from which silence means something."""


def exchanges(names: Sequence[frozenset[int]]) -> set[tuple[int, int]]:
    """Pairs of words by which two names of one entity differ, all else being the same."""
    found = set()
    for one, other in combinations(names[:NAMES_READ], 2):
        if len(one) == len(other) > 1:
            mine, theirs = one - other, other - one
            if len(mine) == 1:
                (left,), (right,) = mine, theirs
                found.add((min(left, right), max(left, right)))
    return found


def together(
    entities: Iterable[Sequence[frozenset[int]]], bearers: Sequence[int], worth: float
) -> Iterator[tuple[int, int, float]]:
    """Words that the entities use for one another, and how alike that makes them."""
    said: Counter[tuple[int, int]] = Counter()
    for names in entities:
        if len(names) > 1:
            said.update(exchanges(names))
    for (one, other), times in said.items():
        share = times / min(bearers[one], bearers[other])
        if times >= ENOUGH and share >= SHARE:
            yield one, other, worth if times >= 3 else worth - 0.04


def apart(
    entities: Iterable[Sequence[frozenset[int]]],
    bearers: Sequence[int],
    words: Sequence[str],
    near: Callable[[int], Mapping[int, float]],
) -> Iterator[tuple[int, int]]:
    """Near words, both common, that no or next to no entity bears together."""
    common = {number for number, count in enumerate(bearers) if count >= COMMON and words[number][0] not in "§~"}
    shared: Counter[tuple[int, int]] = Counter()
    for names in entities:
        groups: dict[str, set[int]] = defaultdict(set)
        for number in frozenset().union(*names) & common:
            groups[arabic_skeleton(words[number])[:2]].add(number)
        for group in groups.values():
            shared.update((min(pair), max(pair)) for pair in combinations(sorted(group), 2))
    for number in common:
        for other in near(number):
            if other > number and other in common:
                pair = (number, other)
                if shared[pair] < 0.04 * min(bearers[number], bearers[other]):
                    yield pair
