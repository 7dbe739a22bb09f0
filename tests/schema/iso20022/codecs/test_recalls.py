from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import DomainError, MessageRefused
from domain.money import Money
from domain.original import Original, StatedReason
from domain.recall import RecallAnswer, RecallRequest, RecallStatus
from schema.iso20022.codecs import camt029, camt056
from tests.schema.iso20022.codecs.strategies import amounts, bics, days, moments, originals, references, stated
from tests.schema.iso20022.codecs.wire import NOW, faultless, received

ORIGINAL = Original(
    "AURO-0001", "pacs.008.001.08", "0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70", "INVOICE-4711", "AURO-INSTR-1"
)
REQUEST = RecallRequest(
    case_id="CASE-1",
    assignment_id="AURO-RECALL-1",
    assigner_bic="AURODEFFXXX",
    assignee_bic="LUMIFRPPXXX",
    original=ORIGINAL,
    reason=StatedReason("DUPL", "sent twice"),
    original_amount=Money(12500050, "EUR"),
    original_date="2026-03-02",
    created=NOW,
)
ANSWER = RecallAnswer(
    case_id="CASE-1",
    assignment_id="LUMI-ANSWER-1",
    assigner_bic="LUMIFRPPXXX",
    assignee_bic="AURODEFFXXX",
    original=ORIGINAL,
    status=RecallStatus.RJCR,
    reasons=(StatedReason("ARDT", "returned already"),),
    request_id="AURO-RECALL-1",
    requested=NOW,
    created=NOW,
)


@st.composite
def requests(draw: st.DrawFn) -> RecallRequest:
    assigner = draw(bics)
    return RecallRequest(
        case_id=draw(references(16)),
        assignment_id=draw(references()),
        assigner_bic=assigner,
        assignee_bic=draw(bics),
        original=draw(originals),
        reason=draw(stated("DUPL", "AM09", "CUST")),
        original_amount=draw(st.none() | amounts()),
        original_date=draw(st.none() | days.map(str)),
        created=draw(moments),
        creator_bic=draw(st.none() | bics.filter(lambda bic: bic != assigner)),
        cancellation_id=draw(st.none() | references(16)),
    )


@st.composite
def answers(draw: st.DrawFn) -> RecallAnswer:
    status, assignee = draw(st.sampled_from(RecallStatus)), draw(bics)
    request = draw(st.none() | st.tuples(references(), moments)) or (None, None)
    return RecallAnswer(
        case_id=draw(references(16)),
        assignment_id=draw(references()),
        assigner_bic=draw(bics),
        assignee_bic=assignee,
        original=draw(originals),
        status=status,
        reasons=tuple(draw(st.lists(stated("AC04", "ARDT", "CUST"), min_size=status is RecallStatus.RJCR, max_size=2))),
        request_id=request[0],
        requested=request[1],
        created=draw(moments),
        creator_bic=draw(st.none() | bics.filter(lambda bic: bic != assignee)),
        status_id=draw(st.none() | references()),
    )


@given(requests())
def test_a_recall_survives_the_wire(request: RecallRequest) -> None:
    assert camt056.decode(received(faultless(camt056.encode(request)), camt056.MESSAGE)) == request


@given(answers())
def test_an_answer_survives_the_wire(answer: RecallAnswer) -> None:
    assert camt029.decode(received(faultless(camt029.encode(answer)), camt029.MESSAGE)) == answer


def test_the_answer_names_the_message_it_answers() -> None:
    raw = camt029.encode(ANSWER)
    related = raw[raw.index(b"<Rltd>") : raw.index(b"</Rltd>")]
    assert b"<BizMsgIdr>AURO-RECALL-1</BizMsgIdr>" in related
    assert b"<MsgDefIdr>camt.056.001.08</MsgDefIdr>" in related


@pytest.mark.parametrize(
    "request_",
    [
        replace(REQUEST, case_id="c" * 36),
        replace(REQUEST, case_id="under_score"),
        replace(REQUEST, assignment_id="a" * 36),
        replace(REQUEST, created=None),
        replace(REQUEST, assignee_bic="NOBODY"),
        replace(REQUEST, original=replace(ORIGINAL, instruction_id="I" * 17)),
    ],
)
def test_a_wrong_recall_is_not_written(request_: RecallRequest) -> None:
    with pytest.raises(DomainError):
        camt056.encode(request_)


def test_a_refusal_without_a_reason_is_not_written() -> None:
    with pytest.raises(DomainError):
        camt029.encode(replace(ANSWER, reasons=()))


MISSING = [
    # what is taken out of a recall, and the rule that misses it
    ("OrgnlUETR", "CX-01"),
    ("CxlRsnInf", "CX-02"),
    ("Assgnr", "CX-03"),
]


@pytest.mark.parametrize(("element", "rule"), MISSING)
def test_what_a_recall_cannot_do_without(element: str, rule: str) -> None:
    business = received(camt056.encode(REQUEST), camt056.MESSAGE)
    gone = next(business.document.iter(f"{{*}}{element}"))
    gone.clear()
    with pytest.raises(MessageRefused) as refused:
        camt056.decode(business)
    assert [finding.rule for finding in refused.value.findings] == [rule]


@pytest.mark.parametrize(("element", "rule"), [("CxlStsRsnInf", "CX-06"), ("RslvdCase", "CX-07")])
def test_what_an_answer_cannot_do_without(element: str, rule: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        camt029.decode(received(without(camt029.encode(ANSWER), element), camt029.MESSAGE))
    assert [finding.rule for finding in refused.value.findings] == [rule]


def test_a_recall_without_a_case_is_known_by_its_own_name() -> None:
    raw = without(camt056.encode(REQUEST), "Case")
    assert camt056.decode(received(raw, camt056.MESSAGE)) == replace(REQUEST, case_id="AURO-RECALL-1")


def test_another_answer_is_not_understood() -> None:
    raw = camt029.encode(ANSWER).replace(b"<Conf>RJCR", b"<Conf>IPAY")
    with pytest.raises(MessageRefused) as refused:
        camt029.decode(received(raw, camt029.MESSAGE))
    assert [finding.rule for finding in refused.value.findings] == ["CX-05"]


def without(raw: bytes, element: str) -> bytes:
    opening, closing = f"<{element}>".encode(), f"</{element}>".encode()
    return raw[: raw.index(opening)] + raw[raw.index(closing) + len(closing) :]
