"""Holds a message against its schema and says in our own words what is wrong, never quoting a value."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from lxml import etree

from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.masking import shown
from schema.iso20022.xsd import compiled, vocabulary

MOST: Final = 100
"""Findings reported of one element; a message with more is not worth listing further."""

_WORDS: Final = {
    "SCHEMAV_ELEMENT_CONTENT": "is not allowed here",
    "SCHEMAV_CVC_ELT_1": "is not the root of this message",
    "SCHEMAV_CVC_PATTERN_VALID": "does not follow the required pattern",
    "SCHEMAV_CVC_ENUMERATION_VALID": "is not one of the allowed codes",
    "SCHEMAV_CVC_MINLENGTH_VALID": "is too short",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "is too long",
    "SCHEMAV_CVC_TOTALDIGITS_VALID": "has too many digits",
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": "has too many decimals",
    "SCHEMAV_CVC_MININCLUSIVE_VALID": "is too small",
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": "is too large",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "is not a value of the required type",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "must be empty",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": "has elements where only text is allowed",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "has text where only elements are allowed",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "is not an allowed attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "is a required attribute",
}
"""What libxml2's error types mean to the sender."""

_STEP: Final = re.compile(r"([^\[\]]+)(?:\[([1-9][0-9]*)\])?")
_ATTRIBUTE: Final = re.compile(r"^Element '[^']*'(?:, |: The )attribute '([^']+)'")
_EXPECTED: Final = re.compile(r"Expected is (?:one of )?\( ([^()]*) \)\.$")
_MISSING: Final = re.compile(r"^Element '[^']*': Missing child element\(s\)\.")


def check(element: etree._Element, message: str) -> tuple[Finding, ...]:
    """Every place where `element`, the message's own root, breaks the schema: rule XS, reason FF01."""
    schema = compiled(message)
    if schema.validate(element):
        return ()
    log: Any = schema.error_log
    names = vocabulary(message)
    return tuple(dict.fromkeys(_finding(entry, element, names) for entry in islice(log, MOST)))


def path_of(element: etree._Element, names: frozenset[str], root: etree._Element | None = None) -> str:
    """Where an element stands, as an XPath of local names from `root` down; names that no schema knows read `*`."""
    steps = []
    at: etree._Element | None = element
    while at is not None:
        steps.append(_step(at, names, alone=at is root))
        at = None if at is root else at.getparent()
    return "/" + "/".join(reversed(steps))


def _step(element: etree._Element, names: frozenset[str], *, alone: bool) -> str:
    name = _known(local_name(element), names)
    parent = element.getparent()
    if alone or parent is None or sum(1 for _ in parent.iterchildren(element.tag)) == 1:
        return name
    return f"{name}[{sum(1 for _ in element.itersiblings(element.tag, preceding=True)) + 1}]"


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def line_of(element: etree._Element) -> int | None:
    """The line an element begins on, 1-based; None when it was not read from text."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None


def _finding(entry: Any, root: etree._Element, names: frozenset[str]) -> Finding:
    found = _element_at(root, entry.path or "")
    path = "/" if found is None else path_of(found, names, root)
    if attribute := _ATTRIBUTE.match(entry.message):
        path = f"{path}/@{_known(attribute[1], names)}"
    return Finding(path, "XS", _words(entry, names), Reason.FF01, entry.line, value=_value(found, path))


def _value(found: etree._Element | None, path: str) -> str | None:
    if found is None or len(found):
        return None
    name = path.rpartition("/")[2]
    return shown(name, (found.get(name[1:]) if name.startswith("@") else found.text) or "")


def _element_at(root: etree._Element, path: str) -> etree._Element | None:
    """What libxml2 calls `/*/h:Fr/*[2]`: prefixes are the message's own, and `*` is any element without one."""
    element: etree._Element | None = root
    for step in path.split("/")[2:]:
        if element is None or not (named := _STEP.fullmatch(step)):
            return None
        prefix, _, name = named[1].rpartition(":")
        children = (
            child
            for child in element.iterchildren("*")
            if named[1] == "*" or (local_name(child) == name and (child.prefix or "") == prefix)
        )
        element = next(islice(children, int(named[2] or 1) - 1, None), None)
    return element


def _words(entry: Any, names: frozenset[str]) -> str:
    words = _WORDS.get(entry.type_name, "breaks the schema")
    if entry.type_name == "SCHEMAV_ELEMENT_CONTENT" and _MISSING.match(entry.message):
        words = "lacks an element"
    expected = ", ".join(_expected(entry.message, names))
    return f"{words}; expected {expected}" if expected else words


def _expected(message: str, names: frozenset[str]) -> Iterator[str]:
    if tail := _EXPECTED.search(message):
        yield from (_known(name.rpartition("}")[2], names) for name in tail[1].split(", "))


def _known(name: str, names: frozenset[str]) -> str:
    return name if name in names else "*"
