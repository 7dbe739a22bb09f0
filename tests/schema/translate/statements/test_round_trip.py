"""An MT becomes ISO 20022 and is the same MT again, as far as nothing is told to be lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money
from schema.mt.fields.amounts import read_amount
from schema.translate.statements.values import mt_amount
from schema.translate.to_mx.values import written
from tests.schema.translate.statements.messages import CONFIRMATION, REPORT, STATEMENT, Fields, back, changed, mt

SAME = [
    ("940", changed(STATEMENT, f61="260228C250,5NTRFRENT-FEB")),
    ("940", changed(STATEMENT, f61="2602280301RC250,5NTRFNONREF")),
    ("940", (*STATEMENT[:4], ("61", "260228C1,NTRFA\nBY HAND"), ("86", "THANKS /REMI/INVOICE 7"), STATEMENT[5])),
    (
        "940",
        (
            *STATEMENT[:4],
            STATEMENT[5],
            ("64", "C260228EUR5,"),
            ("65", "C260301EUR6,"),
            ("65", "C260302EUR7,"),
            ("86", "CALL US"),
        ),
    ),
    ("940", (*STATEMENT[:3], ("60M", "C260227EUR1000,"), ("62M", "D260228EUR749,5"))),
    ("940", (STATEMENT[0], ("21", "REQUEST7"), ("25P", "42\nCCCCFRPP"), *STATEMENT[2:4], STATEMENT[5])),
    ("942", changed(REPORT, f28C="17/1", f90D="2EUR30,", f90C="1EUR10,5")),
    ("942", changed(REPORT, f28C="17/1", f61="260228EC10,NTRFSALE")),
    ("941", (*STATEMENT[:2], ("28", "17/1"), ("13D", "2602281200+0100"), *STATEMENT[3:4], STATEMENT[5])),
    ("900", CONFIRMATION),
    ("900", (*CONFIRMATION[:3], ("13D", "2602281426+0100"), CONFIRMATION[3], ("52A", "/42\nCCCCFRPP"))),
    ("910", (*CONFIRMATION, ("52D", "NOTPROVIDED"))),
    ("910", (*CONFIRMATION, ("50K", "/42\nME\nAT HOME"), ("52A", "CCCCFRPP"), ("56A", "DDDDITMM"))),
    ("910", (*CONFIRMATION, ("50F", "/42\n1/ME\n3/NL/UTRECHT"), ("72", "THANK YOU"))),
]


@pytest.mark.parametrize(("mt_type", "fields"), SAME)
def test_there_and_back(mt_type: str, fields: Fields) -> None:
    message = mt(mt_type, fields)
    returned = back(message).message
    assert returned.fields == message.fields
    assert back(message).lost == ()
    assert (returned.mt_type, returned.sender, returned.receiver, returned.sent_at) == (
        message.mt_type,
        message.sender,
        message.receiver,
        message.sent_at,
    )


@given(st.integers(0, 10**11), st.sampled_from(["JPY", "EUR", "KWD"]))
def test_an_amount_there_and_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert read_amount(mt_amount(written(money).text, currency), currency) == money
    assert read_amount(mt_amount(str(money), currency), currency) == money


def test_a_debit_loses_its_reference() -> None:
    """It goes out as end-to-end identification and would have to come back as instruction identification."""
    returned = back(mt("940", STATEMENT))
    assert "61:260228D250,5NTRFNONREF" in [f"{field.tag}:{field.value}" for field in returned.message.fields]
    assert [each.source.rpartition("/")[2] for each in returned.lost] == ["EndToEndId"]
