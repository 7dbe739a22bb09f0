import pytest

from domain.errors import MessageRefused
from tests.schema.translate.to_mx.messages import (
    ANSWER,
    REQUEST,
    UETR,
    Lines,
    leaves,
    lost,
    transaction,
    translated,
    with_lines,
)

NOBODY = "Cretr/Agt/FinInstnId"


def test_a_request_for_cancellation() -> None:
    translation = translated("192", REQUEST)
    assert translation.message.message == "camt.056.001.08"
    assert leaves(translation) == [
        "Assgnmt/Id = CASE7",
        "Assgnmt/Assgnr/Agt/FinInstnId/BICFI = AAAABEBBXXX",
        "Assgnmt/Assgne/Agt/FinInstnId/BICFI = BBBBNL2AXXX",
        "Assgnmt/CreDtTm = 2026-03-02T08:15:00+00:00",
        "Undrlyg/TxInf/Case/Id = CASE7",
        f"Undrlyg/TxInf/Case/{NOBODY}/Nm = NOTPROVIDED",
        f"Undrlyg/TxInf/Case/{NOBODY}/PstlAdr/AdrLine = NOTPROVIDED",
        "Undrlyg/TxInf/OrgnlGrpInf/OrgnlMsgId = TRANSFER7",
        "Undrlyg/TxInf/OrgnlGrpInf/OrgnlMsgNmId = pacs.008",
        "Undrlyg/TxInf/OrgnlGrpInf/OrgnlCreDtTm = 2026-03-01T00:00:00+00:00",
        "Undrlyg/TxInf/OrgnlInstrId = TRANSFER7",
        "Undrlyg/TxInf/OrgnlEndToEndId = NOTPROVIDED",
        f"Undrlyg/TxInf/OrgnlUETR = {UETR}",
        "Undrlyg/TxInf/OrgnlIntrBkSttlmAmt = EUR1250.5",
        "Undrlyg/TxInf/OrgnlIntrBkSttlmDt = 2026-03-02",
        "Undrlyg/TxInf/CxlRsnInf/Rsn/Cd = DUPL",
        "Undrlyg/TxInf/CxlRsnInf/AddtlInf = NOTPROVIDED",
    ]
    assert translation.lost == ()


REQUESTS: list[tuple[Lines, str, list[str]]] = [
    (("79:/AM09/TOO MUCH\nBY TEN",), "CxlRsnInf", ["/Rsn/Cd = AM09", "/AddtlInf = TOO MUCH BY TEN"]),
    (("79:PLEASE CANCEL",), "CxlRsnInf", ["/Rsn/Cd = NARR", "/AddtlInf = PLEASE CANCEL"]),
    ((f"79:/DUPL/\n/UETR/{UETR[:20]}\n//{UETR[20:]}",), "OrgnlUETR", [f" = {UETR}"]),
    (("11S:202\n260301",), "OrgnlGrpInf/OrgnlMsgNmId", [" = pacs.009"]),
    (("11S:940\n260301",), "OrgnlGrpInf/OrgnlMsgNmId", [" = MT940"]),
    (("70:/ROC/ORDER-7",), "OrgnlEndToEndId", [" = ORDER-7"]),
    (("21:TRANSFER7", "21:RELATED7"), "OrgnlEndToEndId", [" = RELATED7"]),
]


@pytest.mark.parametrize(("new", "place", "expected"), REQUESTS)
def test_a_row_of_the_request(new: Lines, place: str, expected: list[str]) -> None:
    found = transaction(translated("192", with_lines(REQUEST, *new)), place)
    assert [leaf.removeprefix(place) for leaf in found] == expected


def test_the_copy_and_the_session_are_lost() -> None:
    lines = (*with_lines(REQUEST, "11S:103\n260301\n1234567890"), "50K:/4711\nMill and Sons")
    assert lost(translated("292", lines)) == ["11S", "50K"]


def test_an_answer() -> None:
    translation = translated("196", ANSWER)
    assert translation.message.message == "camt.029.001.09"
    assert leaves(translation, "Sts", "CxlDtls") == [
        "Sts/Conf = CNCL",
        "CxlDtls/TxInfAndSts/CxlStsId = ANSWER7",
        "CxlDtls/TxInfAndSts/RslvdCase/Id = CASE7",
        f"CxlDtls/TxInfAndSts/RslvdCase/{NOBODY}/Nm = NOTPROVIDED",
        f"CxlDtls/TxInfAndSts/RslvdCase/{NOBODY}/PstlAdr/AdrLine = NOTPROVIDED",
        "CxlDtls/TxInfAndSts/OrgnlGrpInf/OrgnlMsgId = NOTPROVIDED",
        "CxlDtls/TxInfAndSts/OrgnlGrpInf/OrgnlMsgNmId = pacs.008",
        "CxlDtls/TxInfAndSts/OrgnlGrpInf/OrgnlCreDtTm = 2026-03-01T00:00:00+00:00",
        f"CxlDtls/TxInfAndSts/OrgnlUETR = {UETR}",
    ]
    assert translation.lost == ()


ANSWERS: list[tuple[Lines, str, list[str]]] = [
    (("76:/PDCR/",), "Sts", ["/Conf = PDCR"]),
    (("76:/RJCR/AGNT",), "CxlDtls/TxInfAndSts/CxlStsRsnInf", ["/Rsn/Cd = AGNT"]),
    (
        ("76:/RJCR/AC04/CLOSED\nLONG AGO",),
        "CxlDtls/TxInfAndSts/CxlStsRsnInf",
        ["/Rsn/Cd = AC04", "/AddtlInf = CLOSED LONG AGO"],
    ),
    (("76:/RJCR/\n/LEGL/",), "CxlDtls/TxInfAndSts/CxlStsRsnInf", ["/Rsn/Cd = LEGL"]),
    (("76:/RJCR/CUST SAYS NO",), "CxlDtls/TxInfAndSts/CxlStsRsnInf", ["/Rsn/Cd = CUST", "/AddtlInf = SAYS NO"]),
    (("76:/RJCR/WE CANNOT",), "CxlDtls/TxInfAndSts/CxlStsRsnInf", ["/Rsn/Cd = NARR", "/AddtlInf = WE CANNOT"]),
    (("76:/RJCR/",), "CxlDtls/TxInfAndSts/CxlStsRsnInf", ["/Rsn/Cd = NARR", "/AddtlInf = NOTPROVIDED"]),
    ((f"77A:/UETR/{UETR[:25]}\n//{UETR[25:]}",), "CxlDtls/TxInfAndSts/OrgnlUETR", [f" = {UETR}"]),
]


@pytest.mark.parametrize(("new", "place", "expected"), ANSWERS)
def test_a_row_of_the_answer(new: Lines, place: str, expected: list[str]) -> None:
    found = leaves(translated("296", with_lines(ANSWER, *new)), place)
    assert [leaf.removeprefix(place) for leaf in found] == expected


@pytest.mark.parametrize(("mt_type", "name"), [("196", "pacs.008"), ("296", "pacs.009")])
def test_an_answer_without_a_link_is_about_the_category_s_transfer(mt_type: str, name: str) -> None:
    translation = translated(mt_type, ANSWER[:3])
    place = "OrgnlGrpInf/OrgnlMsgNmId"
    assert transaction(translation, place) == [f"{place} = {name}"]


def test_an_answer_to_a_question_is_refused() -> None:
    with pytest.raises(MessageRefused) as refused:
        translated("196", with_lines(ANSWER, "76:/1/YES"))
    assert [(finding.path, finding.rule) for finding in refused.value.findings] == [("/76", "TR-03")]
