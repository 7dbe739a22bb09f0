"""Code words in texts, balances and entries."""

from datetime import date

import pytest

from domain.errors import InvalidValue
from domain.money import Money
from schema.mt.fields.statements import Balance, Entry, read_balance, read_entry
from schema.mt.fields.texts import read_coded, read_remittance

FULL = "/INS/" + "A" * 30


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/INS/ALPHDEFF", [("INS", "ALPHDEFF")]),
        ("/BNF/ONE\n//TWO\n/ACC/X", [("BNF", "ONE TWO"), ("ACC", "X")]),
        (f"{FULL}\n//BB", [("INS", "A" * 30 + "BB")]),
        ("/RETN/99\n/AC04/\n/MREF/X/1", [("RETN", "99"), ("AC04", ""), ("MREF", "X/1")]),
        ("/TEXT//UETR/1", [("TEXT", "/UETR/1")]),
        ("PLAIN\nTEXT\n/INS/A", [(None, "PLAIN TEXT"), ("INS", "A")]),
        ("/INS/A\nPLAIN\nMORE", [("INS", "A"), (None, "PLAIN MORE")]),
        ("", [(None, "")]),
    ],
)
def test_coded_texts(value: str, expected: list[tuple[str | None, str]]) -> None:
    assert [(part.code, part.text) for part in read_coded(value)] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/ROC/A/1", [("ROC", "A/1")]),
        ("/ROC/A///URI/B\nC", [("ROC", "A"), ("URI", "B C")]),
        ("/INV/A//B", [("INV", "A//B")]),
        ("A" * 35 + "\nB", [(None, "A" * 35 + "B")]),
    ],
)
def test_remittance(value: str, expected: list[tuple[str | None, str]]) -> None:
    assert [(part.code, part.text) for part in read_remittance(value)] == expected


def test_a_balance() -> None:
    balance = read_balance("D240603EUR10,5")
    assert balance == Balance("D", date(2024, 6, 3), Money(1050, "EUR"))
    assert balance.signed == Money(-1050, "EUR")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("240603C10,NTRFREF", Entry(date(2024, 6, 3), "C", Money(1000, "EUR"), "NTRF", "REF")),
        (
            "2401021231RDR10,5S103A/B//BANK\nONE\nTWO",
            Entry(
                date(2024, 1, 2),
                "RD",
                Money(1050, "EUR"),
                "S103",
                "A/B",
                "BANK",
                date(2023, 12, 31),
                "R",
                ("ONE", "TWO"),
            ),
        ),
        (
            "2412310102D1,FMSCNONREF",
            Entry(date(2024, 12, 31), "D", Money(100, "EUR"), "FMSC", "NONREF", None, date(2025, 1, 2)),
        ),
    ],
)
def test_entries(value: str, expected: Entry) -> None:
    assert read_entry(value, "EUR") == expected


@pytest.mark.parametrize(
    ("mark", "minor"), [("C", 100), ("D", -100), ("RC", -100), ("RD", 100), ("EC", 100), ("ED", -100)]
)
def test_what_an_entry_does(mark: str, minor: int) -> None:
    assert read_entry(f"240603{mark}1,NTRFX", "EUR").signed.minor == minor


@pytest.mark.parametrize(
    "value", ["", "240603X1,NTRFX", "240603C1NTRFX", "240603C1,XTRFX", "2406030230C1,5,NTRFX", "2406030231C1,NTRFX"]
)
def test_no_entries(value: str) -> None:
    with pytest.raises(InvalidValue):
        read_entry(value, "EUR")


@pytest.mark.parametrize("value", ["", "X240603EUR1,", "C240603EUR1", "C240603EUR1,\n"])
def test_no_balances(value: str) -> None:
    with pytest.raises(InvalidValue):
        read_balance(value)
