"""Network rules of the MT202 and MT205 and their covers, and of cancellations (SWIFT standards, categories 2 and n)."""

from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.mt.checks.rule import Reading, Table, Wrong

RULES: Final = Table(messages=("202", "205"))
COVERED: Final = Table(messages=("202COV", "205COV"), where="sequence B")
"""Rules that are asked of sequence B alone."""


@RULES.rule("MT-70", "an intermediary (56a) comes with an account institution (57a)", Reason.RC04, code="C81")
def _intermediary(reading: Reading) -> Wrong:
    if reading.has("56a") and not reading.has("57a"):
        yield "57a"


@RULES.rule("MT-71", "a transfer of nothing is none", Reason.AM01)
def _amount(reading: Reading) -> Wrong:
    return (field for field, settled in reading.values("32A") if settled.money.minor == 0)


@COVERED.rule("MT-72", "in the covered payment, too, 56a comes with 57a", Reason.RC04, code="C68")
def _covered_intermediary(reading: Reading) -> Wrong:
    return _intermediary(reading)


# A warning: the references say which payment is meant.
@RULES.rule(
    "MT-75",
    "a request for cancellation gives a reason (79) or a copy of the original's fields",
    Reason.FF01,
    code="C25",
    messages=("192", "292"),
    severity=Severity.WARNING,
)
def _cancellation(reading: Reading) -> Wrong:
    if all(field.tag in {"20", "21", "11S"} for field, _ in reading.read):
        yield "79"
