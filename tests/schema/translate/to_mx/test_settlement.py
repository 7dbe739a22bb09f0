import pytest

from tests.schema.translate.to_mx.messages import BANK, CUSTOMER, Lines, leaves, lost, translated, with_lines

ROWS: list[tuple[Lines, list[str]]] = [
    ((), ["SttlmMtd = INDA"]),
    (("53B:/4242",), ["SttlmMtd = INDA", "SttlmAcct/Id/Othr/Id = 4242"]),
    (("53B:/D/4242",), ["SttlmMtd = INDA", "SttlmAcct/Id/Othr/Id = 4242"]),
    (("53B:/C/4242",), ["SttlmMtd = INGA", "SttlmAcct/Id/Othr/Id = 4242"]),
    (("53A:/4242\nBBBBNL2A",), ["SttlmMtd = INDA", "SttlmAcct/Id/Othr/Id = 4242"]),
    (("53A:AAAABEBB",), ["SttlmMtd = INGA"]),
    (("53A:CCCCFRPP",), ["SttlmMtd = COVE", "InstgRmbrsmntAgt/FinInstnId/BICFI = CCCCFRPP"]),
    (
        ("53A:/4242\nCCCCFRPP", "54A:DDDDDEFF"),
        [
            "SttlmMtd = COVE",
            "InstgRmbrsmntAgt/FinInstnId/BICFI = CCCCFRPP",
            "InstgRmbrsmntAgtAcct/Id/Othr/Id = 4242",
            "InstdRmbrsmntAgt/FinInstnId/BICFI = DDDDDEFF",
        ],
    ),
    (
        ("53D:LAKE BANK\nPOND TOWN",),
        [
            "SttlmMtd = COVE",
            "InstgRmbrsmntAgt/FinInstnId/Nm = LAKE BANK",
            "InstgRmbrsmntAgt/FinInstnId/PstlAdr/AdrLine = POND TOWN",
        ],
    ),
    (("54A:BBBBNL2A",), ["SttlmMtd = COVE", "InstdRmbrsmntAgt/FinInstnId/BICFI = BBBBNL2A"]),
    (
        ("53A:CCCCFRPP", "54A:DDDDDEFF", "55A:EEEEITMM"),
        [
            "SttlmMtd = COVE",
            "InstgRmbrsmntAgt/FinInstnId/BICFI = CCCCFRPP",
            "InstdRmbrsmntAgt/FinInstnId/BICFI = DDDDDEFF",
            "ThrdRmbrsmntAgt/FinInstnId/BICFI = EEEEITMM",
        ],
    ),
]


@pytest.mark.parametrize(("new", "expected"), ROWS)
def test_correspondents_tell_how_banks_settle(new: Lines, expected: list[str]) -> None:
    translation = translated("103", with_lines(CUSTOMER, *new))
    place = "GrpHdr/SttlmInf/"
    assert [leaf.removeprefix(place) for leaf in leaves(translation, place)] == expected
    assert translation.lost == ()


@pytest.mark.parametrize("line", ["53A:AAAABEBB123", "53B:/C/4242\nPOND TOWN", "53B:POND TOWN"])
def test_a_branch_that_keeps_the_account_is_lost(line: str) -> None:
    assert lost(translated("103", with_lines(CUSTOMER, line))) == [line[:3]]


@pytest.mark.parametrize(("line", "service"), [("53A:CCCCFRPP", "adv.03"), ("53B:/4242", "swift.cbprplus.03")])
def test_a_transfer_that_others_settle_is_an_advice(line: str, service: str) -> None:
    header = translated("202", with_lines(BANK, line)).message.header
    assert header is not None
    assert str(header.findtext("{*}BizSvc")).endswith(service)
