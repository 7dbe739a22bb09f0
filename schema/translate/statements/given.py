"""Takes the fields of an MT message one by one: whatever is left at the end did not come along."""

from collections.abc import Callable
from typing import TypeVar

from domain.errors import InvalidValue, MessageRefused
from schema.mt.message import Field, MtMessage
from schema.translate.result import Lost
from schema.translate.statements.refusal import refused

T = TypeVar("T")


class Given:
    """The fields of one message."""

    def __init__(self, message: MtMessage) -> None:
        self.message = message
        self._left = list(message.fields)
        self._lost: list[Lost] = []

    def take(self, *tags: str) -> Field | None:
        """The first field with one of the tags that was not taken yet."""
        field = next((field for field in self._left if field.tag in tags), None)
        if field is not None:
            self._left = [other for other in self._left if other is not field]
        return field

    def every(self, *tags: str) -> list[Field]:
        """Every field with one of the tags, in the order of the message."""
        taken = [field for field in self._left if field.tag in tags]
        self._left = [field for field in self._left if field.tag not in tags]
        return taken

    def need(self, *tags: str) -> Field:
        """The first field with one of the tags. Raises MessageRefused when there is none."""
        field = self.take(*tags)
        if field is None:
            raise refused(f"an MT{self.message.mt_type} has a field {' or '.join(tags)}", f"/{tags[0]}")
        return field

    def lose(self, source: str, why: str) -> None:
        """Note that something could not come along."""
        self._lost.append(Lost(source, why))

    def lost(self, target: str) -> tuple[Lost, ...]:
        """What was noted, every field that was not taken, and the header's values that the target does not know."""
        left = (Lost(field.tag, f"{target} has no place for it") for field in self._left)
        header = (
            Lost(f"{{{tag}:}}", f"{target} has no place for it")
            for tag, value in self.message.user_header
            if value and not (tag == "121" and self.message.mt_type in {"900", "910"})
        )
        return tuple(dict.fromkeys((*self._lost, *left, *header)))


def read(field: Field, parse: Callable[[str], T], text: str | None = None) -> T:
    """The field's value, or a part of it, read by `parse`. Raises MessageRefused (TR-03), naming the field."""
    try:
        return parse(field.value if text is None else text)
    except InvalidValue as wrong:
        raise unreadable(field, wrong.message) from None


def unreadable(field: Field, complaint: str) -> MessageRefused:
    """The refusal of a field that does not follow its format."""
    return refused(f"field {field.tag}: {complaint}", f"/{field.tag}", rule="TR-03", line=field.line or None)
