"""What else is known of the two: dates of birth, countries and kinds, which confirm a resemblance or speak against it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.screening import Field, Subject
from screening.countries import code_of
from screening.entity import Entity, EntityKind

_YEAR: Final = re.compile(r"(?:1[89]|20)\d\d")
BIRTH: Final = "birth"
COUNTRY: Final = "country"
KIND: Final = "kind"
THINGS: Final = frozenset((EntityKind.VESSEL, EntityKind.AIRCRAFT))
"""What neither pays nor is paid: a ship's owner is listed by the owner's name, and texts are where ships are named."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which attributes agree and which speak against; those that one side lacks say nothing."""

    agreements: tuple[str, ...]
    contradictions: tuple[str, ...]


def compare(subject: Subject, entity: Entity) -> Comparison:
    """Compare what is known of a subject with what is listed.

    A year of birth agrees within one year: of pairs known to be one person, lists disagree by more in 3.4 of 100, which is why
    a contradiction never clears anybody.
    """
    agreements: list[str] = []
    contradictions: list[str] = []
    for name, verdict in ((BIRTH, _births(subject, entity)), (COUNTRY, _countries(subject, entity))):
        if verdict is not None:
            (agreements if verdict else contradictions).append(name)
    if entity.kind in THINGS and subject.field in (Field.PARTY, Field.AGENT) and subject.kind not in THINGS:
        contradictions.append(KIND)
    return Comparison(tuple(agreements), tuple(contradictions))


def _births(subject: Subject, entity: Entity) -> bool | None:
    asked, listed = list(_years(subject.births)), list(_years(entity.births))
    if not (asked and listed):
        return None
    return any(first - 1 <= year <= last + 1 for year, _ in asked for first, last in listed)


def _years(dates: Iterable[str]) -> Iterable[tuple[int, int]]:
    for date in dates:
        years = [int(year) for year in _YEAR.findall(date)]
        if years:
            yield min(years), max(years)


def _countries(subject: Subject, entity: Entity) -> bool | None:
    asked = {country.upper() for country in subject.countries}
    listed = {code for name in (*entity.nationalities, *entity.countries) if (code := code_of(name))}
    if not (asked and listed):
        return None
    return bool(asked & listed)
