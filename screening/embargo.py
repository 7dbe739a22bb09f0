"""Where we may not pay: countries of BICs and addresses, and place names, against the embargo table.

The table is data (`embargoes.tsv`, with its date and its sources) and may be replaced by a setting.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self

from domain.screening import Evidence, Field, Hit, RiskLevel, Subject
from screening.countries import ALL_CODES, code_of
from screening.identifiers import plain as plain_code
from screening.scope import Scope
from screening.text.tables import words as table
from screening.text.tokens import plain

GEO: Final = "GEO"
"""The list's name in a hit by country; the entity's id is the country or region."""

PLACE_SCORE: Final = 90
COUNTRY_SCORE: Final = 100

_VERSION: Final = "# version "
_STREETS: Final = table("street st road rd avenue ave lane drive boulevard blvd square restaurant bar cafe")


@dataclass(frozen=True, slots=True)
class Region:
    """A country ("IR") or a part of one ("UA-CRIMEA"): how far the embargo goes, what it rests on, its places."""

    code: str
    scope: Scope
    basis: str
    places: tuple[str, ...]


class Embargoes:
    """One version of the embargo table. Immutable."""

    def __init__(self, version: str, regions: Mapping[str, Region]) -> None:
        self.version = version
        self.regions = regions
        self._places = {tuple(place.split()): each.code for each in regions.values() for place in each.places}
        self._longest = max(map(len, self._places), default=0)

    @classmethod
    def read(cls, text: str) -> Self:
        """A table as its file has it. Raises ValueError, naming the line."""
        first, *lines = text.splitlines() or [""]
        if not first.startswith(_VERSION):
            raise ValueError("line 1: an embargo table begins with its version")
        regions = {}
        for number, line in enumerate(lines, start=2):
            if line.strip() and not line.startswith("#"):
                region = _region(number, line.split("\t"))
                regions[region.code] = region
        return cls(first.removeprefix(_VERSION).strip(), regions)

    @classmethod
    def of(cls, path: Path | None) -> Self:
        """The table of a file; None: the packaged one. Raises ValueError, OSError."""
        return cls.read((path or Path(__file__).parent / "embargoes.tsv").read_text(encoding="utf-8"))

    def hits(self, subject: Subject, engine_version: str) -> Iterator[Hit]:
        """The embargoed countries of a subject: by its BICs, by its country codes and, in an address, by its words."""
        for code, source, score in sorted(set(self._found(subject)), key=str):
            region = self.regions[code]
            evidence = Evidence(
                reason="country",
                queried_as=source,
                matched_as=code,
                list_version=self.version,
                engine_version=engine_version,
                programmes=(region.basis,),
                scope=region.scope,
            )
            yield Hit(subject.role, source, code, GEO, code, RiskLevel.HIGH, score, 0, evidence)

    def _found(self, subject: Subject) -> Iterator[tuple[str, str, int]]:
        for country in subject.countries:
            if country.upper() in self.regions:
                yield country.upper(), country, COUNTRY_SCORE
        if subject.field is Field.AGENT:
            for value in subject.identifiers:
                code = plain_code(value)
                if len(code) in (8, 11) and code[4:6] in self.regions:
                    yield code[4:6], value, COUNTRY_SCORE
        if subject.field is Field.ADDRESS:
            yield from ((region, place, PLACE_SCORE) for region, place in self.places(subject.name))

    def places(self, address: str) -> Iterator[tuple[str, str]]:
        """The embargoed regions that an address names, each with the words that name it.

        A place counts where it ends the address or stands before a country's name that is embargoed too; "Cuba Street,
        Wellington, New Zealand" names a street.
        """
        words = plain(address)
        country = _country(words)
        for start in range(len(words)):
            for end in range(min(len(words), start + self._longest), start, -1):
                region = self._places.get(tuple(words[start:end]))
                if region and _counts(region, country, words, end):
                    yield region, " ".join(words[start:end])
                    break


@cache
def packaged() -> Embargoes:
    """The table that DelTran comes with."""
    return Embargoes.of(None)


def _region(number: int, cells: list[str]) -> Region:
    if len(cells) != 4 or not all(cell.strip() for cell in cells):
        raise ValueError(f"line {number}: a region needs a code, a scope, a basis and places")
    code, scope, basis, places = (cell.strip() for cell in cells)
    if code[:2] not in ALL_CODES or (len(code) > 2 and code[2] != "-"):
        raise ValueError(f"line {number}: {code[:16]} is no country and no part of one")
    if scope not in list(Scope):
        raise ValueError(f"line {number}: a scope is {' or '.join(Scope)}")
    return Region(
        code, Scope(scope), basis, tuple(" ".join(plain(place)) for place in places.split("|") if place.strip())
    )


def _country(words: list[str]) -> str | None:
    """The country that the address ends with, as far as its last words name one."""
    for length in range(1, min(7, len(words)) + 1):
        code = code_of(" ".join(words[-length:]))
        if code:
            longer = next(
                (
                    longer
                    for size in range(min(7, len(words)), length, -1)
                    if (longer := code_of(" ".join(words[-size:])))
                ),
                None,
            )
            return longer or code
    return None


def _counts(region: str, country: str | None, words: list[str], end: int) -> bool:
    if country is None:
        return end == len(words) or words[end] not in _STREETS
    return country == region[:2] or (region.startswith("UA-") and country in ("UA", "RU"))
