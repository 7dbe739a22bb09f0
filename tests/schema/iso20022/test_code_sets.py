import pytest
from iso4217 import Currency

from schema.iso20022.codesets.code_sets import codes
from schema.iso20022.masking import shown


@pytest.mark.parametrize(
    ("name", "known", "unknown"),
    [
        ("ExternalPurpose1Code", "SALA", "QQQQ"),
        ("ExternalStatusReason1Code", "AM05", "TECH"),  # TECH is a cancellation's reason
        ("ExternalCancellationReason1Code", "TECH", "AM02"),
        ("ExternalReturnReason1Code", "AC04", "QQQQ"),
        ("ExternalServiceLevel1Code", "G001", "G008"),
        ("Country", "XK", "UK"),
        ("WithdrawnCurrency", "DEM", "EUR"),
    ],
)
def test_a_set_knows_its_codes(name: str, known: str, unknown: str) -> None:
    assert known in codes(name)
    assert unknown not in codes(name)


def test_a_withdrawn_currency_is_not_an_active_one() -> None:
    assert not codes("WithdrawnCurrency") & {currency.code for currency in Currency}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Nm", "Dora Example", "D***"),
        ("IBAN", "DE89370400440532013000", "D***"),
        ("Id", "12547896", "1***"),
        ("AdrLine", "5 Test Street", "5***"),
        ("Ustrd", "for Dora", "f***"),
        ("EndToEndId", "INVOICE-1", "I***"),
        ("BICFI", "AURODEFFXXX", "AURODEFFXXX"),
        ("@Ccy", "EUR", "EUR"),
        ("IntrBkSttlmAmt", "12.50", "12.50"),
        ("IntrBkSttlmAmt", "Dora", "D***"),
        ("IntrBkSttlmDt", "2026-03-02Z", "2026-03-02Z"),
        ("Cd", "SALA", "SALA"),
        ("Cd", "Dora Example", "D***"),
        ("Nm", " ", None),
        ("Nm", "", None),
    ],
)
def test_nothing_personal_is_told(name: str, text: str, told: str | None) -> None:
    assert shown(name, text) == told
