"""How alike two words of a name are, from 0 to 1: a table of what one may do to a word and still mean it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA, Levenshtein

from screening.text.lexicon import father, given_name
from screening.text.sound import arabic_skeleton, devowelled, fold, skeleton, vowelled
from screening.text.tables import words


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a way of being alike is worth."""

    name: str
    worth: float
    meaning: str


EXACT: Final = Likeness("exact", 1.0, "the same letters")
SOUND: Final = Likeness("sound", 0.97, "another romanisation of the same sounds")
SPELLING: Final = Likeness("given name", 0.96, "two known spellings of one given name")
LEARNT: Final = Likeness("learnt", 0.94, "the list itself gives both words to the same entities")
ARTICLE: Final = Likeness("article", 0.93, "the Arabic article joined or left out")
VOWELLESS: Final = Likeness("vowelless", 0.92, "written without its vowels")
SCRIPT: Final = Likeness("script", 0.97, "Arabic letters, which leave out short vowels")
EDITS: Final = Likeness("edits", 1.0, "one or two letters differ; each costs its share of the word")
BONES: Final = Likeness("consonants", 0.94, "the same consonants, other vowels")

_VOWELS_WORTH: Final = 0.28
"""What all the vowels of a word are worth, where the consonants agree."""

_PINYIN_INITIALS: Final = sorted(words("zh ch sh b p m f d t n l g k h j q x r z c s y w"), key=len, reverse=True)
_PINYIN_FINALS: Final = words("""a o e ai ei ao ou an en ang eng ong er i ia ie iao iu ian in iang ing iong u ua uo uai ui uan un uang ueng ue van
    yu yue yun yuan""")


@lru_cache(50_000)
def _syllable(word: str) -> bool:
    initial = next((letters for letters in _PINYIN_INITIALS if word.startswith(letters)), "")
    return word[len(initial) :] in _PINYIN_FINALS


def distinct(one: str, other: str) -> bool:
    """Whether two near words are known to be two names: another given name, or two syllables of Chinese."""
    named, called = given_name(one), given_name(other)
    return (named is not None and called is not None and named != called) or _syllables(one, other)


def _syllables(one: str, other: str) -> bool:
    return len(one) <= 6 and len(other) <= 6 and _syllable(one) and _syllable(other)


def feminine(one: str, other: str) -> bool:
    """Whether one word is the other's feminine: Amin and Amina, Petrov and Petrova, Antonio and Antonia."""
    short, long = sorted((one, other), key=len)
    if len(short) < 4:
        return False
    if long[:-1] == short and long[-1] in "ao" and short[-1] not in "aeiouy":
        return True
    return len(short) == len(long) and short[:-1] == long[:-1] and {short[-1], long[-1]} == {"a", "o"}


def alike(word: str, listed: str) -> tuple[float, Likeness]:
    """How alike a word and a listed word are, and in which way; below 0.6 they are two words."""
    if word == listed:
        return 1.0, EXACT
    name, called = given_name(word), given_name(listed)
    if name is not None and called is not None:
        return (SPELLING.worth, SPELLING) if name == called else (0.0, EDITS)
    if _syllables(word, listed):
        return 0.0, EDITS
    if len(word) > 6 and (parent := father(word)) is not None and parent == father(listed):
        return SPELLING.worth, SPELLING
    best, way = by_edits(word, listed), EDITS
    sounded = _by_sound(word, listed)
    if SOUND.worth > sounded > 0.0 and (name is None) != (called is None):
        sounded -= 0.06  # one is a known given name and the other none of its spellings
    if sounded > best:
        best, way = sounded, BONES if sounded < SOUND.worth else SOUND
    if best < VOWELLESS.worth and len(word) >= 3 and word == devowelled(word) == devowelled(listed):
        best, way = VOWELLESS.worth, VOWELLESS
    if feminine(word, listed):
        best = min(best, 0.80)
    return best, way


def alike_in_arabic(word: str, listed: Sequence[str]) -> list[float]:
    """How alike an Arabic word and each of many listed words with the same consonants are.

    As `alike`, save that what was written without short vowels is read with them; worked out together, for there are hundreds.
    """
    name, syllable = given_name(word), len(word) <= 6 and _syllable(word)
    parent = father(word) if len(word) > 6 else None
    few = len(arabic_skeleton(word)) < 3
    found = []
    for other in listed:
        if word == other:
            likeness = 1.0
        elif name is not None and (called := given_name(other)) is not None:
            likeness = SPELLING.worth if name == called else 0.0
        elif syllable and len(other) <= 6 and _syllable(other):
            likeness = 0.0
        elif parent is not None and parent == father(other):
            likeness = SPELLING.worth
        else:
            likeness = SCRIPT.worth * vowelled(word, other)
            likeness = likeness - 0.04 if few else likeness
        found.append(likeness)
    return found


def by_edits(word: str, listed: str) -> float:
    """How alike two words are by their letters alone, 0 from three edits on."""
    longest = max(len(word), len(listed))
    edits = OSA.distance(word, listed, score_cutoff=2)
    if edits > 2 or longest < 3:
        return 0.0
    likeness = EDITS.worth - 1.05 * edits / longest
    if word[0] != listed[0]:
        likeness -= 0.06
    return likeness - 0.05 if longest <= 4 else likeness


def _by_sound(word: str, listed: str) -> float:
    if len(word) < 3 or len(listed) < 3 or skeleton(word) != skeleton(listed):
        return 0.0
    heard, meant = fold(word), fold(listed)
    if heard == meant:
        return SOUND.worth
    likeness = Levenshtein.normalized_similarity(heard, meant)
    if likeness < 0.5:
        return 0.0
    return BONES.worth - _VOWELS_WORTH * (1.0 - likeness) - (0.12 if min(len(word), len(listed)) <= 3 else 0.0)
