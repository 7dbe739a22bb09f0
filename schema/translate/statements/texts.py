"""Field 86, what the bank says to the account's owner, and the remittance information that it may hold."""

import re
from typing import Final

REMITTANCE: Final = "/REMI/"
"""The code word before remittance information."""
LINES: Final = 6
"""Lines of field 86, and of field 72."""
WIDTH_86: Final = 65

_REMITTANCE: Final = re.compile(r"/REMI/(.*?)(?=/[A-Z]{4}/|$)", re.DOTALL)
_USTRD_LENGTH: Final = 140


def told(text: str) -> tuple[str, list[str]]:
    """What the field says to the account's owner, and remittance information in the pieces of ISO 20022."""
    remittance = " ".join(part.strip() for part in _REMITTANCE.findall(text) if part.strip())
    pieces = [remittance[at : at + _USTRD_LENGTH] for at in range(0, len(remittance), _USTRD_LENGTH)]
    return (_REMITTANCE.sub("", text).strip() if pieces else text), pieces
