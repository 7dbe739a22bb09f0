from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue, MessageRefused
from domain.original import Original, StatedReason
from domain.status import PACS002
from domain.status_report import StatusReport
from schema.iso20022.codecs.pacs002 import MESSAGE, decode, encode
from tests.schema.iso20022.codecs.strategies import days, moments, originals, reasons, references
from tests.schema.iso20022.codecs.wire import SENT, faultless, received

UETR = "0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70"
ORIGINAL = Original("AURO-0001", "pacs.008.001.08", UETR, "INVOICE-4711", "AURO-INSTR-1")
SETTLED = StatusReport(ORIGINAL, "ACSC", accepted_at=SENT.created, settled_on="2026-03-02")

_reports = st.builds(
    StatusReport,
    original=originals,
    status=st.sampled_from(sorted(set(PACS002.values()) - {"RJCT"})),
    reasons=st.lists(reasons, max_size=2).map(tuple),
    accepted_at=st.none() | moments,
    settled_on=st.none() | days.map(str),
    clearing_reference=st.none() | references(),
) | st.builds(
    StatusReport,
    original=originals,
    status=st.just("RJCT"),
    reasons=st.lists(reasons, min_size=1, max_size=2).map(tuple),
)


@given(_reports)
def test_what_is_told_is_heard(report: StatusReport) -> None:
    assert decode(received(faultless(encode(report, SENT)), MESSAGE)) == report


def test_the_header_names_the_banks_and_the_message() -> None:
    raw = encode(SETTLED, SENT)
    assert raw.count(b"AURODEFFXXX") == raw.count(b"LUMIFRPPXXX") == 2
    assert b"<BizSvc>swift.cbprplus.03</BizSvc>" in raw
    assert raw.count(b">AURO-0001<") == 3  # header, group, and the original's own message


@pytest.mark.parametrize(
    ("report", "error"),
    [
        (replace(SETTLED, status="RJCT", settled_on=None), InvalidValue),
        (replace(SETTLED, status="RJCT", reasons=(StatedReason("AC04"),)), InvalidValue),
        (replace(SETTLED, reasons=(StatedReason("NARR", "word " * 50),)), MessageRefused),
        (replace(SETTLED, original=replace(ORIGINAL, instruction_id="/SLASH")), MessageRefused),
        (replace(SETTLED, original=replace(ORIGINAL, instruction_id="I" * 17)), MessageRefused),
        (replace(SETTLED, original=replace(ORIGINAL, message_name=None)), InvalidValue),
        (replace(SETTLED, original=replace(ORIGINAL, end_to_end_id="E" * 36)), InvalidValue),
        (replace(SETTLED, original=replace(ORIGINAL, message_id="under_score")), InvalidValue),
        (replace(SETTLED, clearing_reference="under_score"), InvalidValue),
    ],
)
def test_what_cannot_be_told_is_not_written(report: StatusReport, error: type[Exception]) -> None:
    with pytest.raises(error):
        encode(report, SENT)


def test_a_report_of_a_group_alone_is_understood() -> None:
    raw = encode(SETTLED, SENT)
    start, end = raw.index(b"<TxInfAndSts>"), raw.index(b"</TxInfAndSts>") + len(b"</TxInfAndSts>")
    group = (
        b"<OrgnlGrpInfAndSts><OrgnlMsgId>A</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>"
        b"<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>"
    )
    report = decode(received(raw[:start] + group + raw[end:], MESSAGE))
    assert report == StatusReport(Original("A", "pacs.008.001.08"), "RJCT", (StatedReason("FF01"),))


def test_two_transactions_are_one_too_many() -> None:
    raw = encode(SETTLED, SENT)
    start, end = raw.index(b"<TxInfAndSts>"), raw.index(b"</TxInfAndSts>") + len(b"</TxInfAndSts>")
    with pytest.raises(MessageRefused) as refused:
        decode(received(raw[:end] + raw[start:end] + raw[end:], MESSAGE))
    (finding,) = refused.value.findings
    assert (finding.rule, finding.path) == ("TX-01", "/Document/FIToFIPmtStsRpt/TxInfAndSts[2]")
