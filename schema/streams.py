"""Bodies that bring several messages: cut into single ones, each to be judged for itself."""

from collections.abc import Sequence
from typing import Final

from lxml import etree

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.check import local_name
from schema.iso20022.safe_xml import parse

MOST_ITEMS: Final = 10_000
"""Messages of one body; whoever has more sends another."""


def messages_of(raw: bytes, *, cap_bytes: int) -> list[bytes]:
    """Every message of an XML body: the body itself, or each child of a root that holds several of them.

    Raises MessageRefused when the body is not safe and well-formed XML, or brings too many.
    """
    root = parse(raw, cap_bytes=cap_bytes).getroot()
    if sum(1 for _ in root.iter("{*}Document")) <= 1:
        return [raw]
    children = [child for child in root if child.find(".//{*}Document") is not None or local_name(child) == "Document"]
    if len(children) < 2:
        return [raw]  # one wrapper around several documents: whoever reads it says what is wrong
    if len(children) > MOST_ITEMS:
        complaint = f"a body brings at most {MOST_ITEMS} messages"
        raise MessageRefused(complaint, findings=(Finding("/", "IN-01", complaint, Reason.FF01),))
    return [etree.tostring(child, encoding="UTF-8", xml_declaration=True, with_tail=False) for child in children]


def together(messages: Sequence[bytes]) -> bytes:
    """One body of some messages, which `messages_of` cuts again; one message is itself."""
    if len(messages) == 1:
        return messages[0]
    root = etree.Element("Messages")
    root.extend([etree.fromstring(message) for message in messages])
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
