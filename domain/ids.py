"""Identifiers that cannot be invalid: payments, banks, accounts, references."""

import os
import re
import time
import uuid
from functools import cache
from typing import Final, Self

from schwifty.exceptions import InvalidCountryCode
from schwifty.registry import get_iban_spec

from domain.errors import InvalidValue
from domain.reason import Reason

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_UETR: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_PREFIXED: Final = re.compile(r"[a-z]{2,5}_[0-9A-HJKMNP-TV-Z]{26}")


def new_id(prefix: str) -> str:
    """A fresh identifier that sorts by time of birth: "pay_" and a ULID (48 bits of milliseconds, 80 of chance)."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return f"{prefix}_" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


class PaymentId(str):
    """A payment's identity, chosen once at the edge; also the root of its workflow id and its ledger entries."""

    __slots__ = ()

    @classmethod
    def new(cls) -> Self:
        """A fresh payment identity."""
        return cls(new_id("pay"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a payment id. Raises InvalidValue."""
        if not (text.startswith("pay_") and _PREFIXED.fullmatch(text)):
            raise InvalidValue("a payment id is pay_ and 26 characters")
        return cls(text)


class Bic(str):
    """A business identifier code (ISO 9362): 8 or 11 characters, always kept as 11."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a BIC exactly as the wire must carry it: upper case, no blanks. Raises InvalidValue (RC01)."""
        if not _BIC.fullmatch(text):
            raise InvalidValue("a BIC has 8 or 11 characters like DEUTDEFF or DEUTDEFF500", reason=Reason.RC01)
        return cls(text if len(text) == 11 else text + "XXX")

    @property
    def country(self) -> str:
        """ISO 3166 country of the bank."""
        return self[4:6]


class Iban(str):
    """An international bank account number (ISO 13616), checked for its country's structure and mod 97."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an IBAN in electronic format. Raises InvalidValue (AC01)."""
        if not _IBAN.fullmatch(text):
            raise InvalidValue("an IBAN is written without blanks, in capitals", reason=Reason.AC01)
        form = _bban_form(text[:2])
        if (
            form is None
            or not form.match(text[4:])
            or not 2 <= int(text[2:4]) <= 98
            or mod_97(text[4:] + text[:4]) != 1
        ):
            raise InvalidValue("the IBAN's length, structure or check digits are wrong", reason=Reason.AC01)
        return cls(text)


class Isin(str):
    """An international securities identification number (ISO 6166), checked for its form and check digit."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an ISIN. Raises InvalidValue."""
        if not _ISIN.fullmatch(text) or not _luhn("".join(str(int(character, 36)) for character in text)):
            raise InvalidValue("an ISIN is a country, nine characters and the check digit that belongs to them")
        return cls(text)


class Uetr(str):
    """A unique end-to-end transaction reference: a lower-case UUID version 4 (SWIFT gpi)."""

    __slots__ = ()

    @classmethod
    def new(cls) -> Self:
        """A fresh reference, for a payment that came without one."""
        return cls(str(uuid.uuid4()))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a UETR. Raises InvalidValue."""
        if not _UETR.fullmatch(text):
            raise InvalidValue("a UETR is a lower-case UUID of version 4")
        return cls(text)


def mod_97(text: str) -> int:
    """What remains of the number that digits and capitals make (A is 10 … Z is 35) when divided by 97 (ISO 7064)."""
    return int("".join([str(int(character, 36)) for character in text])) % 97


def _luhn(digits: str) -> bool:
    """Whether the last digit checks the others: every other one doubled, from the right (ISO/IEC 7812-1)."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[::-2])) % 10 == 0


@cache
def _bban_form(country: str) -> re.Pattern[str] | None:
    """The form of what follows the check digits (ISO 13616 registry)."""
    try:
        return get_iban_spec(country).regex
    except InvalidCountryCode:
        return None
