"""CS: characters that every bank of the chain can carry."""

import re
from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.kinds import EXTENDED_TEXT, OTHER_ACCOUNT, REFERENCE, TEXT
from schema.iso20022.rules.rule import Table
from schema.iso20022.rules.texts import EXTENDED, FIN_X

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR)

_EVEN: Final = re.compile(r"(?:\S+(?:\s\S+)*)?")

RULES.value(
    "CS-01",
    "references and account numbers are written in the FIN X character set",
    Reason.FF01,
    on=(REFERENCE, OTHER_ACCOUNT),
    joins=True,
)(FIN_X.fullmatch)


@RULES.value(
    "CS-02",
    "names, addresses and remittance are written in the extended character set",
    Reason.FF01,
    on=EXTENDED_TEXT,
    joins=True,
)
def carried(text: str) -> bool:
    """Letters with accents have a rule of their own."""
    return EXTENDED.fullmatch(text) is not None or EXTENDED.fullmatch(_without_letters(text)) is not None


RULES.value(
    "CS-03",
    "a text has no blanks at its ends and none twice",
    Reason.FF01,
    on=EXTENDED_TEXT,
    severity=Severity.WARNING,
    joins=True,
)(_EVEN.fullmatch)

RULES.value(
    "CS-04",
    "a text has no accented or foreign letters; the sender transliterates them",
    Reason.FF01,
    on=TEXT,
    joins=True,
)(str.isascii)


def _without_letters(text: str) -> str:
    return "".join(character for character in text if character.isascii() or not character.isalpha())
