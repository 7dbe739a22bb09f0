"""Small judgements on texts that several rules share."""

import re
from decimal import Decimal
from typing import Final

from schema.iso20022.codesets.code_sets import codes

FIN_X: Final = re.compile(r"[a-zA-Z0-9/\-?:().,'+ ]*")
"""What every SWIFT network carries: the X set of FIN, on one line."""
EXTENDED: Final = re.compile(r"[a-zA-Z0-9/\-?:().,'+ !#$%&*=^_{|}~\";<>@\[\\\]`]*")
"""What CBPR+ carries in names, addresses and remittance on top of FIN X."""

WITH_OFFSET: Final = re.compile(r".*(?:[+-][0-9]{2}:[0-9]{2}|Z)\s*")
"""A time that says where on earth it is: a local time nobody could place is not accepted."""
NOT_BLANK: Final = re.compile(r"\s*\S")

FIELD_21: Final = re.compile(r"(?!/)(?!.{0,14}//)(?!.{15}/)(?!.{0,14}/$).*", re.DOTALL)
"""A reference whose first 16 characters fit into field 21 of an MT: no slash at their ends, no two in a row."""

_DECIMAL: Final = re.compile(r"\s*[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})\s*", re.ASCII)

COUNTRIES: Final = codes("Country")
"""ISO 3166-1, and XK for Kosovo."""


def fits_fin(longest: int) -> re.Pattern[str]:
    """What fits into a field of FIN: so many characters, no slash at the ends, no two in a row."""
    return re.compile(rf"(?!/)(?!.*//).{{1,{longest}}}(?<!/)")


def bic11(bic: str) -> str:
    """The BIC in eleven characters, whatever it is."""
    return bic if len(bic) != 8 else bic + "XXX"


def in_a_country(bic: str) -> bool:
    """Whether the BIC's fifth and sixth letters are a country."""
    return bic[4:6] in COUNTRIES


def decimal(text: str) -> Decimal | None:
    """The number, or None when it is no plain decimal of a sensible length."""
    return Decimal(text.strip()) if _DECIMAL.fullmatch(text) else None
