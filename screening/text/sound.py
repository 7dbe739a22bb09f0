"""How a word sounds, whatever romanisation wrote it: folds, consonant skeletons, and Arabic without its vowels."""

import re
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

_FOLD: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:y|j|i)(?=e)", ""),  # Yevgeny, Jewgeni, Evgeny
        (r"shch|szcz|(?<!t)sch|sz(?!k)", "sh"),
        (r"sj", "sh"),
        (r"tsch|tch|tsh|cz|tj(?=$|[iey])", "ch"),
        (r"dzh|dj", "j"),
        (r"(?<=[aeiou])u(?=[aeiou])", "w"),
        (r"a[wu](?=[^aeiouyw]|$)", "o"),  # Fawzi, Fauzi, Fozi
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


_SPELT: Final = tuple((long, str.maketrans(dict.fromkeys(spelt, long))) for long, spelt in _LONG.items())


class _Ear(NamedTuple):
    """A Latin word prepared for being read as an Arabic one, since it is held against many."""

    text: str
    spelt: dict[str, str]
    """Per long vowel, the text with that vowel in place of every letter that may spell it."""
    consonants: tuple[int, ...]
    """How many stand before each place."""
    diphthongs: tuple[int, ...]
    """How many pairs of vowels begin before each place: in Latin one long vowel or a diphthong, which Arabic writes."""


@lru_cache(100_000)
def _ear(word: str) -> _Ear:
    text = _heard(word)
    vowels = [letter in "aeiou" for letter in text]
    consonants = accumulate(
        (not vowel and letter not in "yw" for vowel, letter in zip(vowels, text, strict=True)), initial=0
    )
    pairs = accumulate((one and other for one, other in pairwise(vowels)), initial=0)
    return _Ear(text, {long: text.translate(spelt) for long, spelt in _SPELT}, tuple(consonants), tuple(pairs))


@lru_cache(100_000)
def vowelled(bare: str, word: str) -> float:
    """How well a Latin spelling reads as an Arabic word without its short vowels: 1.0 when only vowels were added."""
    bare, ear = _heard(bare), _ear(word)
    text, spelt, consonants, diphthongs = ear
    at = lost = missing = 0
    if bare[:1] == "a" and text[:1] in _VOWELS:  # alif and ayn carry any vowel at the beginning
        bare, at = bare[1:], 1
    for letter in bare:
        long = letter in spelt
        found = (spelt[letter] if long else text).find(letter, at)
        skipped = consonants[found] - consonants[at] if found > at else 0
        if found < 0 or skipped > 1 or (skipped and long):
            lost, missing = lost + (not long), missing + long
            continue
        lost += skipped
        missing += not long and found - at > 1 and diphthongs[found - 1] > diphthongs[at]
        at = found + 1
    lost += consonants[-1] - consonants[at]
    return max(0.0, 1.0 - 0.15 * lost - 0.07 * missing)


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
