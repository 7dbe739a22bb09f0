"""IC: instructions to the banks on the way."""

from collections import Counter
from typing import Final

from domain.reason import Reason
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.rule import ISO, Table, Wrong
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pacs.008", "pacs.009"))

_CODES: Final = "InstrForCdtrAgt/Cd"
_TO_CREDITORS_BANK: Final = 2
_TO_NEXT_BANK: Final = 6


@RULES.content("IC-01", "a cheque is not held for collection", Reason.FF01, on="CdtTrfTxInf", needs=(_CODES,), **ISO)
def cheque_and_hold(transaction: Part) -> Wrong:
    """HOLD with CHQB."""
    if {"HOLD", "CHQB"} <= set(transaction.texts(_CODES)):
        yield _CODES


@RULES.content(
    "IC-02",
    "a creditor is advised by telephone or by telecommunication, not both",
    Reason.FF01,
    on="CdtTrfTxInf",
    needs=(_CODES,),
    **ISO,
)
def telephone_and_telecommunication(transaction: Part) -> Wrong:
    """PHOB with TELB."""
    if {"PHOB", "TELB"} <= set(transaction.texts(_CODES)):
        yield _CODES


@RULES.content("IC-03", "an instruction is given once", Reason.FF01, on="CdtTrfTxInf", needs=(_CODES,), **ISO)
def twice(transaction: Part) -> Wrong:
    """The same code again."""
    given = Counter[str]()
    for code in transaction.parts(_CODES):
        given[code.text()] += 1
        if given[code.text()] > 1:
            yield code


@RULES.structure(
    "IC-04",
    "there are at most two instructions for the creditor's bank and six for the next",
    Reason.FF01,
    on="CdtTrfTxInf",
    needs=("InstrForCdtrAgt", "InstrForNxtAgt"),
)
def too_many(transaction: Part) -> Wrong:
    """The first beyond is reported."""
    yield from transaction.parts("InstrForCdtrAgt")[_TO_CREDITORS_BANK : _TO_CREDITORS_BANK + 1]
    yield from transaction.parts("InstrForNxtAgt")[_TO_NEXT_BANK : _TO_NEXT_BANK + 1]
