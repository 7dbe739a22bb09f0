"""The ten payments: who pays whom what, in which form, and what must become of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from deltran.demo.banks import ALPENHORN, BRAVO, CHALK, DELTA, ECHO, NOWHERE
from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from domain.reason import Reason
from domain.status import PaymentStatus
from schema.iso20022.codecs import pacs008
from schema.iso20022.codecs.identity import Identity

LISTED: Final = "Viktor Zarubin-Demov"
"""An invented person on our own sanctions list."""


class Form(StrEnum):
    """How a payment is written down."""

    JSON = "JSON"
    PACS008 = "pacs.008"


class Trouble(StrEnum):
    """What stands in a payment's way until somebody acts."""

    HELD = "held"
    """A name resembles one on the list: a reviewer decides."""
    PARKED = "parked"
    """A step failed for good: an operator repairs."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must become of a payment, through which trouble."""

    status: PaymentStatus = PaymentStatus.COMPLETED
    reasons: tuple[str, ...] = ()
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One payment of the demonstration."""

    number: int
    form: Form
    order: PaymentOrder
    about: str
    expected: Expected

    def body(self) -> tuple[str, bytes]:
        """Media type and bytes, as a bank's system would send them."""
        order = self.order
        if self.form is Form.PACS008:
            name = f"DEMO-{order.uetr[:8]}-{self.number:02d}"
            banks = order.debtor.agent_bic, order.creditor.agent_bic
            return "application/xml", pacs008.encode(order, Identity(name, datetime.now(UTC), *banks))
        document = {
            "sender_bic": order.debtor.agent_bic,
            "sender_name": order.debtor.name,
            "sender_account_id": order.debtor.account,
            "receiver_bic": order.creditor.agent_bic,
            "receiver_name": order.creditor.name,
            "receiver_account_id": order.creditor.account,
            "currency": order.amount.currency,
            "amount": str(order.amount),
            "settlement_method": str(order.method),
            "end_to_end_id": order.end_to_end_id,
            "uetr": order.uetr,
            "remittance_info": order.remittance_info,
        }
        return "application/json", json.dumps(document).encode()


ANN: Final = ("Aurora Looms GmbH", "ALPH-40012")
BEN: Final = ("Blue Ridge Orchards Inc", "BRVO-77310")
CAT: Final = ("Cartwright Bells Ltd", "CHLI-20931")
DAI: Final = ("Daiba Robotics KK", "DLTA-5561")
EMA: Final = ("Emerald Date Palms Co", "ECHO-0093")
FAY: Final = ("Fayette Fondue Cie", "FOXT-118")

JSON, PACS008 = Form.JSON, Form.PACS008
GROSS, NET = SettlementMethod.GROSS, SettlementMethod.NET
PAID: Final = Expected()
UNFUNDED: Final = Expected(PaymentStatus.REJECTED, (Reason.AM04,))
UNKNOWN_BANK: Final = Expected(PaymentStatus.REJECTED, (Reason.RC04,))
REVIEWED: Final = Expected(trouble=Trouble.HELD)
REFUSED: Final = Expected(PaymentStatus.REJECTED, (Reason.RR04,), Trouble.HELD)
"""What becomes of the held payment when the reviewer says no."""
REPAIRED: Final = Expected(trouble=Trouble.PARKED)


def ten(newcomer: str) -> Sequence[Planned]:
    """The payments in the order they are sent; `newcomer` is the BIC of the bank whose account is not open yet."""
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
    return [
        Planned(number, form, _order(number, method, amount, _party(payer, at), _party(payee, to)), about, expected)
        for number, (form, method, payer, at, payee, to, amount, about, expected) in enumerate(rows, start=1)
    ]


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
