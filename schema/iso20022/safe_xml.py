"""Reads XML that a stranger sent: never opens a file or a socket, never repeats what the message says.

Rules, with the catalogue's names: IN-01 too large, IN-02 not UTF-8, IN-03 DOCTYPE or entity, IN-04 not well-formed
(libxml2 counts elements nested deeper than 256 and texts over 10 MB as such). Comments and processing instructions
are dropped while parsing, so that `15669<!-- -->.38` reads 15669.38 here as it does for the schema.
"""

import re
import threading
from typing import Any, Final

from lxml import etree

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason

PAYMENT_CAP_BYTES: Final = 100_000
"""Largest message that carries a single payment; real ones have 2 to 5 KB, one with every element 40 KB."""

_DECLARED: Final = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"'>]*)["']""")
_ENCODINGS: Final = frozenset({b"utf-8", b"us-ascii", b"ascii"})
_ENTITY_ERRORS: Final = range(21, 30)
"""libxml2's numbers for what can be wrong with an entity reference (xmlerror.h: 21 to 29)."""

# 'internal' and not False: with False an undefined entity would stay in the tree as if it were text.
# collect_ids must keep its default: without it libxml2 opens external parameter entities.
PARSER_OPTIONS: Final[dict[str, Any]] = {
    "encoding": "utf-8",
    "resolve_entities": "internal",
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
    "strip_cdata": True,
}


class _PerThread(threading.local):
    """Parsers are not shared between threads.

    Blanks between elements say nothing, and without them a message is parsed and validated a quarter faster. But next
    to a comment, an instruction or a CDATA section they may belong to a value; a message with such keeps its blanks.
    """

    def __init__(self) -> None:
        self.exact = etree.XMLParser(**PARSER_OPTIONS)
        self.quick = etree.XMLParser(**PARSER_OPTIONS, remove_blank_text=True)


_per_thread: Final = _PerThread()


def parse(raw: bytes, *, cap_bytes: int = PAYMENT_CAP_BYTES) -> etree._ElementTree:
    """The document in `raw`. Raises MessageRefused, saying the line but nothing of the content."""
    _refuse_size(raw, cap_bytes)
    _refuse_encoding(raw)
    _refuse_doctype(raw)
    interrupted = _interrupted(raw)
    try:
        tree = etree.ElementTree(etree.fromstring(raw, _per_thread.exact if interrupted else _per_thread.quick))
    except etree.XMLSyntaxError as wrong:
        raise _not_well_formed(wrong) from None  # its text quotes the message
    if interrupted and tree.docinfo.internalDTD is not None:
        raise _refused("IN-03", "a document type declaration is not allowed", 1)
    return tree


def _interrupted(raw: bytes) -> bool:
    """Whether anything but elements and text follows the XML declaration."""
    return b"<!" in raw or raw.rfind(b"<?") > raw.find(b"<")


def _refuse_size(raw: bytes, cap_bytes: int) -> None:
    if not raw or raw.isspace():
        raise _refused("IN-04", "the message is empty", 1)
    if len(raw) > cap_bytes:
        raise _refused("IN-01", f"the message is larger than {cap_bytes} bytes")


def _refuse_encoding(raw: bytes) -> None:
    # UTF-16 and UTF-7 would hide a DOCTYPE from the search for it; plain UTF-16 text is full of NUL bytes.
    if b"\0" in raw:
        raise _refused("IN-02", "the message is not UTF-8", _line(raw, raw.index(b"\0")))
    if not raw.isascii():
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as wrong:
            raise _refused("IN-02", "the message is not UTF-8", _line(raw, wrong.start)) from None
    declared = _DECLARED.match(raw)
    if declared and declared[1].lower() not in _ENCODINGS:
        raise _refused("IN-02", "the message declares an encoding other than UTF-8", 1)


def _refuse_doctype(raw: bytes) -> None:
    if (position := raw.find(b"<!DOCTYPE")) >= 0:
        raise _refused("IN-03", "a document type declaration is not allowed", _line(raw, position))


def _not_well_formed(wrong: etree.XMLSyntaxError) -> MessageRefused:
    line, column = wrong.position
    # The exception's own error log would not do: it may hold what the thread met in other messages.
    if getattr(wrong, "code", 0) in _ENTITY_ERRORS:
        return _refused("IN-03", "an entity reference is not allowed", line)
    return _refused("IN-04", f"the message is not well-formed XML near column {column}", line)


def _line(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1


def _refused(rule: str, message: str, line: int | None = None) -> MessageRefused:
    return MessageRefused(message, findings=(Finding("/", rule, message, Reason.FF01, line),))
