"""The regions of an embargo table, read strictly from its file: a line that is misread lets payments pass."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from domain.errors import ListRefused
from screening.scope import Scope
from screening.text.tables import words
from screening.text.tokens import plain

GEO: Final = "GEO"
"""The name of the embargo table among the lists, and in a hit by country, whose entity is the country or region."""

_COUNTRIES: Final = words(
    """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
)
"""ISO 3166-1, and XK for Kosovo."""

_LABEL: Final = re.compile(r"# version ([A-Za-z0-9][A-Za-z0-9._-]{0,63})\s*")
_PART: Final = re.compile(r"(?:-[A-Z0-9]{1,24}){0,2}")
_LONGEST: Final = 500
"""Letters that the basis of an embargo may have; it is stored with every hit."""


@dataclass(frozen=True, slots=True)
class Region:
    """A country ("IR") or a part of one ("UA-CRIMEA"): how far the embargo goes, what it rests on, its places."""

    code: str
    scope: Scope
    basis: str
    places: tuple[str, ...]

    @property
    def entity_id(self) -> str:
        """What a hit calls it."""
        return self.code

    @property
    def content_hash(self) -> str:
        """SHA-256 of all that the table says of it, 32 hex digits: any change of its line is a change of this."""
        content = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def read(data: bytes) -> tuple[str, tuple[Region, ...]]:
    """The table's own name for its version, and its regions.

    Raises ListRefused, naming the line: unreadable (no UTF-8, no version, no such country or scope, a cell that is missing),
    tampered (a region or a place stands in it twice).
    """
    try:
        first, *lines = data.decode("utf-8-sig").splitlines() or [""]
    except UnicodeDecodeError as error:
        raise _refused(0, "an embargo table is written in UTF-8") from error
    label = _LABEL.fullmatch(first)
    if any(not letter.isprintable() for line in lines for letter in line if letter != "\t"):
        raise _refused(0, "an embargo table has no control characters")
    if label is None:
        raise _refused(1, "an embargo table begins with its version")
    return label[1], _each_once(list(_regions(lines)))


def _regions(lines: Sequence[str]) -> Iterator[tuple[int, Region]]:
    for number, line in enumerate(lines, start=2):
        if line.strip() and not line.startswith("#"):
            yield number, _region(number, line.split("\t"))


def _region(number: int, cells: list[str]) -> Region:
    if len(cells) != 4 or not all(cell.strip() for cell in cells):
        raise _refused(number, "a region needs a code, a scope, a basis and places")
    code, scope, basis, places = (cell.strip() for cell in cells)
    if code[:2] not in _COUNTRIES or not _PART.fullmatch(code[2:]):
        raise _refused(number, "a region is a country of ISO 3166, or a part of one")
    if scope not in list(Scope):
        raise _refused(number, f"a scope is {' or '.join(Scope)}")
    if len(basis) > _LONGEST:
        raise _refused(number, f"a basis has {_LONGEST} letters at most")
    named = tuple(" ".join(plain(place)) for place in places.split("|"))
    if not all(named):
        raise _refused(number, "a place has letters that addresses are compared by")
    return Region(code, Scope(scope), basis, named)


def _each_once(found: Iterable[tuple[int, Region]]) -> tuple[Region, ...]:
    regions: dict[str, Region] = {}
    places: set[str] = set()
    for number, region in found:
        if region.code in regions:
            raise _refused(number, "a region stands twice in the table", "tampered")
        if len({*places, *region.places}) < len(places) + len(region.places):
            raise _refused(number, "a place stands twice in the table", "tampered")
        regions[region.code] = region
        places.update(region.places)
    return tuple(regions.values())


def _refused(line: int, message: str, reason: str = "unreadable") -> ListRefused:
    return ListRefused(f"line {line}: {message}" if line else message, reason=reason, list=GEO, line=line)
