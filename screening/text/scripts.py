"""Every script into Latin letters: what hides a name is taken off, and what is written otherwise is romanised."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from screening.text.hangul import romanised

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u061c\u180e\u200b\u200d\u200e\u200f\u2060\u2061\u2062\ufeff"), None)
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘‛`´ʼʻʾʿˈ′ʹʺ\u0640"), None)
"""Apostrophes and the Arabic tatweel join what stands on their two sides."""

_LOOKALIKE: Final = str.maketrans(
    "асеорхуіѕјԁһԛԝкмтнвгАСЕОРХУІЅЈКМТНВЗαορνκτιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aceopxyisjdhqwkmthbrACEOPXYISJKMTHB3aopvktiABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that look Latin. Only used in words that also hold Latin letters: nobody writes so honestly."""

_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]")
_OTHER: Final = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_LATIN_LOOKALIKE: Final = str.maketrans("aceopxyijskmthbACEOPXYIKMTHB", "асеорхуіјѕкмтнвАСЕОРХУІКМТНВ")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff\ufb50-\ufeff]")
_HAN: Final = re.compile(r"([\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff])")
_UKRAINIAN: Final = re.compile(r"[іїєґўІЇЄҐЎ]")
_UKRAINIAN_SOUNDS: Final = str.maketrans(
    {"г": "h", "Г": "H", "и": "y", "И": "Y", "ґ": "g", "Ґ": "G", "є": "ie", "ў": "u"}
)
_BULGARIAN_SOUNDS: Final = str.maketrans({"ъ": "a", "Ъ": "A"})

_IN_WORD: Final = r"(?<![\u0600-\u06ff])"
_ARABIC_RULES: Final = (
    (re.compile("[\u064b-\u065f\u0670]"), ""),  # vowel marks
    (re.compile("[إأآٱ]"), "ا"),
    (re.compile("[یى](?![\u0600-\u06ff])|ی"), "ي"),
    (re.compile("[ھہە]"), "ه"),
    (re.compile("ک"), "ك"),
    (re.compile(_IN_WORD + r"عبد\s*(?:ال)?(?=[\u0600-\u06ff]{2,})"), "عبد"),
    (re.compile(_IN_WORD + r"عبد\s+(?:ال)?(?=[\u0600-\u06ff]{2,})"), "عبد"),
    (re.compile(_IN_WORD + r"(?:و)?ال(?=[\u0600-\u06ff]{2,})"), "al "),
    (re.compile(_IN_WORD + r"ابو(?=[\u0600-\u06ff]{3,})"), "ابو "),
    (re.compile("ة(?![\u0600-\u06ff])"), "ه"),
)
"""What one spells in several ways in Arabic and Persian, and the article and the servant's name, which Latin spells apart."""

_ARABIC_LETTERS: Final = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگءئؤ",
        [
            "a",
            "b",
            "t",
            "th",
            "j",
            "h",
            "kh",
            "d",
            "dh",
            "r",
            "z",
            "s",
            "sh",
            "s",
            "d",
            "t",
            "z",
            "a",
            "gh",
            "f",
            "q",
            "k",
            "l",
            "m",
            "n",
            "h",
            "w",
            "y",
            "p",
            "ch",
            "zh",
            "g",
            "",
            "y",
            "w",
        ],
        strict=True,
    )
)
_ARABIC_TABLE: Final = str.maketrans(_ARABIC_LETTERS)


def is_arabic(text: str) -> bool:
    """Whether it holds Arabic letters; then its short vowels are missing."""
    return not text.isascii() and _ARABIC.search(text) is not None


def latin(text: str) -> str:
    """The text in lower-case Latin letters without marks; signs other than letters are kept, apostrophes are not."""
    if text.isascii():
        return text.translate(_APOSTROPHES).lower()
    return _latin(text)


@lru_cache(4096)
def _latin(text: str) -> str:
    between = re.sub("(?<=[\u0600-\u06ff])\u200c(?=[\u0600-\u06ff])", " ", text).replace("\u200c", "")
    seen = between.translate(_INVISIBLE).translate(_APOSTROPHES)
    seen = unicodedata.normalize("NFKC", seen).translate(_APOSTROPHES)
    seen = " ".join(_honest(word) for word in seen.split())
    if _ARABIC.search(seen):
        seen = _from_arabic(seen)
    if _UKRAINIAN.search(seen):
        seen = seen.translate(_UKRAINIAN_SOUNDS)
    seen = _HAN.sub(r"\1 ", romanised(seen).translate(_BULGARIAN_SOUNDS)).casefold()
    bare = "".join(sign for sign in unicodedata.normalize("NFD", seen) if not unicodedata.combining(sign))
    bare = bare if bare.isascii() else anyascii(unicodedata.normalize("NFC", bare)).lower()
    return bare.translate(_APOSTROPHES)


def _honest(word: str) -> str:
    """A word that mixes scripts to look like another, as it looks."""
    if word.isascii() or not (_LATIN.search(word) and _OTHER.search(word)):
        return word
    strange = len(_OTHER.findall(word))
    if strange > len(_LATIN.findall(word)) and _OTHER.search(word.translate(_LOOKALIKE)):
        return word.translate(_LATIN_LOOKALIKE)
    return word.translate(_LOOKALIKE)


def _from_arabic(text: str) -> str:
    for pattern, spelt in _ARABIC_RULES:
        text = pattern.sub(spelt, text)
    return text.translate(_ARABIC_TABLE)
