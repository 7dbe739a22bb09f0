from typing import Any

import pytest

from domain.errors import MessageRefused
from schema.translate.result import MtTranslation
from schema.translate.statements.codes import NOTIFICATION
from schema.translate.translate import to_mt
from tests.schema.translate.statements.messages import camt, entry, fields, lost


def notification(transaction: dict[str, Any] | None = None, **more: Any) -> MtTranslation:
    return to_mt(camt(NOTIFICATION, Ntry=[entry(transaction, **more)]))


def test_a_debit_is_confirmed() -> None:
    translation = notification({"Refs": {"InstrId": "PAYMENT7"}}, CdtDbtInd="DBIT")
    assert translation.message.mt_type == "900"
    assert fields(translation) == ["20:MESSAGE7", "21:PAYMENT7", "25:4711-0815", "32A:260228EUR250,5"]


def test_a_credit_of_nobody_is_confirmed() -> None:
    translation = notification({"Refs": {"EndToEndId": "PAYMENT7"}})
    assert translation.message.mt_type == "910"
    assert fields(translation) == [
        "20:MESSAGE7",
        "21:PAYMENT7",
        "25:4711-0815",
        "32A:260228EUR250,5",
        "52D:NOTPROVIDED",
    ]


BANK = {"FinInstnId": {"BICFI": "CCCCFRPP"}}
ACCOUNT = {"Id": {"Othr": {"Id": "42"}}}
ME = {"Nm": "ME", "PstlAdr": {"AdrLine": ["AT HOME"]}}
AT_HOME = {"Nm": "ME", "PstlAdr": {"TwnNm": "UTRECHT", "Ctry": "NL"}}

CREDITS = [
    ({"RltdPties": {"Dbtr": {"Agt": BANK}}}, ["52A:CCCCFRPP"]),
    ({"RltdPties": {"Dbtr": {"Agt": BANK}, "DbtrAcct": ACCOUNT}}, ["52A:/42\nCCCCFRPP"]),
    ({"RltdAgts": {"DbtrAgt": BANK}}, ["52A:CCCCFRPP"]),
    ({"RltdPties": {"Dbtr": {"Pty": ME}, "DbtrAcct": ACCOUNT}}, ["50K:/42\nME\nAT HOME"]),
    ({"RltdPties": {"Dbtr": {"Pty": AT_HOME}, "DbtrAcct": ACCOUNT}}, ["50F:/42\n1/ME\n3/NL/UTRECHT"]),
    (
        {"RltdPties": {"Dbtr": {"Pty": {"Id": {"OrgId": {"AnyBIC": "EEEELULL"}}}}}, "RltdAgts": {"DbtrAgt": BANK}},
        ["50A:EEEELULL", "52A:CCCCFRPP"],
    ),
    (
        {"RltdAgts": {"DbtrAgt": BANK, "IntrmyAgt1": {"FinInstnId": {"BICFI": "DDDDITMM"}}}},
        ["52A:CCCCFRPP", "56A:DDDDITMM"],
    ),
    ({"RltdAgts": {"DbtrAgt": BANK}, "AddtlTxInf": "A" * 36}, ["52A:CCCCFRPP", f"72:{'A' * 35}\nA"]),
]


@pytest.mark.parametrize(("transaction", "expected"), CREDITS)
def test_who_sent_the_money(transaction: dict[str, Any], expected: list[str]) -> None:
    assert fields(notification(transaction))[4:] == expected


DEBITS = [
    ({"RltdPties": {"Dbtr": {"Agt": BANK}, "DbtrAcct": ACCOUNT}}, ["52A:/42\nCCCCFRPP"]),
    ({"RltdAgts": {"DbtrAgt": BANK}}, ["52A:CCCCFRPP"]),
    ({"AddtlTxInf": "THANK YOU"}, ["72:THANK YOU"]),
]


@pytest.mark.parametrize(("transaction", "expected"), DEBITS)
def test_who_took_the_money(transaction: dict[str, Any], expected: list[str]) -> None:
    assert fields(notification(transaction, CdtDbtInd="DBIT"))[4:] == expected


DAYS = [
    ({"ValDt": {"Dt": "2026-03-02"}}, "32A:260302EUR250,5"),
    ({"ValDt": None, "BookgDt": {"Dt": "2026-03-03"}}, "32A:260303EUR250,5"),
]


@pytest.mark.parametrize(("dates", "expected"), DAYS)
def test_the_value_date(dates: dict[str, Any], expected: str) -> None:
    assert expected in fields(notification(**dates))


def test_the_settlement_date_stands_in_for_the_value_date() -> None:
    assert "32A:260304EUR250,5" in fields(notification({"RltdDts": {"IntrBkSttlmDt": "2026-03-04"}}, ValDt=None))


def test_when_it_was_booked() -> None:
    assert "13D:2602281426+0100" in fields(notification(BookgDt={"DtTm": "2026-02-28T14:26:30.5+01:00"}))


def test_one_entry_is_confirmed_and_the_others_are_told_of() -> None:
    translation = to_mt(camt(NOTIFICATION, Ntry=[entry(), entry(CdtDbtInd="DBIT")]))
    assert translation.message.mt_type == "910"
    assert "/Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry[2]" in lost(translation)


REFUSED: list[dict[str, Any]] = [{"Ntry": None}, {"Ntry": [entry(ValDt=None)]}]


@pytest.mark.parametrize("item", REFUSED)
def test_what_mt_cannot_say_is_refused(item: dict[str, Any]) -> None:
    with pytest.raises(MessageRefused) as refused:
        to_mt(camt(NOTIFICATION, **item))
    assert {finding.rule for finding in refused.value.findings} == {"TR-02"}
