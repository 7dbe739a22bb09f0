"""Reads values out of a message by path and remembers every one that will not do."""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from domain.errors import InvalidValue
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.check import line_of, local_name, path_of
from schema.iso20022.xsd import vocabulary

T = TypeVar("T")


class Reader:
    """One element and all below it, found by paths of local names such as "GrpHdr/MsgId"."""

    def __init__(self, root: etree._Element, message: str) -> None:
        self._root = root
        self._names = vocabulary(message)
        self._elements = _by_path(root)
        self.findings: list[Finding] = []

    def elements(self, path: str) -> list[etree._Element]:
        """Every element at the path, in the order of the message."""
        return self._elements.get(path, [])

    def text(self, *paths: str) -> str:
        """The first text found, the paths in order of preference; empty when there is none but blanks."""
        return next((text for path in paths for text in self.texts(path)), "")

    def texts(self, path: str) -> list[str]:
        """Every text at the path that is more than blanks."""
        found = (element.text for element in self.elements(path))
        return [text for text in found if text and text.strip()]

    def required(self, rule: str, reason: Reason, complaint: str, *paths: str) -> str:
        """The text, or a finding at the first path."""
        text = self.text(*paths)
        if not text:
            self.report(rule, reason, complaint, paths[0])
        return text

    def parsed(self, rule: str, parse: Callable[[str], T], text: str, *paths: str) -> T | None:
        """`text` read by `parse`, or a finding where it was taken from; None as well when there is no text."""
        if not text:
            return None
        try:
            return parse(text)
        except InvalidValue as wrong:
            source = next((path for path in paths if text in self.texts(path)), paths[0])
            self.report(rule, wrong.reason, wrong.message, source)
            return None

    def report(self, rule: str, reason: Reason, complaint: str, path: str, *, nth: int = 0) -> None:
        """Note a broken rule at the n-th element of the path, or where that element should have been."""
        found = self.elements(path)[nth:]
        where = path_of(found[0], self._names, self._root) if found else f"/{local_name(self._root)}/{path}"
        self.findings.append(
            Finding(where, rule, complaint, reason, line_of(found[0] if found else self._nearest(path)))
        )

    def _nearest(self, path: str) -> etree._Element:
        while path:
            path = path.rpartition("/")[0]
            if found := self.elements(path):
                return found[0]
        return self._root


def _by_path(root: etree._Element) -> dict[str, list[etree._Element]]:
    # One walk and a dictionary: a tenth of the time of an XPath for every value.
    paths = {root: ""}
    elements: defaultdict[str, list[etree._Element]] = defaultdict(list)
    for element in root.iterdescendants():
        parent = element.getparent()
        assert parent is not None
        above = paths[parent]
        path = paths[element] = f"{above}/{local_name(element)}" if above else local_name(element)
        elements[path].append(element)
    return dict(elements)
