"""Amounts, dates and rates as SWIFT writes them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.money import Money
from domain.reason import Reason
from schema.mt.fields.amounts import (
    DatedAmount,
    EntrySum,
    FloorLimit,
    read_amount,
    read_currency_amount,
    read_date,
    read_dated_amount,
    read_entry_sum,
    read_floor_limit,
    read_rate,
)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("1000,", "EUR", 100_000), ("0,5", "EUR", 50), ("0001,50", "EUR", 150), ("1000,", "JPY", 1000), ("1,234", "KWD", 1234),
     ("0,", "EUR", 0), ("99999999999999,", "JPY", 99_999_999_999_999)],
)  # fmt: skip
def test_amounts(text: str, currency: str, minor: int) -> None:
    assert read_amount(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [("1000", "EUR", Reason.FF01), ("1000.00", "EUR", Reason.FF01), ("1.000,00", "EUR", Reason.FF01), (",50", "EUR", Reason.FF01),
     ("-1,", "EUR", Reason.FF01), ("1,2,3", "EUR", Reason.FF01), ("", "EUR", Reason.FF01), ("1,\n", "EUR", Reason.FF01),
     ("1,234", "EUR", Reason.AM09), ("1,5", "JPY", Reason.AM09), ("1,0", "JPY", Reason.AM09), ("1,", "XAU", Reason.AM03),
     ("1,", "QQQ", Reason.AM03), ("123456789012345,", "EUR", Reason.AM02)],
)  # fmt: skip
def test_no_amounts(text: str, currency: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as wrong:
        read_amount(text, currency)
    assert wrong.value.reason is reason


@given(st.integers(0, 10**12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_reads_what_was_written(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    text = str(money).replace(".", ",")
    assert read_amount(text if "," in text else f"{text},", currency) == money


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("240229", date(2024, 2, 29)),
        ("791231", date(2079, 12, 31)),
        ("800101", date(1980, 1, 1)),
        ("990101", date(1999, 1, 1)),
    ],
)
def test_dates(text: str, expected: date) -> None:
    assert read_date(text) == expected


@pytest.mark.parametrize("text", ["230229", "241301", "24060", "2406031", "24O603", "٢٤٠٦٠٣"])
def test_no_dates(text: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        read_date(text)
    assert wrong.value.reason is Reason.DT01


def test_fields() -> None:
    ten = Money(1000, "EUR")
    assert read_dated_amount("240603EUR10,") == DatedAmount(date(2024, 6, 3), ten)
    assert read_currency_amount("EUR10,") == ten
    assert read_floor_limit("EUR10,") == FloorLimit(ten)
    assert read_floor_limit("EURD10,") == FloorLimit(ten, "D")
    assert read_entry_sum("12EUR10,") == EntrySum(12, ten)
    assert read_rate("1,0525") == Decimal("1.0525")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_dated_amount, "EUR10,"),
        (read_dated_amount, "240603 EUR10,"),
        (read_dated_amount, "240603EUR10,\n"),
        (read_currency_amount, "eur10,"),
        (read_currency_amount, "EUR 10,"),
        (read_floor_limit, "EURX10,"),
        (read_entry_sum, "EUR10,"),
        (read_rate, "1.05"),
        (read_rate, "0,00"),
        (read_rate, "1,05253627181"),
    ],
)
def test_what_is_none(read: object, text: str) -> None:
    with pytest.raises(InvalidValue):
        read(text)  # type: ignore[operator]
