"""SWIFT's character sets (FIN, character sets X and Z)."""

import re
from typing import Final

_X: Final = r"A-Za-z0-9/\-?:().,'+ "
_Z: Final = _X + r"=!\"%&*<>;{@#_"

X: Final = re.compile(rf"[{_X}\n]*")
"""Most fields."""
Z: Final = re.compile(rf"[{_Z}\n]*")
"""Fields of free text that another system reads: 77E, 77T, and by agreement 70 and 86."""

WIDE: Final = frozenset({"77E", "77T", "86"})
"""The fields of set Z."""


def allowed(tag: str) -> re.Pattern[str]:
    """The set that a field's value is written in."""
    return Z if tag in WIDE else X


def is_written_in(value: str, tag: str) -> bool:
    """Whether every character of the value belongs to the field's set; lines are parted by LF."""
    return allowed(tag).fullmatch(value) is not None
