"""The other messages as MT: each kind whole once, then its rows."""

from typing import Any

import pytest

from domain.errors import MessageRefused
from schema.mt.message import MtMessage
from tests.schema.translate.to_mt.messages import (
    PACS_008,
    UETR,
    UNDERLYING,
    Changes,
    account,
    agent,
    amount,
    party,
    translated,
    values,
)

HEADER: dict[str, Any] = {}


def fields(message: MtMessage) -> list[tuple[str, str]]:
    return [(field.tag, field.value) for field in message.fields]


def test_a_payment_between_banks() -> None:
    message = translated("pacs.009.001.08").message
    assert (message.mt_type, message.user_header) == ("202", (("121", UETR),))
    assert fields(message) == [
        ("20", "ORDER-1"),
        ("21", "COVERS-1"),
        ("32A", "260303USD1250,50"),
        ("52A", "AAAAUS33"),
        ("57A", "CCCCSGSG"),
        ("58A", "DDDDSGSG"),
    ]


def test_a_cover() -> None:
    changes = {"CdtTrfTxInf/UndrlygCstmrCdtTrf": {**UNDERLYING, "InstdAmt": amount("EUR", "1100")}}
    message = translated("pacs.009.001.08", changes).message
    assert message.user_header == (("119", "COV"), ("121", UETR))
    assert fields(message)[6:] == [
        ("50F", "/00112233\n1/Mill and Sons\n2/1 River Road\n3/US/Springfield"),
        ("52A", "AAAAUS33"),
        ("57A", "CCCCSGSG"),
        ("59F", "/99887766\n1/Orchid Traders\n2/7 Quay\n3/SG/Singapore"),
        ("33B", "EUR1100,00"),
    ]


BANK_FIELDS: list[tuple[str, Changes, str, list[str]]] = [
    ("long reference", {"PmtId/EndToEndId": "COVERS-1234567890"}, "21", ["COVERS-12345678+"]),
    ("debtor with account", {"DbtrAcct": account("1")}, "52A", ["/1\nAAAAUS33"]),
    ("creditor by name", {"Cdtr": {"FinInstnId": party("Bank D", "SG", "Singapore")}}, "58D", ["Bank D\nSG/Singapore"]),
    ("creditor with account", {"CdtrAcct": account("2")}, "58A", ["/2\nDDDDSGSG"]),
    ("intermediary without account bank", {"IntrmyAgt1": agent("EEEESGSG"), "CdtrAgt": None}, "57A", ["EEEESGSG"]),
    ("intermediary moved", {"IntrmyAgt1": agent("EEEESGSG"), "CdtrAgt": None}, "56a", []),
    ("debtor's bank", {"DbtrAgt": agent("FFFFUS33")}, "72", ["/INS/FFFFUS33"]),
    ("remittance", {"RmtInf/Ustrd": "SWAP 12"}, "72", ["/BNF/SWAP 12"]),
    ("coded remittance", {"RmtInf/Ustrd": "/TSU/1/2/3"}, "72", ["/TSU/1/2/3"]),
    ("purpose", {"Purp/Cd": "INTX"}, "72", ["/PURP/INTX"]),
    ("instruction with code", {"InstrForCdtrAgt": {"Cd": "PHOB", "InstrInf": "555"}}, "72", ["/PHOB/555"]),
]


@pytest.mark.parametrize(
    ("changes", "tag", "expected"), [case[1:] for case in BANK_FIELDS], ids=[case[0] for case in BANK_FIELDS]
)
def test_an_element_of_a_bank_payment_has_its_field(changes: Changes, tag: str, expected: list[str]) -> None:
    message = translated("pacs.009.001.08", {f"CdtTrfTxInf/{path}": value for path, value in changes.items()}).message
    assert values(message, tag) == expected


def test_an_advice_is_said_to_be_one() -> None:
    lost = translated("pacs.009.001.08", header={"BizSvc": "swift.cbprplus.adv.03"}).lost
    assert [each.source for each in lost] == ["/AppHdr/BizSvc"]


def test_a_rejection() -> None:
    translation = translated("pacs.002.001.10", header=HEADER)
    assert translation.message.mt_type == "199"
    assert translation.message.uetr == UETR
    assert fields(translation.message) == [
        ("20", "STATUS-1"),
        ("21", "ORDER-1"),
        ("79", f"/REJT/99\n/AC04/\n/MREF/ORDER-1\n/TREF/E2E-1\n/TEXT//UETR/{UETR}"),
    ]


REASONS = [
    ({"Rsn": {"Cd": "AC04"}, "AddtlInf": ["CLOSED", "LAST YEAR"]}, "/AC04/CLOSED LAST YEAR"),
    ({"Rsn": {"Cd": "MD07"}}, "/XT99/MD07/"),
    ({"Rsn": {"Cd": "NARR"}, "AddtlInf": "WHY NOT"}, "/XT99/NARR/WHY NOT"),
    ({"Rsn": {"Prtry": "HOUSE"}}, "/XT99/HOUSE/"),
    (None, "/XT99/"),
]


@pytest.mark.parametrize(("reason", "line"), REASONS, ids=[line for _, line in REASONS])
def test_a_reason_is_told_in_mt(reason: Any, line: str) -> None:
    message = translated("pacs.002.001.10", {"TxInfAndSts/StsRsnInf": reason}, header=HEADER).message
    assert message.fields[-1].lines[1] == line


@pytest.mark.parametrize(
    ("original", "answer"),
    [("pacs.008.001.08", "1"), ("MT103", "1"), ("pacs.003.001.08", "1"), ("pacs.009.001.08", "2"), ("MT202COV", "2")],
)
def test_an_answer_has_the_category_of_the_original(original: str, answer: str) -> None:
    name = {"OrgnlGrpInf/OrgnlMsgNmId": original}
    for kind, place, suffix in (
        ("pacs.002.001.10", "TxInfAndSts", "99"),
        ("camt.056.001.08", "Undrlyg/TxInf", "92"),
        ("camt.029.001.09", "CxlDtls/TxInfAndSts", "96"),
    ):
        changes = {f"{place}/{path}": value for path, value in name.items()}
        assert translated(kind, changes, header=HEADER).message.mt_type == answer + suffix


def test_only_a_rejection_has_an_mt() -> None:
    with pytest.raises(MessageRefused) as refused:
        translated("pacs.002.001.10", {"TxInfAndSts/TxSts": "ACSC"}, header=HEADER)
    assert [finding.rule for finding in refused.value.findings] == ["TR-01"]


def test_a_return_to_a_customer() -> None:
    message = translated("pacs.004.001.09", header=HEADER).message
    assert fields(message) == [
        ("20", "RETURN-1"),
        ("23B", "CRED"),
        ("32A", "260304USD1250,50"),
        ("50F", "/NOTPROVIDED\n1/Orchid Traders\n2/7 Quay\n3/SG/Singapore"),
        ("52A", "CCCCSGSG"),
        ("57A", "AAAAUS33"),
        ("59F", "1/Mill and Sons\n2/1 River Road\n3/US/Springfield"),
        ("71A", "SHA"),
        ("72", "/RETN/99\n/AC04/\n/MREF/ORDER-1\n/TREF/E2E-1"),
    ]


def test_a_return_between_banks() -> None:
    changes = {
        "TxInf/OrgnlGrpInf/OrgnlMsgNmId": "MT205",
        "TxInf/ChrgsInf": [{"Amt": amount("USD", "3")}, {"Amt": amount("USD", "4")}],
        "TxInf/RtrChain/Dbtr": {"Agt": agent("DDDDSGSG")},
        "TxInf/RtrChain/Cdtr": {"Agt": agent("AAAAUS33")},
    }
    translation = translated("pacs.004.001.09", changes, header=HEADER)
    assert translation.message.mt_type == "205"
    assert fields(translation.message) == [
        ("20", "RETURN-1"),
        ("21", "E2E-1"),
        ("32A", "260304USD1250,50"),
        ("52A", "DDDDSGSG"),
        ("57A", "AAAAUS33"),
        ("58A", "AAAAUS33"),
        ("72", "/RETN/99\n/AC04/\n/MREF/ORDER-1\n/TREF/E2E-1\n/CHGS/USD3,00"),
    ]
    assert "/Document/PmtRtr/TxInf/ChrgsInf[2]/Amt" in [lost.source for lost in translation.lost]


def test_a_return_without_a_chain_names_nobody() -> None:
    message = translated("pacs.004.001.09", {"TxInf/RtrChain": None}, header=HEADER).message
    assert values(message, "50K") == values(message, "59") == ["NOTPROVIDED"]


def test_a_request_to_cancel() -> None:
    message = translated("camt.056.001.08").message
    assert fields(message) == [
        ("20", "CASE-1"),
        ("21", "ORDER-1"),
        ("11S", "103\n260302"),
        ("79", f"/DUPL/\n/UETR/{UETR}"),
        ("32A", "260303USD1250,50"),
    ]


def test_a_request_without_a_case_is_known_by_its_assignment() -> None:
    message = translated("camt.056.001.08", {"Undrlyg/TxInf/Case": None}).message
    assert values(message, "20") == ["ASSIGN-1"]


def test_an_answer_to_a_request() -> None:
    message = translated("camt.029.001.09").message
    assert fields(message) == [
        ("20", "ANSWER-1"),
        ("21", "CASE-1"),
        ("76", "/RJCR/AGNT"),
        ("77A", f"/UETR/{UETR[:29]}\n//{UETR[29:]}"),
        ("11R", "103\n260302"),
    ]


def test_a_long_answer_goes_on_in_77a() -> None:
    reason = {"Rsn": {"Cd": "AGNT"}, "AddtlInf": ["a" * 105, "b" * 105, "c" * 40]}
    message = translated("camt.029.001.09", {"CxlDtls/TxInfAndSts/CxlStsRsnInf": reason}).message
    answer, narrative = message.first("76"), message.first("77A")
    assert answer is not None
    assert narrative is not None
    assert len(answer.lines) == 6
    assert narrative.lines[-2].startswith("/UETR/")
    assert len(narrative.lines) > 2


REFUSED: list[tuple[str, str, Changes, str]] = [
    ("no date", "pacs.008.001.08", {"CdtTrfTxInf/IntrBkSttlmDt": None}, "TR-02"),
    ("impossible date", "pacs.008.001.08", {"CdtTrfTxInf/IntrBkSttlmDt": "2026-13-01"}, "TR-02"),
    ("date beyond MT's century", "pacs.008.001.08", {"CdtTrfTxInf/IntrBkSttlmDt": "2086-01-01"}, "TR-02"),
    ("no receiver", "pacs.008.001.08", {"CdtTrfTxInf/InstdAgt": None}, "TR-02"),
    ("no BIC", "pacs.009.001.08", {"CdtTrfTxInf/Dbtr": agent("NOBIC")}, "TR-02"),
    (
        "an amount too long",
        "pacs.009.001.08",
        {"CdtTrfTxInf/IntrBkSttlmAmt": amount("USD", "1234567890123.45")},
        "TR-02",
    ),
    ("two transactions", "pacs.008.001.08", {"CdtTrfTxInf": [PACS_008["CdtTrfTxInf"]] * 2}, "TR-03"),
    ("no transaction", "pacs.009.001.08", {"CdtTrfTxInf": None}, "TR-03"),
    (
        "a cover of nobody",
        "pacs.009.001.08",
        {"CdtTrfTxInf/UndrlygCstmrCdtTrf": {"DbtrAgt": agent("AAAAUS33")}},
        "TR-02",
    ),
    (
        "nobody gets the money back",
        "pacs.004.001.09",
        {"TxInf/OrgnlGrpInf/OrgnlMsgNmId": "pacs.009.001.08", "TxInf/RtrChain/Cdtr": None},
        "TR-02",
    ),
    ("no date of the original", "camt.056.001.08", {"Undrlyg/TxInf": {"OrgnlUETR": UETR}}, "TR-02"),
    ("no status", "camt.029.001.09", {"Sts": None}, "TR-02"),
]


@pytest.mark.parametrize(("kind", "changes", "rule"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_an_mt_cannot_do_without_refuses_the_message(kind: str, changes: Changes, rule: str) -> None:
    header = HEADER if kind in {"pacs.004.001.09", "pacs.002.001.10"} else None
    with pytest.raises(MessageRefused) as refused:
        translated(kind, changes, header=header)
    assert {finding.rule for finding in refused.value.findings} == {rule}
    assert all(finding.path.startswith("/Document/") for finding in refused.value.findings)
