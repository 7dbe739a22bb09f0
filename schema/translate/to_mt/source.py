"""The ISO 20022 message while it is translated: every leaf is read, or known to be said otherwise, or lost."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.check import line_of, local_name, path_of
from schema.iso20022.envelope import HEADER, BusinessMessage
from schema.iso20022.xsd import vocabulary
from schema.translate.result import Lost

NO_PLACE: Final = "the MT has no place for it"
"""Why a leaf that nobody read stayed behind."""


class Source:
    """Header and document of one message, with a memory of what was read.

    What a translation never touches is reported as lost in the end, so nothing is dropped silently.
    """

    def __init__(self, message: BusinessMessage) -> None:
        self.message = message.message
        self._roots = [root for root in (message.header, message.document) if root is not None]
        try:
            self._names = {message.document: vocabulary(message.message)}
        except LookupError:
            raise _refused(Finding("/", "TR-01", f"{message.message} has no translation to MT", Reason.FF01)) from None
        if message.header is not None:
            self._names[message.header] = vocabulary(HEADER)
        self._paths = {root: path_of(root, names, root) for root, names in self._names.items()}
        self._read: set[etree._Element] = set()
        self._lost: dict[Lost, None] = {}
        self._findings: dict[Finding, None] = {}
        self.header = Node(self, message.header, message.header)
        self.root = Node(self, message.document, next(iter(message.document), None))

    def mark(self, element: etree._Element) -> None:
        """Count the element as read."""
        self._read.add(element)

    def is_read(self, element: etree._Element) -> bool:
        """Whether the element counts as read."""
        return element in self._read

    def lose(self, element: etree._Element, why: str) -> None:
        """Note that an element, or a part of it, stays behind, and why."""
        self._lost[Lost(self.path(element), why)] = None

    def report(self, path: str, complaint: str, reason: Reason, element: etree._Element | None) -> None:
        """Note something without which there can be no MT (TR-02)."""
        line = line_of(element) if element is not None else None
        self._findings[Finding(path, "TR-02", complaint, reason, line)] = None

    def path(self, element: etree._Element) -> str:
        """Where an element stands, in names of the schema only."""
        if element not in self._paths:
            self._place_children(element.getparent())
        return self._paths[element]

    def _place_children(self, parent: etree._Element | None) -> None:
        # All children of a parent at once: one by one, a long statement would take a time that grows with its square.
        assert parent is not None, "every element stands below a root"
        above = self.path(parent)
        names = next(self._names[root] for root in self._roots if root is parent or root in parent.iterancestors())
        total, seen = Counter(child.tag for child in parent), Counter[object]()
        for child in parent:
            seen[child.tag] += 1
            number = f"[{seen[child.tag]}]" if total[child.tag] > 1 else ""
            self._paths[child] = f"{above}{path_of(child, names, child)}{number}"

    def finish(self) -> tuple[Lost, ...]:
        """Everything that stayed behind, in the order of the message. Raises MessageRefused (TR-02)."""
        if self._findings:
            raise _refused(*self._findings)
        for root in self._roots:
            for element in _leaves(root):
                if element not in self._read:
                    self.lose(element, NO_PLACE)
        return tuple(self._lost)


class Node:
    """An element, or the place where it would have been; paths are of local names, "/" first means from the top."""

    def __init__(self, source: Source, top: etree._Element | None, element: etree._Element | None) -> None:
        self.source = source
        self._top = top
        self._element = element

    def __bool__(self) -> bool:
        return self._element is not None

    @property
    def is_read(self) -> bool:
        """Whether the element counts as read; an absent one does not."""
        return self._element is not None and self.source.is_read(self._element)

    def nodes(self, path: str) -> list["Node"]:
        """Every element at the path, in the order of the message."""
        found = [self._element] if self._element is not None else []
        if path.startswith("/") and self._top is not None:
            found, path = list(self._top)[:1], path[1:]
        for name in path.split("/") if path else ():
            found = [child for parent in found for child in parent if local_name(child) == name]
        return [Node(self.source, self._top, element) for element in found]

    def node(self, path: str) -> "Node":
        """The first element at the path, or an absent one."""
        return next(iter(self.nodes(path)), Node(self.source, self._top, None))

    def peek(self, path: str = "") -> str:
        """The text at the path without counting it as read; empty when there is none."""
        element = self.node(path)._element
        return "" if element is None or len(element) else (element.text or "").strip("\n\r\t")

    def text(self, path: str = "") -> str:
        """The text at the path; empty when there is none but blanks."""
        self.take(path)
        text = self.peek(path)
        return text if text.strip() else ""

    def take(self, *paths: str) -> None:
        """Count all elements at the paths and below as read: what they say is said otherwise, or needs no saying."""
        for path in paths:
            for node in self.nodes(path):
                assert node._element is not None
                for element in node._element.iter():
                    self.source.mark(element)

    def lose(self, why: str, *paths: str) -> None:
        """The elements at the paths stay behind: say why."""
        for path in paths or ("",):
            for node in self.nodes(path):
                assert node._element is not None
                for element in _leaves(node._element):
                    self.source.mark(element)
                    self.source.lose(element, why)

    def note(self, why: str) -> None:
        """Part of the element stays behind: say why."""
        if self._element is not None:
            self.source.lose(self._element, why)

    def attribute(self, name: str) -> str:
        """An attribute's value, or nothing."""
        return self._element.get(name, "") if self._element is not None else ""

    def complain(self, path: str, complaint: str, reason: Reason = Reason.FF01) -> None:
        """Say what is wrong at the path, so that the message is refused."""
        self.source.report(self.where(path), complaint, reason, self.node(path)._element)

    def where(self, path: str) -> str:
        """The path of an element, there or not, for a finding."""
        here = self.node(path)._element if path else self._element
        if here is not None:
            return self.source.path(here)
        if path.startswith("/") and self._top is not None:
            return f"{self.source.path(next(iter(self._top)))}{path}"
        return f"{self.source.path(self._element)}/{path}" if self._element is not None else f"/{path.lstrip('/')}"

    def parsed(self, path: str, parse: Callable[[str], str]) -> str:
        """The text as `parse` reads it; what it refuses is a reason to refuse the message. Empty when there is none."""
        text = self.text(path)
        try:
            return parse(text) if text else ""
        except InvalidValue as wrong:
            self.complain(path, wrong.message, wrong.reason)
            return ""


def _leaves(root: etree._Element) -> Iterator[etree._Element]:
    return (
        element for element in root.iter() if not len(element) and ((element.text or "").strip() or element is root)
    )


def _refused(*findings: Finding) -> MessageRefused:
    return MessageRefused("the message cannot be written as MT", findings=findings)
