"""All words of the listed names: how rare each is, which words are near it, and which the lists use for one another."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from screening import learning
from screening.neighbours import Deletions
from screening.similarity import ARTICLE, LEARNT, alike, alike_in_arabic, by_edits
from screening.text.common import PEOPLE, TRADE
from screening.text.sound import arabic_skeleton, fold, skeleton
from screening.text.tokens import Kind

NEAR: Final = 0.66
"""Below this, words are not near."""

COMMONEST: Final = 1.2
"""The weight of a word that everybody bears; a word that nobody else bears weighs up to about 9 (natural logarithm)."""

POPULATION: Final = 15_000
"""Entities that rarity is counted among at least, so that a short list's words are not all common."""

WIDESPREAD: Final = 4.0
"""The most that a word weighs which half the world bears."""

_CACHED: Final = 100_000


def is_word(word: str) -> bool:
    """Whether it can be misspelt: not a class of words and not a number."""
    return word[0] not in "§~" and not word[0].isdigit()


class Vocabulary:
    """The words of one version of the lists, numbered. Thread-safe: only its cache changes."""

    def __init__(self, words: Sequence[str], bearers: Sequence[int], entities: int) -> None:
        self.words = words
        self._bearers = bearers
        self.number = {word: number for number, word in enumerate(words)}
        self._borne_by_many = PEOPLE | TRADE | {fold(word) for word in PEOPLE if len(word) > 4}
        population = max(entities, POPULATION)
        self._idf = [math.log(1 + population / (count + 1)) for count in bearers]
        self.rarest = math.log(1 + population / 2)
        spelt = [number for number, word in enumerate(words) if is_word(word)]
        self._deletions = Deletions([words[number] for number in spelt], spelt)
        self._skeletons = _grouped(spelt, words, skeleton)
        self._arabic = _grouped(spelt, words, arabic_skeleton)
        self._learnt: dict[int, dict[int, float]] = {}
        self._apart: set[tuple[int, int]] = set()
        self._population = population
        self._cache: dict[tuple[str, bool], dict[int, float]] = {}
        self._crowds: dict[tuple[str, bool], dict[int, float]] = {}

    def learn(self, entities: Sequence[Sequence[frozenset[int]]]) -> None:
        """Take what the lists teach, entity by entity, each as its names: words used for one another, and near ones that are not."""
        for one, other, worth in learning.together(entities, self._bearers, LEARNT.worth):
            self._learnt.setdefault(one, {})[other] = worth
            self._learnt.setdefault(other, {})[one] = worth
        for pair in learning.apart(entities, self._bearers, self.words, lambda word: self.near(self.words[word])):
            self._apart.update((pair, pair[::-1]))
        self._cache.clear()
        self._crowds.clear()

    def rarity(self, word: str) -> float:
        """Natural logarithm of how many entities there are per bearer of the word."""
        number = self.number.get(word)
        rarity = max(COMMONEST, self.rarest if number is None else self._idf[number])
        return min(rarity, WIDESPREAD) if word in self._borne_by_many else rarity

    def weight(self, word: str, kind: Kind) -> float:
        """What it says that a name holds the word."""
        match kind:
            case Kind.FORM:
                return 0.4
            case Kind.PARTICLE:
                return 0.35
            case Kind.TITLE:
                return 0.4
            case Kind.INITIAL:
                return 0.8
            case Kind.GENERIC:
                return min(4.5, self.rarity(word))
            case _:
                return self.rarity(word)

    def telling(self, word: str) -> bool:
        """Whether the word by itself may be somebody's name: long enough and not borne by half the world."""
        return len(word) >= 4 and word not in self._borne_by_many

    def loss(self, word: str, kind: Kind, weight: float) -> float:
        """What the word weighs when nothing stands for it: a name that half the world bears still makes another person."""
        if kind is Kind.NAME and word in self._borne_by_many:
            number = self.number.get(word)
            return max(COMMONEST, self.rarest if number is None else self._idf[number])
        return weight

    def near(self, word: str, *, arabic: bool = False) -> dict[int, float]:
        """Numbers of the words near a word, with how alike they are."""
        found = self._cache.get((word, arabic))
        if found is None:
            if len(self._cache) > _CACHED:
                self._cache.clear()
                self._crowds.clear()
            found = self._cache[word, arabic] = self._near(word, arabic)
        return found

    def crowds(self, word: str, *, arabic: bool = False) -> dict[int, float]:
        """Per near word, how rare it is to resemble the word so well: many a list word is near a short or vowelless one."""
        found = self._crowds.get((word, arabic))
        if found is None:
            found, borne = {}, 0
            near = self.near(word, arabic=arabic)
            for number, _ in sorted(near.items(), key=lambda item: (-item[1], item[0])):
                borne += self._bearers[number]
                found[number] = max(COMMONEST, math.log(1 + self._population / (borne + 1)))
            self._crowds[word, arabic] = found
        return found

    def _near(self, word: str, arabic: bool) -> dict[int, float]:
        number = self.number.get(word)
        near: dict[int, float] = {} if number is None else {number: 1.0}
        if is_word(word):
            for candidate in self._candidates(word):
                if candidate == number:
                    continue
                likeness, _ = alike(word, self.words[candidate])
                if number is not None and (number, candidate) in self._apart:
                    likeness -= 0.15
                if likeness >= NEAR:
                    near[candidate] = likeness
            if arabic and len(word) >= 2:
                heard = self._arabic.get(arabic_skeleton(word), ())
                likenesses = alike_in_arabic(word, [self.words[candidate] for candidate in heard])
                for candidate, likeness in zip(heard, likenesses, strict=True):
                    if likeness >= NEAR:
                        near[candidate] = max(near.get(candidate, 0.0), likeness)
            self._with_article(word, near)
        if number is not None:
            for other, worth in self._learnt.get(number, {}).items():
                near[other] = max(near.get(other, 0.0), worth)
        return near

    def _candidates(self, word: str) -> list[int]:
        """Words with the same consonants, and of those with other consonants the ones that are near in letters."""
        heard = self._skeletons.get(skeleton(word), ())
        words, known = self.words, set(heard)
        spelt = [
            other for other in self._deletions.near(word) if other not in known and by_edits(word, words[other]) >= NEAR
        ]
        return [*heard, *spelt]

    def _with_article(self, word: str, near: dict[int, float]) -> None:
        others = [article + word for article in ("al", "el") if len(word) >= 4]
        others += [word[2:]] if len(word) >= 6 and word[:2] in ("al", "el") else []
        for other in others:
            number = self.number.get(other)
            if number is not None:
                near[number] = max(near.get(number, 0.0), ARTICLE.worth)


def _grouped(numbers: Iterable[int], words: Sequence[str], key: Callable[[str], str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        if len(words[number]) > 2:
            groups[key(words[number])].append(number)
    return dict(groups)
