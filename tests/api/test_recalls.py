"""Recalls before and after settlement, and returns, on the real stack."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from api.investigations.recalling import term
from domain.ids import Uetr
from domain.original import Original, StatedReason
from domain.payment_return import return_of
from domain.recall import RecallAnswer, RecallRequest, RecallStatus
from schema.iso20022.codecs import camt029, camt056, pacs004, pacs008
from schema.iso20022.codecs.identity import Identity
from schema.iso20022.envelope import unwrap
from schema.iso20022.safe_xml import parse
from tests.api.house import ALPHA, BETA, LISTED, House
from tests.api.test_bad_input import refused
from tests.api.test_circle import assert_sound, content, messages, texts

URL = "/api/v1/payments"
XML = {"Content-Type": "application/xml"}


async def paid(house: House, **changes: Any) -> dict[str, Any]:
    """A completed payment from Alpha to Beta."""
    payment_id = await house.submit("alpha", **changes)
    return await house.reaches(payment_id, "completed")


async def of_type(house: House, caller: str, payment_id: str, message_type: str) -> list[bytes]:
    found = await messages(house, caller, payment_id)
    return [await content(house, caller, each) for each in found if each["message_type"].startswith(message_type)]


async def test_a_recall_before_settlement_cancels(served: House) -> None:
    payment_id = await served.submit("alpha", receiver_name=LISTED)
    await served.held(payment_id)
    body = {"reason": "DUPL", "text": "sent twice", "case_id": "CASE-1"}
    answer = await served["alpha"].post(f"{URL}/{payment_id}/recall", json=body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["case_id"]) == ("accepted", "CASE-1")
    assert (await served.reaches(payment_id, "cancelled"))["reason_codes"] == ["CUST"]
    again = await served["alpha"].post(f"{URL}/{payment_id}/recall", json=body)
    assert again.json() == answer.json()
    (said,) = await of_type(served, "alpha", payment_id, "camt.029")
    assert texts(said, "Conf") == ["CNCL"]
    assert_sound(said)
    reports = await of_type(served, "alpha", payment_id, "pacs.002")
    assert texts(reports[-1], "TxSts") == ["CANC"]
    assert await of_type(served, "beta", payment_id, "camt.056") == [], "the receiver never knew of it"


async def test_a_recall_after_settlement_is_accepted_with_a_return(served: House) -> None:
    payment = await paid(served, amount="31.00")
    asked = await served["alpha"].post(f"{URL}/{payment['id']}/recall", json={"reason": "FRAD", "case_id": "C-2"})
    assert asked.json()["state"] == "open"
    (request,) = await of_type(served, "beta", payment["id"], "camt.056")
    assert texts(request, "Cd") == ["FRAD"]
    assert_sound(request)
    (pending,) = await of_type(served, "alpha", payment["id"], "camt.029")
    assert texts(pending, "Conf") == ["PDCR"]

    refused(
        await served["alpha"].post(f"{URL}/{payment['id']}/recall/answer", json={"answer": "accept"}),
        403,
        "not_permitted",
    )
    said = await served["beta"].post(f"{URL}/{payment['id']}/recall/answer", json={"answer": "accept"})
    assert said.status_code == 200, said.text
    return_id = said.json()["return_payment_id"]
    back = await served.reaches(return_id, "completed")
    assert (back["kind"], back["original_payment_id"]) == ("return", payment["id"])
    assert (back["sender_bic"], back["receiver_bic"], back["amount"]) == (BETA, ALPHA, "31.00")
    answers = await of_type(served, "alpha", payment["id"], "camt.029")
    assert [texts(each, "Conf") for each in answers] == [["PDCR"], ["CNCL"]]
    (returned,) = await of_type(served, "alpha", return_id, "pacs.004")
    assert texts(returned, "OrgnlUETR") == [payment["uetr"]]
    assert_sound(returned)

    (credited,) = await of_type(served, "alpha", return_id, "camt.054")
    assert (texts(credited, "CdtDbtInd")[0], texts(credited, "Amt")[0]) == ("CRDT", "31.00")
    refused(
        await served["beta"].post(f"{URL}/{payment['id']}/recall/answer", json={"answer": "refuse", "reason": "CUST"}),
        409,
        "recall_closed",
    )


@pytest.mark.parametrize("turn", range(3))
async def test_accepted_and_refused_in_the_same_moment(served: House, turn: int) -> None:
    """One word stands, and money is under way when it is yes and only then; the other word is told which."""
    payment = await paid(served, amount="17.00")
    path = f"{URL}/{payment['id']}"
    await served["alpha"].post(f"{path}/recall", json={"reason": "DUPL", "case_id": "AT-ONCE"})
    yes, no = {"answer": "accept"}, {"answer": "refuse", "reason": "CUST"}
    words = [yes, no, yes, no, yes][turn:] + [no] * turn
    answers = await asyncio.gather(*(served["beta"].post(f"{path}/recall/answer", json=word) for word in words))
    (case,) = (await served["alpha"].get(f"{path}/recalls")).json()["recalls"]
    stands = yes if case["state"] == "accepted" else no
    for word, answer in zip(words, answers, strict=True):
        if word == stands:
            assert answer.status_code == 200, answer.text
            assert answer.json() == case
        else:
            assert refused(answer, 409, "recall_closed")["state"] == case["state"]
    async with served.db.read() as session:
        rows = await session.all(text("SELECT id FROM payments WHERE original_payment_id = :id"), {"id": payment["id"]})
    assert [row.id for row in rows] == ([case["return_payment_id"]] if stands == yes else [])


async def test_a_recall_is_refused_with_a_reason(served: House) -> None:
    payment = await paid(served)
    await served["alpha"].post(f"{URL}/{payment['id']}/recall", json={"reason": "CUST", "case_id": "C-3"})
    wrong = await served["beta"].post(f"{URL}/{payment['id']}/recall/answer", json={"answer": "refuse"})
    assert [each["rule"] for each in refused(wrong, 422, "validation_failed")["findings"]] == ["CX-06"]
    word = {"answer": "refuse", "reason": "NOOR", "text": "no such order"}
    said = await served["beta"].post(f"{URL}/{payment['id']}/recall/answer", json=word)
    assert (said.json()["state"], said.json()["answer_reason"]) == ("refused", "NOOR")
    answers = await of_type(served, "alpha", payment["id"], "camt.029")
    assert (texts(answers[-1], "Conf"), texts(answers[-1], "Cd")[-1]) == (["RJCR"], "NOOR")
    assert_sound(answers[-1])
    listed = (await served["alpha"].get(f"{URL}/{payment['id']}/recalls")).json()["recalls"]
    assert [each["state"] for each in listed] == ["refused"]


async def test_recall_and_answer_come_as_messages(served: House) -> None:
    payment = await paid(served)
    at, original = datetime.now(UTC), Original(uetr=payment["uetr"], message_id="M1", message_name="pacs.008.001.08")
    request = RecallRequest("CASE-X", "ASSIGN-X", ALPHA, BETA, original, StatedReason("DUPL"))
    raw = camt056.encode(request, created=at)
    asked = await served["alpha"].post(f"{URL}/{payment['id']}/recall", content=raw, headers=XML)
    assert asked.status_code == 200, asked.text
    assert (asked.json()["state"], asked.json()["case_id"]) == ("open", "CASE-X")
    word = RecallAnswer(
        "CASE-X", "ANSWER-X", BETA, ALPHA, original, RecallStatus.RJCR, (StatedReason("LEGL"),), request_id="ASSIGN-X"
    )
    said = await served["beta"].post(
        f"{URL}/{payment['id']}/recall/answer", content=camt029.encode(word, created=at), headers=XML
    )
    assert said.status_code == 200, said.text
    assert (said.json()["state"], said.json()["answer_reason"]) == ("refused", "LEGL")
    kept = {each["identity"].partition("/")[0] for each in await messages(served, "operator", payment["id"])}
    assert {"recall", "answer", "camt.056", "camt.029"} <= kept


TERMS = [
    ("EUR", date(2026, 10, 13), 15, date(2026, 11, 3)),
    ("EUR", date(2026, 4, 2), 1, date(2026, 4, 7)),  # Good Friday, a weekend, Easter Monday
    ("EUR", date(2026, 10, 17), 1, date(2026, 10, 19)),  # asked on a Saturday
    ("USD", date(2026, 11, 10), 1, date(2026, 11, 12)),  # Veterans Day
    ("KWD", date(2026, 10, 15), 2, date(2026, 10, 19)),  # a Thursday; their week begins on Sunday
    ("EUR", date(2026, 10, 13), 0, None),
]


@pytest.mark.parametrize(("currency", "asked_on", "days", "answer_by"), TERMS)
def test_a_receiver_has_business_days_to_answer(currency: str, asked_on: date, days: int, answer_by: date) -> None:
    assert term(currency, asked_on, days) == answer_by


async def test_a_recall_that_nobody_answers_is_overdue(served: House) -> None:
    payment = await paid(served)
    asked = (await served["alpha"].post(f"{URL}/{payment['id']}/recall", json={"reason": "DUPL"})).json()
    assert asked["answer_by"] == term("USD", datetime.now(UTC).date(), 15).isoformat()  # type: ignore[union-attr]
    assert not asked["overdue"]
    for days, overdue in ((0, False), (1, True)):
        async with served.db.write() as session:
            facts = {"id": asked["id"], "day": datetime.now(UTC).date() - timedelta(days=days)}
            await session.run(text("UPDATE recalls SET answer_by = :day WHERE id = :id"), facts)
        (case,) = (await served["beta"].get(f"{URL}/{payment['id']}/recalls")).json()["recalls"]
        assert case["overdue"] is overdue
    said = await served["beta"].post(f"{URL}/{payment['id']}/recall/answer", json={"answer": "accept"})
    assert (said.json()["state"], said.json()["overdue"]) == ("accepted", False)


async def test_a_recall_of_another_payment_is_refused(served: House) -> None:
    payment = await paid(served)
    other = RecallRequest(
        "C",
        "A",
        ALPHA,
        BETA,
        Original(uetr=Uetr.new(), message_id="M", message_name="pacs.008.001.08"),
        StatedReason("DUPL"),
    )
    raw = camt056.encode(other, created=datetime.now(UTC))
    answer = await served["alpha"].post(f"{URL}/{payment['id']}/recall", content=raw, headers=XML)
    assert [each["rule"] for each in refused(answer, 422, "message_refused")["findings"]] == ["CX-01"]


async def test_one_recall_at_a_time_and_only_by_the_sender(served: House) -> None:
    payment = await paid(served)
    refused(await served["beta"].post(f"{URL}/{payment['id']}/recall", json={"reason": "DUPL"}), 403, "not_permitted")
    first = await served["alpha"].post(f"{URL}/{payment['id']}/recall", json={"reason": "DUPL", "case_id": "ONE"})
    assert first.json()["state"] == "open"
    second = await served["alpha"].post(f"{URL}/{payment['id']}/recall", json={"reason": "DUPL", "case_id": "TWO"})
    assert refused(second, 409, "already_exists")["case_id"] == "ONE"


async def test_a_part_is_returned_and_never_more_than_was_paid(served: House) -> None:
    payment = await paid(served, amount="50.00")
    path = f"{URL}/{payment['id']}/return"
    refused(await served["alpha"].post(path, json={"reason": "AC04"}), 403, "not_permitted")
    part = {"reason": "AC04", "amount": "20.00", "settlement_method": "gross", "text": "in part"}
    answer = await served["beta"].post(path, json=part, headers={"Prefer": "wait=20"})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "accepted"), answer.text
    back = await served.reaches(answer.json()["id"], "completed")
    (raw,) = await of_type(served, "alpha", back["id"], "pacs.004")
    assert texts(raw, "RtrdIntrBkSttlmAmt") == ["20.00"]
    assert_sound(raw)
    too_much = await served["beta"].post(path, json={"reason": "AC04", "amount": "30.01"})
    assert refused(too_much, 409, "not_returnable")["left"] == "30.00"
    refused(await served["alpha"].post(f"{URL}/{back['id']}/return", json={"reason": "AC04"}), 409, "not_returnable")


async def test_nothing_is_returned_that_was_not_paid(served: House) -> None:
    payment_id = await served.submit("alpha", receiver_name=LISTED)
    await served.held(payment_id)
    refused(await served["beta"].post(f"{URL}/{payment_id}/return", json={"reason": "AC04"}), 409, "not_returnable")


async def test_a_return_comes_as_pacs_004(served: House) -> None:
    payment = await paid(served, amount="12.00")
    (forwarded,) = await of_type(served, "beta", payment["id"], "pacs.008")
    raw = _pacs004(payment, forwarded)
    answer = await served["beta"].post(URL, content=raw, headers={**XML, "Prefer": "wait=20"})
    assert answer.status_code == 200, answer.text
    back = await served.reaches(answer.json()["id"], "completed")
    assert (back["original_payment_id"], back["amount"], back["kind"]) == (payment["id"], "12.00", "return")
    again = await served["beta"].post(URL, content=raw, headers=XML)
    refused(again, 409, "not_returnable")


def _pacs004(payment: dict[str, Any], forwarded: bytes) -> bytes:
    order = pacs008.decode(unwrap(parse(forwarded)))
    back = return_of(order, return_id="RTR1", reason=StatedReason("AC04"), value_date=f"{datetime.now(UTC):%Y-%m-%d}")
    return pacs004.encode(back, Identity("RTRMSG1", datetime.now(UTC), BETA, ALPHA))


@pytest.mark.parametrize("reason", ["XXXX", "dupl", ""])
async def test_an_unknown_reason_is_a_finding(served: House, reason: str) -> None:
    payment_id = await served.submit("alpha", receiver_name=LISTED)
    answer = await served["alpha"].post(f"{URL}/{payment_id}/recall", json={"reason": reason})
    assert [each["rule"] for each in refused(answer, 422, "validation_failed")["findings"]] == ["CX-02"]


async def test_two_returns_at_once_do_not_pay_twice(served: House) -> None:
    payment = await paid(served, amount="40.00")
    path = f"{URL}/{payment['id']}/return"
    tries = [served["beta"].post(path, json={"reason": "AC04", "amount": "25.00"}) for _ in range(5)]
    answers = await asyncio.gather(*tries)
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409, 409]
