"""The fields of a message, each handed out once: whatever is left at the end could not be carried."""

from collections.abc import Iterable

from schema.mt.message import Field


class Fields:
    """The fields of one sequence. A field that nobody takes is a field that is lost."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._waiting = list(fields)

    def take(self, *names: str) -> Field | None:
        """The first waiting field with one of the names: a tag ("53B") or a number ("53", whatever the option)."""
        found = next((field for field in self._waiting if field.tag in names or field.number in names), None)
        if found is not None:
            self._waiting.remove(found)
        return found

    def required(self, name: str) -> Field:
        """A field that is known to be there."""
        field = self.take(name)
        assert field is not None, f"nobody made sure that there is a {name}"
        return field

    def take_all(self, *names: str) -> list[Field]:
        """Every waiting field with one of the names, in the order of the message."""
        found = []
        while (field := self.take(*names)) is not None:
            found.append(field)
        return found

    def missing(self, *names: str) -> list[str]:
        """Those of the names that no waiting field has."""
        known = {name for field in self._waiting for name in (field.tag, field.number)}
        return [name for name in names if name not in known]

    @property
    def waiting(self) -> tuple[Field, ...]:
        """What nobody has taken yet."""
        return tuple(self._waiting)
