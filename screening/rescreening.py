"""Parties of payments on their way against what a change of a list, or of the embargo table, has added, changed and removed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from domain.screening import Hit, Subject
from screening.engine import Screener
from screening.entity import Entity
from screening.levels import Settings
from screening.lists.guard import Delta, Entry
from screening.regions import GEO

WIDE: Final = Settings(record=50.0, hold=50.0, text_hold=70.0)
"""How the few new entities are searched: rarity is another among few, so what may be meant is judged by the whole lists."""
MANY: Final = 1_000
"""From so many new entities on, searching them apart saves nothing."""
REMEMBERED: Final = 50_000
"""Parties whose verdict is kept; the same banks and customers come again and again."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a new version of a list changes; `fresh` are the entities that were added or changed."""

    list_name: str
    fresh: tuple[Entry, ...]
    gone: frozenset[str]
    """Entities that were removed, or are no longer listed as they were."""

    @classmethod
    def of(cls, list_name: str, entities: Iterable[Entry], delta: Delta) -> Self:
        """The change of a list to these entities."""
        fresh = tuple(entity for entity in entities if entity.entity_id in delta.to_screen)
        return cls(list_name, fresh, frozenset((*delta.removed, *delta.changed)))


class Comparison:
    """Screens every different party once, however many payments name it, and keeps to hits on what is new.

    The few new entities are searched widely; whoever resembles one is judged by `judge`, the screener of all lists in force,
    which is also the one that would hold the payment.
    """

    def __init__(self, change: Change, judge: Screener) -> None:
        self._list_name = change.list_name
        self._fresh = frozenset(entity.entity_id for entity in change.fresh)
        parties = [each for each in change.fresh if isinstance(each, Entity)]
        few = 0 < len(parties) < MANY
        self._net = (
            Screener(parties, judge.list_version, settings=replace(WIDE, edit_rule=judge.settings.edit_rule))
            if few
            else None
        )
        self._judge = judge
        self._judged: dict[Subject, tuple[Hit, ...]] = {}
        self.parties = 0
        """How many different parties were compared."""

    def hits(self, who: Sequence[Subject]) -> tuple[Hit, ...]:
        """Hits of a payment's subjects on entities that were added or changed."""
        if not self._fresh:
            return ()
        return tuple(replace(hit, role=subject.role) for subject in who for hit in self._of_party(subject))

    def _of_party(self, subject: Subject) -> tuple[Hit, ...]:
        party = replace(subject, role="", account="")
        known = self._judged.get(party)
        if known is None:
            if len(self._judged) >= REMEMBERED:
                self._judged.clear()
            known = self._judged[party] = self._screened(party)
            self.parties += 1
        return known

    def _screened(self, party: Subject) -> tuple[Hit, ...]:
        if self._list_name == GEO:
            return self._new(self._judge.placed(party))
        if self._net is not None and not self._new(self._net.screen([party]).hits):
            return ()
        return self._new(self._judge.screen([party]).hits)

    def _new(self, hits: Iterable[Hit]) -> tuple[Hit, ...]:
        return tuple(hit for hit in hits if hit.list_name == self._list_name and hit.entity_id in self._fresh)


def news(found: Iterable[Hit], known: Iterable[Hit]) -> tuple[Hit, ...]:
    """Hits that hold a payment and that its check does not show yet: the entity is new, or listed otherwise."""
    seen = {_identity(hit) for hit in known if hit.holds}
    return tuple(hit for hit in found if hit.holds and _identity(hit) not in seen)


def outdated(known: Iterable[Hit], change: Change) -> tuple[Hit, ...]:
    """Hits that hold a payment because of an entity that is gone, or listed otherwise."""
    return tuple(
        hit for hit in known if hit.holds and hit.list_name == change.list_name and hit.entity_id in change.gone
    )


def _identity(hit: Hit) -> tuple[str, str, str, str]:
    return hit.role, hit.list_name, hit.entity_id, hit.evidence.entity_hash if hit.evidence else ""
