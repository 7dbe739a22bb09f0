"""The listed names arranged for search: a name of a payment in, the listed names that may be meant by it out."""

import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from screening.align import MERGED, Alignment, Pair, Side, align
from screening.distance import allowed
from screening.entity import Entity, EntityKind, ListedName, NameKind
from screening.features import CUT, FAR, FEATURES, Asked, Row, as_cut, as_whole, distinct, measure, points
from screening.passjoin import MOST, PassJoin
from screening.similarity import distinct as distinct_words
from screening.text.tokens import Kind, Words, natural, of_organisation, of_person, plain, readings
from screening.vocabulary import Vocabulary

MOST_WORDS: Final = 16
"""Words of a queried name that are compared; no name has more, and a longer text is a text."""

CANDIDATES: Final = 32
"""Listed names that are aligned for one queried name."""

BEGUN: Final = 16
"""Letters from which a cut name is looked for by its beginning."""

PROMISING: Final = 0.45
"""The agreement that a listed name's near words must promise to be aligned at all."""

ALIKE: Final = 8
"""Listed spellings that may begin in the same way; "JOINT STOCK COM" tells nothing."""

_OPTIONAL: Final = frozenset((Kind.FORM, Kind.TITLE, Kind.PATRONYMIC))

WHOLE: Final = 0.65
"""The part of the letters that must agree where two names are read as wholes."""

_WEAKEST: Final = [feature.name for feature in FEATURES].index("weakest")

LOSS: Final[Mapping[Kind, float]] = {
    Kind.NAME: 1.0,
    Kind.GENERIC: 0.55,
    Kind.FORM: 0.1,
    Kind.PARTICLE: 0.4,
    Kind.TITLE: 0.2,
    Kind.PATRONYMIC: 0.25,
    Kind.INITIAL: 0.6,
    Kind.NUMBER: 1.0,
}
"""What a word costs when nothing stands for it, as a part of its weight."""


@dataclass(frozen=True, slots=True)
class Query:
    """A name to look for. `kind` is "person", "organisation", "vessel" …, None when nobody knows."""

    name: str
    kind: str | None = None


class Match(NamedTuple):
    """A listed name that may be meant: its points and what they are made of."""

    points: float
    row: int
    values: tuple[float, ...]
    edits: int
    whole: bool
    """Whether it was read letter by letter; otherwise word by word."""
    kind: str | None = None
    """What the query was read as."""


class Index:
    """One version of the lists, ready for search. Immutable but for its caches, so threads may share it."""

    def __init__(
        self,
        entities: Sequence[Entity],
        names: Sequence[ListedName],
        read: Sequence[Words],
        rows: list[Row],
        *,
        scaled: bool = True,
    ):
        self.entities = entities
        self._scaled = scaled
        self.names = names
        self.rows = rows
        self.vocabulary, self._bearing = _vocabulary(read, rows, len(entities))
        pools: list[set[int]] = [set() for _ in entities]
        spoken: list[list[frozenset[int]]] = [[] for _ in entities]
        for number, (words, row) in enumerate(zip(read, rows, strict=True)):
            rows[number] = row._replace(side=_side(self.vocabulary, words))
            pools[row.owner].update(rows[number].side.numbers)
            spoken[row.owner].append(frozenset(rows[number].side.numbers))
        self._pools = [frozenset(pool) for pool in pools]
        self.vocabulary.learn(spoken)
        self._owners = np.array([row.owner for row in rows], dtype=np.int32)
        self._weights = np.array([sum(row.side.weights) for row in rows], dtype=np.float32)
        joined: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(read):
            for text in _spellings(words):
                joined[text].append(number)
        self._joined = sorted(joined)
        self._rows_of = [joined[text] for text in self._joined]
        self._passjoin = PassJoin(self._joined)

    @classmethod
    def build(cls, entities: Iterable[Entity], *, scaled: bool = True) -> Self:
        """Read all names of the entities and arrange them; not `scaled`, names of any length may be three edits away."""
        kept = list(entities)
        names: list[ListedName] = []
        words: list[Words] = []
        rows: list[Row] = []
        for owner, entity in enumerate(kept):
            seen = set()
            for name in entity.names:
                person = entity.kind is EntityKind.PERSON
                taken = of_person(name.text) if person else of_organisation(name.text)
                if taken.words and (taken.words, taken.plain) not in seen:
                    seen.add((taken.words, taken.plain))
                    names.append(name)
                    words.append(taken)
                    rows.append(_row(taken, owner, weak=name.kind is NameKind.WEAK, person=person))
        return cls(kept, names, words, rows, scaled=scaled)

    def search(self, query: Query, *, limit: int = 10) -> list[Match]:
        """The likeliest listed names, best first; every entity once, by the name that fits best."""
        best: dict[int, tuple[tuple[float, int, int], Match]] = {}
        for match in self.matches(query):
            owner = self.rows[match.row].owner
            rank = match.points, -match.edits, -abs(len(self.names[match.row].text) - len(query.name))
            if owner not in best or rank > best[owner][0]:
                best[owner] = rank, match
        return sorted((match for _, match in best.values()), key=lambda match: (-match.points, match.row))[:limit]

    def matches(self, query: Query) -> Iterator[Match]:
        """Every listed name worth weighing, in no order; among them all within the edits that the name can bear."""
        for kind, words in readings(query.name, query.kind).items():
            if words.words:
                asked = self.asked(words, kind)
                for number, edits in self._candidates(asked, words, query.name).items():
                    if kind == query.kind or self.rows[number].person:
                        yield self.weigh(asked, number, edits)._replace(kind=kind)

    def weigh(self, asked: Asked, number: int, edits: int) -> Match:
        """The points of one listed name, read word by word or letter by letter, whichever speaks more for it."""
        row = self.rows[number]
        alignment = align(asked.side, row.side, asked.near, asked.joined)
        values = measure(asked, row, alignment, edits, self._pools[row.owner])
        match = Match(points(values), number, values, edits, False)
        if edits == CUT and _is_cut(asked, alignment):
            values = as_cut(asked, row, alignment)
            return max(match, Match(points(values), number, values, edits, True))
        if not edits or (edits <= MOST and _may_be_misspelt(asked, row, alignment)):
            values = as_whole(asked, row, alignment, edits)
            total = points(values)
            if total > match.points and values[_WEAKEST] >= WHOLE:
                return Match(total, number, values, edits, True)
        return match

    def judge(self, query: Query, number: int) -> Match:
        """The match of a query with one listed name, whether or not a search would have found it."""
        read = [
            self.weigh(
                self.asked(words, kind), number, self._candidates_of(words, query.name).get(number, FAR)
            )._replace(kind=kind)
            for kind, words in readings(query.name, query.kind).items()
            if kind == query.kind or self.rows[number].person
        ]
        return max(read, key=lambda match: match.points)

    def pairs(self, name: str, match: Match) -> list[tuple[Sequence[str], Pair]]:
        """The words of a queried name and which of them stand for which of a matched one, for the explanation."""
        asked = self.asked(readings(name, match.kind)[match.kind], match.kind)
        aligned = align(asked.side, self.rows[match.row].side, asked.near, asked.joined)
        return [(asked.side.words, pair) for pair in aligned.pairs]

    def bearers(self, words: Iterable[int]) -> NDArray[np.int32]:
        """Numbers of the entities that bear one of the words, in order."""
        rows = np.concatenate([self._bearing[word] for word in words])
        return np.unique(self._owners[rows])

    def row_of(self, key: tuple[str, str], text: str) -> int | None:
        """The row of an entity's name as printed, None when there is none."""
        return next(
            (
                number
                for number, (row, name) in enumerate(zip(self.rows, self.names, strict=True))
                if name.text == text and self.entities[row.owner].key == key
            ),
            None,
        )

    def asked(self, words: Words, kind: str | None) -> Asked:
        """A queried name ready to be measured."""
        spoken, kinds = words.words[:MOST_WORDS], words.kinds[:MOST_WORDS]
        vocabulary = self.vocabulary
        near = [
            vocabulary.near(word, arabic=word in words.arabic) if its_kind is not Kind.INITIAL else {}
            for word, its_kind in zip(spoken, kinds, strict=True)
        ]
        weights = []
        for word, its_kind, neighbours in zip(spoken, kinds, near, strict=True):
            weight = vocabulary.weight(word, its_kind)
            if neighbours and word not in vocabulary.number:
                weight = min(weight, max(vocabulary.weight(vocabulary.words[other], its_kind) for other in neighbours))
            weights.append(weight)
        losses = [
            vocabulary.loss(word, its_kind, weight) * LOSS[its_kind]
            for word, weight, its_kind in zip(spoken, weights, kinds, strict=True)
        ]
        person = None if kind is None else kind == EntityKind.PERSON
        side = Side(spoken, kinds, weights, losses, (), words.spelt)
        crowds = [
            vocabulary.crowds(word, arabic=word in words.arabic) if its_kind is not Kind.INITIAL else {}
            for word, its_kind in zip(spoken, kinds, strict=True)
        ]
        return Asked(
            side,
            near,
            crowds,
            self._joined_near(words, spoken),
            _letters(words),
            words.telling,
            distinct(kinds),
            person,
        )

    def _joined_near(self, words: Words, spoken: Sequence[str]) -> list[dict[int, float]]:
        """Per word, the listed words that it and the next make together; in Arabic also those that only sound so."""
        joined = []
        for one, two in itertools.pairwise(spoken):
            grown = one + two
            if one in words.arabic and two in words.arabic and len(grown) >= 4:
                joined.append(self.vocabulary.near(grown, arabic=True))
            else:
                number = self.vocabulary.number.get(grown)
                joined.append({} if number is None else {number: 1.0})
        return joined

    def _candidates(self, asked: Asked, words: Words, name: str) -> dict[int, int]:
        """Rows worth weighing, each with its distance without blanks where that is at most three."""
        return dict.fromkeys(self._by_words(asked), FAR) | self._candidates_of(words, name)

    def _candidates_of(self, words: Words, name: str) -> dict[int, int]:
        """Rows that are the same, nearly the same or longer when blanks do not count."""
        found: dict[int, int] = {}
        bearable = allowed(len(" ".join(words.plain)), scaled=self._scaled)  # blanks are letters to the product's rule
        asked = dict.fromkeys(_either_way(name) | {words.joined, "".join(sorted(words.plain))}, bearable)
        # A short name is not nearer to all others for the legal form behind it.
        asked.setdefault(words.core, allowed(len(words.core), scaled=self._scaled))
        for text, most in asked.items():
            for number, edits in self._passjoin.within(text, most) if text else ():
                for row in self._rows_of[number]:
                    found[row] = min(edits, found.get(row, FAR))
        for row in self._by_beginning(words.joined):
            found[row] = min(CUT, found.get(row, CUT))
        return found

    def _by_words(self, asked: Asked) -> list[int]:
        rows, values = [], []
        for neighbours, weight in zip(asked.near, asked.side.weights, strict=True):
            if neighbours and (weight >= 0.7 or len(asked.near) == 1):
                bearing, likeness = self._borne(neighbours)
                rows.append(bearing)
                values.append(likeness * np.float32(weight))
        for place, neighbours in enumerate(asked.joined):
            if neighbours:
                bearing, likeness = self._borne(neighbours)
                rows.append(bearing)
                values.append(likeness * np.float32(sum(asked.side.weights[place : place + 2]) / 2))
        if not rows:
            return []
        row, value = np.concatenate(rows), np.concatenate(values)
        order = np.argsort(row, kind="stable")
        row, value = row[order], value[order]
        first = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1])))
        row, value = row[first], np.add.reduceat(value, first)
        bound = value / np.maximum(0.7 * sum(asked.side.losses) + 0.3 * self._weights[row], 1e-6)
        if len(row) > CANDIDATES:
            likeliest = np.argpartition(bound, -CANDIDATES)[-CANDIDATES:]
            row, bound = row[likeliest], bound[likeliest]
        kept: list[int] = row[bound > PROMISING].tolist()
        return kept

    def _borne(self, neighbours: Mapping[int, float]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Rows that bear one of the words, each with the likeness of the nearest."""
        bearing = [self._bearing[word] for word in neighbours]
        if len(bearing) == 1:
            return bearing[0], np.full(len(bearing[0]), next(iter(neighbours.values())), dtype=np.float32)
        likeness = np.fromiter(neighbours.values(), dtype=np.float32, count=len(neighbours))
        rows = np.concatenate(bearing)
        values = np.repeat(likeness, [len(part) for part in bearing])
        order = np.lexsort((-values, rows))
        rows, values = rows[order], values[order]
        first = np.empty(len(rows), dtype=bool)
        first[0] = True
        np.not_equal(rows[1:], rows[:-1], out=first[1:])
        return rows[first], values[first]

    def _by_beginning(self, joined: str) -> list[int]:
        if len(joined) < BEGUN:
            return []
        start = bisect_left(self._joined, joined)
        end = bisect_left(self._joined, joined + "\x7f", lo=start)
        return [row for number in range(start, end) for row in self._rows_of[number]] if end - start <= ALIKE else []


def _may_be_misspelt(asked: Asked, row: Row, alignment: Alignment) -> bool:
    """Whether words are left over that edits could explain; two that are known to be two names are no misspelling."""
    if not (alignment.queried_left or alignment.listed_left):
        return False
    return not any(
        distinct_words(asked.side.words[place], row.side.words[other])
        for place in alignment.queried_left
        for other in alignment.listed_left
    )


def _is_cut(asked: Asked, alignment: Alignment) -> bool:
    """Whether the last word was cut; a name that ends with a whole word is shorter and not cut."""
    last = len(asked.side.words) - 1
    return not any(last in pair.queried and pair.likeness >= MERGED for pair in alignment.pairs)


def _either_way(name: str) -> set[str]:
    """A name with a comma without blanks, read as a person's and as anything else's."""
    return {"".join(plain(name)), "".join(plain(natural(name)))} if "," in name else set()


def _spellings(words: Words) -> set[str]:
    """The name without blanks: as written, in alphabetical order, without its legal form."""
    return {text for text in (words.joined, "".join(sorted(words.plain)), words.core) if text}


def _letters(words: Words) -> str:
    """The words that are compared, in alphabetical order, without legal forms and without what persons' names may leave out."""
    kept = [word for word, kind in zip(words.words, words.kinds, strict=True) if kind not in _OPTIONAL]
    return " ".join(sorted(kept or words.words))


def _row(words: Words, owner: int, *, weak: bool, person: bool) -> Row:
    bare = Side(words.words, words.kinds, (), (), (), ())
    return Row(bare, _letters(words), words.family, words.telling, distinct(words.kinds), weak, person, owner)


def _vocabulary(
    read: Sequence[Words], rows: Sequence[Row], entities: int
) -> tuple[Vocabulary, list[NDArray[np.int32]]]:
    bearing: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(read):
        for word in dict.fromkeys(words.words):  # in their order: words have the same numbers in every process
            bearing[word].append(number)
    bearers = [len({rows[number].owner for number in numbers}) for numbers in bearing.values()]
    vocabulary = Vocabulary(list(bearing), bearers, entities)
    return vocabulary, [np.array(numbers, dtype=np.int32) for numbers in bearing.values()]


def _side(vocabulary: Vocabulary, words: Words) -> Side:
    weights = [vocabulary.weight(word, kind) for word, kind in zip(words.words, words.kinds, strict=True)]
    losses = [weight * LOSS[kind] for weight, kind in zip(weights, words.kinds, strict=True)]
    numbers = [vocabulary.number[word] for word in words.words]
    return Side(words.words, words.kinds, weights, losses, numbers, words.spelt)
