"""The ISO 20022 schemas, rebuilt in memory: the official files may not be redistributed, data classes of them are.

pyiso20022 keeps every facet of the official schema as metadata of its data classes. Turned back into XML Schema it
is structurally identical to the official file in every case that could be compared, and libxml2 then validates
twenty times faster than the data classes could.
"""

import dataclasses
import importlib
import re
import threading
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files
from types import ModuleType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from lxml import etree
from xsdata.models.datatype import XmlDate, XmlDateTime, XmlPeriod, XmlTime

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
"""What every ISO 20022 namespace begins with; the message's name follows."""

_XS: Final = "http://www.w3.org/2001/XMLSchema"
_NAME: Final = re.compile(r"[a-z]{4}\.\d{3}\.\d{3}\.\d{2}")
_BUILT_IN: Final[Mapping[Any, str]] = {
    str: "string",
    Decimal: "decimal",
    bool: "boolean",
    int: "integer",
    bytes: "base64Binary",
    XmlDate: "date",
    XmlDateTime: "dateTime",
    XmlTime: "time",
    XmlPeriod: "gYear",
}
_YEAR_AND_MONTH: Final = frozenset({"FctvDt", "XpryDt"})
"""Card dates, the only periods that are more than a year."""
_OTHER_CHOICES: Final = frozenset({"CashAccountType2"})
"""Choices of old messages whose class is not named like one."""
_FACETS: Final = {
    "min_length": "minLength",
    "max_length": "maxLength",
    "length": "length",
    "pattern": "pattern",
    "total_digits": "totalDigits",
    "fraction_digits": "fractionDigits",
    "min_inclusive": "minInclusive",
    "max_inclusive": "maxInclusive",
}


class _PerThread(threading.local):
    def __init__(self) -> None:
        self.schemas: dict[str, etree.XMLSchema] = {}


_CLASSES: Final = files("pyiso20022")
_per_thread: Final = _PerThread()
_compiling: Final = threading.Lock()
_COMPILED: Final = 40
"""Schemas that a thread keeps, of about a megabyte each: nobody may fill the memory by sending every old version."""


def compiled(message: str) -> etree.XMLSchema:
    """The schema of a message such as "pacs.008.001.08", compiled once per thread.

    Threads do not share one: the errors that a schema object reports would mix. Raises LookupError for a message
    that there is no schema of.
    """
    schemas = _per_thread.schemas
    schema = schemas.get(message)
    if schema is None:
        if len(schemas) >= _COMPILED:
            schemas.clear()
        with _compiling:  # libxml2 does not promise that schemas may be compiled side by side
            schema = schemas[message] = etree.XMLSchema(etree.fromstring(xsd(message)))
    return schema


def exists(message: str) -> bool:
    """Whether there is a schema of the message."""
    return _NAME.fullmatch(message) is not None and _is_there(message)


@lru_cache(maxsize=1_000)
def _is_there(message: str) -> bool:
    name = message.replace(".", "_")
    return _CLASSES.joinpath(message[:4], name, f"{name}.py").is_file()


@lru_cache(maxsize=64)
def xsd(message: str) -> bytes:
    """The XML Schema of a message, built once per process (about 0.1 s)."""
    return etree.tostring(_Builder(_module(message)).build())


@cache
def vocabulary(message: str) -> frozenset[str]:
    """Every name that a message's schema defines; any other name in a message is the sender's own text."""
    return frozenset(element.get("name", "") for element in etree.fromstring(xsd(message)).iter())


def _module(message: str) -> ModuleType:
    if not _NAME.fullmatch(message):
        raise LookupError(f"{message!r:.40} does not name an ISO 20022 message")
    name = message.replace(".", "_")
    try:
        return importlib.import_module(f"pyiso20022.{message[:4]}.{name}.{name}")
    except ModuleNotFoundError as absent:
        raise LookupError(f"there is no schema of {message}") from absent


class _Builder:
    """Walks the data classes from the root element down; every class becomes a complex type."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._root_class: type = getattr(module, "AppHdr", None) or module.Document
        self._waiting = [self._root_class]
        namespace: str = self._root_class.Meta.namespace
        prefixes: Any = {"xs": _XS, None: namespace}
        self._schema = etree.Element(
            f"{{{_XS}}}schema",
            {"targetNamespace": namespace, "elementFormDefault": "qualified"},
            nsmap=prefixes,
        )

    def build(self) -> etree._Element:
        name = self._root_class.__name__
        _add(self._schema, "element", name=name, type=name)
        written: set[type] = set()
        while self._waiting:
            if (cls := self._waiting.pop()) not in written:
                written.add(cls)
                self._complex_type(cls)
        return self._schema

    def _complex_type(self, cls: type) -> None:
        complex_type = _add(self._schema, "complexType", name=cls.__name__)
        fields = list(self._fields(cls))
        if any(field.is_text for field in fields):
            self._text_with_attributes(complex_type, cls, fields)
            return
        choice = cls.__name__.endswith("Choice") or cls.__name__ in _OTHER_CHOICES
        group = _add(complex_type, "choice" if choice else "sequence")
        for field in fields:
            self._element(group, field, in_choice=choice)

    def _text_with_attributes(self, complex_type: etree._Element, cls: type, fields: list["_Field"]) -> None:
        text_type = f"{cls.__name__}.text"
        extension = _add(_add(complex_type, "simpleContent"), "extension", base=text_type)
        for field in fields:
            if field.is_text:
                field.restrict(_add(self._schema, "simpleType", name=text_type))
            else:
                use = "required" if field.metadata.get("required") else "optional"
                field.restrict(_add(_add(extension, "attribute", name=field.name, use=use), "simpleType"))

    def _element(self, group: etree._Element, field: "_Field", *, in_choice: bool) -> None:
        if field.metadata.get("type") == "Wildcard":
            _add(group, "any", namespace=field.metadata.get("namespace", "##any"), processContents="lax")
        elif dataclasses.is_dataclass(field.type):
            assert isinstance(field.type, type)
            _add(group, "element", name=field.name, type=field.type.__name__, **field.occurrence(in_choice=in_choice))
            self._waiting.append(field.type)
        else:
            element = _add(group, "element", name=field.name, **field.occurrence(in_choice=in_choice))
            field.restrict(_add(element, "simpleType"))

    def _fields(self, cls: type) -> Iterator["_Field"]:
        hints = get_type_hints(cls, vars(self._module))
        for field in dataclasses.fields(cls):
            hint = hints[field.name]
            yield _Field(field.name, _unwrapped(hint), field.metadata, repeats=get_origin(hint) is list)


class _Field:
    """One field of a data class: an element, an attribute or the text between the tags."""

    def __init__(self, python_name: str, type_: Any, metadata: Mapping[str, Any], *, repeats: bool) -> None:
        self.type = type_
        self.metadata = metadata
        self.name: str = metadata.get("name", python_name)
        self.is_text = python_name == "value" and "type" not in metadata
        self._repeats = repeats

    def occurrence(self, *, in_choice: bool) -> dict[str, str]:
        """How often the element may stand. In a choice it must stand once chosen, whatever the metadata says."""
        if self._repeats:
            least = 1 if in_choice else self.metadata.get("min_occurs", 0)
            return {"minOccurs": str(least), "maxOccurs": str(self.metadata.get("max_occurs", "unbounded"))}
        return {} if in_choice or self.metadata.get("required") else {"minOccurs": "0"}

    def restrict(self, simple_type: etree._Element) -> None:
        """Write the field's codes, or its built-in type and facets, into a simple type."""
        if isinstance(self.type, type) and issubclass(self.type, Enum):
            restriction = _add(simple_type, "restriction", base="xs:string")
            for code in self.type:
                _add(restriction, "enumeration", value=code.value)
            return
        restriction = _add(simple_type, "restriction", base=f"xs:{self._base()}")
        for key, facet in _FACETS.items():
            if key in self.metadata:
                _add(restriction, facet, value=str(self.metadata[key]))

    def _base(self) -> str:
        if self.type is XmlPeriod and self.name in _YEAR_AND_MONTH:
            return "gYearMonth"
        return _BUILT_IN[self.type]


def _unwrapped(hint: Any) -> Any:
    """The type itself, out of `None | T` and `list[T]`."""
    if get_origin(hint) is list or isinstance(hint, UnionType):
        return _unwrapped(next(part for part in get_args(hint) if part is not type(None)))
    return hint


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_XS}}}{tag}", attributes)
