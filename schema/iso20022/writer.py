"""Writes a message from nested dictionaries that read like the message itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from domain.errors import InvalidValue
from domain.money import Money
from schema.iso20022.envelope import BusinessMessage
from schema.iso20022.xsd import NAMESPACE

_ENVELOPE: Final = "urn:swift:xsd:envelope"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in the digits of the message that it comes from, where those are kept: "7.5" and not "7.50"."""

    text: str
    currency: str


def element(name: str, message: str, content: Mapping[str, Any]) -> etree._Element:
    """The root element `name` of a message, filled with `content`.

    A value is a text, an amount, a mapping of child elements, a list of any of these, or None to leave the element
    out. Raises InvalidValue for text that XML cannot carry.
    """
    namespace = NAMESPACE + message
    prefixes: Any = {None: namespace}
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=prefixes)
    try:
        _fill(root, content, namespace)
    except ValueError as wrong:
        raise InvalidValue("a text has control characters that XML cannot carry") from wrong
    return root


def envelope(business: BusinessMessage) -> bytes:
    """Header and document in the envelope that SWIFT's translator uses."""
    prefixes: Any = {None: _ENVELOPE}
    root = etree.Element(f"{{{_ENVELOPE}}}Envelope", nsmap=prefixes)
    root.extend(part for part in (business.header, business.document) if part is not None)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _fill(parent: etree._Element, content: Mapping[str, Any], namespace: str) -> None:
    for name, value in content.items():
        for each in value if isinstance(value, list) else [value]:
            if each is None:
                continue
            child = etree.SubElement(parent, f"{{{namespace}}}{name}")
            if isinstance(each, Mapping):
                _fill(child, each, namespace)
            elif isinstance(each, Money):
                child.set("Ccy", each.currency)
                child.text = str(each)
            elif isinstance(each, Amount):
                child.set("Ccy", each.currency)
                child.text = each.text
            else:
                child.text = each
