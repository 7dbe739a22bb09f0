"""Statements: balances (60F, 60M, 62F, 62M, 64, 65), entries (61). Every reader raises InvalidValue."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.errors import InvalidValue
from domain.money import Money
from domain.reason import Reason
from schema.mt.fields.amounts import read_amount, read_date

_BALANCE: Final = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([^\n]*)")
_ENTRY: Final = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4})?(?P<mark>[RE]?[CD])(?P<funds>[A-Z])?(?P<amount>[0-9,]+)"
    r"(?P<kind>[SNF][A-Z0-9]{3})(?P<references>[^\n]*)(?:\n(?P<details>.*))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance on a date: `money` is its size, `mark` tells whether it is the account's credit (C) or debit (D)."""

    mark: str
    on: date
    money: Money

    @property
    def signed(self) -> Money:
        """Credit positive, debit negative."""
        return self.money if self.mark == "C" else -self.money


@dataclass(frozen=True, slots=True)
class Entry:
    """Field 61. `mark` is C, D, RC and RD for the reversal of one, EC and ED (MT942) for an expected one; `kind` like NTRF (N or F and a code) or S103.

    `reference` is the account owner's, `bank_reference` the bank's own, `details` the lines below.
    """

    value_date: date
    mark: str
    money: Money
    kind: str
    reference: str
    bank_reference: str | None = None
    entry_date: date | None = None
    funds_code: str | None = None
    details: tuple[str, ...] = ()

    @property
    def signed(self) -> Money:
        """What the entry does to the balance: a credit, or a debit's reversal, adds."""
        return self.money if self.mark in {"C", "RD", "EC"} else -self.money


def read_balance(value: str) -> Balance:
    """Fields 60a, 62a, 64 and 65 (1!a6!n3!a15d)."""
    match = _BALANCE.fullmatch(value)
    if match is None:
        raise InvalidValue("a balance is C or D, a date, a currency and an amount like C240603EUR1000,")
    return Balance(match[1], read_date(match[2]), read_amount(match[4], match[3]))


def read_entry(value: str, currency: str) -> Entry:
    """Field 61 (6!n[4!n]2a[1!a]15d1!a3!c16x[//16x][34x]) of an account in `currency`; long references are read."""
    match = _ENTRY.fullmatch(value)
    if match is None:
        raise InvalidValue("an entry is a value date, C or D, an amount, a kind like NTRF and a reference")
    value_date = read_date(match["value"])
    reference, _, bank_reference = match["references"].partition("//")
    return Entry(
        value_date=value_date,
        mark=match["mark"],
        money=read_amount(match["amount"], currency),
        kind=match["kind"],
        reference=reference,
        bank_reference=bank_reference or None,
        entry_date=_entry_date(match["entry"], value_date) if match["entry"] else None,
        funds_code=match["funds"],
        details=tuple((match["details"] or "").split("\n")) if match["details"] else (),
    )


def _entry_date(text: str, value_date: date) -> date:
    """The day MMDD that is nearest to the value date: a year's end may lie between them."""
    near = []
    for year in (value_date.year - 1, value_date.year, value_date.year + 1):
        try:
            near.append(date(year, int(text[:2]), int(text[2:])))
        except ValueError:
            continue
    if not near:
        raise InvalidValue("the entry date does not exist", reason=Reason.DT01)
    return min(near, key=lambda day: abs(day - value_date))
