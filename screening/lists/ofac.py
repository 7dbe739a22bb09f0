"""OFAC's SDN and consolidated lists as separated files.

Headerless, Windows line ends, "-0-" for nothing, 0x1A at the end. The primary file has ent_num, name, type, programmes, title,
call sign, vessel type, tonnage, gross tonnage, flag, owner, remarks; the alias file ent_num, alt_num, type, name, remarks; the
address file ent_num, add_num, address, city, country, remarks; the comments file continues remarks that grew over 1,000 signs.
Source: OFAC's "SDN data specification" (dat_spec.txt).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from screening.entity import Entity, EntityKind, ListedName, NameKind
from screening.lists import ofac_remarks
from screening.lists.reading import clean, rows, unique

KINDS: Final = {
    "individual": EntityKind.PERSON,
    "vessel": EntityKind.VESSEL,
    "aircraft": EntityKind.AIRCRAFT,
}
NAME_KINDS: Final = {"aka": NameKind.STRONG, "fka": NameKind.FORMER, "nka": NameKind.STRONG}
_PROGRAMMES: Final = re.compile(r"\]\s*\[|;|\[|\]")


def separated(
    primary: bytes, aliases: bytes = b"", addresses: bytes = b"", comments: bytes = b"", *, list_name: str = "OFAC"
) -> Iterator[Entity]:
    """The entities of the four files; only the primary one is needed. Raises ListRefused for what is no table."""
    also = _grouped(aliases)
    places = _grouped(addresses)
    more = {number: " ".join(row[0] for row in group) for number, group in _grouped(comments).items()}
    for row in _numbered(primary):
        number, name, kind, programmes = (clean(cell) for cell in (*row, "", "", "", "")[:4])
        cells = [clean(cell) for cell in row] + [""] * 12
        remarks = ofac_remarks.read(cells[11] + more.get(number, ""))
        names = [ListedName(name, NameKind.PRIMARY)]
        names += [
            ListedName(clean(alias[2]), NAME_KINDS.get(clean(alias[1]).lower(), NameKind.STRONG))
            for alias in also.get(number, ())
            if len(alias) > 2 and clean(alias[2])
        ]
        yield Entity(
            list_name,
            number,
            KINDS.get(kind.lower(), EntityKind.ORGANISATION),
            _distinct([*names, *remarks.names]),
            births=unique(remarks.births),
            nationalities=unique(remarks.nationalities),
            countries=unique([cells[9], *(clean(_at(place, 3)) for place in places.get(number, ()))]),
            addresses=unique(_address(place) for place in places.get(number, ())),
            documents=tuple(dict.fromkeys(remarks.documents)),
            bics=unique(remarks.bics),
            imos=unique(remarks.imos),
            leis=unique(remarks.leis),
            wallets=unique(remarks.wallets),
            programmes=unique(_PROGRAMMES.split(programmes)),
        )


def _numbered(data: bytes) -> Iterator[list[str]]:
    """Rows that begin with an entity's number and have a name; headers and stray signs do not."""
    return (row for row in rows(data) if row[0].strip().isdigit() and len(row) > 1 and clean(row[1]))


def _grouped(data: bytes) -> dict[str, list[list[str]]]:
    groups: dict[str, list[list[str]]] = defaultdict(list)
    for row in rows(data) if data else ():
        if row[0].strip().isdigit():
            groups[clean(row[0])].append(row[1:])
    return groups


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _address(row: Sequence[str]) -> str:
    return ", ".join(part for part in (clean(cell) for cell in row[1:4]) if part)


def _distinct(names: Sequence[ListedName]) -> tuple[ListedName, ...]:
    seen: dict[str, ListedName] = {}
    for name in names:
        seen.setdefault(name.text, name)
    return tuple(seen.values())
