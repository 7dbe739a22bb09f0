import pytest

from domain.screening import Subject
from screening.engine import Screener
from screening.entity import Entity, EntityKind, ListedName, NameKind
from screening.scope import Scope, scope

NAME = "Krakenfjord Leasing"


def listed(list_name: str, *programmes: str) -> Entity:
    return Entity(list_name, "1", EntityKind.ORGANISATION, (ListedName(NAME, NameKind.PRIMARY),), programmes=programmes)


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (listed("OFAC", "RUSSIA-EO14024"), Scope.BLOCKING),
        (listed("OFAC"), Scope.BLOCKING),
        (listed("OFAC", "UKRAINE-EO13662", "Sectoral Sanctions Identifications List"), Scope.RESTRICTED),
        (listed("OFAC-CONS", "CMIC-EO13959"), Scope.RESTRICTED),
        (listed("EU", "UKR"), Scope.BLOCKING),
        (listed("UN", "DPRK"), Scope.BLOCKING),
        (listed("UK", "Russia", "Asset freeze", "Travel Ban"), Scope.BLOCKING),
        (listed("UK", "Russia", "Travel Ban"), Scope.RESTRICTED),
        (listed("UK", "Russia"), Scope.BLOCKING),
    ],
)
def test_how_far_a_listing_goes(entity: Entity, expected: Scope) -> None:
    assert scope(entity) is expected


def test_a_hit_tells_it_and_weighs_as_much_as_any() -> None:
    screener = Screener([listed("OFAC-CONS", "UKRAINE-EO13662")], "v1")
    (hit,) = screener.screen([Subject("creditor", NAME)]).hits
    assert hit.holds
    assert hit.evidence is not None
    assert (hit.evidence.scope, hit.evidence.programmes) == ("restricted", ("UKRAINE-EO13662",))
