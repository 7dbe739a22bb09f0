"""Korean syllables in Latin letters, as North Korea and the lists write its people's names: Kim Jong Un, not Gim Jeong-eun.

The official romanisation of 1992 without its aspirated spellings (Pyongyang, not Phyongyang), syllable by syllable as names are written.
"""

import re
from typing import Final

_FIRST: Final = "가"
_SYLLABLES: Final = re.compile("[가-힣]")
_INITIALS: Final = ["k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"]
_VOWELS: Final = ["a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "u", "ui", "i"]  # fmt: skip
_FINALS: Final = ["", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", ""]  # fmt: skip


def romanised(text: str) -> str:
    """The text with each Korean syllable in Latin letters and a space behind it."""
    return _SYLLABLES.sub(_syllable, text)


def _syllable(found: re.Match[str]) -> str:
    number = ord(found[0]) - ord(_FIRST)
    initial, rest = divmod(number, len(_VOWELS) * len(_FINALS))
    vowel, final = divmod(rest, len(_FINALS))
    return f"{_INITIALS[initial]}{_VOWELS[vowel]}{_FINALS[final]} "
