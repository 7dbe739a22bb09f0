"""Refuses a field that cannot be read."""

from typing import NoReturn

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.mt.message import Field


def unreadable(field: Field, what: str) -> NoReturn:
    """Refuse a field whose value cannot be read. Raises MessageRefused (TR-03)."""
    finding = Finding(f"/{field.tag}", "TR-03", what, Reason.FF01, field.line or None)
    raise MessageRefused(f"field {field.tag} cannot be read: {what}", findings=(finding,))
