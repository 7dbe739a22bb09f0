"""What a rule of MT messages is, and the table that rules are written into."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from domain.finding import Severity
from domain.reason import Reason
from schema.mt.message import Field, MtMessage

Wrong: TypeAlias = Iterable[Field | str]
"""The fields that are wrong, or the tags of those that are missing."""

NETWORK: Final = "network validation"
"""What FIN itself refuses: such a message came on another way than through the network."""
OWN: Final = "DelTran"
"""What FIN lets pass and a bank would look at."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The fields of a message, or of one of its sequences, beside what was read from them (None where that failed).

    `kind` is the type with its variant: "103", "103STP", "103REMIT", "202COV".
    """

    message: MtMessage
    kind: str
    read: tuple[tuple[Field, Any], ...]

    def all(self, tag: str) -> Iterator[Field]:
        """Every field with the tag; a tag of two digits that ends in "a" stands for every option ("56a")."""
        return (field for field, _ in self.read if _is(field, tag))

    def first(self, tag: str) -> Field | None:
        """The first field with the tag."""
        return next(self.all(tag), None)

    def has(self, *tags: str) -> bool:
        """Whether there is a field with one of the tags."""
        return any(self.first(tag) for tag in tags)

    def values(self, tag: str) -> Iterator[tuple[Field, Any]]:
        """Every field with the tag that could be read, with what was read."""
        return ((field, value) for field, value in self.read if value is not None and _is(field, tag))

    def value(self, tag: str) -> Any:
        """What was read from the first field with the tag; None where there is none or it could not be read."""
        return next((value for _, value in self.values(tag)), None)


Judge: TypeAlias = Callable[[Reading], Wrong]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `messages` are types, or beginnings of them ("103", "202COV", "9"); "" is any.

    `code` is the error code under which FIN refuses the same, where it is known. Without `judge` the parser or another
    part of validation finds it. `where` and `profiles` are there for the list of all rules.
    """

    id: str
    text: str
    reason: Reason
    severity: Severity = Severity.ERROR
    code: str | None = None
    messages: tuple[str, ...] = ("",)
    source: str = NETWORK
    where: str = "message"
    profiles: frozenset[str] = frozenset({"mt"})
    judge: Judge | None = field(default=None, compare=False)

    def concerns(self, kind: str) -> bool:
        """Whether the rule is for messages of this kind."""
        return kind.startswith(self.messages)


class Table(list[Rule]):
    """The rules of one module, in the order they are written. `common` is what they share."""

    def __init__(self, **common: Any) -> None:
        super().__init__()
        self._common = common

    def rule(self, id: str, text: str, reason: Reason, **more: Any) -> Callable[[Judge], Judge]:
        """A rule that the decorated function judges."""

        def write(judge: Judge) -> Judge:
            self.append(Rule(id=id, text=text, reason=reason, judge=judge, **{**self._common, **more}))
            return judge

        return write

    def add(self, id: str, text: str, reason: Reason, **more: Any) -> Rule:
        """A rule that is found elsewhere."""
        self.append(Rule(id=id, text=text, reason=reason, **{**self._common, **more}))
        return self[-1]


def _is(field: Field, tag: str) -> bool:
    return field.number == tag[:2] if tag.endswith("a") else field.tag == tag
