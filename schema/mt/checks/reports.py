"""Network rules of confirmations and statements (SWIFT standards, category 9)."""

from typing import Any, Final

from domain.finding import Severity
from domain.reason import Reason
from schema.mt.checks.rule import OWN, Reading, Table, Wrong
from schema.mt.message import Field

RULES: Final = Table()
_rule = RULES.rule
STATEMENTS: Final = ("940", "942", "950")
_WITH_CURRENCY: Final = ("34F", "60F", "60M", "62F", "62M", "64", "65", "90C", "90D")


@_rule(
    "MT-80",
    "a confirmation of credit names who paid: 50a or 52a, and not both",
    Reason.FF01,
    code="C06",
    messages=("910",),
)
def _ordering_party(reading: Reading) -> Wrong:
    customer, bank = reading.first("50a"), reading.first("52a")
    if customer is None and bank is None:
        yield "50a"
    elif customer is not None and bank is not None:
        yield bank


@_rule("MT-81", "a statement is in one currency", Reason.AM03, code="C27", messages=STATEMENTS)
def _one_currency(reading: Reading) -> Wrong:
    currencies = [(field, told.money.currency) for field, told in _amounts(reading)]
    return (field for field, currency in currencies if currency != currencies[0][1])


@_rule(
    "MT-82",
    "of two floor limits the first is for debits, the second for credits",
    Reason.FF01,
    code="C23",
    messages=("942",),
)
def _floor_limits(reading: Reading) -> Wrong:
    limits = list(reading.values("34F"))
    expected = ["D", "C"] if len(limits) == 2 else [None]
    if len(limits) > 2:
        yield limits[2][0]
    yield from (field for (field, limit), mark in zip(limits, expected, strict=False) if limit.mark != mark)


# Not a rule of the network: a statement that does not add up is read, and looked at.
@_rule("MT-83", "the entries lead from the opening to the closing balance", Reason.AM09, messages=("940", "950"), source=OWN,
       severity=Severity.WARNING)  # fmt: skip
def _adds_up(reading: Reading) -> Wrong:
    opening = reading.value("60F") or reading.value("60M")
    closing = reading.first("62F") or reading.first("62M")
    told = reading.value(closing.tag) if closing else None
    entries = [entry for _, entry in reading.values("61")]
    if opening is None or closing is None or told is None or len(entries) < len(list(reading.all("61"))):
        return
    if told.money.currency != opening.money.currency:
        return
    if opening.signed.minor + sum(entry.signed.minor for entry in entries) != told.signed.minor:
        yield closing


@_rule("MT-84", "an entry's references have 16 characters at most, its details 34", Reason.FF01, messages=STATEMENTS,
       severity=Severity.WARNING)  # fmt: skip
def _references(reading: Reading) -> Wrong:
    for field, entry in reading.values("61"):
        longest = max(len(entry.reference), len(entry.bank_reference or ""))
        if longest > 16 or not entry.reference or any(len(line) > 34 for line in entry.details):
            yield field


def _amounts(reading: Reading) -> list[tuple[Field, Any]]:
    found = [pair for tag in _WITH_CURRENCY for pair in reading.values(tag)]
    return sorted(found, key=lambda pair: pair[0].line)
