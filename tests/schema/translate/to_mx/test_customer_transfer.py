import pytest

from domain.errors import MessageRefused
from tests.schema.translate.to_mx.messages import (
    CUSTOMER,
    UETR,
    Lines,
    leaves,
    lost,
    transaction,
    translated,
    with_lines,
)

NOBODY = ["ChrgsInf/Agt/FinInstnId/Nm = NOTPROVIDED", "ChrgsInf/Agt/FinInstnId/PstlAdr/AdrLine = NOTPROVIDED"]


def test_a_plain_transfer() -> None:
    translation = translated("103", CUSTOMER)
    assert translation.message.message == "pacs.008.001.08"
    assert leaves(translation) == [
        "GrpHdr/MsgId = TRANSFER7",
        "GrpHdr/CreDtTm = 2026-03-02T08:15:00+00:00",
        "GrpHdr/NbOfTxs = 1",
        "GrpHdr/SttlmInf/SttlmMtd = INDA",
        "CdtTrfTxInf/PmtId/InstrId = TRANSFER7",
        "CdtTrfTxInf/PmtId/EndToEndId = NOTPROVIDED",
        f"CdtTrfTxInf/PmtId/UETR = {UETR}",
        "CdtTrfTxInf/IntrBkSttlmAmt = EUR1250.5",
        "CdtTrfTxInf/IntrBkSttlmDt = 2026-03-02",
        "CdtTrfTxInf/ChrgBr = SHAR",
        "CdtTrfTxInf/InstgAgt/FinInstnId/BICFI = AAAABEBBXXX",
        "CdtTrfTxInf/InstdAgt/FinInstnId/BICFI = BBBBNL2AXXX",
        "CdtTrfTxInf/Dbtr/Nm = Mill and Sons",
        "CdtTrfTxInf/Dbtr/PstlAdr/AdrLine = 1 Brook Lane",
        "CdtTrfTxInf/DbtrAcct/Id/Othr/Id = 4711",
        "CdtTrfTxInf/DbtrAgt/FinInstnId/BICFI = AAAABEBBXXX",
        "CdtTrfTxInf/CdtrAgt/FinInstnId/BICFI = BBBBNL2AXXX",
        "CdtTrfTxInf/Cdtr/Nm = Orchard Trading",
        "CdtTrfTxInf/Cdtr/PstlAdr/AdrLine = 2 Hill Road",
        "CdtTrfTxInf/CdtrAcct/Id/Othr/Id = 0815",
    ]
    assert translation.lost == ()


ROWS: list[tuple[Lines, str, list[str]]] = [
    # 13C
    (
        ("13C:/SNDTIME/0915+0100", "13C:/RNCTIME/0700-0330"),
        "SttlmTmIndctn",
        ["DbtDtTm = 2026-03-02T09:15:00+01:00", "CdtDtTm = 2026-03-02T07:00:00-03:30"],
    ),
    (
        ("13C:/CLSTIME/1000+0100", "13C:/TILTIME/1100+0100", "13C:/FROTIME/0900+0000", "13C:/REJTIME/1200+0100"),
        "SttlmTmReq",
        ["CLSTm = 10:00:00+01:00", "TillTm = 11:00:00+01:00", "FrTm = 09:00:00+00:00", "RjctTm = 12:00:00+01:00"],
    ),
    # 23E
    (("23B:CRED", "23E:SDVA"), "PmtTpInf", ["SvcLvl/Cd = SDVA"]),
    (("23B:CRED", "23E:INTC"), "PmtTpInf", ["CtgyPurp/Cd = INTC"]),
    (("23B:CRED", "23E:INTC", "23E:CORT"), "PmtTpInf", ["CtgyPurp/Prtry = INTC CORT"]),
    (("23B:CRED", "23E:PHOB/+32 2 555"), "InstrForCdtrAgt", ["Cd = PHOB", "InstrInf = +32 2 555"]),
    (("23B:CRED", "23E:CHQB"), "InstrForCdtrAgt", ["Cd = CHQB"]),
    (("23B:CRED", "23E:HOLD/PASSPORT"), "InstrForCdtrAgt", ["Cd = HOLD", "InstrInf = PASSPORT"]),
    # 26T, 33B, 36
    (("26T:K90",), "Purp", ["Prtry = :26T:K90"]),
    (("33B:USD1400,", "36:0,8932"), "InstdAmt", [" = USD1400"]),
    (("33B:USD1400,", "36:0,8932"), "XchgRate", [" = 0.8932"]),
    # 70
    (("70:INVOICE 12\nOF MARCH",), "RmtInf", ["Ustrd = INVOICE 12 OF MARCH"]),
    ((f"70:{'A' * 35}\nB",), "RmtInf", [f"Ustrd = {'A' * 35}B"]),
    (("70:/ROC/ORDER-7",), "PmtId/EndToEndId", [" = ORDER-7"]),
    (("70:/INV/1//ROC/ORDER-7///URI/X",), "PmtId/EndToEndId", [" = ORDER-7"]),
    ((f"70:/ROC/{'R' * 30}\nTAIL\nMORE",), "PmtId/EndToEndId", [f" = {'R' * 30}TAIL"]),
    (("70:/ROC/ORDER-7\nTHANK YOU",), "PmtId/EndToEndId", [" = ORDER-7"]),
    # 77B
    (
        ("77B:/ORDERRES/BE//DIKE 5",),
        "RgltryRptg",
        ["Dtls/Ctry = BE", "Dtls/Cd = ORDERRES", "Dtls/Inf = DIKE 5"],
    ),
    (("77B:/ORDERRES/BE//DIKE 5",), "Dbtr/CtryOfRes", [" = BE"]),
    (("77B:/BENEFRES/NL",), "Cdtr/CtryOfRes", [" = NL"]),
    (("77B:CODE 1\nCODE 2",), "RgltryRptg", ["Dtls/Inf = CODE 1", "Dtls/Inf = CODE 2"]),
    # 72
    (("72:/INS/CCCCFRPP",), "PrvsInstgAgt1", ["FinInstnId/BICFI = CCCCFRPP"]),
    (
        ("72:/INS/LAKE BANK\n//POND TOWN",),
        "PrvsInstgAgt1",
        ["FinInstnId/Nm = LAKE BANK", "FinInstnId/PstlAdr/AdrLine = POND TOWN"],
    ),
    (("72:/INS/CCCCFRPP\n/INS/DDDDDEFF",), "PrvsInstgAgt2", ["FinInstnId/BICFI = DDDDDEFF"]),
    (("72:/INTA/CCCCFRPP",), "IntrmyAgt1", ["FinInstnId/BICFI = CCCCFRPP"]),
    (("56A:DDDDDEFF", "57A:EEEEITMM", "72:/INTA/CCCCFRPP"), "IntrmyAgt2", ["FinInstnId/BICFI = CCCCFRPP"]),
    (("72:/ACC/CALL FIRST",), "InstrForCdtrAgt", ["InstrInf = /ACC/CALL FIRST"]),
    (("72:/REC/CALL FIRST\n//THEN WRITE",), "InstrForNxtAgt", ["InstrInf = /REC/CALL FIRST THEN WRITE"]),
    (("72:/OURCODE/X",), "InstrForNxtAgt", ["InstrInf = /OURCODE/X"]),
    (("72:PLEASE CALL",), "InstrForNxtAgt", ["InstrInf = PLEASE CALL"]),
    (("72:/SVCLVL/URGP",), "PmtTpInf", ["SvcLvl/Cd = URGP"]),
    (("72:/SVCLVL/Swift",), "PmtTpInf", ["SvcLvl/Prtry = Swift"]),
    (("72:/LOCINS/CCD",), "PmtTpInf", ["LclInstrm/Cd = CCD"]),
    (("72:/CATPURP/SALA",), "PmtTpInf", ["CtgyPurp/Cd = SALA"]),
    # 77T
    (("77T:/NARR/BOOKS",), "RmtInf", ["Ustrd = BOOKS"]),
]


@pytest.mark.parametrize(("new", "place", "expected"), ROWS)
def test_a_row_of_the_table(new: Lines, place: str, expected: list[str]) -> None:
    found = transaction(translated("103", with_lines(CUSTOMER, *new)), place)
    assert [leaf.removeprefix(place).removeprefix("/") for leaf in found] == expected


CHARGES: list[tuple[Lines, list[str]]] = [
    (("71A:OUR",), ["ChrgBr = DEBT"]),
    (("71A:BEN",), ["ChrgBr = CRED", "ChrgsInf/Amt = EUR0", *NOBODY]),
    (
        ("71A:BEN", "71F:EUR2,5", "71F:USD0,"),
        ["ChrgBr = CRED", "ChrgsInf/Amt = EUR2.5", *NOBODY, "ChrgsInf/Amt = USD0", *NOBODY],
    ),
    (
        ("71A:OUR", "71G:EUR7,"),
        ["ChrgBr = DEBT", "ChrgsInf/Amt = EUR7", "ChrgsInf/Agt/FinInstnId/BICFI = BBBBNL2AXXX"],
    ),
]


@pytest.mark.parametrize(("new", "expected"), CHARGES)
def test_who_bears_which_charges(new: Lines, expected: list[str]) -> None:
    assert transaction(translated("103", with_lines(CUSTOMER, *new)), "Chrg") == expected


@pytest.mark.parametrize(
    ("header", "service", "levels"),
    [
        ((), "swift.cbprplus.03", []),
        ((("119", "STP"),), "swift.cbprplus.stp.03", []),
        ((("119", "REMIT"), ("111", "001")), "swift.cbprplus.03", ["PmtTpInf/SvcLvl/Cd = G001"]),
    ],
)
def test_the_header_tells_variant_and_service(
    header: tuple[tuple[str, str], ...], service: str, levels: list[str]
) -> None:
    translation = translated("103", CUSTOMER, user_header=header)
    assert translation.message.header is not None
    assert translation.message.header.findtext("{*}BizSvc") == service
    assert transaction(translation, "PmtTpInf") == levels


def test_a_message_that_may_be_a_repetition_says_so() -> None:
    header = translated("103", CUSTOMER, trailer=(("PDE", ""),), sent_at=None).message.header
    assert header is not None
    assert header.findtext("{*}PssblDplct") == "true"
    assert header.findtext("{*}CreDt") == "2026-03-01T09:30:00+00:00"


LOST: list[tuple[Lines, list[str]]] = [
    (("23B:SPRI",), ["23B"]),
    (("23B:CRED", "23E:PHON/555"), ["23E"]),
    (("13C:/OURTIME/0900+0100",), ["13C"]),
    (("13C:/CLSTIME/0900+0100", "13C:/CLSTIME/1000+0100"), ["13C"]),
    (("51A:CCCCFRPP",), ["51A"]),
    (("72:/INS/A\n/INS/B\n/INS/C\n/INS/D",), ["72"]),
    (("72:/LOCINS/A\n/LOCINS/B",), ["72"]),
    (("23B:CRED", "23E:INTC", "72:/CATPURP/SALA"), ["72"]),
    (("77T:/UEDI/UNH+1",), ["77T"]),
    ((f"70:{'A' * 35}\n{'B' * 35}\n{'C' * 35}\n{'D' * 35}\n{'E' * 35}",), ["70"]),
]


@pytest.mark.parametrize(("new", "sources"), LOST)
def test_what_cannot_come_along_is_listed(new: Lines, sources: list[str]) -> None:
    assert lost(translated("103", with_lines(CUSTOMER, *new))) == sources


def test_header_values_that_belong_to_fin_are_listed() -> None:
    header = (("121", "not-a-uetr"), ("108", "MUR7"), ("119", "ODD"), ("111", "099"))
    translation = translated("103", CUSTOMER, user_header=header, priority="U")
    assert sorted(lost(translation)) == [
        "block 2, priority",
        "block 3, 108",
        "block 3, 111",
        "block 3, 119",
        "block 3, 121",
    ]


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(MessageRefused) as refused:
        translated("103", ("20:TRANSFER7", "71A:OUR"))
    assert [(finding.path, finding.rule) for finding in refused.value.findings] == [
        ("/32A", "TR-02"),
        ("/50", "TR-02"),
        ("/59", "TR-02"),
    ]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("20: ", "/20"),
        ("32A:260230EUR1,", "/32A"),
        ("32A:260302EUR1", "/32A"),
        ("32A:260302JPY1,5", "/32A"),
        ("33B:EUR", "/33B"),
        ("36:0,", "/36"),
        ("71A:ALL", "/71A"),
        ("57A:NOBIC", "/57A"),
        ("13C:/CLSTIME/2500+0100", "/13C"),
    ],
)
def test_a_field_that_cannot_be_read_refuses_the_message(line: str, path: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        translated("103", with_lines(CUSTOMER, line))
    assert [(finding.path, finding.rule) for finding in refused.value.findings] == [(path, "TR-03")]
