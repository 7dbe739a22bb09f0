"""Where we may not pay: countries of BICs and addresses, and place names, against the embargo table."""

from collections.abc import Iterator
from typing import Final

from domain.screening import Evidence, Field, Hit, RiskLevel, Subject
from screening.countries import EMBARGOES, code_of
from screening.identifiers import plain as plain_code
from screening.text.tables import words as table
from screening.text.tokens import plain

GEO: Final = "GEO"
"""The list's name in a hit by country; the entity's id is the country or region."""

PLACE_SCORE: Final = 90
COUNTRY_SCORE: Final = 100

_PLACES: Final = {tuple(place.split()): region for region, places in EMBARGOES.items() for place in places}
_LONGEST: Final = max(map(len, _PLACES))
_STREETS: Final = table("street st road rd avenue ave lane drive boulevard blvd square restaurant bar cafe")


def hits(subject: Subject, engine_version: str) -> Iterator[Hit]:
    """The embargoed countries of a subject: by its BICs, by its country codes and, in an address, by its words."""
    for region, source, score in sorted(set(_found(subject)), key=str):
        yield Hit(
            subject.role,
            source,
            region,
            GEO,
            region,
            RiskLevel.HIGH,
            score,
            0,
            Evidence(reason="country", queried_as=source, matched_as=region, engine_version=engine_version),
        )


def _found(subject: Subject) -> Iterator[tuple[str, str, int]]:
    for country in subject.countries:
        if country.upper() in EMBARGOES:
            yield country.upper(), country, COUNTRY_SCORE
    if subject.field is Field.AGENT:
        for value in subject.identifiers:
            code = plain_code(value)
            if len(code) in (8, 11) and code[4:6] in EMBARGOES:
                yield code[4:6], value, COUNTRY_SCORE
    if subject.field is Field.ADDRESS:
        yield from ((region, place, PLACE_SCORE) for region, place in places(subject.name))


def places(address: str) -> Iterator[tuple[str, str]]:
    """The embargoed regions that an address names, each with the words that name it.

    A place counts where it ends the address or stands before a country's name that is embargoed too; "Cuba Street, Wellington,
    New Zealand" names a street.
    """
    words = plain(address)
    country = _country(words)
    for start in range(len(words)):
        for end in range(min(len(words), start + _LONGEST), start, -1):
            region = _PLACES.get(tuple(words[start:end]))
            if region and _counts(region, country, words, end):
                yield region, " ".join(words[start:end])
                break


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
