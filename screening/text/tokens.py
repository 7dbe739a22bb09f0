"""A name as a list of classed words: the form in which names are indexed and compared."""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from screening.text.lexicon import COMPANIES, GENERIC, LEGAL_FORMS, PARTICLES, TITLES, corrected, is_patronymic
from screening.text.scripts import is_arabic, latin
from screening.text.sound import fold
from screening.text.tables import words as table

NORMALISER_VERSION: Final = "text-5"
"""Changes whenever a name could be read in another way."""

_WORD: Final = re.compile(r"[^\W_]+")
_DOTS: Final = re.compile(r"(?<=\b\w)\.\s?(?=\w\b)")
_SERVANT: Final = re.compile(r"^ab(?:d|di|ed)(?:[aeiou]{1,2}[lrsznd])?(?=[a-z]{3,})")
_SERVANT_OF: Final = table("abdul abdel abdal abdol abdoul abdur abder abdool abdus abdu abdoel abdil")
_ARTICLES: Final = table("al el ul ur ar as ad an az ash at ol er es")


class Kind(IntEnum):
    """What a word does in a name."""

    NAME = 0
    """It distinguishes: a given name, a family name, a made-up word."""
    GENERIC = 1
    """It says what an organisation does; translated words are one."""
    FORM = 2
    """A legal form."""
    PARTICLE = 3
    """It holds other words together."""
    TITLE = 4
    """It honours a person."""
    PATRONYMIC = 5
    """The father's name, often left out."""
    INITIAL = 6
    """One letter."""
    NUMBER = 7
    """Digits; another number is another thing."""


TELLING: Final = frozenset((Kind.NAME, Kind.PATRONYMIC, Kind.NUMBER))
"""Kinds of words that tell one bearer of a name from another."""


@dataclass(frozen=True, slots=True)
class Words:
    """A name taken apart: the words that are compared with their kinds, and the plain words in Latin letters as written."""

    words: tuple[str, ...]
    kinds: tuple[Kind, ...]
    plain: tuple[str, ...]
    spans: tuple[int, ...]
    """How many plain words each word stands for."""
    arabic: frozenset[str] = frozenset()
    """Words that were written in Arabic letters: their short vowels are missing."""
    family: int = 0
    """How many of the last words are the family name, when the list parts it by a comma."""

    @property
    def joined(self) -> str:
        """The plain words without blanks."""
        return "".join(self.plain)

    @property
    def core(self) -> str:
        """The plain words without legal forms and without blanks."""
        at = 0
        kept: list[str] = []
        for kind, span in zip(self.kinds, self.spans, strict=True):
            if kind is not Kind.FORM:
                kept += self.plain[at : at + span]
            at += span
        return "".join(kept)

    @property
    def spelt(self) -> tuple[str, ...]:
        """The sound of the plain words behind each generic word; nothing for the others, which are as written."""
        at, sounds = 0, []
        for kind, span in zip(self.kinds, self.spans, strict=True):
            sounds.append(fold("".join(self.plain[at : at + span])) if kind is Kind.GENERIC else "")
            at += span
        return tuple(sounds)

    @property
    def telling(self) -> int:
        """Letters of the words that distinguish."""
        return sum(len(word) for word, kind in zip(self.words, self.kinds, strict=True) if kind in TELLING)


def plain(text: str) -> list[str]:
    """The words of a text in Latin letters, as written."""
    lower = _DOTS.sub("", latin(text)).replace("&", " and ")
    return [word for word in _WORD.findall(lower) if word.isascii()]


def natural(name: str) -> str:
    """A person's name with the given names first, where the family name stands before a comma."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and "," not in given and given.strip() else name


def of_person(name: str) -> Words:
    """Read a person's name."""
    words = plain(natural(name))
    read, spans = _servants(words)
    family = len(_servants(plain(name.partition(",")[0]))[0]) if natural(name) is not name else 0
    kinds = _person_kinds(read, family)
    return Words(tuple(read), kinds, tuple(words), tuple(spans), _arabic(name, read), family)


def of_organisation(name: str) -> Words:
    """Read the name of an organisation or a vessel; legal forms and generic words become what they mean."""
    words = plain(name)
    read, kinds, spans = _meant(words)
    return Words(tuple(read), tuple(kinds), tuple(words), tuple(spans), _arabic(name, read))


def _arabic(name: str, read: list[str]) -> frozenset[str]:
    if not is_arabic(name):
        return frozenset()
    latin_words = set(plain(" ".join(word for word in name.split() if not is_arabic(word))))
    return frozenset(read) - latin_words


def readings(name: str, kind: str | None = None) -> dict[str | None, Words]:
    """A name as it may be read, by the kind that it is read as.

    Without a kind, words that organisations are called by make it an organisation's, and yet it may be a person's: "Saleh" is a
    name, and in Arabic letters also a legal form.
    """
    if kind is not None:
        return {kind: of_person(name) if kind == "person" else of_organisation(name)}
    words = of_organisation(name)
    if Kind.FORM not in words.kinds and Kind.GENERIC not in words.kinds:
        return {None: of_person(name)}
    return {None: words} if COMPANIES.intersection(words.plain) else {None: words, "person": of_person(name)}


@lru_cache(100_000)
def _person_kind(word: str) -> Kind:
    if len(word) == 1:
        return Kind.NUMBER if word.isdigit() else Kind.INITIAL
    if word in TITLES:
        return Kind.TITLE
    if word in PARTICLES:
        return Kind.PARTICLE
    if word.isdigit():
        return Kind.NUMBER
    return Kind.NAME


def _person_kinds(words: list[str], family: int) -> tuple[Kind, ...]:
    """The kinds of a person's words. One of three names or more may be a patronymic: never the first, never the family name.

    "Ivan Petrovich Sidorov", "Sidorov Ivan Petrovich"; "Slobodan Milosevic" has none. The Balkan "-ic" ends family names, so
    that it makes a patronymic only between two others.
    """
    kinds = [_person_kind(word) for word in words]
    names = [place for place, kind in enumerate(kinds) if kind is Kind.NAME]
    if len(names) >= 3:
        first, last = names[0], names[-1]
        possible = [
            place
            for place in names
            if place != first
            and place < len(words) - family
            and is_patronymic(words[place])
            and not (words[place].endswith("ic") and place == last and not family)
        ]
        if possible:
            kinds[next((place for place in possible if place != last), last)] = Kind.PATRONYMIC
    return tuple(kinds)


def _servants(words: list[str]) -> tuple[list[str], list[int]]:
    """ "abd al rahman", "abdul rahman" and "abdulrahman" as the one name that they are; and how many words each takes."""
    read: list[str] = []
    spans: list[int] = []
    at = 0
    while at < len(words):
        word, rest, span = words[at], words[at + 1 : at + 3], 1
        if word in ("abd", "abed", "abdi") and len(rest) == 2 and rest[0] in _ARTICLES:
            word, span = "abd" + rest[1], 3
        elif (word in _SERVANT_OF or word == "abd") and rest and len(rest[0]) > 2:
            word, span = "abd" + _without_article(rest[0]), 2
        elif len(word) > 6 and (found := _SERVANT.match(word)):
            word = "abd" + word[found.end() :]
        read.append(word)
        spans.append(span)
        at += span
    return read, spans


def _without_article(word: str) -> str:
    return word[2:] if len(word) > 5 and word[:2] in ("al", "el", "ul") and not word.startswith("all") else word


def _meant(words: list[str]) -> tuple[list[str], list[Kind], list[int]]:
    read: list[str] = []
    kinds: list[Kind] = []
    spans: list[int] = []
    words = [corrected(word) for word in words]
    folds = [fold(word) for word in words]
    at = 0
    while at < len(words):
        span, word, kind = _phrase(words, folds, at)
        if kind is Kind.NAME and _abbreviates(word, words[max(0, at - 8) : at]):
            kind = Kind.TITLE
        read.append(word)
        kinds.append(kind)
        spans.append(span)
        at += span
    return read, kinds, spans


def _abbreviates(word: str, before: list[str]) -> bool:
    """Whether a word repeats the initials of those before it, as "(AQE)" after a full name does."""
    return 3 <= len(word) <= 6 and len(before) >= 3 and word[0] == before[0][0] and _made_of(word, before)


def _made_of(letters: str, words: list[str]) -> bool:
    """Whether the letters are beginnings of the words, one to three letters of each in their order; some may be left out."""
    if not letters:
        return True
    return bool(words) and (
        any(words[0].startswith(letters[:taken]) and _made_of(letters[taken:], words[1:]) for taken in (1, 2, 3))
        or _made_of(letters, words[1:])
    )


def _phrase(words: list[str], folds: list[str], at: int) -> tuple[int, str, Kind]:
    for length in range(min(LEGAL_FORMS.longest, len(words) - at), 0, -1):
        end = at + length
        if form := LEGAL_FORMS.meaning(words[at:end], folds[at:end]):
            return length, "§" + form, Kind.FORM
        if length <= GENERIC.longest and (concept := GENERIC.meaning(words[at:end], folds[at:end])):
            return length, "~" + concept, Kind.GENERIC
    word = words[at]
    if word in PARTICLES:
        return 1, word, Kind.PARTICLE
    if word.isdigit():
        return 1, word, Kind.NUMBER
    return 1, word, Kind.INITIAL if len(word) == 1 else Kind.NAME
