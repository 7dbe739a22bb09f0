"""IN and XS: what is checked before any rule can be asked. Listed here, enforced where the table says."""

from typing import Final

from domain.reason import Reason
from schema.iso20022.rules.rule import Table

RULES: Final = Table(source="network")

_INTAKE: Final = "intake"

RULES.elsewhere("IN-01", "a message is no larger than its kind may be", Reason.FF01, where=_INTAKE)
RULES.elsewhere("IN-02", "a message is written in UTF-8", Reason.FF01, where=_INTAKE)
RULES.elsewhere("IN-03", "a message has no document type and no entities of its own", Reason.FF01, where=_INTAKE)
RULES.elsewhere("IN-04", "a message is well-formed XML", Reason.FF01, where=_INTAKE)
RULES.elsewhere(
    "IN-05", "there is one Document, and one AppHdr at most, of supported versions", Reason.FF01, where=_INTAKE
)
RULES.elsewhere("IN-06", "comments and instructions are read past; no value is cut by them", Reason.FF01, where=_INTAKE)
RULES.elsewhere("XS", "header and document keep to their schemas", Reason.FF01, where="schema", source="ISO 20022")
