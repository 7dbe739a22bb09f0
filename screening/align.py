"""Which word of a name stands for which word of a listed name: one to one, save that two may have grown together."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import Levenshtein

from screening.text.tokens import Kind

INITIAL: Final = 0.75
"""A letter for a word that begins with it."""

MERGED: Final = 0.95
"""Two words written as one, or one as two."""

CUT: Final = 0.9
"""A last word that a field's length cut short, when it keeps two letters or more."""

TRANSLATED: Final = 0.92
"""A generic word in another language: "Bank" and "Banco"."""

ACRONYM: Final = 0.9
"""A word made of the first letters of three or more."""


class Side(NamedTuple):
    """One name prepared for alignment: its words, what each weighs when it matches, and what it costs when it does not."""

    words: Sequence[str]
    kinds: Sequence[Kind]
    weights: Sequence[float]
    losses: Sequence[float]
    numbers: Sequence[int]
    spelt: Sequence[str]
    """The sound of what was written: translated words are the same word and sound otherwise."""


class Pair(NamedTuple):
    """Words that stand for one another: places in the query and in the listed name, and how alike they are."""

    queried: tuple[int, ...]
    listed: tuple[int, ...]
    likeness: float
    weight: float


class Alignment(NamedTuple):
    """The pairs, and which words were left over on both sides."""

    pairs: list[Pair]
    queried_left: list[int]
    listed_left: list[int]


def align(
    query: Side, listed: Side, near: Sequence[Mapping[int, float]], joined: Sequence[Mapping[int, float]] = ()
) -> Alignment:
    """Pair the words greedily, heaviest first; then words that grew together, then acronyms."""
    possible = _possible(query, listed, near)
    possible.sort(reverse=True)
    free, unmet = [True] * len(query.words), [True] * len(listed.words)
    pairs: list[Pair] = []
    for _, likeness, place, other in possible:
        if free[place] and unmet[other]:
            free[place] = unmet[other] = False
            pairs.append(Pair((place,), (other,), likeness, (query.weights[place] + listed.weights[other]) / 2))
    if True in free:
        _merge(query, listed, free, unmet, pairs, swapped=False, near=joined)
    if True in unmet:
        _merge(listed, query, unmet, free, pairs, swapped=True)
    if True in free and True in unmet:
        _acronyms(query, listed, free, unmet, pairs)
    return Alignment(
        pairs, [place for place, left in enumerate(free) if left], [place for place, left in enumerate(unmet) if left]
    )


def _possible(query: Side, listed: Side, near: Sequence[Mapping[int, float]]) -> list[tuple[float, float, int, int]]:
    possible = []
    last = len(query.words) - 1
    heard = list(zip(listed.numbers, listed.words, listed.kinds, listed.weights, strict=True))
    generic = Kind.GENERIC
    for place, word in enumerate(query.words):
        neighbours, weight, kind = near[place], query.weights[place], query.kinds[place]
        for other, (number, target, its_kind, its_weight) in enumerate(heard):
            likeness = neighbours.get(number, 0.0)
            if not likeness and word[0] == target[0]:
                likeness = _by_beginning(word, kind, target, its_kind, cut=place == last)
            if likeness == 1.0 and kind is generic and query.spelt[place] != listed.spelt[other]:
                likeness = TRANSLATED
            if likeness:
                possible.append((likeness * (weight + its_weight), likeness, place, other))
    return possible


def _by_beginning(word: str, kind: Kind, target: str, its_kind: Kind, *, cut: bool) -> float:
    if kind is Kind.INITIAL or its_kind is Kind.INITIAL:
        return INITIAL if kind is not its_kind else 0.0
    if word[0] in "§~":
        return 0.0
    if cut and len(word) > 1 and target.startswith(word):
        return CUT if len(word) > 3 else CUT - 0.1
    short, long = (word, target) if len(word) < len(target) else (target, word)
    if len(short) >= 5 and long.startswith(short):
        return 0.2 + 0.7 * len(short) / len(long)
    return 0.0


def _merge(
    apart: Side,
    whole: Side,
    left: list[bool],
    others: list[bool],
    pairs: list[Pair],
    *,
    swapped: bool,
    near: Sequence[Mapping[int, float]] = (),
) -> None:
    """Two words of one side that are one word of the other; at least one of the two must be unpaired."""
    for place in range(len(apart.words) - 1):
        if not (left[place] or left[place + 1]):
            continue
        one, two = apart.words[place], apart.words[place + 1]
        if one[0] in "§~" or two[0] in "§~":
            continue
        joined = one + two
        neighbours = near[place] if near else {}
        for other, word in enumerate(whole.words):
            if not (others[other] or _better(pairs, other, swapped)):
                continue
            if (neighbours and whole.numbers[other] in neighbours) or _grown(word, joined):
                both, single = (place, place + 1), (other,)
                weight = (apart.weights[place] + apart.weights[place + 1] + whole.weights[other]) / 2
                if swapped:
                    _release(pairs, single, both, others, left)
                    pairs.append(Pair(single, both, MERGED, weight))
                else:
                    _release(pairs, both, single, left, others)
                    pairs.append(Pair(both, single, MERGED, weight))
                break


def _grown(word: str, joined: str) -> bool:
    return word == joined or (
        len(word) > 5 and abs(len(word) - len(joined)) <= 1 and Levenshtein.distance(word, joined, score_cutoff=1) <= 1
    )


def _better(pairs: list[Pair], other: int, swapped: bool) -> bool:
    """Whether a word's present pair is worth less than growing together."""
    return any(pair.likeness < MERGED and other in (pair.queried if swapped else pair.listed) for pair in pairs)


def _release(
    pairs: list[Pair], queried: tuple[int, ...], listed: tuple[int, ...], free: list[bool], unmet: list[bool]
) -> None:
    """Undo the pairs of words that have grown together, and take the words."""
    for pair in [pair for pair in pairs if set(pair.queried) & set(queried) or set(pair.listed) & set(listed)]:
        pairs.remove(pair)
        for place in pair.queried:
            free[place] = True
        for place in pair.listed:
            unmet[place] = True
    for place in queried:
        free[place] = False
    for place in listed:
        unmet[place] = False


def _acronyms(query: Side, listed: Side, free: list[bool], unmet: list[bool], pairs: list[Pair]) -> None:
    for one, many, left, others, swapped in (
        (query, listed, free, unmet, False),
        (listed, query, unmet, free, True),
    ):
        initials = [
            (place, word[1] if word[0] == "~" else word[0])
            for place, word in enumerate(many.words)
            if others[place] and many.kinds[place] in (Kind.NAME, Kind.GENERIC)
        ]
        letters = "".join(letter for _, letter in initials)
        for place, word in enumerate(one.words):
            if left[place] and len(initials) >= len(word) >= 3 and word in letters:
                start = letters.index(word)
                taken = tuple(index for index, _ in initials[start : start + len(word)])
                left[place] = False
                for index in taken:
                    others[index] = False
                whole = (place,)
                queried, its = (taken, whole) if swapped else (whole, taken)
                pairs.append(Pair(queried, its, ACRONYM, one.weights[place]))
                break
