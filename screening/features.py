"""What speaks for and against two names being one: a table of features, each with its weight.

The points of a match are the sum of feature times weight; the score squeezes them between 0 and 100 without ever reaching
either end, so that scores order the queue.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from screening.align import TRANSLATED, Alignment, Side
from screening.text.tokens import TELLING, Kind


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that is measured of a match, and what a whole unit of it is worth in points."""

    name: str
    weight: float
    meaning: str


FEATURES: Final = (
    Feature(
        "agreement", 2.4, "weight of the paired words, each by its likeness, over the weight of all words that count"
    ),
    Feature(
        "evidence", 3.4, "how much the paired words tell, as far as all agree: a rare name tells more than a common one"
    ),
    Feature("weakest", 0.5, "likeness of the least alike pair of words that count"),
    Feature("queried left", -1.4, "weight of the payment's words that no listed word stands for"),
    Feature("listed left", -0.9, "weight of the listed words that the payment does not have"),
    Feature(
        "conflict", -1.4, "distinguishing words left over on both sides, or two fathers: another name in the same place"
    ),
    Feature("family left", -1.8, "part of the listed family name that the payment does not have"),
    Feature("lonely", -0.6, "fewer than two distinguishing words agree"),
    Feature("letters", 2.4, "likeness of the two names letter by letter, words in alphabetical order"),
    Feature(
        "whole", 0.9, "the names are the same without blanks; within three edits less, by their share of the letters"
    ),
    Feature("order", 0.2, "the paired words stand in the same order"),
    Feature("weak", -0.9, "the listed name is a weak alias"),
    Feature("kind", -1.3, "one is a person's name and the other is not"),
    Feature("numbers", -1.5, "numbers in the names differ"),
    Feature("exact", 0.2, "part of the paired words that are the same or only romanised otherwise"),
)
"""Every feature is between 0 and 1."""

WEIGHTS: Final = tuple(feature.weight for feature in FEATURES)
BIAS: Final = -4.0
"""Set so that one ordinary name in a hundred scores 80."""

QUERIED_LEFT: Final = 0.8
LISTED_LEFT: Final = 0.36
"""What a word left over takes from the agreement, as a part of its loss: lists are longer than payments, not the reverse."""

CUT: Final = 8
"""Stands for the distance of a name that the listed name begins with."""

_TELLING: Final = 20.0
"""The weight of words from which more tell nothing more: two that nobody else bears."""

_CUT_AGREEMENT: Final = 0.9

_SPELT_OTHERWISE: Final = 0.955
"""The likeness from which two words are one, romanised or spelt otherwise."""

FAR: Final = 9
"""The distance of names that are not within three edits."""

_COUNTED: Final = frozenset((Kind.NAME, Kind.GENERIC, Kind.PATRONYMIC, Kind.NUMBER))
_DISTINCT: Final = frozenset((Kind.NAME, Kind.GENERIC, Kind.NUMBER))


class Row(NamedTuple):
    """A listed name ready to be measured."""

    side: Side
    sorted_plain: str
    family: int
    telling: int
    distinct: int
    weak: bool
    person: bool
    owner: int


class Asked(NamedTuple):
    """A payment's name ready to be measured.

    `near` holds, per word, the listed words near it; `joined`, per word, those near it and the next word written as one.
    """

    side: Side
    near: Sequence[Mapping[int, float]]
    crowds: Sequence[Mapping[int, float]]
    joined: Sequence[Mapping[int, float]]
    sorted_plain: str
    telling: int
    distinct: int
    person: bool | None


def distinct(kinds: Sequence[Kind]) -> int:
    """How many words distinguish."""
    return sum(kind in _DISTINCT for kind in kinds)


def points(values: Sequence[float]) -> float:
    """The sum of feature times weight."""
    return BIAS + sum(map(float.__mul__, WEIGHTS, values))


def score(total: float) -> float:
    """Points between 0 and 100."""
    return 100.0 / (1.0 + math.exp(-total))


def measure(asked: Asked, row: Row, alignment: Alignment, edits: int, pool: frozenset[int]) -> tuple[float, ...]:
    """The features of a match, in the table's order; `pool` holds the words of all names of the listed entity."""
    query, listed = asked.side, row.side
    matched = weighed = evidence = 0.0
    weakest, strong = 1.0, 0.0
    counted = exact = 0.0
    places: list[tuple[int, int]] = []
    for queried, targets, likeness, weight in alignment.pairs:
        matched += likeness * weight
        weighed += weight
        if listed.kinds[targets[0]] in _COUNTED:
            told = weight
            if likeness < 1.0 and len(queried) == 1:
                told = min(weight, asked.crowds[queried[0]].get(listed.numbers[targets[0]], weight))
            evidence += told * likeness**3 * (0.5 if listed.kinds[targets[0]] is Kind.PATRONYMIC else 1.0)
            weakest = min(weakest, likeness)
            if likeness != TRANSLATED:
                strong += min(1.0, max(0.0, likeness - 0.6) / 0.25) * (len(queried) + len(targets) - 1)
            counted += weight
            exact += weight if likeness >= 0.95 else 0.0
            places.append((queried[0], targets[0]))
    queried_left, queried_name = _queried_left(asked, alignment.queried_left, pool)
    listed_left = sum(listed.losses[place] for place in alignment.listed_left)
    listed_name = sum(listed.losses[place] for place in alignment.listed_left if listed.kinds[place] is Kind.NAME)
    cost = weighed + QUERIED_LEFT * queried_left + LISTED_LEFT * listed_left
    first_family = len(listed.words) - row.family
    missing = sum(place >= first_family and listed.kinds[place] is Kind.NAME for place in alignment.listed_left)
    agreement = matched / cost if cost else 0.0
    return (
        agreement,
        agreement * min(1.0, evidence / _TELLING),
        weakest if places else 0.0,
        min(1.0, queried_left / 12),
        min(1.0, listed_left / 12),
        1.0 if _fathers(query, listed, alignment) else min(1.0, queried_name / 8, listed_name / 8),
        (missing / row.family) ** 2 if row.family else 0.0,
        min(1.0, max(0.0, 2.0 - strong)),
        fuzz.ratio(asked.sorted_plain, row.sorted_plain) / 100,
        0.0 if edits else 1.0,
        _ordered(places),
        float(row.weak),
        float(asked.person is not None and asked.person != row.person),
        _numbers(query, listed),
        exact / counted if counted else 0.0,
    )


def as_whole(asked: Asked, row: Row, alignment: Alignment, edits: int) -> tuple[float, ...]:
    """The features of names that are within three edits when blanks do not count.

    The edits are held against the letters that are not in words which agree exactly: three edits in one short word make
    another name, however long the rest.
    """
    side = row.side
    same = [target for _, targets, likeness, _ in alignment.pairs if likeness >= 0.999 for target in targets]
    counted = [(place, weight) for place, weight in enumerate(side.weights) if side.kinds[place] in _COUNTED]
    agreed = sum(weight for place, weight in counted if place in same)
    total = sum(weight for _, weight in counted) or 1.0
    letters = max(asked.telling, row.telling) - sum(
        len(side.words[place]) for place in same if side.kinds[place] in TELLING
    )
    near = max(0.0, 1.0 - edits / max(letters, 3)) if edits else 1.0
    agreement = (agreed + near * (total - agreed)) / total
    alone = sum(side.kinds[place] in _DISTINCT for place in same)
    if not edits:
        strong = max(row.distinct, asked.distinct)
    else:
        strong = min(row.distinct, asked.distinct) if near >= 0.8 else alone
    return (
        agreement,
        agreement * min(1.0, (agreed + near**3 * (total - agreed)) / _TELLING),
        min(near, _rest(asked, row, alignment, edits)),
        0.0,
        0.0,
        0.0,
        0.0,
        float(strong < 2),
        max(agreement, fuzz.ratio(asked.sorted_plain, row.sorted_plain) / 100),
        near,
        1.0,
        float(row.weak),
        float(asked.person is not None and asked.person != row.person),
        _numbers(asked.side, side) if edits else 0.0,
        agreed / total,
    )


def _rest(asked: Asked, row: Row, alignment: Alignment, edits: int) -> float:
    """How near the names are without the words that are one and only spelt otherwise, and without the edits of that spelling.

    "Sergey Saud" is three edits from "Sergei Zauda", one of them for the sound of a name that both have.
    """
    query, listed = asked.side, row.side
    same, spent = set(), 0
    for queried, targets, likeness, _ in alignment.pairs:
        if likeness >= _SPELT_OTHERWISE and len(queried) == len(targets) == 1 and listed.kinds[targets[0]] in TELLING:
            same.add(targets[0])
            if likeness < 1.0:
                spent += Levenshtein.distance(query.words[queried[0]], listed.words[targets[0]])
    left = max(asked.telling, row.telling) - sum(len(listed.words[place]) for place in same)
    return 1.0 - max(edits - spent, 0) / max(left, 3)


def as_cut(asked: Asked, row: Row, alignment: Alignment) -> tuple[float, ...]:
    """The features of a long name that a listed name begins with: a field's length cut it off."""
    paired = {target for pair in alignment.pairs for target in pair.listed}
    weights = [
        row.side.weights[place] for place, kind in enumerate(row.side.kinds) if kind in _COUNTED and place in paired
    ]
    strong = sum(row.side.kinds[place] in _DISTINCT for place in paired)
    return (
        _CUT_AGREEMENT,
        _CUT_AGREEMENT * min(1.0, sum(weights) * _CUT_AGREEMENT**3 / _TELLING),
        _CUT_AGREEMENT,
        0.0,
        0.0,
        0.0,
        0.0,
        float(strong < 2),
        _CUT_AGREEMENT,
        1.0,
        1.0,
        float(row.weak),
        float(asked.person is not None and asked.person != row.person),
        0.0,
        1.0,
    )


def _queried_left(asked: Asked, left: Sequence[int], pool: frozenset[int]) -> tuple[float, float]:
    total = names = 0.0
    for place in left:
        loss = asked.side.losses[place]
        known = _known(asked.near[place], pool)
        if known >= 0.8:
            loss *= 1 - 0.8 * known
        total += loss
        if asked.side.kinds[place] is Kind.NAME:
            names += loss
    return total, names


def _known(near: Mapping[int, float], pool: frozenset[int]) -> float:
    """The best likeness of a word that is in the pool; either may hold hundreds."""
    if len(near) < len(pool):
        return max((likeness for word, likeness in near.items() if word in pool), default=0.0)
    return max((near[word] for word in pool if word in near), default=0.0)


def _ordered(places: list[tuple[int, int]]) -> float:
    """1.0 in order; names rotated ("family given" for "given family") count as out of order."""
    if len(places) < 2:
        return 1.0
    listed = [target for _, target in sorted(places)]
    return float(all(one < other for one, other in itertools.pairwise(listed)))


def _numbers(one: Side, other: Side) -> float:
    """1.0 when both names have numbers and they differ, a quarter when only one has."""
    if Kind.NUMBER not in one.kinds and Kind.NUMBER not in other.kinds:
        return 0.0
    mine, theirs = (
        {word for word, kind in zip(side.words, side.kinds, strict=True) if kind is Kind.NUMBER}
        for side in (one, other)
    )
    if mine == theirs:
        return 0.0
    return 1.0 if mine and theirs else 0.25


def _fathers(query: Side, listed: Side, alignment: Alignment) -> bool:
    """Whether both names have a patronymic and the two do not agree."""
    return any(query.kinds[place] is Kind.PATRONYMIC for place in alignment.queried_left) and any(
        listed.kinds[place] is Kind.PATRONYMIC for place in alignment.listed_left
    )
