"""Where we may not pay: countries of BICs and addresses, and place names, against the embargo table.

The table is data: the packaged one (`embargoes.tsv`, with its date and its sources) until a bank brings its own.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Self

from domain.screening import Evidence, Field, Hit, RiskLevel, Subject
from screening.countries import code_of
from screening.identifiers import plain as plain_code
from screening.lists.guard import Version
from screening.regions import GEO, Region, read
from screening.text.tables import words as table
from screening.text.tokens import plain

PLACE_SCORE: Final = 90
COUNTRY_SCORE: Final = 100
PACKAGED: Final = Path(__file__).parent / "embargoes.tsv"
"""The table that DelTran comes with."""

_STREETS: Final = table("street st road rd avenue ave lane drive boulevard blvd square restaurant bar cafe")


class Embargoes:
    """One version of the embargo table. Immutable."""

    def __init__(self, named: Version, regions: Sequence[Region]) -> None:
        self.named = named
        self.regions = {region.code: region for region in regions}
        self._hashes = {region.code: region.content_hash for region in regions}
        self._places = {tuple(place.split()): each.code for each in regions for place in each.places}
        self._longest = max(map(len, self._places), default=0)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """A table as its file has it. Raises ListRefused, naming the line."""
        label, regions = read(data)
        return cls(Version.of(GEO, data, regions, label=label), regions)

    @property
    def version(self) -> str:
        """The table's own name for its version, and the beginning of its SHA-256."""
        return self.named.name

    def hits(self, subject: Subject, engine_version: str) -> Iterator[Hit]:
        """The embargoed countries of a subject: by its BICs, by its country codes and, in an address, by its words."""
        for code, source, score in sorted(set(self._found(subject)), key=str):
            region = self.regions[code]
            evidence = Evidence(
                reason="country",
                queried_as=source,
                matched_as=code,
                list_version=self.version,
                entity_hash=self._hashes[code],
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
    """The table that DelTran comes with: in force until a bank brings its own."""
    return Embargoes.read(PACKAGED.read_bytes())


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
