"""Payloads mean the same to every run, and what is known of their types is learned once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from activities.settlement import Settled
from activities.value_dates import SettlementDay
from domain.payment import SettlementMethod
from domain.settlement import Priority
from workflows.encoding import Payloads, data_converter
from workflows.payloads import PaymentInput, Terms
from workflows.plugin import plugin

AT = datetime(2026, 3, 4, 12, 0, 0, 123456, UTC)
PAYMENT = PaymentInput(
    payment_id="pay_1",
    sender_bic="ALPHDEFFXXX",
    receiver_bic="BETAGB2LXXX",
    currency="USD",
    amount_minor=2**63 - 1,
    method=SettlementMethod.NET,
    submitted_by="ada",
    terms=Terms(cut_off="17:00"),
    settled=Settled("bat_1", AT, AT),
    priority=Priority.NORMAL,
)
VALUES: list[tuple[Any, object]] = [
    (PaymentInput, PAYMENT),
    (SettlementDay, SettlementDay(date(2026, 3, 4), AT, AT)),
    (bool | None, None),
    (list[str], ["Ünïcode", ""]),
    (bytes, b"\x00\xff"),
]


@pytest.mark.parametrize(("hint", "value"), VALUES, ids=[str(hint) for hint, _ in VALUES])
def test_what_one_run_writes_another_reads(hint: Any, value: object) -> None:
    (payload,) = Payloads().to_payloads([value])
    assert Payloads().from_payloads([payload], [hint]) == [value]


def test_no_run_learns_what_types_look_like_for_itself() -> None:
    assert Payloads().converters[b"json/plain"] is Payloads().converters[b"json/plain"]
    assert plugin().data_converter is data_converter
