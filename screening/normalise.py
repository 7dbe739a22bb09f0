"""One spelling per name: the form in which listed names and payment names are compared."""

import unicodedata
from typing import Final

_UNDECOMPOSED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
"""Latin letters that Unicode does not take apart into a letter and a mark."""

_APOSTROPHES: Final = frozenset("'’‘`´ʼ′")


def normalise(name: str) -> str:
    """The name in lower case, without accents and punctuation, its words parted by single blanks.

    "  O’Connor-Łukasz,  José " becomes "oconnor lukasz jose". Scripts other than Latin are kept as they are.
    """
    # Apostrophes go first: compatibility decomposition would turn some of them into a blank and a mark.
    bare = "".join(character for character in name if character not in _APOSTROPHES)
    decomposed = unicodedata.normalize("NFKD", bare.casefold()).casefold().translate(_UNDECOMPOSED)
    return " ".join("".join(_kept(character) for character in decomposed).split())


def _kept(character: str) -> str:
    match unicodedata.category(character)[0]:
        case "L" | "N":
            return character
        # Marks are accents; format characters are invisible and would hide a name from comparison.
        case "M":
            return ""
        case "C":
            return " " if character.isspace() else ""
        case _:
            return " "
