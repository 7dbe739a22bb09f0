from dataclasses import replace

import pytest

from domain.money import Money
from domain.original import original_of
from domain.party import Party
from domain.payment import PaymentKind, PaymentOrder

ORDER = PaymentOrder(
    amount=Money(100, "EUR"),
    debtor=Party("Dora", "AURODEFFXXX"),
    creditor=Party("Taro", "LUMIFRPPXXX"),
    end_to_end_id="E2E",
    uetr="0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70",
    reference="INSTR-1",
    message_type="pacs.008.001.10",
    message_id="M1",
)


@pytest.mark.parametrize(
    ("order", "name"),
    [
        (ORDER, "pacs.008.001.10"),
        (replace(ORDER, message_type=None), "pacs.008.001.08"),
        (replace(ORDER, message_type="MT103"), "pacs.008.001.08"),
        (replace(ORDER, message_type="pain.001.001.09"), "pacs.008.001.08"),
        (replace(ORDER, message_type="MT202", kind=PaymentKind.INSTITUTION), "pacs.009.001.08"),
        (replace(ORDER, message_type="MT202", kind=PaymentKind.COVER), "pacs.009.001.08"),
        (replace(ORDER, message_type=None, kind=PaymentKind.RETURN), "pacs.004.001.09"),
    ],
)
def test_a_payment_is_named_by_the_message_it_amounts_to(order: PaymentOrder, name: str) -> None:
    assert original_of(order).message_name == name


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("INSTR-1", "INSTR-1"),
        ("a/b", "a/b"),
        (None, None),
        ("", None),
        ("I" * 17, None),
        ("under_score", None),
        ("/a", None),
        ("a/", None),
        ("a//b", None),
    ],
)
def test_a_reference_that_no_message_carried_is_not_told(reference: str | None, told: str | None) -> None:
    assert original_of(replace(ORDER, reference=reference)).instruction_id == told


def test_a_payment_without_a_message_has_one_that_is_not_provided() -> None:
    assert original_of(replace(ORDER, message_id=None)).message_id == "NOTPROVIDED"


@pytest.mark.parametrize(
    ("text", "told"), [("E2E", "E2E"), ("e_2", "NOTPROVIDED"), ("", "NOTPROVIDED"), ("é", "NOTPROVIDED")]
)
def test_an_end_to_end_id_is_told_as_far_as_it_can_be(text: str, told: str) -> None:
    assert original_of(replace(ORDER, end_to_end_id=text)).end_to_end_id == told


def test_other_references_are_left_out() -> None:
    told = original_of(replace(ORDER, message_id="m_1", transaction_id="t" * 36))
    assert (told.message_id, told.transaction_id) == ("NOTPROVIDED", None)
