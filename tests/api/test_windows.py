"""Windows and queues in operators' hands, on the real stack."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.api.house import ALPHA, BETA, GAMMA, House, eventually
from tests.api.test_bad_input import refused

WINDOWS = "/api/v1/settlement/windows"
WHY = {"comment": "a test"}


async def window_of(house: House, payment_id: str) -> str:
    async with house.db.read() as session:
        found = await session.one(
            text("SELECT window_id FROM settlement_items WHERE payment_id = :id"), {"id": payment_id}
        )
    return str(found.window_id)


async def test_a_paused_currency_waits_until_it_is_resumed(served: House) -> None:
    operator = served["operator"]
    paused = await operator.post("/api/v1/settlement/currencies/EUR/pause", json=WHY)
    assert paused.status_code == 200, paused.text
    refused(await operator.post("/api/v1/settlement/currencies/EUR/pause", json=WHY), 409, "act_refused")
    assert [one["currency"] for one in (await operator.get("/api/v1/settlement/pauses")).json()["pauses"]] == ["EUR"]

    payment = await served.submit(settlement_method="net", currency="EUR", sender_bic=ALPHA, receiver_bic=GAMMA)
    await served.reaches(payment, "queued")
    waiting = (await served["alpha"].get(f"/api/v1/payments/{payment}")).json()["waiting"]
    assert (waiting["queue"], waiting["reason"]) == ("net", "EUR is paused")
    window_id = await window_of(served, payment)
    hurried = await eventually(lambda: _accepted(served, f"{WINDOWS}/{window_id}/close"))
    assert (hurried["state"], hurried["queued"], hurried["queued_count"]) == ("open", "100.00", 1)
    view = (await operator.get(f"/api/v1/participants/{ALPHA}/liquidity")).json()
    (euros,) = [one for one in view["currencies"] if one["currency"] == "EUR"]
    assert (euros["queued_out"], euros["queued_out_due"], euros["queued_count"]) == ("100.00", "0.00", 1)
    measured = (await served["nobody"].get("/metrics")).text
    assert 'settlement_queue_depth{currency="EUR"} 1.0' in measured
    assert 'settlement_queue_oldest_age_seconds{currency="EUR"}' in measured
    changed = await operator.post(f"/api/v1/payments/{payment}/priority", json={"priority": "urgent", **WHY})
    assert changed.json() == {"payment_id": payment, "priority": "urgent", "changed": True}

    resumed = await operator.post("/api/v1/settlement/currencies/EUR/resume", json=WHY)
    assert resumed.json() == {"pauses": []}
    refused(await operator.post("/api/v1/settlement/currencies/EUR/resume", json=WHY), 409, "act_refused")
    await served.reaches(payment, "completed")
    detail = await eventually(lambda: _told(served, window_id))
    assert [moment["what"] for moment in detail["timeline"]] == ["opened", "closed", "planned", "final", "told"]
    assert [moment["at"] for moment in detail["timeline"]] == sorted(moment["at"] for moment in detail["timeline"])
    assert detail["state"] == "final"
    batch = (await operator.get(f"/api/v1/settlement/batches/{detail['batch_id']}")).json()
    assert (batch["deferrals"], batch["deferred_count"]) == ([], 0)
    assert (batch["phase"], batch["told_count"]) == ("done", batch["payment_count"])
    listed = (await operator.get(WINDOWS, params={"currency": "EUR"})).json()
    assert window_id in [window["id"] for window in listed["windows"]]
    refused(await operator.post(f"{WINDOWS}/{window_id}/close", json=WHY), 409, "act_refused")
    late = await operator.post(f"/api/v1/payments/{payment}/priority", json={"priority": "high", **WHY})
    refused(late, 409, "act_refused")
    async with served.db.read() as session:
        rows = await session.all(
            text(
                "SELECT action, subject FROM audit_log WHERE subject = ANY(:subjects) AND action NOT LIKE '%schedule'"
                " AND action <> 'settlement.calendar'"
                " ORDER BY id"
            ),
            {"subjects": ["EUR", window_id, payment]},
        )
    assert [tuple(row) for row in rows] == [
        ("settlement.pause", "EUR"),
        ("settlement.close", window_id),
        ("settlement.prioritise", payment),
        ("settlement.resume", "EUR"),
    ]


async def test_a_participant_sees_its_own_liquidity(served: House) -> None:
    assert (await served["alpha"].get(f"/api/v1/participants/{ALPHA}/liquidity")).status_code == 200
    refused(await served["alpha"].get(f"/api/v1/participants/{BETA}/liquidity"), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/settlement/currencies/EUR/pause", {}),
        ("/api/v1/settlement/currencies/EUR/pause", {"comment": ""}),
        (f"{WINDOWS}/none/close", {}),
    ],
)
async def test_an_act_needs_its_reason(house: House, path: str, body: dict[str, str]) -> None:
    assert (await house["operator"].post(path, json=body)).status_code == 422


async def test_what_is_no_currency_is_not_paused(house: House) -> None:
    answer = await house["operator"].post("/api/v1/settlement/currencies/EUE/pause", json=WHY)
    refused(answer, 422, "invalid_value")
    pauses = (await house["operator"].get("/api/v1/settlement/pauses")).json()["pauses"]
    assert "EUE" not in [pause["currency"] for pause in pauses]


async def _accepted(house: House, path: str) -> Any:
    """The window's workflow may not be started yet: asked again, as a caller does."""
    answer = await house["operator"].post(path, json=WHY)
    return answer.json() if answer.status_code == 202 else None


async def _told(house: House, window_id: str) -> Any:
    """The window once every payment of it has been told."""
    detail = (await house["operator"].get(f"{WINDOWS}/{window_id}")).json()
    return detail if detail["timeline"][-1]["what"] == "told" else None
