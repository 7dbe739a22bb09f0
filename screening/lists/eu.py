"""The EU's consolidated list of financial sanctions (FSF), XML 1.1 and CSV 1.0 and 1.1. All data of the XML are attributes.

Source: the Commission's schema "FULL 1.1" of 12 October 2017.
"""

import re
from collections.abc import Iterator, Mapping
from typing import IO, Final

from screening.entity import Document, Entity, EntityKind, ListedName, NameKind
from screening.lists.reading import Element, bics_in, clean, date, elements, table, unique

KINDS: Final = {"person": EntityKind.PERSON, "p": EntityKind.PERSON}
_LOW: Final = re.compile(r"\blow?\s+quality\b", re.IGNORECASE)
_DOCUMENTS: Final = {"swiftbic": "bic", "imo": "imo", "lei": "lei"}


def xml(stream: IO[bytes], *, list_name: str = "EU") -> Iterator[Entity]:
    """The entities of the XML file."""
    for entity in elements(stream, "sanctionEntity"):
        documents, found = _identifications(entity)
        addresses = list(entity.each("address"))
        yield Entity(
            list_name,
            entity.get("euReferenceNumber") or entity.get("logicalId"),
            _kind(entity),
            _primary_first(_alias(item) for item in entity.each("nameAlias")),
            births=unique(_birth(item) for item in entity.each("birthdate")),
            nationalities=unique(item.get("countryIso2Code") for item in entity.each("citizenship")),
            countries=unique(item.get("countryIso2Code") for item in addresses if item.get("countryIso2Code") != "00"),
            addresses=unique(_address(item) for item in addresses),
            documents=documents,
            bics=unique([*found["bic"], *(bic for item in entity.each("remark") for bic in bics_in(item.text))]),
            imos=unique(found["imo"]),
            leis=unique(found["lei"]),
            programmes=unique(item.get("programme") for item in entity.each("regulation")),
        )


def _kind(entity: Element) -> EntityKind:
    """There may be several codes for kinds of persons; the classification says which are."""
    said = (item.get(name).lower() for item in entity.each("subjectType") for name in ("code", "classificationCode"))
    return next((KINDS[each] for each in said if each in KINDS), EntityKind.ORGANISATION)


def _alias(item: Element) -> ListedName:
    parts = " ".join(filter(None, (item.get(part) for part in ("firstName", "middleName", "lastName"))))
    # What the UN calls a low quality alias is strong="true" here, and a remark tells.
    remarked = any(_LOW.search(remark.text) for remark in item.each("remark"))
    return _listed(item.get("wholeName") or parts, weak=remarked or item.says("strong") is False)


def _listed(text: str, *, weak: bool) -> ListedName:
    listed = ListedName(text, NameKind.WEAK if weak else NameKind.STRONG)
    if not weak and listed.script not in ("", "LATIN"):
        return ListedName(text, NameKind.NATIVE)
    return listed


def _primary_first(names: Iterator[ListedName]) -> tuple[ListedName, ...]:
    """The first strong Latin name is the primary one: the list does not say."""
    kept = list({name.text: name for name in names if name.text}.values())
    first = next((place for place, name in enumerate(kept) if name.kind is NameKind.STRONG), None)
    if first is not None:
        primary = kept.pop(first)
        kept.insert(0, ListedName(primary.text, NameKind.PRIMARY))
    return tuple(kept)


def _birth(item: Element) -> str:
    if item.get("calendarType").upper() not in ("", "GREGORIAN"):
        return ""  # a year of another calendar would contradict everybody's
    exact = date(item.get("birthdate"))
    first, last = item.get("yearRangeFrom"), item.get("yearRangeTo")
    if exact:
        return exact
    if first and last:
        return f"{first}/{last}" if first != last else first
    year, month = item.get("year"), item.get("monthOfYear")
    return date(f"{year}-{month}-0" if month else year) or date(first or last)


def _address(item: Element) -> str:
    parts = ("street", "poBox", "zipCode", "city", "region", "place", "countryDescription")
    return ", ".join(filter(None, (item.get(part) for part in parts)))


def _identifications(entity: Element) -> tuple[tuple[Document, ...], dict[str, list[str]]]:
    return _sorted_out(
        Document(item.get("identificationTypeCode"), number, item.get("countryIso2Code").replace("00", ""))
        for item in entity.each("identification")
        for number in dict.fromkeys((item.get("latinNumber"), item.get("number")))  # as printed, and in Latin signs
    )


def _sorted_out(documents: Iterator[Document]) -> tuple[tuple[Document, ...], dict[str, list[str]]]:
    others: list[Document] = []
    found: dict[str, list[str]] = {"bic": [], "imo": [], "lei": []}
    for document in documents:
        place = _DOCUMENTS.get(document.kind.lower())
        if place:
            found[place].append(document.number)
        elif document.number:
            others.append(document)
    return tuple(dict.fromkeys(others)), found


def separated(data: bytes, *, list_name: str = "EU") -> Iterator[Entity]:
    """The entities of a CSV file: one row per name or address or date or number, in either version's columns."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in table(data, delimiter=";"):
        number = _of(row, "entity_logicalid", "entity_logical_id")
        if number:
            groups.setdefault(number, []).append(row)
    for number, rows in groups.items():
        kinds = [_of(row, "entity_subjecttype", "subject_type").lower() for row in rows]
        documents, found = _sorted_out(document for row in rows for document in _documents(row))
        references = unique(_of(row, "entity_eu_referencenumber", "eu_ref_num") for row in rows)
        yield Entity(
            list_name,
            references[0] if references else number,
            KINDS.get(next(filter(None, kinds), ""), EntityKind.ORGANISATION),
            _primary_first(_row_name(row) for row in rows),
            births=unique(_row_birth(row) for row in rows),
            nationalities=unique(_of(row, "citizenship_countryiso2code", "citi_country") for row in rows),
            countries=unique(_of(row, "address_countryiso2code", "addr_country") for row in rows),
            addresses=unique(_row_address(row) for row in rows),
            documents=documents,
            bics=unique(found["bic"]),
            imos=unique(found["imo"]),
            leis=unique(found["lei"]),
            programmes=unique(_of(row, "entity_regulation_programme", "programme") for row in rows),
        )


def _of(row: Mapping[str, str], *columns: str) -> str:
    """The first of some columns that has something."""
    return next((value for column in columns if (value := clean(row.get(column)))), "")


def _row_name(row: Mapping[str, str]) -> ListedName:
    whole = _of(row, "namealias_wholename", "naal_wholename")
    parts = (
        ("namealias_firstname", "naal_firstname"),
        ("namealias_middlename", "naal_middlename"),
        ("namealias_lastname", "naal_lastname"),
    )
    text = whole or " ".join(filter(None, (_of(row, *columns) for columns in parts)))
    return _listed(text, weak=_of(row, "namealias_strong").lower() == "false")


def _row_birth(row: Mapping[str, str]) -> str:
    exact = date(_of(row, "birthdate_birthdate", "birt_date"))
    first, last = _of(row, "birthdate_yearrangefrom"), _of(row, "birthdate_yearrangeto")
    return exact or (f"{first}/{last}" if first and last else date(_of(row, "birthdate_year")))


def _row_address(row: Mapping[str, str]) -> str:
    columns = (
        ("address_street", "addr_street"),
        ("address_pobox", "addr_number"),
        ("address_zipcode", "addr_zipcode"),
        ("address_city", "addr_city"),
        ("address_region",),
        ("address_place", "addr_other"),
        ("address_countrydescription", "addr_country"),
    )
    return ", ".join(filter(None, (_of(row, *names) for names in columns)))


def _documents(row: Mapping[str, str]) -> Iterator[Document]:
    kind = _of(row, "identification_typecode") or "identification"
    country = _of(row, "identification_countryiso2code", "iden_country")
    for column in ("identification_latinnumber", "identification_number", "iden_number"):
        yield Document(kind, _of(row, column).split(" (")[0], country)
