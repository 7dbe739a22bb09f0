"""What a rule has to say about a message: where, which rule, why."""

from dataclasses import dataclass
from enum import StrEnum

from domain.reason import Reason


class Severity(StrEnum):
    """What a broken rule does to the message."""

    ERROR = "error"
    """The message is refused."""
    WARNING = "warning"
    """The message goes on; strict validation refuses it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule. `path` is an XPath or a JSON pointer; `line` is 1-based where there is one.

    `value` is what was found there: a code, a currency, a BIC, a date or an amount as it is, anything personal masked.
    """

    path: str
    rule: str
    message: str
    reason: Reason
    line: int | None = None
    severity: Severity = Severity.ERROR
    value: str | None = None
