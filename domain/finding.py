"""What a rule has to say about a message: where, which rule, why."""

from dataclasses import dataclass

from domain.reason import Reason


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule. `path` is an XPath or a JSON pointer; `line` is 1-based where there is one."""

    path: str
    rule: str
    message: str
    reason: Reason
    line: int | None = None
