from dataclasses import replace

import pytest

from domain.exchange import Exchange
from domain.fingerprint import fingerprint
from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod

EUROS = Money(10_000, "EUR")
LEG = PaymentOrder(
    amount=EUROS,
    debtor=Party("A", "DEUTDEFFXXX"),
    creditor=Party("B", "BNPAFRPPXXX"),
    end_to_end_id="NOTPROVIDED",
    uetr=Uetr.new(),
    method=SettlementMethod.PVP,
    exchange=Exchange("DEAL-1", Money(11_000, "USD")),
)


def test_a_leg_is_known_by_the_reference_of_its_exchange() -> None:
    assert fingerprint(replace(LEG, exchange=None)) is None
    assert fingerprint(LEG) == fingerprint(replace(LEG, uetr=Uetr.new())) is not None


@pytest.mark.parametrize(
    "other",
    [
        Exchange("DEAL-2", Money(11_000, "USD")),
        Exchange("DEAL-1", Money(11_001, "USD")),
        Exchange("DEAL-1", Money(11_000, "GBP")),
    ],
)
def test_what_is_wanted_makes_another_leg(other: Exchange) -> None:
    assert fingerprint(replace(LEG, exchange=other)) != fingerprint(LEG)
