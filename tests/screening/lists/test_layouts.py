from collections.abc import Mapping

import pytest

from domain.errors import ListRefused
from screening.entity import Entity, EntityKind, NameKind
from screening.lists.layouts import read
from screening.lists.reading import date, rows
from tests.screening.lists import samples

PRIMARY, STRONG, FORMER, WEAK, NATIVE = (
    NameKind.PRIMARY,
    NameKind.STRONG,
    NameKind.FORMER,
    NameKind.WEAK,
    NameKind.NATIVE,
)
OFAC_FILES = {"aliases": samples.ALT, "addresses": samples.ADD, "comments": samples.COMMENTS}

CASES: list[tuple[str, bytes, dict[str, bytes], str, dict[str, NameKind]]] = [
    (
        *("OFAC", samples.SDN, OFAC_FILES, "101"),
        {
            "ZARUBIN-DEMOV, Viktor Ilyich": PRIMARY,
            "DEMOV, Viktor": STRONG,
            "ZARUBIN, Viktor": FORMER,
            "VITYA": WEAK,
        },
    ),
    (
        *("OFAC", samples.SDN_XML, {}, "101"),
        {
            "ZARUBIN-DEMOV, Viktor Ilyich": PRIMARY,
            "DEMOV, Viktor": STRONG,
            "ZARUBIN, Viktor": FORMER,
            "VITYA": WEAK,
        },
    ),
    (
        *("OFAC", samples.ADVANCED_XML, {}, "101"),
        {
            "Zarubin-Demov, Viktor Ilyich": PRIMARY,
            "Зарубин-Демов, Виктор": NATIVE,
            "Zarubin, Viktor": FORMER,
            "Vitya": WEAK,
        },
    ),
    (
        *("EU", samples.EU_XML, {}, "EU.101.1"),
        {"Viktor Ilyich Zarubin-Demov": PRIMARY, "Виктор Зарубин-Демов": NATIVE, "Vitya": WEAK},
    ),
    (
        *("EU", samples.EU_CSV_1_1, {}, "EU.101.1"),
        {"Viktor Ilyich Zarubin-Demov": PRIMARY, "Виктор Зарубин-Демов": NATIVE},
    ),
    (*("EU", samples.EU_CSV_1_0, {}, "EU.101.1"), {"Viktor Ilyich Zarubin-Demov": PRIMARY}),
    (
        *("UN", samples.UN_XML, {}, "CDi.101"),
        {
            "VIKTOR ILYICH ZARUBIN-DEMOV": PRIMARY,
            "Виктор Зарубин-Демов": NATIVE,
            "Viktor Demov": STRONG,
            "Viktor Zarubin": STRONG,
            "Viktor Volkonsky": STRONG,
            "Vitya": WEAK,
        },
    ),
    *(
        (
            *("UK", sample, {}, "RUS0101"),
            {"Viktor Ilyich Zarubin-Demov": PRIMARY, "Виктор Зарубин-Демов": NATIVE, "Vitya": WEAK},
        )
        for sample in (samples.UK_CSV, samples.CONLIST, samples.UK_XML)
    ),
]


def by_id(list_name: str, data: bytes, companions: Mapping[str, bytes] | None = None) -> dict[str, Entity]:
    return {entity.entity_id: entity for entity in read(list_name, data, companions)}


@pytest.mark.parametrize(("list_name", "data", "companions", "entity_id", "names"), CASES)
def test_one_person_in_every_layout(
    list_name: str, data: bytes, companions: dict[str, bytes], entity_id: str, names: dict[str, NameKind]
) -> None:
    entity = by_id(list_name, data, companions)[entity_id]
    assert entity.kind is EntityKind.PERSON
    assert {name.text: name.kind for name in entity.names} == names
    assert entity.names[0].kind is PRIMARY
    assert entity.births[0] == "1961-05-02"
    assert entity.nationalities[0] in ("Russia", "RU", "Russian Federation")
    assert entity.countries[0] in ("Russia", "RU", "Russian Federation")
    assert "71 1234567" in {document.number for document in entity.documents}
    assert entity.programmes
    assert len(entity.content_hash) == 32


def test_ofac_remarks_spill_over_and_hold_every_identifier() -> None:
    entities = by_id("OFAC", samples.SDN, OFAC_FILES)
    bank, ship = entities["102"], entities["103"]
    assert (bank.bics, bank.leis) == (("KRKNRUMM",), ("5493001KJTIIGC8Y1R12",))
    assert bank.wallets == ("1BoatSLRHtKNngkdXEPoTestTestTest12",)
    assert [(name.text, name.kind) for name in bank.names] == [("KRAKENFJORD BANK", PRIMARY), ("KFB", WEAK)]
    assert bank.addresses == ("1 Fjord Street, Volkonsk 100100, Russia",)
    assert (ship.kind, ship.imos, ship.countries) == (EntityKind.VESSEL, ("9074729",), ("Panama",))
    assert entities["101"].births == ("1961-05-02", "1962")
    assert entities["101"].programmes == ("UKRAINE-EO13661", "RUSSIA-EO14024")


def test_ships_and_banks_of_the_other_lists() -> None:
    assert by_id("OFAC", samples.SDN_XML)["103"].imos == ("9074729",)
    assert by_id("EU", samples.EU_XML)["EU.102.1"].bics == ("KRKNRUMM", "KRKNKPPY")
    assert by_id("EU", samples.EU_XML)["EU.101.1"].births == ("1961-05-02", "1960/1963")
    united = by_id("UN", samples.UN_XML)
    assert united["KPe.102"].names[1].kind is FORMER
    assert (united["KPe.102"].bics, united["KPe.102"].imos) == (("KRKNRUMM",), ("9074729",))
    assert united["CDi.101"].births == ("1961-05-02", "1960/1963", "1959-04-30")
    assert united["CDi.101"].documents[0].country == "Russian Federation"
    assert [name.kind for name in by_id("EU", samples.EU_XML)["EU.102.1"].names] == [PRIMARY, WEAK]


@pytest.mark.parametrize("sample", [samples.UK_CSV, samples.UK_XML])
def test_ships_and_banks_of_the_uk(sample: bytes) -> None:
    entities = by_id("UK", sample)
    ship, bank = entities["RUS0103"], entities["RUS0102"]
    assert (ship.kind, ship.imos, ship.countries) == (EntityKind.VESSEL, ("9074729",), ("Panama",))
    assert [name.kind for name in bank.names] == [PRIMARY, WEAK]
    assert bank.bics == ("KRKNRUMM", "KRKNKPPYXXX")
    assert "OGRN 1027700001234" in {document.number for document in bank.documents}


def test_the_uk_has_called_its_column_of_kinds_otherwise() -> None:
    older = samples.UK_CSV.replace(b",Designation Type,", b',"Individual, Entity, Ship",')
    assert by_id("UK", older)["RUS0103"].kind is EntityKind.VESSEL


def test_ofac_tells_which_of_its_lists_an_entity_is_on() -> None:
    entities = by_id("OFAC", samples.ADVANCED_XML)
    leasing = entities["104"]
    assert leasing.programmes == ("UKRAINE-EO13662", "Sectoral Sanctions Identifications List")
    assert (leasing.kind, leasing.countries) == (EntityKind.ORGANISATION, ("Panama",))
    assert entities["101"].programmes == ("RUSSIA-EO14024",)


@pytest.mark.parametrize(
    ("list_name", "data", "reason"),
    [
        ("OFAC", b"", "unreadable"),
        ("OFAC", b"<html>Service unavailable</html>", "unreadable"),
        ("EU", samples.UN_XML, "unreadable"),
        ("UN", samples.UN_XML[:900], "truncated"),
        ("EU", samples.EU_XML[:-20], "truncated"),
        ("OFAC", samples.ADVANCED_XML[:3000], "truncated"),
        ("OFAC", samples.SDN_XML.replace(b"<uid>103</uid><last", b"<last"), "tampered"),
        ("EU", b'<!DOCTYPE export [<!ENTITY a "b">]>' + samples.EU_XML.split(b"?>", 1)[1], "unreadable"),
        ("ATLANTIS", samples.UN_XML, "unknown_list"),
        ("OFAC", samples.SDN[: samples.SDN.rindex(b",")], "truncated"),
        ("OFAC", samples.SDN[: samples.SDN.rindex(b'"')], "truncated"),
        ("EU", samples.EU_CSV_1_1[:-20], "truncated"),
    ],
)
def test_a_file_that_is_not_the_list_is_refused(list_name: str, data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused) as refused:
        read(list_name, data)
    assert refused.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("table", "whole"),
    [
        ('a;b\n1;"x\n"\n', True),
        ('a;b\n"x\n";2', True),
        ("a;b\n1;2\n\x1a", True),
        ("", True),
        ('a;b\n1;"x\n', False),
        ('a;b\n1;"x";"\n', False),
        ("a;b\n1", False),
    ],
)
def test_a_table_ends_where_its_last_row_does(table: str, whole: bool) -> None:
    if whole:
        assert all(len(row) == 2 for row in rows(table.encode(), delimiter=";"))
    else:
        with pytest.raises(ListRefused) as refused:
            list(rows(table.encode(), delimiter=";"))
        assert refused.value.facts["reason"] == "truncated"


@pytest.mark.parametrize(
    ("list_name", "data", "companions", "reason"),
    [
        ("OFAC", samples.SDN, {"aliases": samples.ALT[: samples.ALT.rindex(b",")]}, "truncated"),
        ("OFAC", samples.SDN, {"alias": samples.ALT}, "unknown_companion"),
        ("OFAC", samples.SDN_XML, {"aliases": samples.ALT}, "unknown_companion"),
        ("UN", samples.UN_XML, {"addresses": samples.ADD}, "unknown_companion"),
    ],
)
def test_a_companion_that_is_not_one_is_refused(
    list_name: str, data: bytes, companions: Mapping[str, bytes], reason: str
) -> None:
    with pytest.raises(ListRefused) as refused:
        read(list_name, data, companions)
    assert refused.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("02 May 1961", "1961-05-02"),
        ("May 1961", "1961-05"),
        ("circa 1961", "1961"),
        ("1955 to 1958", "1955/1958"),
        ("00/00/1961", "1961"),
        ("00/05/1961", "1961-05"),
        ("dd/mm/1961", "1961"),
        ("02/05/1961", "1961-05-02"),
        ("1961-05-02", "1961-05-02"),
        ("1961", "1961"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_partial_dates(text: str, iso: str) -> None:
    assert date(text) == iso
