"""Held payments by REST: four eyes, desks, questions, many decisions at once; and what a participant never sees."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from schema.tables.common import audit
from tests.api.house import ALIKE, ALPHA, BETA, LISTED, House
from tests.api.test_bad_input import refused

REVIEWS, PAYMENTS = "/api/v1/reviews", "/api/v1/payments"
PASSPORT = {"name": "passport.pdf", "uri": "https://files.bank.example/1", "sha256": "ab" * 32}


async def held(house: House, **changes: Any) -> dict[str, Any]:
    """A payment that waits for people; its review."""
    return await house.held(await house.submit("alpha", **changes))


async def decide(house: House, caller: str, review: dict[str, Any], verdict: str, **more: Any) -> httpx.Response:
    word = {"verdict": verdict, "screening_id": review["screening_id"], **more}
    return await house[caller].post(f"{PAYMENTS}/{review['payment_id']}/decision", json=word)


async def test_two_people_approve_a_critical_hit(served: House) -> None:
    review = await held(served, receiver_name=LISTED)
    assert (review["level"], review["approvals"], review["approvals_needed"]) == ("CRITICAL", 0, 2)
    stale = await decide(served, "compliance", review | {"screening_id": "chk_0"}, "approve")
    refused(stale, 409, "stale_screening")
    first = await decide(served, "compliance", review, "approve")
    assert first.status_code == 200, first.text
    assert (first.json()["review"], first.json()["approvals"], first.json()["approvals_needed"]) == ("open", 1, 2)
    refused(await decide(served, "compliance", review, "approve"), 409, "same_reviewer")
    refused(await decide(served, "operator", review, "approve"), 403, "not_permitted")
    assert (await decide(served, "senior", review, "approve")).json()["review"] == "decided"
    await served.reaches(review["payment_id"], "completed")
    refused(await decide(served, "compliance", review, "reject"), 409, "already_decided")


async def test_an_escalated_case_is_a_seniors(served: House) -> None:
    review = await held(served, receiver_name=ALIKE)
    assert (review["level"], review["approvals_needed"]) == ("MEDIUM", 1)
    assert (await decide(served, "compliance", review, "escalate")).json()["review"] == "escalated"
    refused(await decide(served, "compliance", review, "approve"), 403, "senior_required")
    assert (await decide(served, "senior", review, "approve")).status_code == 200
    await served.reaches(review["payment_id"], "completed")


async def test_an_amount_needs_four_eyes_whatever_the_hit(served: House) -> None:
    review = await held(served, receiver_name=ALIKE, amount="150000001", currency="JPY", settlement_method="net")
    assert (review["level"], review["approvals_needed"]) == ("MEDIUM", 2)
    assert (await decide(served, "compliance", review, "reject")).json()["review"] == "decided"
    await served.reaches(review["payment_id"], "rejected")


async def test_a_desk_locks_its_case(served: House) -> None:
    review = await held(served, receiver_name=ALIKE)
    desk = f"{REVIEWS}/{review['id']}/assignment"
    taken = await served["compliance"].post(desk)
    assert (taken.status_code, taken.json()["review"]) == (200, "assigned"), taken.text
    refused(await decide(served, "senior", review, "approve"), 409, "review_locked")
    refused(await served["senior"].post(desk), 422, "invalid_value")
    handed = {"assignee": "senior_compliance", "reason": "she knows the customer"}
    refused(await served["compliance"].post(desk, json=handed), 403, "not_permitted")
    assert (await served["operator"].post(desk, json=handed)).status_code == 200
    mine = (await served["senior"].get(REVIEWS, params={"assignee": "senior_compliance", "limit": 500})).json()
    assert review["id"] in [each["id"] for each in mine["reviews"]]
    refused(await decide(served, "compliance", review, "approve"), 409, "review_locked")
    refused(await served["compliance"].post(desk, json={"release": True}), 409, "review_locked")
    assert (await served["senior"].post(desk, json={"release": True})).json()["review"] == "open"
    assert (await decide(served, "compliance", review, "approve")).status_code == 200
    refused(await served["senior"].post(desk), 409, "already_decided")
    told = (await served["admin"].get("/api/v1/audit", params={"subject": review["payment_id"]})).json()["entries"]
    assert [(line["action"], line["actor_id"]) for line in told] == [
        ("review.approve", "compliance"),
        ("review.release", "senior_compliance"),
        ("review.take_over", "operator"),
        ("review.assign", "compliance"),
    ]


async def test_the_sender_is_asked_and_answers(served: House) -> None:
    review = await held(served, receiver_name=ALIKE)
    path = f"{PAYMENTS}/{review['payment_id']}"
    answer = {"text": "In 1931, see her passport.", "attachments": [PASSPORT]}
    refused(await served["alpha"].post(f"{path}/information", json=answer), 409, "no_question")
    refused(await decide(served, "compliance", review, "request_information"), 422, "invalid_value")
    asked = await decide(
        served, "compliance", review, "request_information", question="When was she born?", comment="alike"
    )
    assert asked.json()["review"] == "awaiting_information"
    heard = {caller: (await served[caller].get(f"{path}/events")).json()["events"] for caller in ("alpha", "beta")}
    questions = {
        caller: [e["detail"] for e in told if e["kind"] == "information_requested"] for caller, told in heard.items()
    }
    assert questions == {"alpha": [{"question": "When was she born?"}], "beta": [{}]}
    refused(await served["beta"].post(f"{path}/information", json=answer), 403, "not_permitted")
    headers = {"Idempotency-Key": "her-birthday"}
    told = [await served["alpha"].post(f"{path}/information", json=answer, headers=headers) for _ in range(2)]
    assert [each.status_code for each in told] == [200, 200], told[0].text
    assert told[0].json()["note_id"] == told[1].json()["note_id"]
    other = await served["alpha"].post(f"{path}/information", json={"text": "In 1932."}, headers=headers)
    refused(other, 409, "idempotency_key_reused")
    case = (await served["compliance"].get(f"{REVIEWS}/{review['id']}")).json()
    assert case["state"] == "open"
    assert [(note["kind"], note["words"], note["attachments"]) for note in case["notes"]] == [
        ("information", "In 1931, see her passport.", [PASSPORT])
    ]
    assert (await decide(served, "compliance", review, "approve")).status_code == 200


async def test_many_are_decided_each_by_itself(served: House) -> None:
    first, second, third = [await held(served, receiver_name=ALIKE) for _ in range(3)]
    words = [
        {"payment_id": first["payment_id"], "verdict": "approve", "screening_id": first["screening_id"]},
        {"payment_id": second["payment_id"], "verdict": "reject", "screening_id": "chk_0"},
        {"payment_id": "nonsense", "verdict": "reject", "screening_id": "chk_0"},
        {"payment_id": third["payment_id"], "verdict": "reject", "screening_id": third["screening_id"]},
    ]
    answer = await served["compliance"].post(f"{REVIEWS}/decisions", json={"decisions": words})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["total"], told["taken"], told["refused"]) == (4, 2, 2)
    assert [item["status"] for item in told["items"]] == [200, 409, 404, 200]
    assert [item["problem"] and item["problem"]["code"] for item in told["items"]] == [
        None, "stale_screening", "not_found", None,
    ]  # fmt: skip
    await served.reaches(first["payment_id"], "completed")
    await served.reaches(third["payment_id"], "rejected")
    assert (await decide(served, "compliance", second, "approve")).status_code == 200
    too_many = {"decisions": words * 26}
    refused(await served["compliance"].post(f"{REVIEWS}/decisions", json=too_many), 422, "validation_failed")


async def test_a_case_tells_its_parties_past_and_like_decisions(served: House) -> None:
    sender = "Ludovica Recurrent"
    earlier = await held(served, sender_name=sender, receiver_name=ALIKE)
    assert (await decide(served, "compliance", earlier, "approve", comment="born later")).status_code == 200
    await served.reaches(earlier["payment_id"], "completed")
    review = await held(served, sender_name=sender, receiver_name=ALIKE)
    note = {"text": "again", "attachments": [PASSPORT]}
    commented = await served["compliance"].post(f"{REVIEWS}/{review['id']}/comments", json=note)
    assert commented.status_code == 201, commented.text
    case = (await served["operator"].get(f"{REVIEWS}/{review['payment_id']}")).json()
    assert case["id"] == review["id"]
    assert case["debtor"]["outcomes"] == {"completed": 1}
    (once,) = case["debtor"]["payments"]
    assert (once["payment_id"], once["side"], once["verdict"]) == (earlier["payment_id"], "debtor", "approve")
    assert earlier["payment_id"] in [each["payment_id"] for each in case["precedents"]]
    assert {"born later"} <= {each["comment"] for each in case["precedents"]}
    (check,) = [check for check in case["checks"] if check["check_type"] == "sanctions_screening"]
    assert check["hits"][0]["level"] == "MEDIUM"
    assert [each["words"] for each in case["notes"]] == ["again"]
    assert [each["kind"] for each in case["risk"]] == ["hot"]


async def test_a_participant_sees_nothing_of_hits(served: House) -> None:
    review = await held(served, receiver_name=LISTED)
    path = f"{PAYMENTS}/{review['payment_id']}"
    await decide(served, "compliance", review, "escalate", comment="D-OFAC-001, surely")
    await decide(served, "senior", review, "reject", comment="on the list, he is")
    await served.reaches(review["payment_id"], "rejected")
    secrets = ("DEMO-OFAC", "D-OFAC-001", "surely", "he is", 'compliance"', "CRITICAL", "escalate", "review.")
    for caller in ("alpha", "beta"):
        listed = (await served[caller].get(f"{path}/messages")).json()["messages"]
        ways = [path, f"{path}/events", f"{path}/messages", *(f"{path}/messages/{each['id']}" for each in listed)]
        for way in ways:
            answer = await served[caller].get(way)
            assert answer.status_code == 200, way
            assert [secret for secret in secrets if secret in answer.text] == [], (caller, way)
        refused(await served[caller].get(f"{REVIEWS}/{review['id']}"), 403, "not_permitted")
    told = (await served["alpha"].get(path)).json()
    assert told["reason_codes"] == ["RR04"]
    assert [told[name] for name in ("compliance_check", "risk_score", "risk")] == [None, None, None]
    assert (await served["compliance"].get(path)).json()["risk_score"] == 100


async def test_the_queue_is_filtered_sorted_and_paged(served: House) -> None:
    small = await held(served, receiver_name=ALIKE, amount="1.00")
    large = await held(served, receiver_name=ALIKE, amount="200.00", currency="EUR")
    heavy = await held(served, receiver_name=LISTED, amount="2.00")

    async def ids(**params: Any) -> list[str]:
        answer = await served["compliance"].get(REVIEWS, params={"limit": 500, **params})
        assert answer.status_code == 200, answer.text
        mine = {small["id"], large["id"], heavy["id"]}
        return [each["id"] for each in answer.json()["reviews"] if each["id"] in mine]

    assert await ids() == [heavy["id"], large["id"], small["id"]]
    assert await ids(sort="oldest") == [small["id"], large["id"], heavy["id"]]
    assert await ids(sort="newest") == [heavy["id"], large["id"], small["id"]]
    assert await ids(sort="amount") == [large["id"], heavy["id"], small["id"]]
    assert await ids(level="MEDIUM", sort="due") == [small["id"], large["id"]]
    assert await ids(currency="EUR", bank=ALPHA) == [large["id"]]
    assert await ids(overdue=True) == await ids(ring_fenced=True) == await ids(state="escalated") == []
    paged = (await served["compliance"].get(REVIEWS, params={"limit": 1, "page": 2})).json()
    assert (len(paged["reviews"]), paged["page"]) == (1, 2)
    measured = (await served["nobody"].get("/metrics")).text
    assert 'review_queue_depth{level="CRITICAL",state="open"}' in measured
    assert "review_queue_oldest_age_seconds" in measured
    assert 'review_sla_breaches{term="expire"}' in measured
    words = [
        {"payment_id": each["payment_id"], "verdict": "reject", "screening_id": each["screening_id"]}
        for each in (small, large, heavy)
    ]
    answer = await served["compliance"].post(f"{REVIEWS}/decisions", json={"decisions": words})
    assert answer.json()["refused"] == 0, answer.text


async def test_of_two_at_once_one_decides(served: House) -> None:
    review = await held(served, receiver_name=ALIKE)
    answers = await asyncio.gather(
        *(decide(served, caller, review, "approve") for caller in ("compliance", "senior") for _ in range(2))
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"already_decided", "review_busy"}


async def test_the_audit_log_is_searched(served: House) -> None:
    began = datetime.now(UTC)
    review = await held(served, receiver_name=ALIKE)
    assert (await decide(served, "compliance", review, "approve")).status_code == 200

    async def found(**params: str) -> list[dict[str, Any]]:
        answer = await served["compliance"].get("/api/v1/audit", params={"limit": "500", **params})
        assert answer.status_code == 200, answer.text
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return [entry for entry in entries if entry["subject"] == review["payment_id"]]

    (line,) = await found(action="review", actor="compliance")
    assert (line["action"], line["actor_role"], len(line["hash"])) == ("review.approve", "compliance", 64)
    assert await found(action="review.approve", **{"from": began.isoformat()}) == [line]
    assert await found(to=began.isoformat()) == await found(actor="operator") == await found(action="rev") == []
    assert await found(**{"from": (began + timedelta(hours=1)).isoformat()}) == []
    refused(await served["compliance"].get("/api/v1/audit", params={"from": "yesterday"}), 422, "validation_failed")
    async with served.db.read() as session:
        assert (await audit.verify(session)).ok


async def test_a_bank_cannot_answer_for_another(served: House) -> None:
    review = await held(served, receiver_name=ALIKE, receiver_bic=BETA)
    asked = await decide(served, "compliance", review, "request_information", question="What for?")
    assert asked.status_code == 200
    path = f"{PAYMENTS}/{review['payment_id']}"
    for_it = await served["operator"].post(f"{path}/information", json={"text": "Rent, they say on the phone."})
    assert (for_it.status_code, for_it.json()["review"]) == (200, "open"), for_it.text
    assert (await served["alpha"].post(f"{path}/cancel")).status_code == 200
