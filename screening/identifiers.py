"""Numbers that name one thing only: BICs, IMO numbers, LEIs, documents, wallet addresses."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from screening.entity import Entity

_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_SIGNS: Final = re.compile(r"[^A-Za-z0-9]")
SHORTEST: Final = 6
"""Signs that a document's number has at least; shorter ones belong to many."""


@dataclass(frozen=True, slots=True)
class Identified:
    """A listed entity that bears an identifier, and which."""

    entity: int
    kind: str
    value: str


class Identifiers:
    """All identifiers of the lists, each to the entities that bear it. A BIC is looked up by its institution, eight signs."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._bearers: dict[str, list[Identified]] = defaultdict(list)
        for number, entity in enumerate(entities):
            for kind, value in _of(entity):
                identified = Identified(number, kind, value)
                if identified not in self._bearers[value]:
                    self._bearers[value].append(identified)

    def find(self, value: str) -> Sequence[Identified]:
        """The entities that bear an identifier of whatever kind."""
        found = self._bearers.get(value.strip()) or self._bearers.get(plain(value), [])
        return found or self.bic(value)

    def bic(self, value: str) -> Sequence[Identified]:
        """The entities whose institution a BIC names, whatever the branch."""
        code = plain(value)
        return self._bearers.get(code[:8], []) if _BIC.fullmatch(code) else []


def plain(value: str) -> str:
    """An identifier as it is compared: capitals and digits."""
    return _SIGNS.sub("", value).upper()


def _of(entity: Entity) -> Iterator[tuple[str, str]]:
    yield from (("BIC", plain(bic)[:8]) for bic in entity.bics)
    yield from (("IMO", plain(imo).removeprefix("IMO")) for imo in entity.imos)
    yield from (("LEI", plain(lei)) for lei in entity.leis)
    yield from (("wallet", wallet.strip()) for wallet in entity.wallets)
    yield from _documents(entity)


def _documents(entity: Entity) -> Iterable[tuple[str, str]]:
    for document in entity.documents:
        number = plain(document.number)
        if len(number) >= SHORTEST and any(sign.isdigit() for sign in number):
            yield document.kind, number
