"""Small judgements on texts that several rules share."""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from schema.iso20022.codesets.code_sets import codes

FIN_X: Final = re.compile(r"[a-zA-Z0-9/\-?:().,'+ ]*")
"""What every SWIFT network carries: the X set of FIN, on one line."""
EXTENDED: Final = re.compile(r"[a-zA-Z0-9/\-?:().,'+ !#$%&*=^_{|}~\";<>@\[\\\]`]*")
"""What CBPR+ carries in names, addresses and remittance on top of FIN X."""

_SLASHED: Final = re.compile(r"/.*|.*/|.*//.*")
_COUNTRIES: Final = codes("Country")


def slashed(reference: str) -> bool:
    """Whether a reference begins or ends with a slash or has two in a row: FIN fields cannot hold it."""
    return _SLASHED.fullmatch(reference) is not None


def bic11(bic: str) -> str:
    """The BIC in eleven characters, whatever it is."""
    return bic if len(bic) != 8 else bic + "XXX"


def is_country(code: str) -> bool:
    """Whether ISO 3166 knows the country; XK is Kosovo."""
    return code in _COUNTRIES


@lru_cache(maxsize=100_000)
def in_a_country(bic: str) -> bool:
    """Whether the BIC's fifth and sixth letters are a country."""
    return bic[4:6] in _COUNTRIES


def decimal(text: str) -> Decimal | None:
    """The number, or None when it is none."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
