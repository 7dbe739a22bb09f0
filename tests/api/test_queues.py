"""Gross payments that queue for liquidity, on the real stack: circles, reasons, priorities, and what each bank may see."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from typing import Any

import httpx
import pytest
import pytest_asyncio
from temporalio.client import Client

from api.app import create_app
from runtime.settings import Settings
from tests.api.house import ALPHA, BETA, GAMMA, TOKENS, House, eventually
from tests.api.test_bad_input import refused
from workflows.plugin import plugin

QUEUES = "/api/v1/settlement/queues"
WHY = {"comment": "a test"}
MORE = "2000000.00"
"""Twice what any bank was given."""
CIRCLE = ((ALPHA, BETA), (BETA, GAMMA), (GAMMA, ALPHA))


@asynccontextmanager
async def waiting_house(served: House, settings: Settings, wait_s: float) -> AsyncIterator[House]:
    """The same house with a door at which gross payments may wait so long for liquidity."""
    client = await Client.connect(settings.temporal_address, plugins=[plugin()])
    app = create_app(settings.model_copy(update={"gross_queue_s": wait_s}), served.db, client)
    async with AsyncExitStack() as stack:
        callers = {
            name: await stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app),
                    base_url="http://api",
                    headers={"Authorization": f"Bearer {token}"},
                )
            )
            for name, token in TOKENS.items()
        }
        yield House(served.db, callers)


@pytest_asyncio.fixture(scope="session")
async def patient(served: House, settings: Settings) -> AsyncIterator[House]:
    """A house in which gross payments wait."""
    async with waiting_house(served, settings, 600) as house:
        yield house


async def pay(house: House, sender: str, receiver: str, amount: str, currency: str, **changes: Any) -> str:
    return await house.submit(sender_bic=sender, receiver_bic=receiver, amount=amount, currency=currency, **changes)


async def waits(house: House, payment: str, *words: str) -> dict[str, Any]:
    """Wait until the payment says in such words why it waits; what it says."""

    async def there() -> dict[str, Any] | None:
        told = (await house["operator"].get(f"/api/v1/payments/{payment}")).json()["waiting"]
        return told if told and all(word in str(told["reason"]) for word in words) else None

    return await eventually(there)


async def spendable(house: House, currency: str) -> dict[str, Decimal]:
    """What the three banks can spend, as SQL shows it; the ledger's news takes a moment to get there."""
    found = {}
    for bic in (ALPHA, BETA, GAMMA):
        view = (await house["operator"].get(f"/api/v1/participants/{bic}/liquidity")).json()
        (own,) = [one for one in view["currencies"] if one["currency"] == currency]
        found[bic] = Decimal(own["spendable"])
    return found


async def funded(house: House, currency: str) -> dict[str, Decimal] | None:
    """What they can spend once all of them are funded."""
    found = await spendable(house, currency)
    return found if all(found.values()) else None


async def test_a_circle_settles_though_nobody_can_pay(patient: House) -> None:
    before = await eventually(lambda: funded(patient, "EUR"))
    payments = [await pay(patient, sender, receiver, MORE, "EUR") for sender, receiver in CIRCLE]
    paid = [await patient.reaches(payment, "completed") for payment in payments]
    (batch_id,) = {payment["batch_id"] for payment in paid}
    batch = (await patient["operator"].get(f"/api/v1/settlement/batches/{batch_id}")).json()
    assert (batch["method"], batch["window_id"], batch["state"]) == ("multilateral", None, "final")
    assert (batch["gross"], batch["net"], batch["payment_count"], batch["transfers"]) == ("6000000.00", "0.00", 3, [])
    assert [position["net"] for position in batch["positions"]] == ["0.00"] * 3
    assert await eventually(lambda: _told(patient, batch_id)) == "done"
    assert await spendable(patient, "EUR") == before
    (queue,) = [one for one in (await patient["operator"].get(QUEUES)).json()["queues"] if one["currency"] == "EUR"]
    assert (queue["payments"], queue["oldest_at"]) == (0, None)
    (left,) = [one for one in queue["released"] if one["how"] == "multilateral"]
    assert (left["payments"], left["saved"]) == (3, "6000000.00")
    measured = (await patient["operator"].get("/metrics")).text
    assert "gross_queue_oldest_age_seconds 0.0" in measured


async def test_two_banks_offset(patient: House) -> None:
    there = await pay(patient, ALPHA, BETA, MORE, "EUR")
    await waits(patient, there, "short of it")
    back = await pay(patient, BETA, ALPHA, "1999999.00", "EUR")
    paid = [await patient.reaches(payment, "completed") for payment in (there, back)]
    (batch_id,) = {payment["batch_id"] for payment in paid}
    batch = (await patient["operator"].get(f"/api/v1/settlement/batches/{batch_id}")).json()
    assert batch["method"] == "bilateral"
    assert batch["transfers"] == [{"debtor": ALPHA, "creditor": BETA, "amount": "1.00"}]


async def test_who_waits_says_why_to_whom_it_concerns(patient: House) -> None:
    large = await pay(patient, ALPHA, BETA, "2000000", "JPY", priority="high")
    told = await waits(patient, large, f"{ALPHA} is ", "short of it")
    assert (told["queue"], told["priority"], told["position"], told["deferrals"]) == ("gross", "high", 1, 0)
    small = await pay(patient, ALPHA, GAMMA, "5", "JPY")
    assert (await waits(patient, small, f"waits behind {large}"))["position"] == 2

    seen = {caller: (await patient[caller].get(f"{QUEUES}/JPY")).json() for caller in ("operator", "alpha", "beta")}
    assert [one["payment_id"] for one in seen["operator"]["payments"]] == [large, small]
    assert seen["alpha"] == seen["operator"]
    assert (seen["beta"]["payments"], seen["beta"]["total"]) == ([], 0)
    listed = (await patient["alpha"].get(QUEUES)).json()["queues"]
    assert [(one["currency"], one["payments"], one["amount"], one["released"]) for one in listed] == [
        ("JPY", 2, "2000005", [])
    ]
    for caller, shown in (("alpha", True), ("beta", False)):
        path = f"/api/v1/payments/{large}"
        assert bool((await patient[caller].get(path)).json()["waiting"]) is shown
        events = (await patient[caller].get(f"{path}/events")).json()["events"]
        (queued,) = [event for event in events if event["status"] == "queued"]
        assert ("reason" in queued["detail"]) is shown
    view = (await patient["alpha"].get(f"/api/v1/participants/{ALPHA}/liquidity")).json()
    (yen,) = [one for one in view["currencies"] if one["currency"] == "JPY"]
    assert (yen["queued_out"], yen["queued_out_due"], yen["queued_count"]) == ("2000005", "2000005", 2)

    # An operator lets the small one go first; then the large one is withdrawn.
    changed = await patient["operator"].post(f"/api/v1/payments/{small}/priority", json={"priority": "urgent", **WHY})
    assert changed.json()["changed"] is True
    await patient.reaches(small, "completed")
    looked = await patient["operator"].post(f"{QUEUES}/JPY/resolve", json=WHY)
    assert (looked.status_code, looked.json()) == (202, {"currency": "JPY"})
    assert (await patient["alpha"].post(f"/api/v1/payments/{large}/cancel", json={})).status_code == 200
    await patient.reaches(large, "cancelled")
    refused(await patient["operator"].post(f"{QUEUES}/JPY/resolve", json=WHY), 409, "act_refused")
    assert (await patient["alpha"].get(QUEUES)).json() == {"queues": []}


async def test_a_paused_currency_holds_gross_payments_back(patient: House) -> None:
    paused = await patient["operator"].post("/api/v1/settlement/currencies/JPY/pause", json=WHY)
    assert paused.status_code == 200, paused.text
    payment = await pay(patient, BETA, GAMMA, "7", "JPY")
    await waits(patient, payment, "JPY is paused")
    (queue,) = (await patient["beta"].get(QUEUES)).json()["queues"]
    assert queue["paused"] is True
    assert (await patient["operator"].post("/api/v1/settlement/currencies/JPY/resume", json=WHY)).status_code == 200
    await patient.reaches(payment, "completed")
    await patient["operator"].post("/api/v1/settlement/currencies/JPY/pause", json=WHY)
    listed = {one["currency"]: one for one in (await patient["operator"].get(QUEUES)).json()["queues"]}
    assert (listed["JPY"]["payments"], listed["JPY"]["paused"]) == (0, True), "also when nobody waits"
    await patient["operator"].post("/api/v1/settlement/currencies/JPY/resume", json=WHY)


async def test_one_that_will_not_wait_is_refused_at_once(patient: House) -> None:
    payment = await pay(patient, ALPHA, BETA, MORE, "USD", liquidity="reject")
    assert (await patient.reaches(payment, "rejected"))["reason_codes"] == ["AM04"]


@pytest.mark.parametrize(("said", "lives_by"), [({}, "roll"), ({"at_cut_off": "return"}, "return")])
async def test_its_sender_may_say_what_becomes_of_it_at_the_cut_off(
    patient: House, settings: Settings, said: dict[str, str], lives_by: str
) -> None:
    payment = await pay(patient, ALPHA, BETA, "1.00", "USD", **said)
    await patient.reaches(payment, "completed")
    client = await Client.connect(settings.temporal_address)
    history = await client.get_workflow_handle(f"payment/{payment}").fetch_history()
    (start,) = history.events[0].workflow_execution_started_event_attributes.input.payloads
    assert json.loads(start.data)["terms"]["at_cut_off"] == lives_by


async def test_one_that_waited_long_enough_is_refused(served: House, settings: Settings) -> None:
    async with waiting_house(served, settings, 0.5) as hasty:
        payment = await pay(hasty, ALPHA, BETA, MORE, "USD")
        assert (await hasty.reaches(payment, "rejected"))["reason_codes"] == ["AM04"]
        assert (await hasty["operator"].get(f"{QUEUES}/USD")).json()["total"] == 0


async def _told(house: House, batch_id: str) -> str | None:
    batch = (await house["operator"].get(f"/api/v1/settlement/batches/{batch_id}")).json()
    return "done" if batch["phase"] == "done" else None
