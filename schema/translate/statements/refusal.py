"""How a translation says that there is nothing right it could write."""

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason


def refused(complaint: str, path: str = "/", *, rule: str = "TR-02", line: int | None = None) -> MessageRefused:
    """TR-02: the target needs something that the message does not say. TR-03: a field cannot be read, or written."""
    return MessageRefused(complaint, findings=(Finding(path, rule, complaint, Reason.FF01, line),))
