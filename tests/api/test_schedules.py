"""Windows that close by schedule, on the real stack."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from tests.api.house import ALPHA, GAMMA, House
from tests.api.test_bad_input import refused
from tests.api.test_windows import WINDOWS, window_of

SCHEDULES = "/api/v1/settlement/schedules"
NIGHTLY = {"times": ["23:30"], "comment": "one window a day"}
OFTEN = {"every_s": 1, "business_days": False, "comment": "a test"}


async def test_a_scheduled_currency_closes_at_its_times(served: House) -> None:
    operator = served["operator"]
    made = await operator.put(f"{SCHEDULES}/JPY", json=OFTEN)
    assert made.status_code == 200, made.text
    assert (made.json()["every_s"], made.json()["times"], made.json()["changed_by"]) == (1, [], "operator")
    payment = await served.submit(
        settlement_method="net", currency="JPY", amount="100", sender_bic=ALPHA, receiver_bic=GAMMA
    )
    await served.reaches(payment, "completed")
    window = (await operator.get(f"{WINDOWS}/{await window_of(served, payment)}")).json()
    closes_at = datetime.fromisoformat(window["closes_at"])
    assert closes_at.microsecond == 0, "at its time, and not some time after it was opened"

    removed = await operator.delete(f"{SCHEDULES}/JPY", params={"comment": "enough"})
    assert removed.json() == {"schedules": []}
    refused(await operator.get(f"{SCHEDULES}/JPY"), 404, "not_found")
    refused(await operator.delete(f"{SCHEDULES}/JPY", params={"comment": "again"}), 404, "not_found")
    async with served.db.read() as session:
        rows = await session.all(
            text("SELECT action, subject, detail FROM audit_log WHERE action LIKE 'settlement.%schedule' ORDER BY id")
        )
    told = {**OFTEN, "times": [], "paused": False}
    assert [tuple(row) for row in rows] == [
        ("settlement.schedule", "JPY", told),
        ("settlement.unschedule", "JPY", {"comment": "enough"}),
    ]


async def test_a_schedule_is_shown_with_its_next_closing(house: House) -> None:
    operator = house["operator"]
    body: dict[str, Any] = {"times": ["15:00", "11:00", "11:00"], "comment": "three windows a day"}
    made = (await operator.put(f"{SCHEDULES}/EUR", json=body)).json()
    assert (made["times"], made["cut_off"], made["calendar"]) == (["11:00", "15:00"], "17:00", "XECB")
    assert datetime.fromisoformat(made["next_closing"]) > datetime.now(UTC)
    assert (await operator.get(f"{SCHEDULES}/EUR")).json()["comment"] == "three windows a day"
    paused = (await operator.put(f"{SCHEDULES}/EUR", json={**body, "paused": True})).json()
    assert (paused["paused"], paused["next_closing"]) == (True, None)
    assert [one["currency"] for one in (await operator.get(SCHEDULES)).json()["schedules"]] == ["EUR"]
    await operator.delete(f"{SCHEDULES}/EUR", params={"comment": "the end of a test"})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("EUR", {"comment": "neither"}),
        ("EUR", {"times": ["11:00"], "every_s": 60, "comment": "both"}),
        ("EUR", {"times": ["11:00"]}),
        ("EUR", {"times": ["24:00"], "comment": "no such time"}),
        ("EUR", {"times": ["11:00+01:00"], "comment": "no zone"}),
        ("EUR", {"times": ["18:00"], "comment": "after the cut-off"}),
        ("EUR", {"times": ["02:30"], "comment": "nothing can have been queued yet"}),
        ("EUR", {"every_s": 0, "comment": "never"}),
        ("ZZZ", NIGHTLY | {"business_days": False}),
        ("eur", NIGHTLY),
    ],
)
async def test_a_schedule_that_cannot_be(house: House, path: str, body: dict[str, Any]) -> None:
    assert (await house["operator"].put(f"{SCHEDULES}/{path}", json=body)).status_code == 422
    assert (await house["operator"].get(SCHEDULES)).json() == {"schedules": []}


async def test_it_is_not_removed_without_a_reason(house: House) -> None:
    assert (await house["operator"].delete(f"{SCHEDULES}/EUR")).status_code == 422
