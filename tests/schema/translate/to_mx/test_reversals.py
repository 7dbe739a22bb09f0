import pytest

from domain.errors import MessageRefused
from tests.schema.translate.to_mx.messages import (
    BANK,
    COVER,
    CUSTOMER,
    REJECTION,
    UETR,
    Lines,
    leaves,
    lost,
    transaction,
    translated,
    with_lines,
)

STORY = "/RETN/99\n/AC04/closed\n/MREF/TRANSFER6\n/TREF/INVOICE6\n/CHGS/EUR2,5\n/TEXT/sorry"


def test_a_returned_customer_transfer() -> None:
    translation = translated("103", with_lines(CUSTOMER, f"72:{STORY}", "33B:EUR1253,", "52A:CCCCFRPP"))
    assert translation.message.message == "pacs.004.001.09"
    assert leaves(translation, "GrpHdr/MsgId", "GrpHdr/SttlmInf") == [
        "GrpHdr/MsgId = TRANSFER7",
        "GrpHdr/SttlmInf/SttlmMtd = INDA",
    ]
    assert transaction(translation) == [
        "RtrId = TRANSFER7",
        "OrgnlInstrId = TRANSFER6",
        "OrgnlEndToEndId = INVOICE6",
        f"OrgnlUETR = {UETR}",
        "RtrdIntrBkSttlmAmt = EUR1250.5",
        "IntrBkSttlmDt = 2026-03-02",
        "RtrdInstdAmt = EUR1253",
        "ChrgBr = SHAR",
        "ChrgsInf/Amt = EUR2.5",
        "ChrgsInf/Agt/FinInstnId/Nm = NOTPROVIDED",
        "ChrgsInf/Agt/FinInstnId/PstlAdr/AdrLine = NOTPROVIDED",
        "InstgAgt/FinInstnId/BICFI = AAAABEBBXXX",
        "InstdAgt/FinInstnId/BICFI = BBBBNL2AXXX",
        "RtrChain/Dbtr/Pty/Nm = Mill and Sons",
        "RtrChain/Dbtr/Pty/PstlAdr/AdrLine = 1 Brook Lane",
        "RtrChain/Dbtr/Pty/Id/OrgId/Othr/Id = NOTPROVIDED",
        "RtrChain/Dbtr/Pty/Id/OrgId/Othr/SchmeNm/Cd = TXID",
        "RtrChain/DbtrAgt/FinInstnId/BICFI = CCCCFRPP",
        "RtrChain/Cdtr/Pty/Nm = Orchard Trading",
        "RtrChain/Cdtr/Pty/PstlAdr/AdrLine = 2 Hill Road",
        "RtrChain/Cdtr/Pty/Id/OrgId/Othr/Id = NOTPROVIDED",
        "RtrRsnInf/Rsn/Cd = AC04",
        "RtrRsnInf/AddtlInf = closed",
        "RtrRsnInf/AddtlInf = sorry",
    ]
    assert lost(translation) == ["50", "59"]  # the accounts: a return has no place for them


@pytest.mark.parametrize("mt_type", ["202", "205"])
def test_a_returned_bank_transfer(mt_type: str) -> None:
    translation = translated(mt_type, with_lines(BANK, "72:/RETN/99\n/AC04/", "57A:EEEEITMM"))
    assert transaction(translation, "Orgnl", "ChrgBr", "RtrChain", "RtrRsnInf") == [
        "OrgnlInstrId = RELATED7",
        "OrgnlEndToEndId = RELATED7",
        f"OrgnlUETR = {UETR}",
        "ChrgBr = SHAR",
        "RtrChain/Dbtr/Agt/FinInstnId/BICFI = CCCCFRPP",
        "RtrChain/CdtrAgt/FinInstnId/BICFI = EEEEITMM",
        "RtrChain/Cdtr/Agt/FinInstnId/BICFI = DDDDDEFF",
        "RtrRsnInf/Rsn/Cd = AC04",
    ]
    assert translation.lost == ()


def test_a_returned_cover_loses_the_customers() -> None:
    assert lost(translated("202", (*BANK, "72:/RETN/99\n/AC04/", *COVER[len(BANK) :]))) == ["50K", "59"]


STORIES = [
    ("/AC04/", ["Rsn/Cd = AC04"], []),
    ("/AC04/closed/", ["Rsn/Cd = AC04", "AddtlInf = closed"], []),
    ("/FOCR/on request", ["Rsn/Cd = FOCR", "AddtlInf = on request"], []),
    ("/OUR1/x", ["Rsn/Cd = NARR", "AddtlInf = /OUR1/x"], []),
    ("account closed", ["Rsn/Cd = NARR", "AddtlInf = account closed"], []),
    ("/CHGS/later\n/AC04/", ["Rsn/Cd = NARR", "AddtlInf = /CHGS/later"], ["72"]),
    ("/AC04/\n/CHGS/later", ["Rsn/Cd = AC04"], ["72"]),
    ("/AC04/\n/NOTE/x", ["Rsn/Cd = AC04"], ["72"]),
    ("/MREF/TRANSFER6", [], []),
]


@pytest.mark.parametrize(("story", "reason", "sources"), STORIES)
def test_the_reason_of_a_return(story: str, reason: list[str], sources: list[str]) -> None:
    translation = translated("202", with_lines(BANK, f"72:/RETN/99\n{story}"))
    found = transaction(translation, "RtrRsnInf/")
    assert [leaf.removeprefix("RtrRsnInf/") for leaf in found] == reason
    assert lost(translation) == sources


def test_the_field_in_error_is_lost() -> None:
    assert lost(translated("202", with_lines(BANK, "72:/RETN/57\n/AC04/"))) == ["72"]


REJECTED: list[tuple[str, Lines, str, list[str]]] = [
    ("199", REJECTION, "MT199", ["TRANSFER7", "TRANSFER7", "INVOICE7"]),
    ("299", with_lines(REJECTION, "79:/REJT/99\n/AC04/closed"), "MT299", ["TRANSFER7", "TRANSFER7", "NOTPROVIDED"]),
    (
        "103",
        with_lines(CUSTOMER, "72:/REJT/99\n/AC04/closed\n/MREF/TRANSFER6"),
        "MT103",
        ["TRANSFER6", "TRANSFER6", "NOTPROVIDED"],
    ),
]


@pytest.mark.parametrize(("mt_type", "lines", "name", "references"), REJECTED)
def test_a_rejected_payment(mt_type: str, lines: Lines, name: str, references: list[str]) -> None:
    translation = translated(mt_type, lines)
    assert translation.message.message == "pacs.002.001.10"
    message, instruction, end_to_end = references
    assert transaction(translation) == [
        f"OrgnlGrpInf/OrgnlMsgId = {message}",
        f"OrgnlGrpInf/OrgnlMsgNmId = {name}",
        f"OrgnlInstrId = {instruction}",
        f"OrgnlEndToEndId = {end_to_end}",
        f"OrgnlUETR = {UETR}",
        "TxSts = RJCT",
        "StsRsnInf/Rsn/Cd = AC04",
        "StsRsnInf/AddtlInf = closed",
        "InstgAgt/FinInstnId/BICFI = AAAABEBBXXX",
        "InstdAgt/FinInstnId/BICFI = BBBBNL2AXXX",
    ]


def test_the_narrative_may_tell_the_uetr() -> None:
    other = "7f3e2d1c-0b9a-4876-a543-210fedcba987"
    lines = with_lines(REJECTION, f"79:/REJT/99\n/AC04/\n/TEXT//UETR/{other}")
    translation = translated("199", lines)
    assert transaction(translation, "OrgnlUETR") == [f"OrgnlUETR = {other}"]
    assert lost(translation) == ["block 3, 121"]


@pytest.mark.parametrize("line", ["79:PLEASE CALL", "79:/ACSC/x", "20:OTHER7"])
def test_free_text_that_rejects_nothing_is_refused(line: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        translated("199", ("20:NO7", "21:TRANSFER7", line))
    assert [(finding.path, finding.rule) for finding in refused.value.findings] == [("/79", "TR-01")]
