import pytest

from domain.errors import MessageRefused
from tests.schema.translate.to_mx.messages import (
    BANK,
    COVER,
    UETR,
    Lines,
    leaves,
    lost,
    transaction,
    translated,
    with_lines,
)


@pytest.mark.parametrize("mt_type", ["202", "205"])
def test_a_plain_transfer(mt_type: str) -> None:
    translation = translated(mt_type, BANK)
    assert translation.message.message == "pacs.009.001.08"
    assert leaves(translation, "GrpHdr/SttlmInf") == ["GrpHdr/SttlmInf/SttlmMtd = INDA"]
    assert transaction(translation) == [
        "PmtId/InstrId = TRANSFER7",
        "PmtId/EndToEndId = RELATED7",
        f"PmtId/UETR = {UETR}",
        "IntrBkSttlmAmt = EUR1250.5",
        "IntrBkSttlmDt = 2026-03-02",
        "InstgAgt/FinInstnId/BICFI = AAAABEBBXXX",
        "InstdAgt/FinInstnId/BICFI = BBBBNL2AXXX",
        "Dbtr/FinInstnId/BICFI = CCCCFRPP",
        "Cdtr/FinInstnId/BICFI = DDDDDEFF",
    ]
    assert translation.lost == ()


ROWS: list[tuple[Lines, str, list[str]]] = [
    (("52D:/77\nLAKE BANK\nPOND TOWN",), "DbtrAcct", ["Id/Othr/Id = 77"]),
    (("58A:/88\nDDDDDEFF",), "CdtrAcct", ["Id/Othr/Id = 88"]),
    (("57A:/99\nEEEEITMM",), "CdtrAgtAcct", ["Id/Othr/Id = 99"]),
    (("56A:FFFFESMM", "57A:EEEEITMM"), "IntrmyAgt1", ["FinInstnId/BICFI = FFFFESMM"]),
    (("57A://RT\nEEEEITMM",), "PmtTpInf", ["ClrChanl = RTGS"]),
    (("13C:/CLSTIME/0915+0100",), "SttlmTmReq", ["CLSTm = 09:15:00+01:00"]),
    (("72:/INS/FFFFESMM",), "PrvsInstgAgt1", ["FinInstnId/BICFI = FFFFESMM"]),
    (("72:/BNF/LOAN 7\n//OF MAY\n/TSU/T1",), "RmtInf", ["Ustrd = /BNF/LOAN 7 OF MAY /TSU/T1"]),
    (("72:/UDLC/FFFFESMM\n/ACC/X",), "InstrForCdtrAgt", ["InstrInf = /UDLC/FFFFESMM", "InstrInf = /ACC/X"]),
    (("72:/PHOB/555",), "InstrForCdtrAgt", ["Cd = PHOB", "InstrInf = 555"]),
    (("72:/PHONBEN/555",), "InstrForCdtrAgt", ["InstrInf = /PHONBEN/555"]),
    (("72:/TELB/",), "InstrForCdtrAgt", ["Cd = TELB"]),
    (("72:/PHON/555\n/INT/X",), "InstrForNxtAgt", ["InstrInf = /PHON/555", "InstrInf = /INT/X"]),
    (("72:/PURP/CASH",), "Purp", ["Cd = CASH"]),
]


@pytest.mark.parametrize(("new", "place", "expected"), ROWS)
def test_a_row_of_the_table(new: Lines, place: str, expected: list[str]) -> None:
    found = transaction(translated("202", with_lines(BANK, *new)), f"{place}/")
    assert [leaf.removeprefix(f"{place}/") for leaf in found] == expected


def test_the_sender_pays_where_nobody_is_named() -> None:
    lines = tuple(line for line in BANK if not line.startswith("52A"))
    assert transaction(translated("202", lines), "Dbtr") == ["Dbtr/FinInstnId/BICFI = AAAABEBBXXX"]


@pytest.mark.parametrize(("mt_type", "header"), [("202", (("119", "COV"),)), ("205", (("119", "COV"),)), ("202", ())])
def test_a_cover_carries_the_customers_transfer(mt_type: str, header: tuple[tuple[str, str], ...]) -> None:
    translation = translated(mt_type, COVER, user_header=header)
    assert translation.message.header is not None
    assert translation.message.header.findtext("{*}BizSvc") == "swift.cbprplus.cov.03"
    place = "UndrlygCstmrCdtTrf/"
    assert [leaf.removeprefix(place) for leaf in transaction(translation, place)] == [
        "Dbtr/Nm = Mill and Sons",
        "DbtrAcct/Id/Othr/Id = 4711",
        "DbtrAgt/FinInstnId/BICFI = CCCCFRPP",
        "CdtrAgt/FinInstnId/BICFI = DDDDDEFF",
        "Cdtr/Nm = Orchard Trading",
        "CdtrAcct/Id/Othr/Id = 0815",
    ]


OF_THE_COVER: list[tuple[str, str, list[str]]] = [
    ("52A:/77\nFFFFESMM", "DbtrAgt", ["/FinInstnId/BICFI = FFFFESMM", "Acct/Id/Othr/Id = 77"]),
    ("57A:FFFFESMM", "CdtrAgt", ["/FinInstnId/BICFI = FFFFESMM"]),
    ("56A:FFFFESMM", "IntrmyAgt1", ["/FinInstnId/BICFI = FFFFESMM"]),
    ("70:INVOICE 7", "RmtInf", ["/Ustrd = INVOICE 7"]),
    ("33B:USD9,", "InstdAmt", [" = USD9"]),
    ("72:/REC/X", "InstrForNxtAgt", ["/InstrInf = /REC/X"]),
    ("72:/INS/FFFFESMM", "PrvsInstgAgt1", ["/FinInstnId/BICFI = FFFFESMM"]),
]


@pytest.mark.parametrize(("line", "place", "expected"), OF_THE_COVER)
def test_a_row_of_sequence_b(line: str, place: str, expected: list[str]) -> None:
    where = f"UndrlygCstmrCdtTrf/{place}"
    found = transaction(translated("202", (*COVER, line)), where)
    assert [leaf.removeprefix(where) for leaf in found] == expected


@pytest.mark.parametrize("line", ["72:/SVCLVL/URGP", "26T:K90"])
def test_what_sequence_b_cannot_carry_is_listed(line: str) -> None:
    assert lost(translated("202", (*COVER, line))) == [line.partition(":")[0]]


def test_a_cover_without_its_customers_is_refused() -> None:
    with pytest.raises(MessageRefused) as refused:
        translated("202", BANK, user_header=(("119", "COV"),))
    assert [finding.path for finding in refused.value.findings] == ["/50", "/59"]
