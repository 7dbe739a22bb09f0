"""Whether a new version of a list may take the place of the old one, and what it changes."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self

from domain.errors import ListRefused
from screening.regions import GEO

LARGEST_DROP: Final = 0.05
"""The part of the entities that may be gone without a person's acknowledgement; lists grow, and delist by handfuls."""

COLLAPSE: Final = 0.5
"""Below this part of the old version, no acknowledgement helps: the file is not the list."""

FEWEST: Final = {"OFAC": 5_000, "OFAC-CONS": 100, "EU": 1_000, "UN": 300, "UK": 1_000}
"""Entities that a whole list has at least; each has had several times as many for years."""

DECIDED: Final = frozenset((GEO,))
"""What is a bank's own decision and no publisher's: however much of it is gone, a person may acknowledge it."""


class Entry(Protocol):
    """What a list lists: a party, or a region of the embargo table."""

    @property
    def entity_id(self) -> str:
        """Its id on the list."""

    @property
    def content_hash(self) -> str:
        """Any change of the entry is a change of this."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a list: the SHA-256 of its file, its size, and the content hash of every entity by its id.

    `label` is what the file itself calls its version; only the embargo table's does. `names` is how many names the entities
    have together; 0 where nobody has counted.
    """

    list_name: str
    sha256: str
    size: int
    hashes: dict[str, str]
    label: str = ""
    names: int = 0

    @classmethod
    def of(cls, list_name: str, data: bytes, entities: Iterable[Entry], *, label: str = "") -> Self:
        """The version that a file is, with its companions if it has any (`whole`)."""
        digest, entities = hashlib.sha256(data).hexdigest(), tuple(entities)
        hashes = {entity.entity_id: entity.content_hash for entity in entities}
        return cls(list_name, digest, len(data), hashes, label, names_of(entities))

    @property
    def name(self) -> str:
        """The beginning of the file's SHA-256, after its own name if it has one: what results and hits call the version."""
        return "/".join(filter(None, (self.label, self.sha256[:12])))


@dataclass(frozen=True, slots=True)
class Delta:
    """What a new version changes, as ids of entities."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def to_screen(self) -> frozenset[str]:
        """Entities that payments on their way have not been screened against."""
        return frozenset((*self.added, *self.changed))


def whole(data: bytes, companions: Mapping[str, bytes] | None) -> bytes:
    """A file and those that belong to it as one: a version is another one when any of them is."""
    return b"".join((data, *(content for _, content in sorted((companions or {}).items()))))


def names_of(entries: Iterable[Entry]) -> int:
    """How many names some entries have together; a region has none."""
    return sum(len(getattr(entry, "names", ())) for entry in entries)


def announced(list_name: str, data: bytes, expected_sha256: str | None) -> None:
    """Raises ListRefused (tampered) when a file is not the one whose digest came by another way."""
    if expected_sha256 and expected_sha256.lower() != hashlib.sha256(data).hexdigest():
        raise ListRefused("the file is not the one that was announced", reason="tampered", list=list_name)


def delta(old: Version | None, new: Version) -> Delta:
    """Compare two versions of one list by the content of their entities."""
    before = old.hashes if old else {}
    return Delta(
        tuple(key for key in new.hashes if key not in before),
        tuple(key for key, digest in new.hashes.items() if before.get(key, digest) != digest),
        tuple(key for key in before if key not in new.hashes),
    )


def admit(new: Version, old: Version | None, *, acknowledged: bool = False, fewest: int | None = None) -> Delta:
    """What the new version changes, if it may take the old one's place.

    `acknowledged` says that a person has confirmed a drop. Raises ListRefused with `reason` empty, truncated (fewer entities
    than the list ever had), shrunk (collapsed to less than half) or dropped (more than 5 of 100 entities, or of their names, are
    gone and nobody has acknowledged it). What a bank has decided itself may shrink as far as a person acknowledges.
    """
    if not new.hashes:
        raise _refused("the file holds no entity", "empty", new)
    if len(new.hashes) < (FEWEST.get(new.list_name, 1) if fewest is None else fewest):
        raise _refused("the file holds fewer entities than this list ever had", "truncated", new)
    changes = delta(old, new)
    if old is not None:
        final = acknowledged and new.list_name in DECIDED
        if len(new.hashes) < COLLAPSE * len(old.hashes) and not final:
            raise _refused("the file holds less than half of the present version", "shrunk", new)
        if len(changes.removed) > LARGEST_DROP * len(old.hashes) and not acknowledged:
            raise _refused("more entities are gone than anybody has acknowledged", "dropped", new, len(changes.removed))
        if new.names < (1 - LARGEST_DROP) * old.names and not acknowledged:
            raise _refused("more names are gone than anybody has acknowledged", "dropped", new)
    return changes


def _refused(message: str, reason: str, version: Version, removed: int = 0) -> ListRefused:
    return ListRefused(message, reason=reason, list=version.list_name, entities=len(version.hashes), removed=removed)


def combined(versions: Sequence[Version]) -> str:
    """One name for the versions of several lists together: the beginning of the SHA-256 of theirs, in the lists' order."""
    parts = sorted(f"{version.list_name}:{version.sha256}" for version in versions)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
