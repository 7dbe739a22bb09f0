"""Amounts, rates and references of MT in the digits of ISO 20022. Readers raise MessageRefused (TR-03)."""

from decimal import Decimal

from domain.errors import InvalidValue
from domain.ids import Uetr
from domain.money import Money
from schema.iso20022.writer import Amount
from schema.mt.fields.amounts import read_currency_amount, read_dated_amount, read_rate
from schema.mt.message import Field
from schema.translate.to_mx.refusal import read


def settlement(field: Field) -> tuple[str, Amount]:
    """Field 32A: the day of settlement, and the amount that the banks settle."""
    dated = read(field, read_dated_amount)
    return dated.value_date.isoformat(), written(dated.money)


def amount(field: Field) -> Amount:
    """A currency and an amount, as in 33B or 71F."""
    return written(read(field, read_currency_amount))


def maybe_amount(text: str) -> Amount | None:
    """ "USD12,50" as 12.5 dollars; None when the text is no amount."""
    try:
        return written(read_currency_amount(text))
    except InvalidValue:
        return None


def rate(field: Field) -> str:
    """An exchange rate (field 36)."""
    return _digits(read(field, read_rate))


def written(money: Money) -> Amount:
    """An amount without the zeros at its end, which MT does not write either."""
    return Amount(_digits(money.decimal), money.currency)


def maybe_uetr(text: str) -> str | None:
    """The unique end-to-end transaction reference, or None when the text is none."""
    try:
        return Uetr.parse(text.strip().lower())
    except InvalidValue:
        return None


def _digits(number: Decimal) -> str:
    return f"{number.normalize():f}"
