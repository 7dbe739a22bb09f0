"""The UK Sanctions List, CSV and XML, and the ConList of OFSI that it replaced on 28 January 2026.

The family name stands in Name 6, given names in Name 1 to 5. One entity has a row per name and address. The list is wider than asset
freezes; what is imposed is kept as programmes and decides on the act, never on the match.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Final

from screening.entity import Document, Entity, EntityKind, ListedName, NameKind
from screening.lists.reading import Element, bics_in, clean, date, elements, rows, table, unique

KINDS: Final = {
    "individual": EntityKind.PERSON,
    "entity": EntityKind.ORGANISATION,
    "ship": EntityKind.VESSEL,
}
_NAME_COLUMNS: Final = ("name 1", "name 2", "name 3", "name 4", "name 5", "name 6")
_KIND_COLUMNS: Final = ("designation type", "individual, entity, ship", "group type")
_FLAG_COLUMN: Final = "current believed flag of ship"
_IMO: Final = re.compile(r"\b(\d{7})\b")
_REFERENCE: Final = re.compile(r"\(UK Sanctions List Ref\):\s*([A-Z]+\d+)")
_UNNAMED: Final = re.compile(r"IMO(?: number)?:?\s*(\d{7})\s*\(\s*[\"'“‘]?(.+?)[\"'”’]?\s*\)", re.IGNORECASE)
"""A ship as it is listed lately: by its number, with the name that it bears in brackets."""
_PARTED: Final = re.compile(r"\s*(?:\||;|\(\d+\))\s*")


def separated(data: bytes, *, list_name: str = "UK") -> Iterator[Entity]:
    """The entities of UK-Sanctions-List.csv or ConList.csv: a line with the date stands before the header."""
    header = next(
        (place for place, row in enumerate(rows(data)) if "name 6" in {cell.strip().lower() for cell in row}), 0
    )
    groups: dict[str, list[dict[str, str]]] = {}
    for row in table(data, skip=header):
        key = _of(row, "unique id") or _of(row, "group id")
        if key:
            groups.setdefault(key, []).append(row)
    for key, group in groups.items():
        yield _entity(list_name, key, group)


def _entity(list_name: str, key: str, group: list[dict[str, str]]) -> Entity:
    kind = next(filter(None, (_of(row, *_KIND_COLUMNS).lower() for row in group)), "")
    others = " ".join(row.get("other information", "") for row in group)
    reference = _REFERENCE.search(others)
    imos = [number for row in group for number in _IMO.findall(_of(row, "imo number"))]
    documents, bics = _sorted_out(_row_documents(group), others)
    return Entity(
        list_name,
        reference[1] if reference else key,
        KINDS.get(kind, EntityKind.ORGANISATION),
        _in_order(_row_names(group)),
        births=unique(date(part) for row in group for part in _PARTED.split(_of(row, "d.o.b", "dob"))),
        nationalities=_column(group, "nationality(/ies)", "nationality"),
        countries=unique([*_column(group, "address country", "country"), *_column(group, _FLAG_COLUMN)]),
        addresses=unique(_row_address(row) for row in group),
        documents=documents,
        bics=bics,
        imos=unique(imos),
        programmes=unique(
            part
            for row in group
            for column in ("regime name", "regime", "sanctions imposed")
            for part in _of(row, column).split("|")
        ),
    )


def _of(row: Mapping[str, str], *columns: str) -> str:
    return next((value for column in columns if (value := clean(row.get(column)))), "")


def _column(group: list[dict[str, str]], *columns: str) -> tuple[str, ...]:
    return unique(part for row in group for part in _PARTED.split(_of(row, *columns)))


def _row_names(group: list[dict[str, str]]) -> Iterator[ListedName]:
    for row in group:
        text = " ".join(filter(None, (_of(row, column) for column in _NAME_COLUMNS)))
        if text:
            yield ListedName(
                _ship(text), _kind(_of(row, "name type", "alias type"), _of(row, "alias strength", "alias quality"))
            )
        if native := _of(row, "name non-latin script"):
            yield ListedName(native, NameKind.NATIVE)


def _ship(text: str) -> str:
    """The name of a ship that is listed by its number; any other name as it is."""
    unnamed = _UNNAMED.fullmatch(text)
    return unnamed[2] if unnamed else text


def _kind(kind: str, strength: str) -> NameKind:
    if strength.lower().startswith(("low", "weak")):
        return NameKind.WEAK
    if kind.lower() in ("primary name", "primary name variation"):
        return NameKind.PRIMARY
    return NameKind.FORMER if kind.lower().startswith(("fka", "f.k.a")) else NameKind.STRONG


def _sorted_out(found: Iterable[Document], remarks: str) -> tuple[tuple[Document, ...], tuple[str, ...]]:
    """Documents, and apart from them the BICs that the list gives among the registration numbers and in remarks."""
    documents = tuple(dict.fromkeys(found))
    bics = unique(bic for text in (*(document.number for document in documents), remarks) for bic in bics_in(text))
    return tuple(document for document in documents if not bics_in(document.number)), bics


def _in_order(names: Iterable[ListedName]) -> tuple[ListedName, ...]:
    distinct: dict[str, ListedName] = {}
    for name in names:
        distinct.setdefault(name.text, name)
    return tuple(sorted(distinct.values(), key=lambda name: name.kind is not NameKind.PRIMARY))


def _row_address(row: Mapping[str, str]) -> str:
    lines = [_of(row, f"address line {line}", f"address {line}") for line in range(1, 7)]
    return ", ".join(
        filter(None, [*lines, _of(row, "address postal code", "post/zip code"), _of(row, "address country", "country")])
    )


def _row_documents(group: list[dict[str, str]]) -> Iterator[Document]:
    columns = (
        ("passport", ("passport number",)),
        ("national identifier", ("national identifier number", "national identification number")),
        (
            "business registration",
            ("business registration number (s)", "business registration number(s)", "business registration number"),
        ),
    )
    for row in group:
        for kind, names in columns:
            yield from (Document(kind, part) for part in _PARTED.split(_of(row, *names)) if part)


def xml(stream: IO[bytes], *, list_name: str = "UK") -> Iterator[Entity]:
    """The entities of UK-Sanctions-List.xml."""
    for item in elements(stream, "Designation"):
        addresses = list(item.all("Address"))
        documents, bics = _sorted_out(_xml_documents(item), item.first("OtherInformation"))
        yield Entity(
            list_name,
            item.first("UniqueID"),
            KINDS.get(
                (item.first("IndividualEntityShip") or item.first("DesignationType")).lower(), EntityKind.ORGANISATION
            ),
            _in_order(_xml_names(item)),
            births=unique(date(found.text) for found in item.all("DOB")),
            nationalities=unique(found.text for found in item.all("Nationality")),
            countries=unique(
                [
                    *(found.first("AddressCountry") for found in addresses),
                    *(found.text for found in item.all("CurrentBelievedFlagOfShip")),
                ]
            ),
            addresses=unique(_xml_address(found) for found in addresses),
            documents=documents,
            bics=bics,
            imos=unique(number for found in item.all("IMONumber") for number in _IMO.findall(found.text)),
            programmes=unique([item.first("RegimeName"), *item.first("SanctionsImposed").split("|")]),
        )


def _xml_names(item: Element) -> Iterator[ListedName]:
    for name in item.each("Names", "Name"):
        text = " ".join(filter(None, (name.first(f"Name{place}") for place in range(1, 7))))
        if text:
            yield ListedName(_ship(text), _kind(name.first("NameType"), name.first("AliasStrength")))
    for native in item.all("NameNonLatinScript"):
        if native.text:
            yield ListedName(native.text, NameKind.NATIVE)


def _xml_address(found: Element) -> str:
    lines = [found.first(f"AddressLine{line}") for line in range(1, 7)]
    return ", ".join(filter(None, [*lines, found.first("AddressPostalCode"), found.first("AddressCountry")]))


def _xml_documents(item: Element) -> Iterator[Document]:
    for kind, name in (
        ("passport", "PassportNumber"),
        ("national identifier", "NationalIdentifierNumber"),
        ("business registration", "BusinessRegistrationNumber"),
    ):
        yield from (Document(kind, found.text) for found in item.all(name) if found.text)
