"""What a rule is, and the table that rules are written into.

A module of rules has one `Table`; its three decorators say what a rule needs to see:

* `value`: one text, wherever a certain kind of element stands; the function says whether the text is good;
* `structure`: which elements are there, but not what is in them; such a rule is asked once per shape of message;
* `content`: several values together, below the elements it is `on`.

Structure and content rules yield where the message is wrong: a part, or a path below the part they were given
(of an element that is wrong, or of one that is missing).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.profile import EVERY, Profile
from schema.iso20022.shape import Part

Wrong: TypeAlias = Iterable[Part | str]
Value: TypeAlias = Callable[[str], object]
"""Says whether a text is good; a regular expression's `fullmatch` will do."""
Judge: TypeAlias = Callable[[Part], Wrong]

VALUE: Final = "value"
STRUCTURE: Final = "structure"
CONTENT: Final = "content"
NETWORK: Final = "network"
"""Needs to know more than the message: enforced elsewhere in the network, where the table says."""

ADDRESSES: Final = "addresses"
"""Setting of rules whose severity is `Options.addresses`."""
CODES: Final = "codes"
"""Setting of rules whose severity is `Options.unknown_codes`."""
RELEASES: Final = "releases"
"""Setting of rules whose severity is `Options.other_releases`."""
INCOMPLETE: Final = "incomplete"
"""Setting of rules, `Options.incomplete`, that ask for an element which ISO 20022 leaves optional."""
CALENDARS: Final = "calendars"
"""Setting of rules whose severity is `Options.holidays`."""
TODAY: Final = "today"
"""Setting of rules that are asked only when the day is known."""

LENIENT: Final = frozenset({Profile.BASE})
ISO: Final[dict[str, Any]] = {"source": "ISO 20022", "profiles": EVERY, "warns": LENIENT}
"""What a rule of the standard itself differs in from the rest of its table: everybody is told, but who only reads a
message is not stopped by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. Several may share an id when they differ in severity or profile.

    * `messages`: beginnings of message names ("pacs.008", "pacs"; "" is any).
    * `on`: the elements it is asked of, each by its name, the end of its path ("GrpHdr/SttlmInf") or its kind
      (`rules.kinds`); only where one of the paths that it `needs` exists below, and none of those it is `without`.
    * `joins`: good texts with a blank between them are a good text, so that they may be looked at together.
    * `severity`, unless `setting` names the option that decides it; a warning in the profiles in which it `warns`.
    * `creditor_reason`: the reason on the creditor's side, where it is another.
    """

    id: str
    text: str
    reason: Reason
    creditor_reason: Reason | None = None
    severity: Severity = Severity.ERROR
    profiles: frozenset[Profile] = EVERY
    warns: frozenset[Profile] = frozenset()
    messages: tuple[str, ...] = ("",)
    source: str = "ISO 20022"
    where: str = "message"
    kind: str = CONTENT
    on: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    joins: bool = False
    setting: str | None = None
    judge: Callable[[Any], Any] | None = field(default=None, compare=False)


class Table(list[Rule]):
    """The rules of one module, in the order they are written. `common` is what they share."""

    def __init__(self, **common: Any) -> None:
        super().__init__()
        self._common = common

    def value(self, id: str, text: str, reason: Reason, *, on: Any, **more: Any) -> Callable[[Value], Value]:
        """A rule of one text."""
        return self._writer(id, text, reason, kind=VALUE, on=_tuple(on), **more)

    def structure(self, id: str, text: str, reason: Reason, *, on: Any, **more: Any) -> Callable[[Judge], Judge]:
        """A rule of what is there."""
        return self._writer(id, text, reason, kind=STRUCTURE, on=_tuple(on), **more)

    def content(self, id: str, text: str, reason: Reason, *, on: Any, **more: Any) -> Callable[[Judge], Judge]:
        """A rule of several values."""
        return self._writer(id, text, reason, kind=CONTENT, on=_tuple(on), **more)

    def elsewhere(self, id: str, text: str, reason: Reason, *, where: str, **more: Any) -> None:
        """A rule that the network enforces where it knows enough."""
        self.append(Rule(id=id, text=text, reason=reason, kind=NETWORK, where=where, **{**self._common, **more}))

    def _writer(self, id: str, text: str, reason: Reason, **more: Any) -> Callable[[Any], Any]:
        def write(judge: Any) -> Any:
            self.append(Rule(id=id, text=text, reason=reason, judge=judge, **{**self._common, **more}))
            return judge

        return write


def _tuple(on: Any) -> tuple[str, ...]:
    return (on,) if isinstance(on, str) else tuple(on)
