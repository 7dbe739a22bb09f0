"""The United Nations Security Council's consolidated list in XML.

There is no family name: the four name fields are read one after the other. Empty alias nodes are usual, several aliases may stand in
one node parted by semicolons, and a remark "(previously listed as …)" may stand among them. BICs and IMO numbers stand in remarks.
"""

import re
from collections.abc import Iterator
from typing import IO, Final

from screening.entity import Document, Entity, EntityKind, ListedName, NameKind
from screening.lists.reading import Element, bics_in, date, elements, imos_in, unique

_REMARK: Final = re.compile(r"\s*\((?:previously|formerly)[^)]*\)\s*")
_LETTERED: Final = re.compile(r"^[a-z]\)\s*")
_QUALITIES: Final = {"low": NameKind.WEAK, "f.k.a.": NameKind.FORMER}


def xml(stream: IO[bytes], *, list_name: str = "UN") -> Iterator[Entity]:
    """The entities of the file."""
    for listed in elements(stream, "INDIVIDUAL", "ENTITY"):
        person = listed.name == "INDIVIDUAL"
        births = [_birth(item) for item in listed.each("INDIVIDUAL_DATE_OF_BIRTH")]
        births += [date(alias.first("DATE_OF_BIRTH")) for alias in listed.each("INDIVIDUAL_ALIAS")]
        remarks = " ".join([listed.first("COMMENTS1"), *(item.text for item in listed.all("NOTE"))])
        addresses = list(listed.each(f"{listed.name}_ADDRESS"))
        yield Entity(
            list_name,
            listed.first("REFERENCE_NUMBER") or listed.first("DATAID"),
            EntityKind.PERSON if person else EntityKind.ORGANISATION,
            tuple({name.text: name for name in [*_names(listed)][::-1]}.values())[::-1],
            births=unique(births),
            nationalities=unique(item.text for item in listed.each("NATIONALITY", "VALUE")),
            countries=unique(item.first("COUNTRY") for item in addresses),
            addresses=unique(_address(item) for item in addresses),
            documents=tuple(_documents(listed)),
            bics=unique(bics_in(remarks)),
            imos=unique(imos_in(remarks)),
            programmes=unique([listed.first("UN_LIST_TYPE")]),
        )


def _names(listed: Element) -> Iterator[ListedName]:
    parts = (listed.first(f"{order}_NAME") for order in ("FIRST", "SECOND", "THIRD", "FOURTH"))
    yield ListedName(" ".join(filter(None, parts)), NameKind.PRIMARY)
    if native := listed.first("NAME_ORIGINAL_SCRIPT"):
        yield ListedName(native, NameKind.NATIVE)
    for alias in listed.each(f"{listed.name}_ALIAS"):
        kind = _QUALITIES.get(alias.first("QUALITY").lower(), NameKind.STRONG)
        for part in alias.first("ALIAS_NAME").split(";"):
            text = " ".join(_LETTERED.sub("", _REMARK.sub(" ", part).strip()).split())
            if text:
                yield ListedName(text, kind)


def _birth(item: Element) -> str:
    if exact := date(item.first("DATE")):
        return exact
    first, last = item.first("FROM_YEAR"), item.first("TO_YEAR")
    if first and last and first != last:
        return f"{first}/{last}"
    return date(item.first("YEAR") or first or last)


def _address(item: Element) -> str:
    parts = (item.first(part) for part in ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"))
    return ", ".join(filter(None, parts))


def _documents(listed: Element) -> Iterator[Document]:
    for item in listed.each("INDIVIDUAL_DOCUMENT"):
        if number := item.first("NUMBER"):
            yield Document(
                item.first("TYPE_OF_DOCUMENT") or "document",
                number,
                item.first("ISSUING_COUNTRY") or item.first("COUNTRY_OF_ISSUE"),
            )
