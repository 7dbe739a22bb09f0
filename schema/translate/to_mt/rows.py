"""What a mapping table is made of: rows that say which elements go into which field, and who writes it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from schema.mt.message import Field
from schema.translate.to_mt.source import Node

Write = Callable[[Node, str], Iterable[Field]]
"""Writes fields from the elements at a path below a transaction; a path that begins with "/" is from the top."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a mapping table, in the MT's order: the field, where its content stands, and who writes it."""

    field: str
    path: str
    write: Write


def fill(rows: Iterable[Row], transaction: Node) -> Iterator[Field]:
    """The fields of a table for one transaction."""
    for row in rows:
        yield from row.write(transaction, row.path)


def one(tag: str, value: str) -> list[Field]:
    """A field, or none when it would be empty."""
    return [Field(tag, value)] if value else []
