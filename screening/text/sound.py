"""How a word sounds, whatever romanisation wrote it: folds, consonant skeletons, and Arabic without its vowels."""

import re
from functools import lru_cache
from typing import Final

_FOLD: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:y|j|i)(?=e)", ""),  # Yevgeny, Jewgeni, Evgeny
        (r"shch|szcz|(?<!t)sch|sz(?!k)", "sh"),
        (r"sj", "sh"),
        (r"tsch|tch|tsh|cz|tj(?=$|[iey])", "ch"),
        (r"dzh|dj", "j"),
        (r"(?<=[aeiou])u(?=[aeiou])", "w"),
        (r"kh", "h"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"zh|rz", "z"),
        (r"ck", "k"),
        (r"q", "k"),
        (r"c(?!h)", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"ts|tz", "z"),
        (r"ou|oo", "u"),
        (r"ae", "a"),
        (r"iye|ije|iie", "i"),
        (r"ya|ja|ia", "a"),
        (r"yu|ju|iu", "u"),
        (r"yo|jo|io", "o"),
        (r"ee|ie|ei|ey|ay|ai|iy|yy|ii|ij|ye|je|yi|ji", "i"),
        (r"y|j", "i"),
        (r"o", "u"),
        (r"e", "i"),
    )
)
"""Spellings of one sound, longest first: English, French, German, Polish and Scandinavian ways to write Slavic and Arabic."""

_DOUBLED: Final = re.compile(r"(.)\1+")
_INNER_VOWEL: Final = re.compile(r"(?<!^)[aeiou]")
_VOWELS: Final = frozenset("aeiouy")
_ARABIC_CLASSES: Final = (
    ("kh", "h"),
    ("gh", "g"),
    ("th", "t"),
    ("dh", "d"),
    ("sh", "$"),
    ("ch", "$"),
    ("dj", "j"),
    ("ph", "f"),
    ("q", "k"),
    ("g", "k"),
    ("c", "k"),
    ("x", "ks"),
    ("p", "b"),
    ("v", "f"),
    ("z", "d"),
    ("j", "k"),
)


@lru_cache(200_000)
def fold(word: str) -> str:
    """The word with one spelling per sound: "yevgeniy" and "evgeni" are both "ivgini"."""
    for pattern, sound in _FOLD:
        word = pattern.sub(sound, word)
    word = _DOUBLED.sub(r"\1", word)
    return word[:-1] if len(word) > 3 and word.endswith("h") else word


@lru_cache(200_000)
def skeleton(word: str) -> str:
    """The consonants of the fold, an initial vowel as "a"; "h" and the Ukrainian and Belarusian "g" are too unsteady to count."""
    folded = fold(word)
    bones = _INNER_VOWEL.sub("", folded)
    bones = bones.replace("ch", "s").replace("sh", "s")
    bones = bones[:1] + bones[1:].replace("h", "") if len(folded) > 2 else folded
    if bones[:1] in _VOWELS:
        bones = "a" + bones[1:]
    return _DOUBLED.sub(r"\1", bones)


@lru_cache(200_000)
def arabic_skeleton(word: str) -> str:
    """The consonants that Arabic script and every way to romanise it share; coarse, `vowelled` decides."""
    for spelt, sound in _ARABIC_CLASSES:
        word = word.replace(spelt, sound)
    first = "" if word[:1] in "aeiouhywk" else word[:1]
    rest = re.sub("[aeiouhwy]", "", word[1:])
    return _DOUBLED.sub(r"\1", first + rest) or word[:1]


_LONG: Final = {"a": "ae", "i": "iye", "u": "uow"}
"""Latin letters that a long vowel of Arabic may be written with."""


_NO_VOWELS: Final = str.maketrans("", "", "aeiouyw")
_LONG_SPELT: Final = re.compile("[aeiou]{2}")
"""Two vowels in Latin are one long vowel or a diphthong, which Arabic writes."""


@lru_cache(100_000)
def vowelled(bare: str, word: str) -> float:
    """How well a Latin spelling reads as an Arabic word without its short vowels: 1.0 when only vowels were added."""
    bare, word = _heard(bare), _heard(word)
    if bare[:1] == "a" and word[:1] in _VOWELS:  # alif and ayn carry any vowel at the beginning
        bare, word = bare[1:], word[1:]
    at = lost = missing = 0
    for letter in bare:
        long = letter in _LONG
        found = _find(word, letter, at)
        between = word[at:found] if found > at else ""
        skipped = _consonants(between)
        if found < 0 or skipped > 1 or (skipped and long):
            lost, missing = lost + (not long), missing + long
            continue
        lost += skipped
        missing += not long and len(between) > 1 and _LONG_SPELT.search(between) is not None
        at = found + 1
    lost += _consonants(word[at:])
    return max(0.0, 1.0 - 0.15 * lost - 0.07 * missing)


def _find(word: str, letter: str, start: int) -> int:
    """Where a letter, or a spelling of a long vowel, stands next; -1 when nowhere."""
    spelt = _LONG.get(letter)
    if spelt is None:
        return word.find(letter, start)
    return min((place for each in spelt if (place := word.find(each, start)) >= 0), default=-1)


def _consonants(letters: str) -> int:
    return len(letters.translate(_NO_VOWELS)) if letters else 0


@lru_cache(100_000)
def _heard(word: str) -> str:
    for spelt, sound in _ARABIC_CLASSES:
        word = word.replace(spelt, sound)
    for spelt, sound in (("w", "u"), ("y", "i")):
        word = word.replace(spelt, sound)
    word = _DOUBLED.sub(r"\1", word)
    return word[:-1] if len(word) > 3 and word.endswith("h") else word


def devowelled(word: str) -> str:
    """The word as one shortens it: without vowels; empty when it is none."""
    return "".join(letter for letter in word if letter not in "aeiou")
