"""Takes a business message out of whatever it travels in: header and document, found by namespace, never by prefix.

Wrappers are many (SWIFT's Envelope, RequestPayload and DataPDU, BusinessMessage, FedNow's own …) and say nothing.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Final, NoReturn

from lxml import etree

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.check import line_of
from schema.iso20022.xsd import NAMESPACE, exists

_OURS: Final = "{" + NAMESPACE

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
    documents, headers = _outermost(root)
    if not documents:
        _refuse("the message has no Document", root)
    for name, found in (("Document", documents), ("AppHdr", headers)):
        if len(found) > 1:
            _refuse(f"the message has more than one {name}", found[1])
    message = message_of(documents[0])
    if not (exists(message) if supported is None else message in supported):
        _refuse("the Document is of an unsupported version", documents[0])
    if headers and message_of(headers[0]) not in HEADERS:
        _refuse(f"the AppHdr is of an unsupported version; supported is {', '.join(sorted(HEADERS))}", headers[0])
    return BusinessMessage(message, documents[0], headers[0] if headers else None)


def _outermost(root: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    """Documents and headers, without looking inside them: supplementary data may hold a Document of its own."""
    documents: list[etree._Element] = []
    headers: list[etree._Element] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        tag = str(element.tag)
        if tag.startswith(_OURS) and tag.endswith("}Document"):
            documents.append(element)
        elif tag.startswith(_OURS) and tag.endswith("}AppHdr"):
            headers.append(element)
        else:
            waiting += reversed(element)
    return documents, headers


def message_of(element: etree._Element) -> str:
    """Name and version of the message that a Document or AppHdr is, by its namespace."""
    return str(element.tag).rpartition("}")[0].removeprefix(_OURS)


def _refuse(message: str, element: etree._Element) -> NoReturn:
    raise MessageRefused(message, findings=(Finding("/", "IN-05", message, Reason.FF01, line_of(element)),))
