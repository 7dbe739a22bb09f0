"""What an XML Schema allows, however it is written down: two schemas with equal structures accept the same messages."""

from typing import Any

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"


def structure(schema: etree._Element) -> Any:
    """The root element and all below it, as nested tuples; names of types do not matter."""
    return _Structure(schema).root()


class _Structure:
    def __init__(self, schema: etree._Element) -> None:
        self._schema = schema
        self._types = {each.get("name"): each for each in schema if each.tag in {XS + "complexType", XS + "simpleType"}}
        self._known: dict[str, Any] = {}

    def root(self) -> Any:
        element = self._schema.find(f"{XS}element")
        assert element is not None
        return element.get("name"), self._type_of(element)

    def _type_of(self, element: etree._Element) -> Any:
        if (name := element.get("type")) is not None:
            return self._named(name)
        return self._type(element[0])

    def _named(self, name: str) -> Any:
        prefix, _, local = name.rpartition(":")
        if prefix:
            return ("simple", local, ())
        if local not in self._known:
            self._known[local] = ("recursive", local)
            self._known[local] = self._type(self._types[local])
        return self._known[local]

    def _type(self, definition: etree._Element) -> Any:
        if definition.tag == XS + "simpleType":
            return self._restriction(definition[0])
        content = definition[0]
        if content.tag == XS + "simpleContent":
            extension = content[0]
            attributes = tuple(
                (each.get("name"), each.get("use", "optional"), self._type_of(each)) for each in extension
            )
            return "text", self._named(extension.get("base", "")), attributes
        if len(content) == 1 and content[0].tag == XS + "choice" and not content[0].attrib:
            content = content[0]  # a sequence of one choice is that choice
        return content.tag.removeprefix(XS), tuple(self._particle(each) for each in content)

    def _particle(self, element: etree._Element) -> Any:
        occurs = element.get("minOccurs", "1"), element.get("maxOccurs", "1")
        if element.tag == XS + "any":
            return "any", element.get("namespace", "##any"), element.get("processContents", "strict"), occurs
        if element.tag in {XS + "choice", XS + "sequence"}:
            return str(element.tag).removeprefix(XS), occurs, tuple(self._particle(each) for each in element)
        return element.get("name"), occurs, self._type_of(element)

    def _restriction(self, restriction: etree._Element) -> Any:
        facets = sorted((str(facet.tag).removeprefix(XS), facet.get("value")) for facet in restriction)
        return "simple", restriction.get("base", "").rpartition(":")[2], tuple(facets)
