"""The network's own list: one listed entity per line, with every name it goes by."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from screening.entity import Entity, EntityKind, ListedName, NameKind

PACKAGED: Final = Path(__file__).parent / "lists" / "network.tsv"
"""The list of invented entities that DelTran comes with."""
COLUMNS: Final = ("list", "id", "kind", "name", "aliases")

KINDS: Final = {
    "person": EntityKind.PERSON,
    "company": EntityKind.ORGANISATION,
    "vessel": EntityKind.VESSEL,
    "aircraft": EntityKind.AIRCRAFT,
}


def read(lines: Iterable[str]) -> Iterator[Entity]:
    """Read tab-separated lines under a header; aliases are parted by "|". Raises ValueError, naming the line."""
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\n").split("\t")
        if number == 1:
            if cells != list(COLUMNS):
                raise ValueError(f"line 1: a list begins with the columns {', '.join(COLUMNS)}")
            continue
        if len(cells) != len(COLUMNS) or not all(cells[:4]):
            raise ValueError(f"line {number}: a listed entity needs a list, an id, a kind and a name")
        list_name, entity_id, kind, name, aliases = cells
        names = [ListedName(name, NameKind.PRIMARY)]
        names += [ListedName(alias) for alias in filter(None, aliases.split("|"))]
        yield Entity(list_name, entity_id, KINDS.get(kind, EntityKind.OTHER), tuple(names))
