import pytest

from domain.screening import Field, RiskLevel, Subject
from screening.countries import code_of
from screening.embargo import Embargoes, packaged
from screening.engine import Screener
from screening.freetext import imo_valid
from screening.text.tokens import plain


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
    for region in packaged().regions.values():
        assert all(place == " ".join(plain(place)) and place.isascii() for place in region.places)


def test_a_hit_by_country_tells_what_it_rests_on(screener: Screener) -> None:
    for country, scope in (("KP", "blocking"), ("SY", "restricted")):
        (hit,) = screener.screen([Subject("debtor", "Anna Schmidt", countries=(country,))]).hits
        assert hit.evidence is not None
        assert hit.holds
        assert (hit.evidence.scope, hit.evidence.list_version) == (scope, packaged().version)
        assert hit.evidence.programmes == (packaged().regions[country].basis,)
        assert hit.evidence.entity_hash == packaged().regions[country].content_hash


def test_a_bank_may_bring_its_own_table() -> None:
    ours = Embargoes.read(b"# version ours-1\n# our policy\nVE\trestricted\tboard decision 7\tvenezuela|caracas\n")
    screener = Screener.load(ours)
    hits = screener.screen([Subject("creditor", "Caracas", Field.ADDRESS), Subject("debtor", "A B", countries=("IR",))])
    assert [(hit.entity_id, hit.evidence and hit.evidence.list_version) for hit in hits.hits] == [("VE", ours.version)]
    assert ours.version == f"ours-1/{ours.named.sha256[:12]}"


@pytest.mark.parametrize(
    ("number", "valid"), [("9074729", True), ("9074728", False), ("907472", False), ("abcdefg", False)]
)
def test_imo_numbers_have_a_check_digit(number: str, valid: bool) -> None:
    assert imo_valid(number) == valid
