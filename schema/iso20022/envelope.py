"""Takes a business message out of whatever it travels in: header and document, found by namespace, never by prefix."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

from lxml import etree

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.check import line_of, local_name
from schema.iso20022.xsd import NAMESPACE

WRAPPERS: Final = frozenset(
    {"Envelope", "BusinessMessage", "RequestPayload", "DataPDU", "Message", "Request", "Document"}
)
"""Root elements that real traffic uses (SWIFT translator, SWIFTNet, Alliance DataPDU, HVPS+); namespaces vary."""

HEADER: Final = "head.001.001.02"
"""The business application header of CBPR+."""


@dataclass(frozen=True, slots=True)
class BusinessMessage:
    """One document and the header it came with, if any. `message` is its name and version."""

    message: str
    document: etree._Element
    header: etree._Element | None


def unwrap(tree: etree._ElementTree, supported: frozenset[str]) -> BusinessMessage:
    """Find the one document of a supported version. Raises MessageRefused (IN-05)."""
    root = tree.getroot()
    if local_name(root) not in WRAPPERS:
        _refuse("the message stands in an unknown wrapper", root)
    parts = list(_outermost(root))
    document, header = _only(parts, "Document"), _only(parts, "AppHdr")
    if document is None:
        _refuse("the message has no Document", root)
    message = _message(document)
    if message not in supported:
        _refuse(f"the Document is of an unsupported version; supported is {', '.join(sorted(supported))}", document)
    if header is not None and _message(header) != HEADER:
        _refuse(f"the AppHdr is of an unsupported version; supported is {HEADER}", header)
    return BusinessMessage(message, document, header)


def _outermost(root: etree._Element) -> Iterator[etree._Element]:
    """Documents and headers in order, without looking inside them: supplementary data may hold a Document of its own."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if local_name(element) in {"Document", "AppHdr"}:
            yield element
        else:
            waiting.extend(reversed(element))


def _only(parts: list[etree._Element], name: str) -> etree._Element | None:
    found = [part for part in parts if local_name(part) == name]
    if len(found) > 1:
        _refuse(f"the message has more than one {name}", found[1])
    return found[0] if found else None


def _message(element: etree._Element) -> str:
    namespace = str(element.tag).rpartition("}")[0].removeprefix("{")
    return namespace.removeprefix(NAMESPACE)


def _refuse(message: str, element: etree._Element) -> NoReturn:
    raise MessageRefused(message, findings=(Finding("/", "IN-05", message, Reason.FF01, line_of(element)),))
