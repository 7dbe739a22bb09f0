"""Which layout a list file is in, told by its first bytes, and its entities in the one shape."""

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from domain.errors import ListRefused
from screening.entity import Entity
from screening.lists import eu, ofac, ofac_xml, uk, un
from screening.lists.repeats import Repeats, settled

Reader = Callable[[bytes], Iterator[Entity]]

LISTS: Final = ("OFAC", "EU", "UN", "UK")
"""The lists that DelTran reads."""

UNKNOWN_LIST: Final = "unknown_list"
"""Why a file is refused whose list has a name that nobody publishes under."""

_LAYOUTS: Final[tuple[tuple[str, bytes, Reader], ...]] = (
    ("OFAC", b"<DistinctParties", lambda data: ofac_xml.advanced(io.BytesIO(data))),
    ("OFAC", b"<Sanctions", lambda data: ofac_xml.advanced(io.BytesIO(data))),
    ("OFAC", b"<sdnList", lambda data: ofac_xml.plain(io.BytesIO(data))),
    ("EU", b"<export", lambda data: eu.xml(io.BytesIO(data))),
    ("EU", b"sanctionEntity", lambda data: eu.xml(io.BytesIO(data))),
    ("EU", b"Entity_", eu.separated),
    ("UN", b"<CONSOLIDATED_LIST", lambda data: un.xml(io.BytesIO(data))),
    ("UK", b"<Designations", lambda data: uk.xml(io.BytesIO(data))),
    ("UK", b"Name 6", uk.separated),
)
"""Told by a mark among the first bytes, tried in order; OFAC's separated files have none."""

_HEAD: Final = 4096

COMPANIONS: Final = ("aliases", "addresses", "comments")
"""OFAC's further separated files, by the names that `read` knows them by."""


def read(list_name: str, data: bytes, companions: Mapping[str, bytes] | None = None) -> list[Entity]:
    """The entities of a file of a list, whichever of its layouts it is in; `companions` are OFAC's further separated files.

    Raises ListRefused when the file is in no known layout, broken, cut off, or has an entity without number or name.
    """
    return read_all(list_name, data, companions)[0]


def read_all(
    list_name: str, data: bytes, companions: Mapping[str, bytes] | None = None
) -> tuple[list[Entity], Repeats]:
    """The same, and how many entries came under an id that was taken. Raises ListRefused."""
    if list_name not in LISTS:
        raise ListRefused("no such list", reason=UNKNOWN_LIST, list=list_name)
    return settled(_whole(list_name, list(_reader(list_name, data, companions or {})(data))))


def _reader(list_name: str, data: bytes, companions: Mapping[str, bytes]) -> Reader:
    head = data[:_HEAD]
    separated = list_name == "OFAC" and head[:1].isdigit()
    if set(companions) - set(COMPANIONS if separated else ()):  # nothing is left out that somebody thinks is in force
        raise ListRefused("the file has no such companion", reason="unknown_companion", list=list_name)
    for name, mark, reader in _LAYOUTS:
        if name == list_name and mark in head:
            return reader
    if separated:
        aliases, addresses, comments = (companions.get(name, b"") for name in COMPANIONS)
        return lambda primary: ofac.separated(primary, aliases, addresses, comments)
    raise ListRefused("the file is in no layout of this list", reason="unreadable", list=list_name)


def _whole(list_name: str, entities: list[Entity]) -> list[Entity]:
    if any(not entity.entity_id or not entity.names for entity in entities):
        raise ListRefused("the file has an entity without number or name", reason="tampered", list=list_name)
    return entities
