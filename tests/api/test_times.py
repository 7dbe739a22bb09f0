"""The times that a message asks for, on the real stack."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client

from domain.ids import Uetr
from runtime.settings import Settings
from schema.iso20022.codecs import pacs008
from tests.api.house import House
from tests.api.test_kinds import CUSTOMER, identity, mt202
from tests.schema.test_settlement_times import with_times

XML, MT = "application/xml", "text/plain"
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
LATER = datetime.now(UTC) + timedelta(days=90)


def xml(day: datetime, *times: str) -> bytes:
    order = replace(CUSTOMER, uetr=Uetr.new(), value_date=f"{day:%Y-%m-%d}")
    return with_times(pacs008.encode(order, identity()), *times)


def mt(day: datetime, field: str) -> bytes:
    raw = mt202(Uetr.new()).replace(f":32A:{datetime.now(UTC):%y%m%d}".encode(), f":32A:{day:%y%m%d}".encode())
    return raw.replace(b":32A:", f":13C:{field}\r\n:32A:".encode())


WRITTEN: dict[str, Callable[[datetime, str], bytes]] = {XML: xml, MT: mt}


async def taken_in(house: House, raw: bytes, kind: str) -> str:
    answer = await house["alpha"].post("/api/v1/payments", content=raw, headers={"Content-Type": kind})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def findings(payment: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["rule"], each["severity"], each["reason"]) for each in payment["findings"]]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(xml(YESTERDAY, "RjctTm 23:59:59Z"), XML), (mt(YESTERDAY, "/REJTIME/2359+0000"), MT)],
    ids=[XML, MT],
)
async def test_a_payment_whose_time_is_over_is_rejected(served: House, raw: bytes, kind: str) -> None:
    payment = await served.reaches(await taken_in(served, raw, kind), "rejected")
    assert payment["reason_codes"] == ["TM01"]
    assert ("NW-09", "error", "TM01") in findings(payment)


@pytest.mark.parametrize(
    ("kind", "asked", "path"),
    [
        (XML, "TillTm 10:00:00Z", "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/SttlmTmReq/TillTm"),
        (MT, "/CLSTIME/0900+0100", "/4/13C"),
    ],
    ids=[XML, MT],
)
async def test_what_is_not_promised_is_on_record(served: House, kind: str, asked: str, path: str) -> None:
    raw = WRITTEN[kind](YESTERDAY, asked)
    payment = await served.reaches(await taken_in(served, raw, kind), "completed")
    assert ("NW-10", "warning", "NARR") in findings(payment)
    assert path in [each["path"] for each in payment["findings"]]


async def test_a_payment_waits_for_its_hour_and_knows_its_end(served: House, settings: Settings) -> None:
    raw = xml(LATER, "FrTm 12:00:00Z", "RjctTm 15:00:00Z")
    payment_id = await taken_in(served, raw, XML)
    waiting = await served.reaches(payment_id, "screened")
    assert datetime.fromisoformat(waiting["release_at"]) == LATER.replace(hour=12, minute=0, second=0, microsecond=0)
    events = (await served["alpha"].get(f"/api/v1/payments/{payment_id}/events")).json()["events"]
    (validated,) = (event["detail"] for event in events if event["status"] == "validated")
    client = await Client.connect(settings.temporal_address)
    history = await client.get_workflow_handle(f"payment/{payment_id}").fetch_history()
    (start,) = history.events[0].workflow_execution_started_event_attributes.input.payloads
    told = datetime.fromisoformat(json.loads(start.data)["reject_at"])
    assert datetime.fromisoformat(validated["reject_at"]) == told
    assert told == LATER.replace(hour=15, minute=0, second=0, microsecond=0)
    assert (await served["alpha"].post(f"/api/v1/payments/{payment_id}/cancel", json={})).status_code == 200
    await served.reaches(payment_id, "cancelled")
