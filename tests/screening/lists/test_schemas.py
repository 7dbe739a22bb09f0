"""What the publishers' schemas allow and their files seldom have: no date, name or number is misread for it."""

import pytest

from screening.entity import Entity, EntityKind, NameKind
from screening.lists.layouts import read
from tests.screening.lists import samples

VIKTOR = "EU.101.1"
SPELT = (
    b'<birthdate circa="false" calendarType="GREGORIAN" city="Volkonsk" birthdate="1961-05-02" countryIso2Code="RU"/>'
)
START = b"<Start><From><Year>1961</Year><Month>5</Month><Day>2</Day></From></Start>"
END = b"<End><To><Year>1961</Year><Month>5</Month><Day>2</Day></To></End>"


def by_id(list_name: str, data: bytes) -> dict[str, Entity]:
    return {entity.entity_id: entity for entity in read(list_name, data)}


def with_birth(attributes: str) -> Entity:
    """The person of the EU's sample, born otherwise."""
    assert SPELT in samples.EU_XML
    return by_id("EU", samples.EU_XML.replace(SPELT, f"<birthdate {attributes}/>".encode()))[VIKTOR]


@pytest.mark.parametrize(
    ("attributes", "births"),
    [
        ('calendarType="GREGORIAN" birthdate="1961-05-02+02:00"', "1961-05-02"),
        ('calendarType="GREGORIAN" monthOfYear="5" year="1961"', "1961-05"),
        ('calendarType="GREGORIAN" year="1961"', "1961"),
        ('calendarType="ISLAMIC" year="1380"', ""),
        ('calendarType="ISLAMIC" yearRangeFrom="1380" yearRangeTo="1382"', ""),
        ('calendarType="BUDDHIST" birthdate="2004-05-02"', ""),
    ],
)
def test_a_birth_of_the_eu_is_read_by_its_calendar(attributes: str, births: str) -> None:
    assert with_birth(attributes).births == tuple(filter(None, (births, "1960/1963")))


@pytest.mark.parametrize(("said", "kind"), [("false", NameKind.WEAK), ("0", NameKind.WEAK), ("1", NameKind.STRONG)])
def test_a_boolean_of_xml_is_written_in_four_ways(said: str, kind: NameKind) -> None:
    data = samples.EU_XML.replace(b'wholeName="Vitya" strong="false"', f'wholeName="Vitya" strong="{said}"'.encode())
    assert {name.text: name.kind for name in by_id("EU", data)[VIKTOR].names}["Vitya"] is kind
    numbers = samples.ADVANCED_XML.replace(b'"true"', b'"1"').replace(b'"false"', b'"0"')
    assert by_id("OFAC", numbers)["101"].names == by_id("OFAC", samples.ADVANCED_XML)["101"].names


def test_the_eu_tells_a_person_by_the_classification_too() -> None:
    data = samples.EU_XML.replace(b'code="person" classificationCode="P"', b'code="deceased" classificationCode="P"')
    kinds = {number: entity.kind for number, entity in by_id("EU", data).items()}
    assert kinds == {VIKTOR: EntityKind.PERSON, "EU.102.1": EntityKind.ORGANISATION}


def test_a_number_of_the_eu_counts_as_printed_and_in_latin_signs() -> None:
    data = samples.EU_XML.replace(
        b'number="71 1234567" latinNumber=""', 'number="ВМ 1234567" latinNumber="VM 1234567"'.encode()
    )
    assert [document.number for document in by_id("EU", data)[VIKTOR].documents] == ["VM 1234567", "ВМ 1234567"]


def test_na_is_a_country_and_a_name() -> None:
    data = samples.EU_XML.replace(b'citizenship countryIso2Code="RU"', b'citizenship countryIso2Code="NA"')
    assert by_id("EU", data)[VIKTOR].nationalities == ("NA",)
    given = samples.UK_XML.replace(b"<Name1>Viktor</Name1>", b"<Name1>Na</Name1>")
    assert by_id("UK", given)["RUS0101"].names[0].text == "Na Ilyich Zarubin-Demov"
    nothing = samples.UN_XML.replace(b"<SECOND_NAME>ILYICH</SECOND_NAME>", b"<SECOND_NAME>na</SECOND_NAME>")
    assert by_id("UN", nothing)["CDi.101"].names[0].text == "VIKTOR ZARUBIN-DEMOV"


@pytest.mark.parametrize(
    ("old", "new", "births"),
    [
        (START, b"<Start><To><Year>1961</Year><Month>5</Month><Day>2</Day></To></Start>", ("1961-05-02",)),
        (START, b"", ("1961-05-02",)),
        (END, b"", ("1961-05-02",)),
        (END, b"<End><From><Year>1963</Year><Month>1</Month><Day>1</Day></From></End>", ("1961/1963",)),
        (START + END, b"", ()),
        (b"<DatePeriod>", b'<DatePeriod CalendarTypeID="1">', ("1961-05-02",)),
        (b"<DatePeriod>", b'<DatePeriod CalendarTypeID="2">', ()),
    ],
)
def test_a_period_of_ofac_may_lack_any_of_its_bounds_or_be_of_another_calendar(
    old: bytes, new: bytes, births: tuple[str, ...]
) -> None:
    calendars = b'<CalendarTypeValues><CalendarType ID="1">Gregorian</CalendarType><CalendarType ID="2">Islamic</CalendarType></CalendarTypeValues>'
    data = samples.ADVANCED_XML.replace(b"<ReferenceValueSets>", b"<ReferenceValueSets>" + calendars)
    assert old in data
    assert by_id("OFAC", data.replace(old, new))["101"].births == births


def test_when_an_address_of_ofac_was_lived_at_is_no_address() -> None:
    lived = b'<FeatureVersion ID="75"><DatePeriod>' + START + END + b"</DatePeriod>"
    data = samples.ADVANCED_XML.replace(b'<FeatureVersion ID="75">', lived)
    assert by_id("OFAC", data)["101"].addresses == ("Volkonsk, Russia",)


def test_a_party_of_ofac_may_have_several_profiles() -> None:
    profile = samples.ADVANCED_XML.partition(b'<DistinctParty FixedRef="104">')[2].partition(b"</DistinctParty>")[0]
    other = profile.replace(b'Profile ID="104"', b'Profile ID="105"').replace(b"LEASING", b"SHIPPING")
    data = samples.ADVANCED_XML.replace(profile, profile + other)
    names = {number: entity.names[0].text for number, entity in by_id("OFAC", data).items()}
    assert names == {
        "101": "Zarubin-Demov, Viktor Ilyich",
        "104": "KRAKENFJORD LEASING",
        "104/105": "KRAKENFJORD SHIPPING",
    }


@pytest.mark.parametrize("sample", [samples.UK_CSV, samples.UK_XML], ids=["csv", "xml"])
@pytest.mark.parametrize(
    "listed",
    ['IMO 9074729 ("Grimtide Wanderer")', "IMO 9074729 (Grimtide Wanderer)", "IMO9074729 (“Grimtide Wanderer”)"],
)
def test_a_ship_that_the_uk_lists_by_its_number_bears_its_name(sample: bytes, listed: str) -> None:
    quoted = '"' + listed.replace('"', '""') + '"' if sample is samples.UK_CSV else listed
    ship = by_id("UK", sample.replace(b"Grimtide Wanderer", quoted.encode()))["RUS0103"]
    assert ([name.text for name in ship.names], ship.imos) == (["Grimtide Wanderer"], ("9074729",))
