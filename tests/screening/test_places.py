import pytest

from domain.screening import Field, RiskLevel, Subject
from screening.countries import EMBARGOES, code_of
from screening.engine import Screener
from screening.freetext import imo_valid


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener.load()


@pytest.mark.parametrize(
    ("address", "regions"),
    [
        ("12 Azadi Avenue, Tehran, Iran", {"IR"}),
        ("Pyongyang, Democratic People's Republic of Korea", {"KP"}),
        ("Korea, North", {"KP"}),
        ("Damascus", {"SY"}),
        ("Calle 23, La Habana", {"CU"}),
        ("ul. Lenina 1, Simferopol, Crimea, Ukraine", {"UA-CRIMEA"}),
        ("Sevastopol, Russia", {"UA-CRIMEA"}),
        ("1 Cuba Street, Wellington, New Zealand", set()),
        ("Havana Cafe, Paris, France", set()),
        ("Seoul, Republic of Korea", set()),
        ("Kyiv, Ukraine", set()),
        ("", set()),
    ],
)
def test_an_address_under_embargo(screener: Screener, address: str, regions: set[str]) -> None:
    hits = screener.screen([Subject("creditor", address, Field.ADDRESS)]).hits
    assert {hit.entity_id for hit in hits} == regions
    assert all(hit.list_name == "GEO" and hit.level is RiskLevel.HIGH for hit in hits)


@pytest.mark.parametrize(("bic", "region"), [("DEMOIRTH", "IR"), ("DEMOKPPYXXX", "KP"), ("DEMODEFF", None)])
def test_a_bic_tells_its_country(screener: Screener, bic: str, region: str | None) -> None:
    hits = screener.screen([Subject("agent", "", Field.AGENT, identifiers=(bic,))]).hits
    assert [hit.entity_id for hit in hits] == ([region] if region else [])


def test_a_country_code_is_enough(screener: Screener) -> None:
    (hit,) = screener.screen([Subject("debtor", "Anna Schmidt", countries=("SY",))]).hits
    assert (hit.list_name, hit.entity_id) == ("GEO", "SY")


@pytest.mark.parametrize(
    ("name", "code"), [("Iran", "IR"), ("Korea, South", "KR"), ("ru", "RU"), ("Türkiye", "TR"), ("Atlantis", None)]
)
def test_countries_by_name(name: str, code: str | None) -> None:
    assert code_of(name) == code


def test_every_place_is_written_as_addresses_are_read() -> None:
    for places in EMBARGOES.values():
        assert all(place == place.lower() and place.isascii() for place in places)


@pytest.mark.parametrize(
    ("number", "valid"), [("9074729", True), ("9074728", False), ("907472", False), ("abcdefg", False)]
)
def test_imo_numbers_have_a_check_digit(number: str, valid: bool) -> None:
    assert imo_valid(number) == valid
