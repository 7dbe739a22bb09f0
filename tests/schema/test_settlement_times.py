"""The times of its settlement day that a payment asks for, in both syntaxes: kept, or noted."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.errors import MessageRefused
from domain.finding import Severity
from domain.payment import PaymentOrder
from schema.intake import Reading, Syntax, read
from schema.iso20022.codecs import pacs008, pacs009
from tests.schema.iso20022.codecs.test_transfers import BANKS, COVER, ORDER
from tests.schema.iso20022.codecs.wire import SENT

MT103 = """{1:F01ALPHDEFFAXXX0000000000}{2:I103BETAGB2LXXXXN}{3:{121:0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70}}{4:
:20:ALPHA-1
%s:23B:CRED
:32A:260302EUR100,00
:33B:EUR100,00
:50K:/DE89370400440532013000
ADA SAMPLE
PROBEWEG 7
60311 FRANKFURT DE
:59:/GB33BUKB20201555555555
BERT EXAMPLE
1 TEST STREET
LONDON GB
:71A:SHA
-}"""
MT202 = """{1:F01ALPHDEFFAXXX0000000000}{2:I202BETAGB2LXXXXN}{3:{121:0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70}}{4:
:20:ALPHA-1
:21:ALPHA-0
%s:32A:260302EUR100,00
:52A:ALPHDEFFXXX
:58A:BETAGB2LXXX
-}"""


def of_mt(raw: str, *times: str) -> Reading:
    told = "".join(f":13C:{each}\n" for each in times)
    return read((raw % told).replace("\n", "\r\n").encode(), Syntax.MT)


def with_times(raw: bytes, *times: str, element: str = "SttlmTmReq") -> bytes:
    """A message of ours in which such times are asked for: "RjctTm 15:00:00Z"."""
    asked = "".join("<{0}>{1}</{0}>".format(*each.split()) for each in times)
    after = r"(</IntrBkSttlmDt>\s*(?:<SttlmPrty>\w+</SttlmPrty>)?)"
    found, count = re.subn(after, rf"\1<{element}>{asked}</{element}>", raw.decode())
    assert count == 1
    return found.encode()


def of_xml(order: PaymentOrder, *times: str) -> Reading:
    codec = pacs008 if order.message_type == pacs008.MESSAGE else pacs009
    return read(with_times(codec.encode(order, SENT), *times), Syntax.XML)


def asked(reading: Reading) -> tuple[datetime | None, datetime | None]:
    assert isinstance(reading.wish, PaymentOrder)
    return reading.wish.settle_from, reading.wish.reject_at


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


TIMES = [
    ("in UTC", "15:00:00Z", at("2026-03-02T15:00")),
    ("ahead of UTC", "15:00:00+01:00", at("2026-03-02T14:00")),
    ("behind UTC", "15:00:00-05:30", at("2026-03-02T20:30")),
    ("a day of its own zone", "23:30:00-05:00", at("2026-03-03T04:30")),
    ("the day before, in UTC", "00:30:00+09:00", at("2026-03-01T15:30")),
    ("of no place", "15:00:00", at("2026-03-02T15:00")),
    ("with a fraction", "15:00:00.250Z", at("2026-03-02T15:00:00.250")),
    ("the end of the day", "24:00:00Z", at("2026-03-03T00:00")),
]


@pytest.mark.parametrize("order", [ORDER, BANKS, COVER], ids=["customers", "banks", "cover"])
@pytest.mark.parametrize(("text", "moment"), [case[1:] for case in TIMES], ids=[case[0] for case in TIMES])
def test_a_time_is_of_the_settlement_date(order: PaymentOrder, text: str, moment: datetime) -> None:
    assert asked(of_xml(order, f"RjctTm {text}")) == (None, moment)
    assert asked(of_xml(order, f"FrTm {text}")) == (moment, None)


@pytest.mark.parametrize("raw", [MT103, MT202], ids=["MT103", "MT202"])
@pytest.mark.parametrize(
    ("field", "settle_from", "reject_at"),
    [
        ("/REJTIME/1500+0100", None, at("2026-03-02T14:00")),
        ("/REJTIME/2330-0500", None, at("2026-03-03T04:30")),
        ("/FROTIME/0900+0000", at("2026-03-02T09:00"), None),
        ("/SNDTIME/0900+0000", None, None),
    ],
)
def test_field_13c_says_the_same(
    raw: str, field: str, settle_from: datetime | None, reject_at: datetime | None
) -> None:
    reading = of_mt(raw, field)
    assert asked(reading) == (settle_from, reject_at)
    assert "NW-10" not in {found.rule for found in reading.warnings}


FAR = [
    ("9999-12-31", "23:59:00-05:00", at("9999-12-31T23:59:59.999999")),
    ("0001-01-01", "00:00:00+05:00", at("0001-01-01T00:00")),
]


@pytest.mark.parametrize(("day", "text", "moment"), FAR)
def test_a_time_beyond_all_days_is_their_end(day: str, text: str, moment: datetime) -> None:
    raw = with_times(pacs008.encode(ORDER, SENT), f"RjctTm {text}").replace(
        b"2026-03-02</Intr", day.encode() + b"</Intr"
    )
    assert asked(read(raw, Syntax.XML)) == (None, moment)


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(MessageRefused):
        of_xml(ORDER, "RjctTm noon")


def noted(reading: Reading) -> list[tuple[str, str]]:
    """What of a message is noted and not promised: where it stands, and the first word on it."""
    found = [each for each in reading.warnings if each.rule == "NW-10"]
    assert all(each.severity is Severity.WARNING for each in found)
    return [(each.path.rpartition("Document")[2], each.message.split()[0]) for each in found]


ASKED_AT = "/FIToFICstmrCdtTrf/CdtTrfTxInf/SttlmTmReq"
NOTED: list[tuple[Callable[[], Reading], list[tuple[str, str]]]] = [
    (lambda: of_xml(ORDER, "CLSTm 09:00:00+01:00"), [(f"{ASKED_AT}/CLSTm", "CLSTm")]),
    (lambda: of_xml(ORDER, "CLSTm 09:00:00+01:00", "TillTm 10:00:00Z", "FrTm 08:00:00Z", "RjctTm 11:00:00Z"),
     [(f"{ASKED_AT}/CLSTm", "CLSTm"), (f"{ASKED_AT}/TillTm", "TillTm")]),
    (lambda: of_xml(ORDER, "RjctTm 11:00:00Z"), []),
    (lambda: of_mt(MT103, "/TILTIME/1000+0000"), [("/4/13C", "TILTIME")]),
    (lambda: of_mt(MT202, "/CLSTIME/0900+0100", "/REJTIME/1500+0100"), [("/4/13C", "CLSTIME")]),
]  # fmt: skip


@pytest.mark.parametrize(("reading", "expected"), NOTED)
def test_what_cannot_be_promised_is_said(reading: Callable[[], Reading], expected: list[tuple[str, str]]) -> None:
    assert noted(reading()) == expected


def test_a_moment_that_was_is_no_wish() -> None:
    """SttlmTmIndctn tells when a bank was debited or credited."""
    raw = with_times(pacs008.encode(ORDER, SENT), "DbtDtTm 2026-03-02T08:00:00Z", element="SttlmTmIndctn")
    assert asked(read(raw, Syntax.XML)) == (None, None)


def test_times_are_not_passed_on() -> None:
    """They were for us; its receiver gets the money when it is final."""
    order = replace(ORDER, settle_from=at("2026-03-02T08:00"), reject_at=at("2026-03-02T15:00"))
    assert pacs008.encode(order, SENT) == pacs008.encode(ORDER, SENT)
