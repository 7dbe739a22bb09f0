"""Takes a business message out of whatever it travels in: header and document, found by namespace, never by prefix."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn

from lxml import etree

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.check import line_of, local_name
from schema.iso20022.xsd import NAMESPACE, exists

WRAPPERS: Final = frozenset(
    {"Envelope", "BusinessMessage", "RequestPayload", "DataPDU", "Message", "Request", "Document"}
)
"""Root elements that real traffic uses (SWIFT translator, SWIFTNet, Alliance DataPDU, HVPS+); namespaces vary."""

HEADER: Final = "head.001.001.02"
"""The business application header of CBPR+."""

HEADERS: Final = frozenset({HEADER, "head.001.001.01"})
"""Versions of the header that are read; CBPR+ has its own rule for which one it wants."""


@dataclass(frozen=True, slots=True)
class BusinessMessage:
    """One document and the header it came with, if any. `message` is its name and version."""

    message: str
    document: etree._Element
    header: etree._Element | None


def unwrap(tree: etree._ElementTree, supported: Container[str] | None = None) -> BusinessMessage:
    """Find the one document of a supported version, by default any that there is a schema of.

    Raises MessageRefused (IN-05).
    """
    root = tree.getroot()
    if local_name(root) not in WRAPPERS:
        _refuse("the message stands in an unknown wrapper", root)
    parts = list(_outermost(root))
    document, header = _only(parts, "Document"), _only(parts, "AppHdr")
    if document is None:
        _refuse("the message has no Document", root)
    message = message_of(document)
    if not (exists(message) if supported is None else message in supported):
        _refuse("the Document is of an unsupported version", document)
    if header is not None and message_of(header) not in HEADERS:
        _refuse(f"the AppHdr is of an unsupported version; supported is {', '.join(sorted(HEADERS))}", header)
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


def message_of(element: etree._Element) -> str:
    """Name and version of the message that a Document or AppHdr is, by its namespace."""
    return _message_of(str(element.tag))


@lru_cache(maxsize=1_000)
def _message_of(tag: str) -> str:
    return tag.rpartition("}")[0].removeprefix("{").removeprefix(NAMESPACE)


def _refuse(message: str, element: etree._Element) -> NoReturn:
    raise MessageRefused(message, findings=(Finding("/", "IN-05", message, Reason.FF01, line_of(element)),))
