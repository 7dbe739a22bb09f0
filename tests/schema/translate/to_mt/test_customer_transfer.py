"""pacs.008 as MT103, row by row."""

from typing import Any

import pytest

from tests.schema.translate.to_mt.messages import (
    UETR,
    Changes,
    account,
    agent,
    amount,
    party,
    translated,
    values,
)
from tests.schema.translate.to_mt.who import BANKS, PARTIES

PACS_008 = "pacs.008.001.08"


def at(changes: Changes) -> dict[str, Any]:
    """Paths of the transaction, written short; a path of the group header is written in full."""
    return {path if path.startswith("GrpHdr") else f"CdtTrfTxInf/{path}": value for path, value in changes.items()}


def test_a_plain_payment_reads_like_this() -> None:
    translation = translated(PACS_008)
    message = translation.message
    assert (message.mt_type, message.sender, message.receiver) == ("103", "AAAAUS33XXX", "BBBBSGSGXXX")
    assert (message.user_header, message.sent_at) == ((("121", UETR),), "2603020830")
    assert [(field.tag, field.value) for field in message.fields] == [
        ("20", "ORDER-1"),
        ("23B", "CRED"),
        ("32A", "260303USD1250,50"),
        ("50F", "/00112233\n1/Mill and Sons\n2/1 River Road\n3/US/Springfield"),
        ("52A", "AAAAUS33"),
        ("57A", "CCCCSGSG"),
        ("59F", "/99887766\n1/Orchid Traders\n2/7 Quay\n3/SG/Singapore"),
        ("70", "/ROC/E2E-1"),
        ("71A", "SHA"),
    ]
    assert translation.lost == ()


FIELDS: list[tuple[str, Changes, str, list[str]]] = [
    *PARTIES,
    *BANKS,
    ("reference too long", {"PmtId/InstrId": "ORDER-1234567890-A"}, "20", ["ORDER-123456789+"]),
    ("reference with slashes", {"PmtId/InstrId": "ORDER//1"}, "20", ["NOTPROVIDED"]),
    ("message id instead", {"PmtId/InstrId": None}, "20", ["ORDER-1"]),
    ("times", {"SttlmTmIndctn/DbtDtTm": "2026-03-03T09:05:11.5+01:00"}, "13C", ["/SNDTIME/0905+0100"]),
    ("time without offset", {"SttlmTmReq/RjctTm": "16:00:00"}, "13C", ["/REJTIME/1600+0000"]),
    ("CLS time without offset", {"SttlmTmReq/CLSTm": "16:00:00"}, "13C", ["/CLSTIME/1600+0100"]),
    (
        "in summer",
        {"IntrBkSttlmDt": "2026-07-03", "SttlmTmReq/CLSTm": "16:00:00"},
        "13C",
        ["/CLSTIME/1600+0200"],
    ),
    ("CLS time with offset", {"SttlmTmReq/CLSTm": "16:00:00Z"}, "13C", ["/CLSTIME/1600+0000"]),
    (
        "two times",
        {"SttlmTmIndctn/CdtDtTm": "2026-03-03T09:05:00Z", "SttlmTmReq/TillTm": "11:30:00-05:00"},
        "13C",
        ["/RNCTIME/0905+0000", "/TILTIME/1130-0500"],
    ),
    ("operation", {"PmtTpInf/LclInstrm/Prtry": "SSTD"}, "23B", ["SSTD"]),
    ("operation of others", {"PmtTpInf/LclInstrm/Prtry": "HOUSE"}, "23B", ["CRED"]),
    (
        "priority with an intermediary",
        {"PmtTpInf/LclInstrm/Prtry": "SPRI", "IntrmyAgt1": agent("EEEESGSG")},
        "23B",
        ["CRED"],
    ),
    ("same day value", {"PmtTpInf/SvcLvl/Cd": "SDVA"}, "23E", ["SDVA"]),
    ("two purposes", {"PmtTpInf/CtgyPurp/Prtry": "INTC CORT"}, "23E", ["INTC", "CORT"]),
    (
        "instructions in order",
        {"InstrForCdtrAgt": [{"Cd": "TELB", "InstrInf": "555 0100"}, {"Cd": "HOLD"}]},
        "23E",
        ["HOLD", "TELB/555 0100"],
    ),
    ("instructions that exclude", {"InstrForCdtrAgt": [{"Cd": "PHOB"}, {"Cd": "TELB"}]}, "23E", ["PHOB"]),
    ("cheque to an account", {"InstrForCdtrAgt/Cd": "CHQB"}, "23E", []),
    ("cheque", {"InstrForCdtrAgt/Cd": "CHQB", "CdtrAcct": None}, "23E", ["CHQB"]),
    ("transaction type", {"Purp/Prtry": ":26T:K90"}, "26T", ["K90"]),
    ("amount without decimals", {"IntrBkSttlmAmt": amount("JPY", "250000")}, "32A", ["260303JPY250000,"]),
    ("three decimals", {"IntrBkSttlmAmt": amount("KWD", "12.345")}, "32A", ["260303KWD12,345"]),
    ("instructed", {"InstdAmt": amount("EUR", "1100")}, "33B", ["EUR1100,00"]),
    ("instructed within Europe", {"InstgAgt": agent("AAAADEFF"), "InstdAgt": agent("BBBBFRPP")}, "33B", ["USD1250,50"]),
    ("rate", {"InstdAmt": amount("EUR", "1100"), "XchgRate": "1.136818181"}, "36", ["1,136818181"]),
    ("rate without need", {"InstdAmt": amount("USD", "1100"), "XchgRate": "1"}, "36", []),
    ("account that settles", {"GrpHdr/SttlmInf/SttlmAcct": account("77")}, "53B", ["/77"]),
    (
        "account that settles at the sender",
        {"GrpHdr/SttlmInf": {"SttlmMtd": "INGA", "SttlmAcct": account("77")}},
        "53B",
        ["/C/77"],
    ),
    (
        "cover",
        {
            "GrpHdr/SttlmInf": {
                "SttlmMtd": "COVE",
                "InstgRmbrsmntAgt": agent("FFFFUS33"),
                "InstgRmbrsmntAgtAcct": account("8"),
            }
        },
        "53A",
        ["/8\nFFFFUS33"],
    ),
    (
        "cover at the receiver's bank",
        {"GrpHdr/SttlmInf": {"SttlmMtd": "COVE", "InstdRmbrsmntAgt": agent("GGGGUS33")}},
        "54A",
        ["GGGGUS33"],
    ),
    (
        "third bank of the cover",
        {"GrpHdr/SttlmInf": {"SttlmMtd": "COVE", "ThrdRmbrsmntAgt": agent("HHHHUS33")}},
        "55A",
        ["HHHHUS33"],
    ),
    ("no reference of the customer", {"PmtId/EndToEndId": "NOTPROVIDED"}, "70", []),
    ("remittance alone", {"PmtId/EndToEndId": "NOTPROVIDED", "RmtInf/Ustrd": "INVOICE 5"}, "70", ["INVOICE 5"]),
    ("remittance", {"RmtInf/Ustrd": "INVOICE 5"}, "70", ["/ROC/E2E-1///URI/INVOICE 5"]),
    (
        "structured remittance",
        {"RmtInf/Strd/CdtrRefInf/Ref": "RF18539007547034"},
        "70",
        ["/ROC/E2E-1///SRI/RF18539007547034"],
    ),
    ("purpose", {"Purp/Cd": "SALA"}, "70", ["/PURP/SALA///ROC/E2E-1"]),
    (
        "ultimate parties",
        {"UltmtDbtr": party("Sub Ltd", "US", "Boston"), "UltmtCdtr": {"Nm": "Sub Pte"}},
        "70",
        ["/ULTB/Sub Pte///ULTD/Sub Ltd/US/Bos\nton///ROC/E2E-1"],
    ),
    (
        "charges of the creditor",
        {"ChrgBr": "CRED", "ChrgsInf": {"Amt": amount("USD", "5"), "Agt": agent("AAAAUS33")}},
        "71F",
        ["USD5,00"],
    ),
    ("charges of the creditor unknown", {"ChrgBr": "CRED"}, "71F", ["USD0,"]),
    (
        "charges prepaid",
        {"ChrgBr": "DEBT", "ChrgsInf": [{"Amt": amount("USD", "5")}, {"Amt": amount("USD", "2.5")}]},
        "71G",
        ["USD7,50"],
    ),
    ("charges prepaid in another currency", {"ChrgBr": "DEBT", "ChrgsInf": {"Amt": amount("EUR", "5")}}, "71G", []),
    ("charges show the amount", {"ChrgsInf": {"Amt": amount("USD", "5")}}, "33B", ["USD1250,50"]),
    (
        "previous banks",
        {"PrvsInstgAgt1": agent("EEEEUS33"), "PrvsInstgAgt2": agent("FFFFUS33")},
        "72",
        ["/INS/EEEEUS33\n/INS/FFFFUS33"],
    ),
    (
        "second intermediary",
        {"IntrmyAgt1": agent("FFFFUS33"), "IntrmyAgt2": agent("EEEEUS33")},
        "72",
        ["/INTA/EEEEUS33"],
    ),
    ("instruction with a code word", {"InstrForCdtrAgt/InstrInf": "/UDLC/BANK"}, "72", ["/UDLC/BANK"]),
    (
        "instructions",
        {"InstrForCdtrAgt/InstrInf": "CALL FIRST", "InstrForNxtAgt/InstrInf": "URGENT"},
        "72",
        ["/ACC/CALL FIRST\n/REC/URGENT"],
    ),
    (
        "payment type",
        {"PmtTpInf": {"SvcLvl": {"Cd": "URGP"}, "LclInstrm": {"Cd": "INST"}, "CtgyPurp": {"Cd": "SUPP"}}},
        "72",
        ["/SVCLVL/URGP\n/LOCINS/INST\n/CATPURP/SUPP"],
    ),
    (
        "long instruction",
        {"InstrForNxtAgt/InstrInf": "PLEASE CALL THE BENEFICIARY BEFORE THE MONEY IS PAID OUT"},
        "72",
        ["/REC/PLEASE CALL THE BENEFICIARY BE\n//FORE THE MONEY IS PAID OUT"],
    ),
    ("residence", {"Dbtr/CtryOfRes": "BE", "Cdtr/CtryOfRes": "LU"}, "77B", ["/ORDERRES/BE\n/BENEFRES/LU"]),
    (
        "report to authorities",
        {"RgltryRptg/Dtls": {"Ctry": "BE", "Cd": "123", "Inf": ["GOODS"]}},
        "77B",
        ["/123/BE//GOODS"],
    ),
    (
        "residence told twice",
        {"Dbtr/CtryOfRes": "BE", "RgltryRptg/Dtls": {"Ctry": "BE", "Cd": "ORDERRES"}},
        "77B",
        ["/ORDERRES/BE"],
    ),
    ("free report to authorities", {"RgltryRptg/Dtls": {"Inf": ["FREE TEXT"]}}, "77B", ["FREE TEXT"]),
]


@pytest.mark.parametrize(
    ("changes", "tag", "expected"), [case[1:] for case in FIELDS], ids=[case[0] for case in FIELDS]
)
def test_an_element_has_its_field(changes: Changes, tag: str, expected: list[str]) -> None:
    message = translated(PACS_008, at(changes)).message
    assert values(message, tag) == expected


LOST: list[tuple[str, Changes, str, str]] = [
    ("no place", {"Tax/RefNb": "T1"}, "Tax/RefNb", "no place"),
    ("long reference", {"PmtId/InstrId": "ORDER-1234567890-A"}, "PmtId/InstrId", "beginning only"),
    ("replaced characters", {"Dbtr/Nm": "Zoë"}, "Dbtr/Nm", "X set"),
    ("name beside a BIC", {"DbtrAgt/FinInstnId/Nm": "Bank A"}, "DbtrAgt/FinInstnId/Nm", "BIC names the bank"),
    ("exclusive instruction", {"InstrForCdtrAgt": [{"Cd": "PHOB"}, {"Cd": "TELB"}]}, "InstrForCdtrAgt[2]", "beside"),
    (
        "who charged",
        {"ChrgsInf": {"Amt": amount("USD", "5"), "Agt": agent("AAAAUS33")}},
        "ChrgsInf/Agt/FinInstnId/BICFI",
        "who charges",
    ),
    ("scheme's charges", {"ChrgBr": "SLEV"}, "ChrgBr", "scheme"),
    ("whose books", {"GrpHdr/SttlmInf/SttlmMtd": "INGA"}, "GrpHdr/SttlmInf/SttlmMtd", "whose books"),
    ("other message id", {"GrpHdr/MsgId": "MESSAGE-9"}, "GrpHdr/MsgId", "no place"),
    (
        "issuer that 50F does not name",
        {
            "DbtrAcct": None,
            "Dbtr/Id/PrvtId/Othr": {"Id": "7", "SchmeNm": {"Cd": "TXID"}, "Issr": "Tax Office"},
        },
        "Dbtr/Id/PrvtId/Othr/Issr",
        "issuer",
    ),
    ("text that is cut", {"RmtInf/Ustrd": "x" * 140}, "RmtInf", "beginning only"),
    (
        "full field",
        {"InstrForNxtAgt": [{"InstrInf": "x" * 140}, {"InstrInf": "more"}, {"InstrInf": "most"}]},
        "InstrForNxtAgt[3]/InstrInf",
        "full",
    ),
]


@pytest.mark.parametrize(("changes", "path", "why"), [case[1:] for case in LOST], ids=[case[0] for case in LOST])
def test_what_stays_behind_is_said(changes: Changes, path: str, why: str) -> None:
    lost = translated(PACS_008, at(changes)).lost
    where = path if path.startswith("GrpHdr") else f"CdtTrfTxInf/{path}"
    assert any(each.source == f"/Document/FIToFICstmrCdtTrf/{where}" and why in each.why for each in lost), lost


def test_the_business_header_tells_banks_time_and_urgency() -> None:
    header = {"Prty": "HIGH", "PssblDplct": "true", "Fr/FIId": agent("ZZZZUS33"), "Rltd": None}
    translation = translated(PACS_008, header=header)
    message = translation.message
    assert (message.sender, message.receiver, message.priority) == ("ZZZZUS33XXX", "BBBBSGSGXXX", "U")
    assert message.trailer == (("PDE", ""),)
    assert [lost.why for lost in translation.lost] == ["the MT goes between the banks of the business header"]


def test_gpi_is_in_block_3_and_not_in_field_72() -> None:
    message = translated(PACS_008, {"CdtTrfTxInf/PmtTpInf/SvcLvl/Cd": "G001"}).message
    assert message.user_header == (("111", "001"), ("121", UETR))
    assert message.first("72") is None


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({}, "STP"),
        ({"CdtTrfTxInf/DbtrAgt": {"FinInstnId": {"Nm": "Bank A"}}}, ""),
        ({"CdtTrfTxInf/CdtrAcct": None}, ""),
        ({"CdtTrfTxInf/InstrForCdtrAgt/Cd": "HOLD"}, ""),
    ],
    ids=["straight through", "a bank by name", "no account", "an instruction"],
)
def test_straight_through_only_where_the_mt_is(changes: Changes, flag: str) -> None:
    translation = translated(PACS_008, changes, header={"BizSvc": "swift.cbprplus.stp.03"})
    assert translation.message.variant == flag
    assert any("straight through" in lost.why for lost in translation.lost) is (not flag)
