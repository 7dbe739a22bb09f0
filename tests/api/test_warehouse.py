"""Payments for a later day, on the real stack."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.api.house import ALPHA, BETA, GAMMA, House, eventually, order
from tests.api.test_bad_input import refused

URL = "/api/v1/payments"
DAY = f"{datetime.now(UTC) + timedelta(days=90):%Y-%m-%d}"


async def sent(house: House, **changes: Any) -> dict[str, Any]:
    """The verdict on a payment."""
    answer = await house["alpha"].post(URL, json=order(**changes), headers={"Prefer": "wait=20"})
    assert answer.status_code == 200, answer.text
    verdict: dict[str, Any] = answer.json()
    return verdict


async def in_store(house: House, payment_id: str) -> dict[str, Any]:
    """Wait until the payment shows that it waits for its day."""

    async def find() -> dict[str, Any] | None:
        found: dict[str, Any] = (await house["alpha"].get(f"{URL}/{payment_id}")).json()
        return found if found["warehoused"] else None

    return await eventually(find)


async def test_a_payment_for_a_later_day_waits_for_it(served: House) -> None:
    verdict = await sent(served, value_date=DAY, currency="EUR")
    assert (verdict["verdict"], verdict["status"]) == ("warehoused", "screened")
    payment = await in_store(served, verdict["id"])
    assert (payment["value_date"], payment["settlement_date"], payment["date_moved"]) == (DAY, DAY, None)
    assert datetime.fromisoformat(payment["release_at"]) > datetime.now(UTC)
    told = (await served["beta"].get(f"{URL}/{payment['id']}/events")).json()["events"]
    assert [event["status"] or event["kind"] for event in told] == ["initiated", "validated", "screened", "warehoused"]
    assert told[-1]["detail"]["settlement_date"] == DAY

    other = await sent(served, value_date=DAY, currency="EUR", receiver_bic=GAMMA, amount="7.00")
    for caller, count, amount in (("alpha", 2, "107.00"), ("beta", 1, "100.00"), ("operator", 2, "107.00")):
        shelves = (await served[caller].get("/api/v1/settlement/warehouse")).json()["shelves"]
        assert shelves == [{"settlement_date": DAY, "currency": "EUR", "payments": count, "amount": amount}]
        params: dict[str, Any] = {"warehoused": True, "settlement_date": DAY}
        listed = (await served[caller].get(URL, params=params)).json()
        assert listed["total"] == count
    nobody = (await served["operator"].get(URL, params={"settlement_date": "2020-01-01"})).json()
    assert nobody["payments"] == []

    measured = (await served["nobody"].get("/metrics")).text
    assert 'warehouse_payments{currency="EUR"} 2.0' in measured
    assert 'warehouse_overdue_payments{currency="EUR"} 0.0' in measured

    path = f"{URL}/{payment['id']}"
    early = await served["operator"].post(f"{path}/release", json={"comment": "the sender asks for it"})
    refused(early, 409, "not_releasable")
    for each in (payment["id"], other["id"]):
        assert (await served["alpha"].post(f"{URL}/{each}/cancel", json={})).status_code == 200
        gone = await served.reaches(each, "cancelled")
        assert gone["warehoused"] is False
    assert (await served["operator"].get("/api/v1/settlement/warehouse")).json() == {"shelves": []}
    late = await served["operator"].post(f"{path}/release", json={"comment": "too late"})
    refused(late, 409, "not_releasable")


async def test_a_day_out_of_reach_is_refused_and_one_that_is_over_is_told(served: House) -> None:
    far = await sent(served, value_date=f"{datetime.now(UTC) + timedelta(days=500):%Y-%m-%d}")
    assert (far["verdict"], far["reason_codes"]) == ("rejected", ["CH03"])
    over = await sent(served, value_date="2020-02-29")
    assert over["verdict"] == "accepted"
    paid = await served.reaches(over["id"], "completed")
    assert (paid["date_moved"], paid["warehoused"]) == ("in_the_past", False)
    assert [(each["rule"], each["severity"], each["reason"]) for each in paid["findings"]] == [
        ("NW-06", "warning", "DT01")
    ]


async def test_a_payment_that_waits_for_no_day_is_not_let_go(served: House) -> None:
    payment = await served.submit(sender_bic=ALPHA, receiver_bic=BETA)
    await served.reaches(payment, "completed")
    answer = await served["operator"].post(f"{URL}/{payment}/release", json={"comment": "hurry"})
    refused(answer, 409, "not_releasable")
