from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from pydantic import TypeAdapter

from api.initiation.orders import NewPayment
from domain.ids import PaymentId
from schema.tables.payment import payments
from tests.api.house import ALIKE, ALPHA, BETA, GAMMA, LISTED, NEWCOMER, STRANGER, House, eventually, order
from tests.api.test_bad_input import refused
from workflows.payloads import PaymentInput

URL = "/api/v1/payments"
WAIT = {"Prefer": "wait=20"}


async def test_a_net_payment_is_settled_in_a_batch(served: House) -> None:
    before = await eventually(lambda: opened(served, GAMMA))
    payment_id = await served.submit(receiver_bic=GAMMA, settlement_method="net", amount="10.00")
    payment = await served.reaches(payment_id, "completed")
    check = payment["compliance_check"]
    assert (check["check_type"], check["status"], check["requires_review"]) == ("sanctions_screening", "passed", False)
    events = (await served["alpha"].get(f"{URL}/{payment_id}/events")).json()["events"]
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    assert all(first["seq"] < second["seq"] for first, second in pairwise(events))
    listed = (await served["operator"].get("/api/v1/settlement/batches")).json()["batches"]
    assert payment["batch_id"] in [batch["id"] for batch in listed]
    batch = (await served["operator"].get(f"/api/v1/settlement/batches/{payment['batch_id']}")).json()
    assert (batch["state"], batch["gross"], batch["net"]) == ("final", "10.00", "10.00")
    assert batch["transfers"] == [{"debtor": ALPHA, "creditor": GAMMA, "amount": "10.00"}]
    assert {position["net"] for position in batch["positions"]} == {"10.00", "-10.00"}

    async def paid() -> bool | None:
        return await balance(served, GAMMA) == before + 10 or None

    await eventually(paid)


async def test_the_verdict_is_waited_for(served: House) -> None:
    answer = await served["alpha"].post(URL, json=order(), headers=WAIT)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "accepted")
    assert answer.headers["preference-applied"] == "wait=20"


async def test_a_rejection_comes_with_its_reasons(served: House) -> None:
    answer = await served["alpha"].post(URL, json=order(receiver_bic=STRANGER), headers=WAIT)
    assert answer.json()["verdict"] == "rejected"
    assert answer.json()["reason_codes"] == ["RC04"]
    payment = (await served["alpha"].get(answer.headers["location"])).json()
    assert (payment["status"], payment["reason_codes"]) == ("rejected", ["RC04"])
    refused(await served["alpha"].post(f"{answer.headers['location']}/cancel"), 409, "not_cancellable")
    workflow = (await served["operator"].get(f"{answer.headers['location']}/workflow")).json()
    assert (workflow["execution"], workflow["status"]) == ("completed", "rejected")
    unknown = await served["operator"].post(URL, json=order(sender_bic=STRANGER), headers=WAIT)
    assert unknown.json()["reason_codes"] == ["RC03"]


async def test_a_verdict_is_the_answer_for_a_repeat_too(served: House) -> None:
    body, headers = order(), {**WAIT, "Idempotency-Key": "verdict"}
    first = await served["alpha"].post(URL, json=body, headers=headers)
    again = await served["alpha"].post(URL, json=body, headers=headers)
    assert (again.status_code, again.content) == (first.status_code, first.content) == (200, first.content)


async def test_a_held_payment_is_approved(served: House) -> None:
    answer = await served["operator"].post(URL, json=order(receiver_name=ALIKE), headers=WAIT)
    assert answer.json()["verdict"] == "held"
    path = answer.headers["location"]
    review = await served.held(answer.json()["id"])
    assert review["hits"][0]["level"] == "MEDIUM"
    stale = {"verdict": "approve", "screening_id": "chk_0"}
    refused(await served["compliance"].post(f"{path}/decision", json=stale), 409, "stale_screening")
    word = {"verdict": "approve", "screening_id": review["screening_id"], "comment": "another person"}
    headers = {"Idempotency-Key": "approved"}
    decided = await served["compliance"].post(f"{path}/decision", json=word, headers=headers)
    assert decided.status_code == 200, decided.text
    repeated = await served["compliance"].post(f"{path}/decision", json=word, headers=headers)
    assert repeated.status_code == 200, repeated.text
    await served.reaches(answer.json()["id"], "completed")
    again = await served["compliance"].post(f"{path}/decision", json=word)
    refused(again, 409, "already_decided")


async def test_nothing_is_decided_where_nothing_is_held(served: House) -> None:
    payment_id = await served.submit()
    await served.reaches(payment_id, "completed")
    word = {"verdict": "approve", "screening_id": "chk_0"}
    refused(await served["compliance"].post(f"{URL}/{payment_id}/decision", json=word), 409, "not_under_review")


async def test_a_held_payment_is_rejected_and_the_sender_learns_nothing_of_the_list(served: House) -> None:
    payment_id = await served.submit("alpha", receiver_name=LISTED)
    review = await served.held(payment_id)
    word = {"verdict": "reject", "screening_id": review["screening_id"], "comment": "it is him"}
    assert (await served["compliance"].post(f"{URL}/{payment_id}/decision", json=word)).status_code == 200
    assert (await served.reaches(payment_id, "rejected"))["reason_codes"] == ["RR04"]
    told = await served["alpha"].get(f"{URL}/{payment_id}/events")
    assert "it is him" not in told.text
    assert "compliance" not in told.text
    assert "it is him" in (await served["compliance"].get(f"{URL}/{payment_id}/events")).text


async def test_a_held_payment_is_cancelled(served: House) -> None:
    payment_id = await served.submit("alpha", receiver_name=LISTED)
    await served.held(payment_id)
    answer = await served["alpha"].post(f"{URL}/{payment_id}/cancel", json={"comment": "never mind"})
    assert answer.status_code == 200, answer.text
    assert (await served.reaches(payment_id, "cancelled"))["reason_codes"] == ["CUST"]
    acts = (await served["admin"].get("/api/v1/audit", params={"subject": payment_id})).json()["entries"]
    assert [(line["action"], line["actor_role"]) for line in acts] == [
        ("payment.cancel", "participant"),
        ("review.withdraw", "system"),
    ]


async def test_a_payment_is_cancelled_before_its_workflow_has_started(served: House) -> None:
    payment_id = PaymentId.new()
    wanted = NewPayment(**order(sender_bic=ALPHA, receiver_name=LISTED)).order()
    told = PaymentInput(payment_id, ALPHA, BETA, "USD", 10_000, wanted.method, "operator")
    at = datetime.now(UTC)
    async with served.db.write() as session:
        stored = payments.NewPayment(payment_id, "R", wanted, "operator", at)
        start = TypeAdapter(PaymentInput).dump_python(told, mode="json")
        await payments.insert(session, stored, start=start, start_after=at + timedelta(hours=1))
    refused(await served["operator"].get(f"{URL}/{payment_id}/workflow"), 404, "not_found")
    refused(await served["operator"].post(f"{URL}/{payment_id}/redrive"), 409, "not_parked")
    answer = await served["alpha"].post(f"{URL}/{payment_id}/cancel")
    assert answer.status_code == 200, answer.text
    await served.reaches(payment_id, "cancelled")


async def test_a_dead_letter_is_redriven(served: House) -> None:
    payment_id = await served.submit(receiver_bic=NEWCOMER, currency="EUR")
    letter = await served.parked(payment_id)
    assert (letter["step"], letter["error_code"], letter["amount"]) == ("pay_gross", "ledger_account_missing", "100.00")
    workflow = (await served["operator"].get(f"{URL}/{payment_id}/workflow")).json()
    assert (workflow["execution"], workflow["step"], workflow["attempt"]) == ("running", "pay_gross", 2)
    assert workflow["last_failure"] == letter["message"]
    path = f"/api/v1/participants/{NEWCOMER}/accounts/EUR/funding"
    opened = await served["admin"].post(path, json={"amount": "0", "reference": "open"})
    assert opened.json() == {"account_id": f"{NEWCOMER}/EUR", "currency": "EUR", "posted": "0.00", "available": "0.00"}
    answer = await served["operator"].post(f"{URL}/{payment_id}/redrive", json={"comment": "opened"})
    assert answer.status_code == 200, answer.text
    await served.reaches(payment_id, "completed")
    refused(await served["operator"].post(f"{URL}/{payment_id}/redrive"), 409, "not_parked")


async def test_a_dead_letter_is_abandoned(served: House) -> None:
    answer = await served["operator"].post(URL, json=order(receiver_bic=NEWCOMER), headers=WAIT)
    assert answer.json()["verdict"] == "parked"
    path = answer.headers["location"]
    await served.parked(answer.json()["id"])
    assert (await served["operator"].post(f"{path}/abandon", json={"comment": "agreed"})).status_code == 200
    assert (await served.reaches(answer.json()["id"], "failed"))["reason_codes"] == ["TS04"]
    listed = (await served["operator"].get("/api/v1/dead-letters", params={"state": "abandoned"})).json()
    assert answer.json()["id"] in [letter["payment_id"] for letter in listed["dead_letters"]]


async def test_the_same_reference_funds_once(served: House) -> None:
    path = f"/api/v1/participants/{BETA}/accounts/EUR/funding"
    body = {"amount": "5.00", "reference": "twice"}
    first, again = [await served["admin"].post(path, json=body) for _ in range(2)]
    assert first.json() == again.json()
    refused(await served["admin"].post(path, json={**body, "amount": "6.00"}), 409, "already_exists")


async def test_balances_of_the_past_are_told(served: House) -> None:
    path = f"/api/v1/participants/{BETA}/balances"
    await eventually(lambda: opened(served, BETA))
    now = (await served["beta"].get(path)).json()["balances"]
    position = max(account["ledger_position"] for account in now)
    past = (await served["beta"].get(f"{path}/past", params={"position": position})).json()
    told = {account["account_id"]: account["posted"] for account in past["balances"]}
    assert told == {account["account_id"]: account["posted"] for account in now}
    before = (await served["beta"].get(f"{path}/past", params={"at": "2020-01-01T00:00:00Z"})).json()
    assert before["position"] == 0
    assert {Decimal(account["posted"]) for account in before["balances"]} == {Decimal(0)}
    refused(await served["beta"].get(f"{path}/past"), 422, "invalid_value")
    refused(await served["beta"].get(f"{path}/past", params={"at": "2020-01-01T00:00:00"}), 422, "invalid_value")
    refused(await served["beta"].get(f"{path}/past", params={"position": 2**40}), 404, "not_found")
    refused(await served["alpha"].get(f"{path}/past", params={"position": 0}), 404, "not_found")


async def opened(house: House, bic: str) -> Decimal | None:
    """The balance, once the opening funds are shown."""
    shown = await balance(house, bic)
    return shown if shown >= 1_000_000 else None


async def balance(house: House, bic: str, currency: str = "USD") -> Decimal:
    shown = (await house["operator"].get(f"/api/v1/participants/{bic}/balances")).json()["balances"]
    return next(Decimal(account["posted"]) for account in shown if account["currency"] == currency)
