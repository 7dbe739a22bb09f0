"""A sanctions list as we keep it: one listed entity per line, with every name it goes by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

COLUMNS: Final = ("list", "id", "kind", "name", "aliases")


@dataclass(frozen=True, slots=True)
class Entry:
    """A person, company or vessel on a list; `names` begins with the primary one."""

    list_name: str
    entity_id: str
    kind: str
    names: tuple[str, ...]


def read(lines: Iterable[str]) -> Iterator[Entry]:
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
        yield Entry(list_name, entity_id, kind, (name, *filter(None, aliases.split("|"))))
