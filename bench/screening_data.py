"""Lists and labelled queries as the benchmark of screening reads them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from screening.entity import Document, Entity, EntityKind, ListedName, NameKind

KINDS: Final = {
    "person": EntityKind.PERSON,
    "org": EntityKind.ORGANISATION,
    "vessel": EntityKind.VESSEL,
    "aircraft": EntityKind.AIRCRAFT,
}
NAME_KINDS: Final = {
    "primary": NameKind.PRIMARY,
    "weak": NameKind.WEAK,
    "fka": NameKind.FORMER,
    "native": NameKind.NATIVE,
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A query with the entity that it should find; `expected` is empty for one that should find nobody."""

    query: str
    kind: str | None
    expected: str
    category: str
    index: str

    @property
    def hard(self) -> bool:
        """Recombined names of listed persons: some are defensible alerts."""
        return self.category.startswith("neg_ssb_")

    @property
    def popular(self) -> bool:
        """Popular given names with popular family names."""
        return self.category.startswith("neg_popular_")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated file under a header; quotes are signs like others."""
    with path.open(encoding="utf-8", newline="") as lines:
        columns = next(lines).rstrip("\r\n").split("\t")
        for line in lines:
            yield dict(zip(columns, line.rstrip("\r\n").split("\t"), strict=False))


def labelled(path: Path) -> list[Labelled]:
    """Labelled queries of a file."""
    return [
        Labelled(
            row["query"],
            str(KINDS[row["type"]]) if row["type"] in KINDS else None,
            row["expected"],
            row["category"],
            row["index"],
        )
        for row in rows(path)
    ]


def positives_and_negatives(folder: Path) -> tuple[list[Labelled], list[Labelled]]:
    """Both sets; what a note beside them calls listed after all is no negative."""
    listed = set()
    for place in (folder, folder.parent):
        note = place / "negatives_that_equal_a_listed_name.tsv"
        if note.exists():
            listed = {(row["category"], row["query"]) for row in rows(note)}
    negatives = labelled(folder / "negatives.tsv")
    return labelled(folder / "positives.tsv"), [row for row in negatives if (row.category, row.query) not in listed]


def entities(files: Iterable[Path]) -> Iterator[Entity]:
    """The entities of lists in JSON lines."""
    for file in files:
        with file.open(encoding="utf-8") as lines:
            yield from (_entity(json.loads(line)) for line in lines)


def _entity(line: dict[str, Any]) -> Entity:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(line.get(key) or ())

    documents = [Document("passport", number) for number in texts("passport")]
    documents += [Document("tax", number) for number in texts("tax")]
    return Entity(
        line["list"],
        line["id"],
        KINDS.get(line["type"], EntityKind.OTHER),
        tuple(ListedName(name["name"], NAME_KINDS.get(name["kind"], NameKind.STRONG)) for name in line["names"]),
        births=texts("dob"),
        nationalities=texts("nationality"),
        countries=texts("countries"),
        documents=tuple(documents),
        bics=texts("bic"),
        imos=texts("imo"),
        leis=texts("lei"),
        wallets=tuple(address.split(" ")[-1] for address in texts("crypto")),
        programmes=texts("programs"),
    )
