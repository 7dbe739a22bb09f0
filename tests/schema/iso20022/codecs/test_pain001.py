from pathlib import Path
from typing import Any

import pytest

from domain.errors import MessageRefused
from domain.mention import Mentioned, Seat
from domain.money import Money
from domain.party import Party
from domain.payment import ChargeBearer, PaymentOrder, SettlementMethod
from schema.iso20022.codecs.pain001 import MESSAGE, decode, decode_each
from schema.iso20022.envelope import BusinessMessage, unwrap
from schema.iso20022.safe_xml import parse

RAW = (Path(__file__).parents[1] / "fixtures" / "salaries.xml").read_bytes()
TX = "/Document/CstmrCdtTrfInitn/PmtInf"


def business(raw: bytes = RAW) -> BusinessMessage:
    return unwrap(parse(raw), frozenset({MESSAGE}))


def changed(old: str, new: str, *, count: int = 1) -> bytes:
    assert old.encode() in RAW
    return RAW.replace(old.encode(), new.encode(), count)


WERKZEUGBAU = Party("Morgenrot Werkzeugbau GmbH", "AURODEFFXXX", "DE89370400440532013000", "DE", town="Frankfurt")


def test_every_transaction_becomes_a_payment() -> None:
    first, second, third = decode(business())
    assert first == PaymentOrder(
        amount=Money(250000, "EUR"),
        debtor=WERKZEUGBAU,
        creditor=Party("Dora Beispiel", "LUMIFRPPXXX", "FR1420041010050500013M02606"),
        end_to_end_id="SALARY-1",
        uetr="0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70",
        reference="S1",
        remittance_info="Salary of March",
        message_type=MESSAGE,
        message_id="PAYROLL-3",
        value_date="2026-03-03",
        mentioned=(Mentioned(Seat.INITIATING_PARTY, name="Morgenrot Holding"),),
        charge_bearer=ChargeBearer.SHAR,
        instructed=Money(250000, "EUR"),
    )
    assert (second.amount, second.charge_bearer) == (Money(9800, "JPY"), ChargeBearer.DEBT)
    assert [one.role for one in second.mentioned] == [Seat.ULTIMATE_DEBTOR, Seat.INITIATING_PARTY, Seat.INTERMEDIARY_1]
    assert (third.value_date, third.method) == ("2026-03-04", SettlementMethod.GROSS)


def test_a_uetr_is_made_up_once_for_the_same_message() -> None:
    missing = [[order.uetr for order in decode(business())] for _ in range(2)]
    assert missing[0] == missing[1]
    assert len(set(missing[0])) == 3
    assert decode(business(changed("SALARY-2", "SALARY-9")))[1].uetr != missing[0][1]


BROKEN = [
    # what is changed, the payments that suffer, the rule, the place
    ("<BICFI>LUMIFRPPXXX</BICFI>", "", [0], "AG-02", f"{TX}[1]/CdtTrfTxInf[1]/CdtrAgt/FinInstnId/BICFI"),
    ("<BICFI>AURODEFFXXX</BICFI>", "", [0, 1], "AG-02", f"{TX}[1]/DbtrAgt/FinInstnId/BICFI"),
    (
        "FR1420041010050500013M02606",
        "FR1420041010050500013M02607",
        [0],
        "AC-01",
        f"{TX}[1]/CdtTrfTxInf[1]/CdtrAcct/Id/IBAN",
    ),
    (">2500.00<", ">0.00<", [0], "AM-01", f"{TX}[1]/CdtTrfTxInf[1]/Amt/InstdAmt"),
    (">9800<", ">98.00<", [1], "AM-04", f"{TX}[1]/CdtTrfTxInf[2]/Amt/InstdAmt"),
    ("<Nm>Dora Beispiel</Nm>", "", [0], "PA-01", f"{TX}[1]/CdtTrfTxInf[1]/Cdtr/Nm"),
    (
        '<InstdAmt Ccy="EUR">2500.00</InstdAmt>',
        '<EqvtAmt><Amt Ccy="EUR">2500.00</Amt><CcyOfTrf>USD</CcyOfTrf></EqvtAmt>',
        [0],
        "NU-01",
        f"{TX}[1]/CdtTrfTxInf[1]/Amt/EqvtAmt",
    ),
]


@pytest.mark.parametrize(("old", "new", "suffering", "rule", "path"), BROKEN)
def test_each_payment_is_judged_by_itself(old: str, new: str, suffering: list[int], rule: str, path: str) -> None:
    results = list(decode_each(business(changed(old, new))))
    refused: dict[int, Any] = {place: it for place, it in enumerate(results) if isinstance(it, MessageRefused)}
    assert list(refused) == suffering
    for result in refused.values():
        assert [(finding.rule, finding.path) for finding in result.findings] == [(rule, path)]
    with pytest.raises(MessageRefused):
        decode(business(changed(old, new)))
