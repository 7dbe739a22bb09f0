from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import CurrencyMismatch, InvalidValue, QuoteExpired
from domain.money import Money, exponent
from settlement.fx import Conversion, Locked, Quote, RoundingAccount, convert, lock, settle_rounding

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def locked(sold: str, bought: str, rate: str) -> Locked:
    return lock(Quote("quo_1", "DEALUS33XXX", sold, bought, Decimal(rate), NOON + timedelta(seconds=30)), "pay_1", NOON)


@pytest.mark.parametrize(
    ("amount", "bought", "rate", "units", "residue"),
    [
        (Money(100_00, "EUR"), "USD", "1.1", 110_00, 0),
        # Halves go to the even unit.
        (Money(1_00, "EUR"), "USD", "1.105", 110, Fraction(1, 2)),
        (Money(1_00, "EUR"), "USD", "1.115", 112, Fraction(-1, 2)),
        (Money(1_00, "EUR"), "USD", "1.1051", 111, Fraction(-49, 100)),
        # Units of different size: the yen has no decimals, the Kuwaiti dinar three.
        (Money(100_00, "EUR"), "JPY", "163.125", 16312, Fraction(1, 2)),
        (Money(16312, "JPY"), "EUR", "0.0061303", 100_00, Fraction(-25464, 100_000)),
        (Money(1, "JPY"), "KWD", "0.0021", 2, Fraction(1, 10)),
    ],
)
def test_convert(amount: Money, bought: str, rate: str, units: int, residue: Fraction) -> None:
    conversion = convert(amount, locked(amount.currency, bought, rate))
    assert (conversion.bought, conversion.residue) == (Money(units, bought), residue)


def test_a_quote_is_taken_in_time_or_not_at_all() -> None:
    quote = locked("EUR", "USD", "1.1").quote
    assert lock(quote, "pay_2", quote.expires_at - timedelta(microseconds=1)).quote == quote
    with pytest.raises(QuoteExpired):
        lock(quote, "pay_2", quote.expires_at)


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity"])
def test_a_rate_is_a_positive_number(rate: str) -> None:
    with pytest.raises(InvalidValue):
        locked("EUR", "USD", rate)


def test_currencies_do_not_mix() -> None:
    taken = locked("EUR", "USD", "1.1")
    with pytest.raises(CurrencyMismatch):
        convert(Money(1, "USD"), taken)
    with pytest.raises(CurrencyMismatch):
        replace(taken.quote, bought="EUR")
    with pytest.raises(CurrencyMismatch):
        RoundingAccount("EUR").take(convert(Money(1_00, "EUR"), taken))


def test_an_amount_that_buys_nothing_is_refused() -> None:
    with pytest.raises(InvalidValue):
        convert(Money(1, "JPY"), locked("JPY", "USD", "0.0049"))


_rates = st.decimals("0.000001", "1000000", allow_nan=False, allow_infinity=False, places=6)
_pairs = st.permutations(["EUR", "USD", "JPY", "KWD"]).map(lambda four: four[:2])
_amounts = st.lists(st.integers(10**9, 10**15), min_size=1, max_size=30)


@given(_amounts, _pairs, _rates)
def test_no_money_appears_or_vanishes(amounts: list[int], pair: list[str], rate: Decimal) -> None:
    """What was bought, and what the rounding account has and moved, is to the last fraction what the rate makes of it."""
    sold, bought = pair
    taken = locked(sold, bought, str(rate))
    conversions: list[Conversion] = [convert(Money(amount, sold), taken) for amount in amounts]
    scale = Fraction(10) ** (exponent(bought) - exponent(sold))
    exact = sum(amounts) * Fraction(rate) * scale
    may_move = [conversion.may_move for conversion in conversions]
    account, moved = settle_rounding(RoundingAccount(bought), conversions)
    assert sum(c.bought.minor for c in conversions) + sum(m.minor for m in moved) + account.residue == exact
    assert all(abs(conversion.residue) <= Fraction(1, 2) for conversion in conversions)
    assert abs(account.residue) <= Fraction(1, 2)
    assert all(units in (most, Money(0, bought)) for units, most in zip(moved, may_move, strict=True))
