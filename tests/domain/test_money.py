import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import CurrencyMismatch, InvalidValue
from domain.money import Money, amount_bucket, exponent
from domain.reason import Reason

CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF", "XAF", "BHD"])
AMOUNTS = st.builds(Money, st.integers(-(10**17), 10**17), CURRENCIES)

GOOD = [
    ("125000.50", "USD", 12500050),
    ("0.01", "EUR", 1),
    ("1", "USD", 100),
    ("1.5", "USD", 150),
    ("1250", "JPY", 1250),
    ("12.345", "KWD", 12345),
    ("0", "USD", 0),
    ("500", "DE0001102580", 500),
]
BAD = [
    ("1.234", "USD", Reason.AM09),
    ("1.0", "JPY", Reason.AM09),
    ("1.2345", "KWD", Reason.AM09),
    ("-1", "USD", Reason.FF01),
    ("+1", "USD", Reason.FF01),
    ("1e5", "USD", Reason.FF01),
    ("1,000.00", "USD", Reason.FF01),
    ("01", "USD", Reason.FF01),
    (".5", "USD", Reason.FF01),
    ("1.", "USD", Reason.FF01),
    ("", "USD", Reason.FF01),
    ("NaN", "USD", Reason.FF01),
    ("١", "USD", Reason.FF01),
    ("9" * 17, "USD", Reason.AM02),
    ("9" * 5000, "USD", Reason.FF01),
    ("1", "XAU", Reason.AM03),
    ("1", "XXX", Reason.AM03),
    ("1", "usd", Reason.AM03),
    ("1", "ZZZ", Reason.AM03),
    ("1.5", "DE0001102580", Reason.AM09),
    ("1", "DE0001102581", Reason.FF01),
]


@pytest.mark.parametrize(("text", "currency", "minor"), GOOD)
def test_amounts_that_are_read(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(("text", "currency", "reason"), BAD)
def test_amounts_that_are_refused(text: str, currency: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refused:
        Money.parse(text, currency)
    assert refused.value.reason is reason


@given(st.builds(Money, st.integers(0, 10**17), CURRENCIES))
def test_what_is_written_is_read_again(money: Money) -> None:
    assert Money.parse(str(money), money.currency) == money


@given(AMOUNTS)
def test_the_wire_has_exactly_the_decimals_of_the_currency(money: Money) -> None:
    decimals = exponent(money.currency)
    assert len(str(money).partition(".")[2]) == decimals
    assert "e" not in str(money).lower()


@given(AMOUNTS, AMOUNTS)
def test_arithmetic_never_mixes_currencies(one: Money, other: Money) -> None:
    if one.currency == other.currency:
        assert (one + other) - other == one
        assert (one < other) is (one.minor < other.minor)
        return
    for act in (lambda: one + other, lambda: one - other, lambda: one < other, lambda: one <= other):
        with pytest.raises(CurrencyMismatch):
            act()


def test_a_float_is_no_money() -> None:
    with pytest.raises(AssertionError):
        Money(1.5, "USD")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "currency", "bucket"), [("125000.50", "USD", "1e5"), ("0.05", "USD", "1e0"), ("999", "JPY", "1e2")]
)
def test_the_bucket_tells_the_size_and_no_more(text: str, currency: str, bucket: str) -> None:
    assert amount_bucket(Money.parse(text, currency)) == bucket
