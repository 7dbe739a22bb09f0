"""Puts a message's content in the order that its schema asks for, so that mappings may be written in any order."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from lxml import etree

from schema.iso20022.xsd import xsd

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"


def in_schema_order(name: str, message: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """`content` of the root element `name` of a message, every mapping in schema order and nothing empty left in it.

    None, empty texts, lists and mappings are left out. A name that the schema does not know is a programmer's error.
    """
    layout = _layout(message)
    assert name in layout, f"{message} has no root {name}"
    return _ordered(content, name, layout)


def _ordered(content: Mapping[str, Any], type_name: str, layout: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    children = layout[type_name]
    unknown = content.keys() - children.keys()
    assert not unknown, f"{type_name} has no {', '.join(sorted(unknown))}"
    found = ((name, _value(content[name], child, layout)) for name, child in children.items() if name in content)
    return {name: value for name, value in found if value not in (None, "", {}, [])}


def _value(value: Any, type_name: str, layout: Mapping[str, Mapping[str, str]]) -> Any:
    if isinstance(value, Mapping):
        return _ordered(value, type_name, layout)
    if isinstance(value, list):
        each = (_value(one, type_name, layout) for one in value)
        return [one for one in each if one not in (None, "", {})]
    return value


@cache
def _layout(message: str) -> dict[str, dict[str, str]]:
    """Per complex type its elements in order, each with its own type; the root type bears the root's name."""
    types = etree.fromstring(xsd(message)).iter(f"{_XS}complexType")
    return {
        str(each.get("name")): {
            str(child.get("name")): str(child.get("type", "")) for child in each.iter(f"{_XS}element")
        }
        for each in types
    }
