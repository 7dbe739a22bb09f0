"""The fourteen payments: who pays whom what, in which form, on which terms, and what must become of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from deltran.demo.banks import ALPENHORN, BRAVO, CHALK, DELTA, ECHO, NOWHERE
from deltran.demo.orders import Expected, Form, Planned, Trouble
from domain.exchange import Exchange
from domain.fx import Exchanged
from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from domain.reason import Reason
from domain.status import PaymentStatus

LISTED: Final = "Viktor Zarubin-Demov"
"""An invented person on our own sanctions list."""

ANN: Final = ("Aurora Looms GmbH", "ALPH-40012")
BEN: Final = ("Blue Ridge Orchards Inc", "BRVO-77310")
CAT: Final = ("Cartwright Bells Ltd", "CHLI-20931")
DAI: Final = ("Daiba Robotics KK", "DLTA-5561")
EMA: Final = ("Emerald Date Palms Co", "ECHO-0093")
FAY: Final = ("Fayette Fondue Cie", "FOXT-118")
ALPENHORN_DESK: Final = ("Alpenhorn Bank AG, treasury", "ALPH-00001")
BRAVO_DESK: Final = ("Bravo River Bank NA, treasury", "BRVO-00001")

JSON, PACS008 = Form.JSON, Form.PACS008
GROSS, NET, PVP = SettlementMethod.GROSS, SettlementMethod.NET, SettlementMethod.PVP
PAID: Final = Expected()
UNFUNDED: Final = Expected(PaymentStatus.REJECTED, (Reason.AM04,))
UNKNOWN_BANK: Final = Expected(PaymentStatus.REJECTED, (Reason.RC04,))
REVIEWED: Final = Expected(trouble=Trouble.HELD)
REPAIRED: Final = Expected(trouble=Trouble.PARKED)
WITHDRAWN: Final = Expected(PaymentStatus.CANCELLED, (Reason.CUST,), Trouble.EARLY)

DAYS_AHEAD: Final = 14
"""How far off the day is that the last payment waits for."""


def fourteen(newcomer: str) -> Sequence[Planned]:
    """The payments in the order they are sent; `newcomer` is the BIC of the bank whose account is not open yet."""
    return [*_within_a_currency(newcomer), *_exchanged(11, 12), _converted(13), _for_another_day(14)]


def _within_a_currency(newcomer: str) -> Iterator[Planned]:
    zarubin = (LISTED, "ALPH-66613")
    rows = (
        (JSON, GROSS, ANN, ALPENHORN, BEN, BRAVO, "125000.50 USD", "loom parts, urgent", PAID),
        (PACS008, GROSS, CAT, CHALK, ANN, ALPENHORN, "48200.00 EUR", "bronze bells", PAID),
        (JSON, NET, ANN, ALPENHORN, BEN, BRAVO, "18750.25 USD", "apples, nets with 4", PAID),
        (PACS008, NET, BEN, BRAVO, ANN, ALPENHORN, "9999.99 USD", "cider, nets with 3", PAID),
        (JSON, NET, DAI, DELTA, BEN, BRAVO, "1250000 JPY", "yen: no decimals", PAID),
        (PACS008, GROSS, EMA, ECHO, CAT, CHALK, "3141.592 KWD", "dinar: three decimals", PAID),
        (JSON, NET, CAT, CHALK, zarubin, ALPENHORN, "7400.00 GBP", "listed name", REVIEWED),
        (JSON, GROSS, EMA, ECHO, BEN, BRAVO, "900000000.00 USD", "not enough money", UNFUNDED),
        (PACS008, GROSS, ANN, ALPENHORN, FAY, newcomer, "2500.00 EUR", "not open yet", REPAIRED),
        (PACS008, NET, BEN, BRAVO, ("Nemo SARL", "NOWH-2020"), NOWHERE, "640.00 EUR", "no such bank", UNKNOWN_BANK),
    )
    for number, (form, method, payer, at, payee, to, amount, about, expected) in enumerate(rows, start=1):
        order = _order(number, method, amount, _party(payer, at), _party(payee, to))
        yield Planned(number, form, order, about, expected)


def _exchanged(first: int, second: int) -> Iterator[Planned]:
    """Euros against dollars (PvP): either leg is paid together with the other, or not at all."""
    alpenhorn, bravo = _party(ALPENHORN_DESK, ALPENHORN), _party(BRAVO_DESK, BRAVO)
    euros = _order(first, PVP, "20000.00 EUR", alpenhorn, bravo)
    dollars = _order(second, PVP, "21700.00 USD", bravo, alpenhorn)
    agreed = f"DEMO-{euros.uetr[:8]}"
    for number, order, other in ((first, euros, dollars), (second, dollars, euros)):
        leg = replace(order, exchange=Exchange(agreed, other.amount))
        yield Planned(number, JSON, leg, f"PvP, only with {first + second - number}", PAID)


def _converted(number: int) -> Planned:
    """Euros leave one bank and yen reach the other, at the rate that a dealer has promised."""
    order = _order(number, GROSS, "12400.00 EUR", _party(CAT, CHALK), _party(DAI, DELTA))
    # The rate leaves no fraction of a yen: rounding would move a unit between dealer and network now and then.
    exchanged = Exchanged("", BRAVO, "163.25", Money.parse("2024300", "JPY"))
    return Planned(number, JSON, replace(order, fx=exchanged), "FX, buys 2,024,300 JPY", PAID)


def _for_another_day(number: int) -> Planned:
    """Waits in the warehouse and reserves nothing, until its sender thinks better of it."""
    day = datetime.now(UTC).date() + timedelta(days=DAYS_AHEAD)
    order = _order(number, GROSS, "5600.00 GBP", _party(CAT, CHALK), _party(ANN, ALPENHORN))
    return Planned(number, JSON, replace(order, value_date=day.isoformat()), f"due {day.day} {day:%b}", WITHDRAWN)


def _party(customer: tuple[str, str | None], bic: str) -> Party:
    name, account = customer
    return Party(name, bic, account)


def _order(number: int, method: SettlementMethod, amount: str, debtor: Party, creditor: Party) -> PaymentOrder:
    digits, currency = amount.split()
    uetr = Uetr.new()
    return PaymentOrder(
        amount=Money.parse(digits, currency),
        debtor=debtor,
        creditor=creditor,
        end_to_end_id=f"DEMO-{uetr[:8]}-{number:02d}",  # another run is another payment, no duplicate
        uetr=uetr,
        method=method,
        remittance_info=f"Invoice {datetime.now(UTC):%Y}-{number:03d}",
    )
