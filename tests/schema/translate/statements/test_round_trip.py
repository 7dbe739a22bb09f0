"""An MT becomes ISO 20022 and is the same MT again, as far as nothing is told to be lost."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.translate.statements.values import mt_amount, mx_amount, nearest
from tests.schema.translate.statements.messages import CONFIRMATION, REPORT, STATEMENT, Fields, back, changed, mt

SAME = [
    ("940", changed(STATEMENT, f61="260228C250,50NTRFRENT-FEB")),
    ("940", changed(STATEMENT, f61="2602280301RC250,50NTRFNONREF")),
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
    ("942", changed(REPORT, f28C="17/1", f90D="2EUR30,", f90C="1EUR10,50")),
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


@given(st.integers(0, 10**11), st.sampled_from([("JPY", 0), ("EUR", 2), ("KWD", 3)]))
def test_an_amount_there_and_back(minor: int, currency: tuple[str, int]) -> None:
    name, decimals = currency
    whole, fraction = divmod(minor, 10**decimals)
    written = f"{whole},{fraction:0{decimals}}" if decimals else f"{whole},"
    assert mt_amount(mx_amount(written), name) == written


@given(st.dates(date(2, 1, 1), date(9998, 1, 1)), st.integers(-170, 170))
def test_an_entry_date_finds_its_year(day: date, distance: int) -> None:
    entry = day + timedelta(days=distance)
    assert nearest(f"{entry:%m%d}", day) == entry


def test_a_debit_loses_its_reference() -> None:
    """It goes out as end-to-end identification and would have to come back as instruction identification."""
    returned = back(mt("940", STATEMENT))
    assert "61:260228D250,5NTRFNONREF" in [f"{field.tag}:{field.value}" for field in returned.message.fields]
    assert [each.source.rpartition("/")[2] for each in returned.lost] == ["EndToEndId"]
