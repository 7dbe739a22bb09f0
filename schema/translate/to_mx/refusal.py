"""Fields that cannot be read refuse the whole message: half a payment is worse than none."""

from collections.abc import Callable
from typing import NoReturn, TypeVar

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.mt.message import Field

T = TypeVar("T")


def read(field: Field, reader: Callable[[str], T]) -> T:
    """The field's value by a reader of `schema.mt.fields`. Raises MessageRefused (TR-03)."""
    try:
        return reader(field.value)
    except InvalidValue as wrong:
        unreadable(field, wrong.message, wrong.reason)


def unreadable(field: Field, what: str, reason: Reason = Reason.FF01) -> NoReturn:
    """Refuse a field whose value cannot be read. Raises MessageRefused (TR-03)."""
    finding = Finding(f"/{field.tag}", "TR-03", what, reason, field.line or None)
    raise MessageRefused(f"field {field.tag} cannot be read: {what}", findings=(finding,))
