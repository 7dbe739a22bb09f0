"""Rules of a message's frame: structure (MT-01 to MT-09, found by the parser), headers and block 3 (MT-20 to MT-26)."""

from typing import Final

from domain.errors import InvalidValue
from domain.finding import Severity
from domain.ids import Uetr
from domain.reason import Reason
from schema.mt.checks.rule import OWN, Reading, Table, Wrong

WARNING: Final = Severity.WARNING
PAYMENTS: Final = ("103", "202", "205")

RULES: Final = Table()
STRUCTURE: Final = Table(source=OWN)
STRUCTURE.add("MT-01", "a message is not larger than the cap", Reason.FF01)
STRUCTURE.add("MT-02", "a message is printable ASCII, its lines end with LF or CRLF", Reason.FF01, source="FIN")
STRUCTURE.add("MT-03", "blocks 1, 2 and 4 are there, every block is closed, nothing stands between them", Reason.FF01)
STRUCTURE.add("MT-04", "block 4 ends with a line that begins with -}", Reason.FF01, source="FIN")
STRUCTURE.add("MT-05", "blocks 1 and 2 are headers that name two banks and a type", Reason.FF01, source="FIN")
STRUCTURE.add("MT-06", "blocks 3 and 5 are lists of tags and values", Reason.FF01, source="FIN")
STRUCTURE.add("MT-07", "every line of block 4 belongs to a field", Reason.FF01, source="FIN")
STRUCTURE.add("MT-08", "one message comes at a time; a stream is split first", Reason.FF01)
STRUCTURE.add("MT-09", "an acknowledgment of the network is no message", Reason.FF01)
AROUND: Final = STRUCTURE.add("MT-25", "nothing but the message stands in its text", Reason.FF01, severity=WARNING)
SHORT: Final = STRUCTURE.add("MT-26", "the header in block 2 is complete", Reason.FF01, severity=WARNING, source="FIN")

_rule = RULES.rule


@_rule("MT-20", "the UETR is a lower-case UUID of version 4", Reason.FF01)
def _uetr(reading: Reading) -> Wrong:
    text = reading.message.uetr
    if text is None:
        return
    try:
        Uetr.parse(text)
    except InvalidValue:
        yield "/3/121"


@_rule("MT-21", "a payment has a UETR (since November 2018)", Reason.FF01, severity=WARNING, messages=PAYMENTS)
def _uetr_of_a_payment(reading: Reading) -> Wrong:
    if reading.message.uetr is None:
        yield "/3/121"


@_rule(
    "MT-22", "a cover says so in block 3: 119 is COV where customers are named", Reason.FF01, messages=("202", "205")
)
def _cover_is_flagged(reading: Reading) -> Wrong:
    if not reading.kind.endswith("COV") and reading.has("50a", "59a"):
        yield "/3/119"


@_rule("MT-23", "the validation flag is one that the type has", Reason.FF01, severity=WARNING, messages=PAYMENTS)
def _flag_is_known(reading: Reading) -> Wrong:
    known = {"STP", "REMIT", "RFDD", ""} if reading.kind.startswith("103") else {"COV", "RFDD", ""}
    if reading.message.variant not in known:
        yield "/3/119"


@_rule("MT-24", "the priority is S, U or N", Reason.FF01, severity=WARNING)
def _priority(reading: Reading) -> Wrong:
    if reading.message.priority not in {"S", "U", "N"}:
        yield "/2"
