"""Customers in numbered lines: options F of fields 50 and 59 (SWIFT, party identification)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.errors import InvalidValue
from domain.reason import Reason

IDENTIFIERS: Final = frozenset({"ARNU", "CCPT", "CUST", "DRLC", "EMPL", "NIDN", "SOSE", "TXID"})
"""Alien registration, passport, customer, driver's licence, employer, national identity, social security, tax number."""

_IDENTIFIER: Final = re.compile(r"([A-Z]{4})/([A-Z]{2})/([^\n]{1,27})")
_NUMBERED: Final = re.compile(r"([1-8])/(.*)")
_IN_COUNTRY: Final = re.compile(r"([A-Z]{2})(?:/(.*))?")


@dataclass(frozen=True, slots=True)
class Identifier:
    """Line 1 of 50F where it is no account: what kind of number ("TXID"), issued in which country, and the number."""

    code: str
    country: str
    number: str


@dataclass(frozen=True, slots=True)
class Structured:
    """The numbered lines; a number may stand on several lines, whose texts follow each other."""

    lines: tuple[tuple[int, str], ...]

    @property
    def name(self) -> str:
        """Number 1, its lines with a blank between."""
        return " ".join(self.of(1))

    @property
    def address(self) -> tuple[str, ...]:
        """Number 2: street, building, post box; line by line."""
        return self.of(2)

    @property
    def country(self) -> str | None:
        """The ISO country that number 3 begins with."""
        return self._in_country(3)[0]

    @property
    def town(self) -> str | None:
        """What number 3 says after the country: town, post code, state."""
        return self._in_country(3)[1]

    @property
    def birth_date(self) -> date | None:
        """Number 4 (YYYYMMDD)."""
        text = next(iter(self.of(4)), "")
        return date(int(text[:4]), int(text[4:6]), int(text[6:])) if text else None

    @property
    def birth_place(self) -> tuple[str | None, str | None]:
        """Number 5: country and place of birth."""
        return self._in_country(5)

    @property
    def customer_number(self) -> tuple[str | None, str | None]:
        """Number 6: country, and issuer and number parted by a slash."""
        return self._in_country(6)

    @property
    def national_number(self) -> tuple[str | None, str | None]:
        """Number 7: country and national identity number."""
        return self._in_country(7)

    @property
    def more(self) -> tuple[str, ...]:
        """Number 8: what did not fit into the identifier or the lines above."""
        return self.of(8)

    def of(self, number: int) -> tuple[str, ...]:
        """The texts of a number, in their order."""
        return tuple(text for known, text in self.lines if known == number)

    def _in_country(self, number: int) -> tuple[str | None, str | None]:
        first, *more = self.of(number) or ("",)
        match = _IN_COUNTRY.fullmatch(first)
        if match is None:
            return None, None
        return match[1], " ".join([match[2] or "", *more]).strip() or None


def read_identifier(line: str) -> Identifier | None:
    """The first line of 50F as an identifier, or None where it is none."""
    match = _IDENTIFIER.fullmatch(line)
    return Identifier(match[1], match[2], match[3]) if match and match[1] in IDENTIFIERS else None


def read_structured(lines: list[str], *, highest: int = 8, reason: Reason = Reason.FF01) -> Structured:
    """Numbered lines: number 1 first, none smaller than the one before, 2 only with 3; 59F knows 1 to 3 only.

    Raises InvalidValue with `reason`.
    """
    matches = [_NUMBERED.fullmatch(line) for line in lines]
    numbered = [(int(match[1]), match[2]) for match in matches if match]
    if len(numbered) < len(lines) or any(number > highest for number, _ in numbered):
        raise InvalidValue(f"a line begins with a number from 1 to {highest} and a slash", reason=reason)
    numbers = [number for number, _ in numbered]
    if not numbers or numbers[0] != 1 or not numbered[0][1].strip():
        raise InvalidValue("the name, number 1, comes first", reason=reason)
    if numbers != sorted(numbers):
        raise InvalidValue("the numbers of the lines ascend", reason=reason)
    if 2 in numbers and 3 not in numbers:
        raise InvalidValue("an address, number 2, needs country and town, number 3", reason=reason)
    structured = Structured(tuple(numbered))
    _check_details(structured, numbers, reason)
    return structured


def _check_details(structured: Structured, numbers: list[int], reason: Reason) -> None:
    for number in (3, 5, 6, 7):
        if number in numbers and not _IN_COUNTRY.fullmatch(structured.of(number)[0]):
            raise InvalidValue(f"number {number} begins with an ISO country code", reason=reason)
    try:
        valid = 4 not in numbers or (
            re.fullmatch(r"[0-9]{8}", structured.of(4)[0]) and structured.birth_date is not None
        )
    except ValueError:
        valid = False
    if not valid:
        raise InvalidValue("number 4 is a date of birth YYYYMMDD", reason=Reason.DT01)
