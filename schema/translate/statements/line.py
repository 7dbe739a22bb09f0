"""Field 61, one line of a statement: read from text and written as text.

Source: SWIFT MT standards, field 61: 6!n[4!n]2a[1!a]15d1!a3!c16x[//16x] and a second line 34x. Banks write longer
references than that; they are taken as they come, up to what ISO 20022 holds.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from domain.errors import InvalidValue
from schema.mt.fields.amounts import read_date
from schema.translate.statements.codes import MARKS, NO_REFERENCE, TRANSFER, MarkRow
from schema.translate.statements.values import mt_date, mx_amount, nearest

_LINE: Final = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4})?(?P<mark>RC|RD|EC|ED|C|D)(?P<funds>[A-Z])?(?P<amount>[0-9]+,[0-9]*)"
    r"(?P<type>[NSF][A-Z0-9]{3})(?P<reference>.*?)(?://(?P<bank>.*))?"
)
_MARKS: Final = {row.mark: row for row in MARKS}
DETAILS_LENGTH: Final = 34
"""Characters of the second line."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement on an account. The amount is written as MT does; `funds` is the last letter of the currency."""

    value_date: date
    mark: MarkRow
    amount: str
    reference: str
    entry_date: date | None = None
    funds: str = ""
    type: str = TRANSFER
    bank_reference: str = ""
    details: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the field. Raises InvalidValue."""
        first, _, more = text.partition("\n")
        match = _LINE.fullmatch(first)
        if match is None:
            raise InvalidValue("a statement line is date, mark, amount, transaction type and reference")
        mx_amount(match["amount"])
        value_date = read_date(match["value"])
        return cls(
            value_date,
            _MARKS[match["mark"]],
            match["amount"],
            match["reference"].strip() or NO_REFERENCE,
            nearest(match["entry"], value_date) if match["entry"] else None,
            match["funds"] or "",
            match["type"],
            (match["bank"] or "").strip(),
            " ".join(more.split("\n")).strip(),
        )

    def __str__(self) -> str:
        """The field's value."""
        entry = f"{self.entry_date:%m%d}" if self.entry_date else ""
        bank = f"//{self.bank_reference}" if self.bank_reference else ""
        first = f"{mt_date(self.value_date)}{entry}{self.mark.mark}{self.funds}{self.amount}{self.type}{self.reference}{bank}"
        return f"{first}\n{self.details}" if self.details else first
