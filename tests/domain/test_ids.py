import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.ids import Bic, Iban, Isin, PaymentId, Uetr, new_id


def test_payment_ids_sort_by_birth() -> None:
    early = PaymentId.new()
    deadline = time.time_ns() + 3_000_000
    while time.time_ns() < deadline:
        pass
    assert early < PaymentId.new()


def test_ids_do_not_repeat() -> None:
    assert len({new_id("pay") for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "pay_",
        "pay_123",
        "PAY_01M81P5GXQ2HM8P603625S2TA3",
        "bat_01M81P5GXQ2HM8P603625S2TA3",
        "pay_01M81P5GXQ2HM8P603625S2TAU",
    ],
)
def test_malformed_payment_ids(text: str) -> None:
    with pytest.raises(InvalidValue):
        PaymentId.parse(text)


@pytest.mark.parametrize(
    ("text", "bic"),
    [
        ("DEUTDEFF", "DEUTDEFFXXX"),
        ("DEUTDEFF500", "DEUTDEFF500"),
        ("1A2BDEFF", "1A2BDEFFXXX"),
        ("AAAAXKPR", "AAAAXKPRXXX"),
    ],
)
def test_bics_are_kept_as_eleven(text: str, bic: str) -> None:
    assert Bic.parse(text) == bic
    assert Bic.parse(text).country == text[4:6]


@pytest.mark.parametrize(
    "text", ["", "DEUT", "deutdeff", "DEUTDEFF50", "DEUT12FF", "DEUTDEFF5000", "DEUTDEFF\n", " DEUTDEFF"]
)
def test_malformed_bics(text: str) -> None:
    with pytest.raises(InvalidValue):
        Bic.parse(text)


@pytest.mark.parametrize(
    "text", ["DE89370400440532013000", "GB29NWBK60161331926819", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"]
)
def test_ibans(text: str) -> None:
    assert Iban.parse(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "DE89370400440532013001",
        "DE8937040044053201300",
        "de89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "ZZ89370400440532013000",
        "",
    ],
)
def test_malformed_ibans(text: str) -> None:
    with pytest.raises(InvalidValue):
        Iban.parse(text)


def test_a_fresh_uetr_is_one() -> None:
    assert Uetr.parse(Uetr.new())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not-a-uuid",
        "F47AC10B-58CC-4372-A567-0E02B2C3D479",
        "f47ac10b-58cc-1372-a567-0e02b2c3d479",
        "f47ac10b-58cc-4372-c567-0e02b2c3d479",
    ],
)
def test_malformed_uetrs(text: str) -> None:
    with pytest.raises(InvalidValue):
        Uetr.parse(text)


@pytest.mark.parametrize("text", ["US0378331005", "DE0001102580", "GB0002634946", "AU0000XVGZA3", "IE00B4L5Y983"])
def test_securities_that_are_read(text: str) -> None:
    assert Isin.parse(text) == text


@pytest.mark.parametrize(
    "text", ["US0378331006", "US037833100", "us0378331005", "US03783310055", "12A378331005", "US03783310O5", "", "EUR"]
)
def test_securities_that_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        Isin.parse(text)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=9, max_size=9), st.data())
def test_a_security_with_one_wrong_digit_is_noticed(middle: str, data: st.DataObject) -> None:
    good = next(text for digit in range(10) if _is_isin(text := f"US{middle}{digit}"))
    place = data.draw(st.sampled_from([place for place, character in enumerate(good) if character.isdigit()]))
    wrong = data.draw(st.sampled_from("0123456789".replace(good[place], "")))
    assert not _is_isin(good[:place] + wrong + good[place + 1 :])


def _is_isin(text: str) -> bool:
    try:
        Isin.parse(text)
    except InvalidValue:
        return False
    return True
