"""Customers and banks with every option."""

from datetime import date

import pytest

from domain.errors import InvalidValue
from domain.ids import Bic
from domain.reason import Reason
from schema.mt.fields.customers import Identifier
from schema.mt.fields.parties import Party, read_party
from schema.mt.message import Field

BANK = Bic("ALPHDEFFXXX")


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        ("50A", "ALPHDEFF", Party("A", bic=BANK)),
        ("50A", "/123\nALPHDEFF", Party("A", "123", bic=BANK)),
        ("50K", "/C/1\nA\nB\nC", Party("K", "C/1", name="A", address_lines=("B", "C"))),
        ("50K", "A", Party("K", name="A")),
        ("59", "/123\nA", Party("", "123", name="A")),
        ("59", "/\nA", Party("", name="A")),
        ("59A", "/123\nALPHDEFF", Party("A", "123", bic=BANK)),
        ("52A", "/D/123\nALPHDEFF", Party("A", "123", "D", bic=BANK)),
        ("52A", "/C\nALPHDEFF", Party("A", None, "C", bic=BANK)),
        ("52A", "/CGC BRANCH\nALPHDEFF", Party("A", "CGC BRANCH", bic=BANK)),
        ("57A", "//FW021000089\nALPHDEFF", Party("A", clearing="FW021000089", bic=BANK)),
        ("57A", "//RT\nALPHDEFF", Party("A", clearing="RT", bic=BANK)),
        ("52A", "//XY12/3\nALPHDEFF", Party("A", "/XY12/3", bic=BANK)),
        ("53B", "/C/123\nTOWN", Party("B", "123", "C", name="TOWN")),
        ("53B", "/123", Party("B", "123")),
        ("57B", "TOWN", Party("B", name="TOWN")),
        ("57C", "//SC123456", Party("C", clearing="SC123456")),
        ("57C", "/123", Party("C", "123")),
        ("57D", "//FW021000089\nA\nB", Party("D", clearing="FW021000089", name="A", address_lines=("B",))),
        ("58D", "A\nB\nC\nD\nE", Party("D", name="A", address_lines=("B", "C", "D", "E"))),
    ],
)
def test_parties(tag: str, value: str, expected: Party) -> None:
    assert read_party(Field(tag, value)) == expected


@pytest.mark.parametrize(
    ("tag", "value", "reason"),
    [
        ("57A", "", Reason.RC01),
        ("57A", "/123", Reason.RC01),
        ("57A", "alphdeff", Reason.RC01),
        ("57A", " ALPHDEFF", Reason.RC01),
        ("57A", "ALPHDEFF\nNAME", Reason.RC01),
        ("57A", "/1\n/2\nALPHDEFF", Reason.RC01),
        ("57C", "NAME", Reason.FF01),
        ("57C", "/123\nNAME", Reason.FF01),
        ("57D", "", Reason.FF01),
        ("50K", "", Reason.RR02),
        ("50K", "/", Reason.RR02),
        ("59", "/123\n ", Reason.RR03),
        ("50F", "1/NAME", Reason.FF01),
        ("50F", "/123\nNAME", Reason.RR02),
        ("50F", "/123\n2/STREET\n3/DE/BERLIN", Reason.RR02),
        ("50F", "/123\n1/NAME\n2/STREET", Reason.RR02),
        ("50F", "/123\n1/NAME\n3/DE\n2/STREET", Reason.RR02),
        ("50F", "/123\n1/NAME\n3/BERLIN", Reason.RR02),
        ("50F", "/123\n1/NAME\n9/X", Reason.RR02),
        ("50F", "/123\n1/NAME\n4/19991301", Reason.DT01),
        ("50F", "XXXX/DE/1\n1/NAME", Reason.FF01),
        ("59F", "/123\n1/NAME\n6/DE/X/1", Reason.RR03),
        ("59F", "/123", Reason.RR03),
    ],
)
def test_no_parties(tag: str, value: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as wrong:
        read_party(Field(tag, value))
    assert wrong.value.reason is reason


def test_a_customer_in_numbered_lines() -> None:
    value = "/123\n1/ANNA\n1/MUSTER\n2/STREET 1\n3/DE/BERLIN\n3/10115\n4/19800131\n5/FR/PARIS\n6/DE/ALPHDEFF/77\n7/DE/9\n8/MORE"
    party = read_party(Field("50F", value))
    assert (party.account, party.name, party.address_lines) == (
        "123",
        "ANNA MUSTER",
        ("STREET 1", "DE/BERLIN", "10115"),
    )
    told = party.structured
    assert told is not None
    assert (told.country, told.town, told.birth_date) == ("DE", "BERLIN 10115", date(1980, 1, 31))
    assert (told.birth_place, told.customer_number) == (("FR", "PARIS"), ("DE", "ALPHDEFF/77"))
    assert (told.national_number, told.more) == (("DE", "9"), ("MORE",))


def test_a_customer_with_an_identifier() -> None:
    party = read_party(Field("50F", "TXID/BE/12 34\n1/NAME\n3/BE"))
    assert party.identifier == Identifier("TXID", "BE", "12 34")
    assert party.account is None
    assert party.structured is not None
    assert (party.structured.country, party.structured.town) == ("BE", None)


def test_a_beneficiary_in_numbered_lines() -> None:
    party = read_party(Field("59F", "1/NAME\n3/SG/SINGAPORE"))
    assert (party.account, party.name) == (None, "NAME")
