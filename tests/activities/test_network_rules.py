"""What the network asks of an instruction, by what is wrong with it."""

from dataclasses import replace
from typing import Any

import pytest

from activities.network_rules import broken
from domain.payment import SettlementMethod
from domain.reason import Reason
from domain.status import PaymentStatus
from schema.tables.payment.payments import Instruction

PLAIN = Instruction(
    payment_id="pay_1",
    status=PaymentStatus.INITIATED,
    method=SettlementMethod.GROSS,
    sender_bic="ALPHDEFFXXX",
    sender_name="Ada Sample",
    sender_account_id=None,
    receiver_bic="BETAGB2LXXX",
    receiver_name="Bert Example",
    receiver_account_id=None,
    amount_minor=100,
    currency="EUR",
    remittance_info=None,
    value_date=None,
    settlement_date=None,
    release_at=None,
    settle_until=None,
    submitted_by="ada",
    sender_status="active",
    receiver_status="active",
    sender_account_status="open",
    receiver_account_status="open",
)
EXCHANGED = replace(
    PLAIN,
    bought_currency="JPY",
    dealer_bic="GAMMFRPPXXX",
    dealer_status="active",
    dealer_sold_account_status="open",
    dealer_bought_account_status="open",
)


@pytest.mark.parametrize("sound", [PLAIN, EXCHANGED])
def test_a_sound_instruction_breaks_nothing(sound: Instruction) -> None:
    assert broken(sound) == []


@pytest.mark.parametrize(
    ("changes", "rule", "reason", "word"),
    [
        ({"dealer_status": "suspended"}, "NW-07", Reason.AG01, "suspended"),
        ({"dealer_sold_account_status": None}, "NW-07", Reason.AC04, "EUR"),
        ({"dealer_bought_account_status": "closed"}, "NW-07", Reason.AC04, "JPY"),
        ({"receiver_account_status": None}, "NW-04", Reason.AC03, "JPY"),
        ({"receiver_account_status": "closed"}, "NW-04", Reason.AC04, "JPY"),
        ({"sender_account_status": None}, "NW-04", Reason.AM03, "EUR"),
    ],
)
def test_an_exchange_needs_its_three_banks(changes: dict[str, Any], rule: str, reason: Reason, word: str) -> None:
    (refusal,) = broken(replace(EXCHANGED, **changes))
    assert (refusal.finding.rule, refusal.finding.reason) == (rule, reason)
    assert word in refusal.finding.message


LEG = replace(
    PLAIN,
    method=SettlementMethod.DVP,
    wanted_asset="DE0001102580",
    wanted_by_sender_account_status="open",
    wanted_of_receiver_account_status="open",
)


@pytest.mark.parametrize(
    ("changes", "sides"),
    [
        ({}, []),
        ({"wanted_by_sender_account_status": None}, ["sender"]),
        ({"wanted_of_receiver_account_status": "closed"}, ["receiver"]),
        (
            {"wanted_by_sender_account_status": "closed", "wanted_of_receiver_account_status": None},
            ["sender", "receiver"],
        ),
    ],
)
def test_a_leg_is_refused_whose_partner_could_never_come(changes: dict[str, Any], sides: list[str]) -> None:
    found = [refusal.finding for refusal in broken(replace(LEG, **changes))]
    assert [(each.rule, each.reason) for each in found] == [("NW-08", Reason.AC03)] * len(sides)
    assert all(f"the {side}'s bank" in each.message for side, each in zip(sides, found, strict=True))
