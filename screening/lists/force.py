"""The lists and the embargo table in force, swapped as a whole, with their ages. A missing or an old list is never silent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from screening.embargo import Embargoes, packaged
from screening.engine import Screener
from screening.entity import Entity
from screening.levels import Settings
from screening.lists.guard import Delta, Version, admit, combined, whole
from screening.lists.layouts import LISTS, read
from screening.regions import GEO

OLDEST: Final = timedelta(hours=36)
"""How long ago a list may have been fetched or confirmed unchanged; publishers come at any hour of a working day."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A version of a list with its entities, and when its publisher was last asked and had nothing newer.

    None: it has no publisher, and does not grow old.
    """

    version: Version
    entities: tuple[Entity, ...]
    confirmed_at: datetime | None

    @classmethod
    def taken(cls, list_name: str, data: bytes, companions: Mapping[str, bytes] | None = None, *, at: datetime) -> Self:
        """Read a file. Its digest covers the companion files too. Raises ListRefused."""
        entities = read(list_name, data, companions)
        return cls(Version.of(list_name, whole(data, companions), entities), tuple(entities), at)


@dataclass(frozen=True, slots=True)
class InForce:
    """The versions in force by list. Immutable: a swap is a new one, and who still screens by the old one is not disturbed."""

    lists: Mapping[str, Listed] = field(default_factory=dict)
    embargoes: Embargoes = field(default_factory=packaged)
    embargoes_at: datetime | None = None
    """When the embargo table came into force here. It is the bank's own and never too old."""

    def swapped(self, new: Listed, *, acknowledged: bool = False, fewest: int | None = None) -> tuple["InForce", Delta]:
        """The lists with a new version in place of the present one, and what that changes.

        Raises ListRefused when it must not come into force; then these lists stay as they are.
        """
        old = self.lists.get(new.version.list_name)
        changes = admit(
            new.version,
            old.version if old else None,
            acknowledged=acknowledged,
            fewest=fewest,
        )
        return replace(self, lists={**self.lists, new.version.list_name: new}), changes

    def confirmed(self, list_name: str, at: datetime) -> "InForce":
        """The lists, one of them confirmed as unchanged by its publisher."""
        listed = replace(self.lists[list_name], confirmed_at=at)
        return replace(self, lists={**self.lists, list_name: listed})

    def missing(self, required: Iterable[str] = LISTS) -> tuple[str, ...]:
        """Required lists that there is no version of."""
        return tuple(name for name in required if name not in self.lists)

    def stale(self, now: datetime, *, oldest: timedelta = OLDEST) -> tuple[str, ...]:
        """Lists that nobody has confirmed for too long."""
        return tuple(
            name for name, listed in self.lists.items() if listed.confirmed_at and now - listed.confirmed_at > oldest
        )

    def ages_s(self, now: datetime) -> dict[str, float]:
        """Seconds since each list was confirmed, and since the embargo table came into force."""
        known = {name: listed.confirmed_at for name, listed in self.lists.items()} | {GEO: self.embargoes_at}
        return {name: (now - at).total_seconds() for name, at in known.items() if at is not None}

    @property
    def sizes(self) -> dict[str, int]:
        """Entities of each list, and regions of the embargo table."""
        return {name: len(listed.entities) for name, listed in self.lists.items()} | {GEO: len(self.embargoes.regions)}

    def fit(self, now: datetime, *, required: Sequence[str] = LISTS, oldest: timedelta = OLDEST) -> bool:
        """Whether payments may be screened by these lists: all there, none stale. Otherwise they wait."""
        return not self.missing(required) and not self.stale(now, oldest=oldest)

    @property
    def version(self) -> str:
        """One name for all versions in force, the embargo table's with them."""
        return combined([*(listed.version for listed in self.lists.values()), self.embargoes.named])

    def screener(self, settings: Settings | None = None) -> Screener:
        """The screener of all lists in force; building it takes seconds, so it is built aside and then swapped in."""
        return Screener(
            (entity for listed in self.lists.values() for entity in listed.entities),
            self.version,
            versions={
                name: listed.version.name
                for listed in self.lists.values()
                for name in {entity.list_name for entity in listed.entities}
            },
            settings=settings,
            embargoes=self.embargoes,
        )
