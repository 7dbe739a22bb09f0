"""AM: amounts, their currencies and how they belong together."""

import re
from decimal import Decimal
from typing import Final

from iso4217 import Currency as Iso4217

from domain.errors import InvalidValue
from domain.finding import Severity
from domain.money import MAX_DIGITS, exponent
from domain.reason import Reason
from schema.iso20022.codesets.code_sets import codes
from schema.iso20022.profile import CBPR, PAYMENTS, Profile
from schema.iso20022.rules.kinds import AMOUNT
from schema.iso20022.rules.rule import ISO, Table, Wrong
from schema.iso20022.rules.texts import decimal
from schema.iso20022.shape import CURRENCY, Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR)

_PAID: Final = ("IntrBkSttlmAmt", "InstdAmt", "RtrdIntrBkSttlmAmt", "RtrdInstdAmt")
_SETTLED: Final = ("IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt", "TtlIntrBkSttlmAmt", "TtlRtrdIntrBkSttlmAmt")
_PLAIN: Final = re.compile(r"\s*[0-9]+(?:\.[0-9]*)?\s*|\s*\.[0-9]+\s*")
_CARRIED: Final = re.compile(r"\s*(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\s*")
_POSITIVE: Final = re.compile(r"[^1-9]*[1-9]")
_SHORT: Final = re.compile(r"\s*0*(?:\.?[0-9]){0,14}\.?\s*|.*[^0-9.\s].*")
_ACTIVE: Final = frozenset(currency.code for currency in Iso4217)
_WITHDRAWN: Final = codes("WithdrawnCurrency")
_NO_MONEY: Final = frozenset(code for code in _ACTIVE if Iso4217(code).exponent is None) | {"XXX", "XTS"}
"""Gold, silver, platinum, palladium, bond units, testing and no currency at all."""
_TOLERANCE: Final = Decimal("0.01")
"""Of an exchanged amount: rates are rounded, and nobody says which way they are quoted."""


RULES.value("AM-01", "an amount to pay is greater than zero", Reason.AM01, on=_PAID, profiles=PAYMENTS)(_POSITIVE.match)

RULES.value("AM-02", "a currency is one of ISO 4217, withdrawn or not", Reason.AM03, on=(CURRENCY, "Ccy"), **ISO)(
    (_ACTIVE | _WITHDRAWN).__contains__
)


@RULES.value(
    "AM-02",
    "a currency to settle in is not a withdrawn one",
    Reason.AM03,
    on=tuple(f"{name}/{CURRENCY}" for name in _SETTLED),
    **ISO,
)
def active_currency(code: str) -> bool:
    """Nobody settles in marks or liras."""
    return code not in _WITHDRAWN


@RULES.value(
    "AM-03", "a currency to pay in is money, not metal or a test code", Reason.AM03, on=CURRENCY, profiles=PAYMENTS
)
def money(code: str) -> bool:
    """XAU, XAG, XPD, XPT, XXX, XTS and the like."""
    return code not in _NO_MONEY


@RULES.content(
    "AM-04",
    "an amount has no more decimals than its currency",
    Reason.AM09,
    on=AMOUNT,
    **ISO | {"source": "ISO 4217"},
)
def too_many_decimals(amount: Part) -> Wrong:
    """USD 2, JPY 0, KWD 3."""
    fraction = len(amount.text().strip().partition(".")[2])
    allowed = _decimals(amount.text(CURRENCY))
    if allowed is not None and fraction > allowed:
        yield amount


RULES.value("AM-05", "an amount has at most 14 digits", Reason.AM02, on=AMOUNT)(_SHORT.fullmatch)  # the schema: 18


@RULES.content(
    "AM-05",
    "an amount has at most 18 digits with all its currency's decimals",
    Reason.AM02,
    on="CdtTrfTxInf/IntrBkSttlmAmt",
    source="network",
    profiles=frozenset({Profile.PAYABLE}),
)
def too_large(amount: Part) -> Wrong:
    """More does not fit into the books."""
    whole = amount.text().strip().partition(".")[0]
    if len(whole) + (_decimals(amount.text(CURRENCY)) or 0) > MAX_DIGITS:
        yield amount


# The schema would let a plus sign pass.
RULES.value("AM-06", "an amount is a plain decimal: no sign, no exponent, no comma", Reason.FF01, on=AMOUNT, **ISO)(
    _PLAIN.fullmatch
)


@RULES.value(
    "AM-06",
    "an amount to pay is written without leading zeros or a dangling point",
    Reason.FF01,
    on="CdtTrfTxInf/IntrBkSttlmAmt",
    source="network",
    profiles=frozenset({Profile.PAYABLE}),
)
def carried(amount: str) -> bool:
    """Only what `Money` reads back the same."""
    return not _PLAIN.fullmatch(amount) or _CARRIED.fullmatch(amount) is not None


@RULES.content(
    "AM-07",
    "an exchange rate stands between amounts of two currencies, and only there",
    Reason.AM09,
    on="CdtTrfTxInf",
    needs=("InstdAmt", "XchgRate"),
    messages=("pacs.008",),
    **ISO,
)
def rate_and_currencies(transaction: Part) -> Wrong:
    """Two currencies without a rate, a rate without two currencies."""
    instructed = transaction.text(f"InstdAmt/{CURRENCY}")
    exchanged = instructed and instructed != transaction.text(f"IntrBkSttlmAmt/{CURRENCY}")
    if bool(exchanged) != transaction.has("XchgRate"):
        yield "XchgRate"


@RULES.content(
    "AM-08",
    "instructed amount and rate give the settlement amount",
    Reason.AM09,
    on="CdtTrfTxInf",
    needs=("XchgRate",),
    messages=("pacs.008",),
    severity=Severity.WARNING,
    **ISO,
)
def misconverted(transaction: Part) -> Wrong:
    """The rate may be quoted either way; charges may have been taken off."""
    settled, instructed, rate = _numbers(transaction, "IntrBkSttlmAmt", "InstdAmt", "XchgRate")
    if transaction.has("ChrgsInf") or not (settled and instructed and rate):
        return
    if all(abs(converted - settled) > settled * _TOLERANCE for converted in (instructed * rate, instructed / rate)):
        yield "XchgRate"


@RULES.structure(
    "AM-09",
    "charges are told together with the instructed amount",
    Reason.AM09,
    on="CdtTrfTxInf",
    needs=("ChrgsInf",),
    messages=("pacs.008",),
    severity=Severity.WARNING,
    **ISO,
)
def charges_of_what(transaction: Part) -> Wrong:
    """What they were taken from is not known."""
    if not transaction.has("InstdAmt"):
        yield "InstdAmt"


@RULES.content(
    "AM-10",
    "settlement amount and deducted charges add up to the instructed amount",
    Reason.AM09,
    on="CdtTrfTxInf",
    needs=("InstdAmt",),
    messages=("pacs.008",),
    severity=Severity.WARNING,
    **ISO,
)
def misdeducted(transaction: Part) -> Wrong:
    """In one currency, with charges that the creditor or both bear."""
    currency = transaction.text(f"InstdAmt/{CURRENCY}")
    charges = transaction.parts("ChrgsInf/Amt")
    if transaction.text("ChrgBr") == "DEBT" or any(
        part.text(CURRENCY) != currency for part in (*transaction.parts("IntrBkSttlmAmt"), *charges)
    ):
        return
    settled, instructed = _numbers(transaction, "IntrBkSttlmAmt", "InstdAmt")
    deducted = [decimal(charge.text()) for charge in charges]
    if (
        charges
        and settled is not None
        and None not in deducted
        and settled + sum(filter(None, deducted), Decimal()) != instructed
    ):
        yield "InstdAmt"


def _decimals(currency: str) -> int | None:
    try:
        return exponent(currency)
    except InvalidValue:
        return None  # AM-02 and AM-03 speak of the currency


def _numbers(transaction: Part, *paths: str) -> list[Decimal | None]:
    return [decimal(transaction.text(path)) for path in paths]
