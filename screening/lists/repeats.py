"""What becomes of an id under which a publisher lists something more than once: no name is lost, and nothing is listed twice.

The publisher's id says who is meant, so entries of one kind under one id are one party, with all that is said of it. A person and an
organisation are not; they stay apart, the later one under the id with a number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from screening.entity import Entity, ListedName, NameKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many entries came under an id that was taken: word for word as before, made one with another, or kept apart."""

    same: int = 0
    merged: int = 0
    apart: int = 0

    def __bool__(self) -> bool:
        return bool(self.same or self.merged or self.apart)

    def __str__(self) -> str:
        return f"under an id that was taken: {self.same} the same, {self.merged} merged, {self.apart} kept apart"


NONE: Final = Repeats()
"""As it should be."""


@dataclass(slots=True)
class _Place:
    """What stands under one id: every entry as it was given, and one of each kind."""

    given: list[Entity] = field(default_factory=list)
    kept: list[Entity] = field(default_factory=list)


def settled(entities: Iterable[Entity]) -> tuple[list[Entity], Repeats]:
    """The entities, each under an id of its own, in their order; and how many had none."""
    places: dict[str, _Place] = {}
    same = merged = 0
    for entity in entities:
        place = places.setdefault(entity.entity_id, _Place())
        if entity in place.given:
            same += 1
            continue
        place.given.append(entity)
        alike = next((number for number, other in enumerate(place.kept) if other.kind is entity.kind), None)
        if alike is None:
            place.kept.append(entity)
        else:
            place.kept[alike] = _together(place.kept[alike], entity)
            merged += 1
    return list(_apart(places)), Repeats(same, merged, sum(len(place.kept) - 1 for place in places.values()))


def _apart(places: dict[str, _Place]) -> Iterator[Entity]:
    taken = set(places)
    for entity_id, place in places.items():
        number = 1
        for entity in place.kept:
            own = entity_id if number == 1 else f"{entity_id}/{number}"
            while number > 1 and own in taken:
                number += 1
                own = f"{entity_id}/{number}"
            taken.add(own)
            number += 1
            yield entity if own == entity_id else replace(entity, entity_id=own)


def _together(one: Entity, other: Entity) -> Entity:
    return replace(
        one,
        names=_names(one.names, other.names),
        births=_each(one.births, other.births),
        nationalities=_each(one.nationalities, other.nationalities),
        countries=_each(one.countries, other.countries),
        addresses=_each(one.addresses, other.addresses),
        documents=_each(one.documents, other.documents),
        bics=_each(one.bics, other.bics),
        imos=_each(one.imos, other.imos),
        leis=_each(one.leis, other.leis),
        wallets=_each(one.wallets, other.wallets),
        programmes=_each(one.programmes, other.programmes),
    )


def _names(some: tuple[ListedName, ...], more: tuple[ListedName, ...]) -> tuple[ListedName, ...]:
    return tuple(sorted(_each(some, more), key=lambda name: name.kind is not NameKind.PRIMARY))


def _each(some: tuple[T, ...], more: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*some, *more)))
