"""A bank is suspended and reinstated, an account closed for good; each act with its reason, and in the audit log."""

from typing import Any

import httpx
import pytest

from tests.api.house import ALPHA, House, eventually
from tests.api.test_bad_input import refused

BANKS = "/api/v1/participants"
WHY = {"comment": "its licence was withdrawn"}


async def answered(house: House, path: str, body: dict[str, str]) -> httpx.Response:
    """The answer to an administrator, who asks again while the network is too busy to give one."""

    async def ask() -> httpx.Response | None:
        answer = await house["admin"].post(f"{BANKS}/{path}", json=body)
        return None if answer.status_code == 503 else answer

    return await eventually(ask)


async def newcomer(house: House, bic: str, *, funds: str = "0") -> None:
    bank = {"bic": bic, "name": "Passing Bank", "country": "DE", "accounts": [{"currency": "USD"}]}
    assert (await house["admin"].post(BANKS, json=bank)).status_code == 201
    funding = {"amount": funds, "reference": "opening"}
    assert (await answered(house, f"{bic}/accounts/USD/funding", funding)).status_code == 200


async def acts(house: House, subject: str) -> list[str]:
    lines = (await house["admin"].get("/api/v1/audit", params={"subject": subject})).json()["entries"]
    return [line["action"] for line in lines if line["detail"].get("comment") == WHY["comment"]]


async def refused_with(house: House, **changes: Any) -> list[str]:
    payment = await house.reaches(await house.submit(**changes), "rejected")
    return list(payment["reason_codes"])


async def test_a_suspended_bank_neither_pays_nor_is_paid(served: House) -> None:
    bic = "SUSPDEFFXXX"
    await newcomer(served, bic, funds="500.00")
    suspended = await answered(served, f"{bic}/suspend", WHY)
    assert (suspended.status_code, suspended.json()["status"]) == (200, "suspended")
    refused(await answered(served, f"{bic}/suspend", WHY), 409, "act_refused")
    for changes in ({"receiver_bic": bic}, {"sender_bic": bic}):
        assert await refused_with(served, **changes) == ["AG01"]
    reinstated = await answered(served, f"{bic}/reinstate", WHY)
    assert reinstated.json()["status"] == "active"
    refused(await answered(served, f"{bic}/reinstate", WHY), 409, "act_refused")
    await served.reaches(await served.submit(receiver_bic=bic), "completed")
    assert sorted(await acts(served, bic)) == ["participant.reinstate", "participant.suspend"]


async def test_a_closed_account_takes_no_entries(served: House) -> None:
    bic = "CLOSDEFFXXX"
    await newcomer(served, bic)
    path = f"{bic}/accounts/USD"
    for _ in range(2):  # asked again it is closed still
        closed = await answered(served, f"{path}/close", WHY)
        assert (closed.status_code, closed.json()["status"]) == (200, "closed"), closed.text
    assert await refused_with(served, receiver_bic=bic) == ["AC04"]
    refused(await answered(served, f"{path}/funding", {"amount": "1.00", "reference": "late"}), 422, "account_closed")
    assert await acts(served, f"{bic}/USD") == ["account.close"]


async def test_an_account_with_money_on_it_is_not_closed(served: House) -> None:
    bic = "FULLDEFFXXX"
    await newcomer(served, bic, funds="0.01")
    path = f"{bic}/accounts/USD/close"
    refused(await answered(served, path, WHY), 409, "act_refused")
    await served.reaches(await served.submit(sender_bic=bic, receiver_bic=ALPHA, amount="0.01"), "completed")

    async def closed() -> str | None:
        """Once SQL shows that it is empty."""
        answer = await answered(served, path, WHY)
        return str(answer.json()["status"]) if answer.status_code == 200 else None

    assert await eventually(closed) == "closed"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{ALPHA}/suspend", {}, 422),
        (f"{ALPHA}/accounts/USD/close", {"comment": ""}, 422),
        ("NOBODEFFXXX/suspend", WHY, 404),
        ("NOBODEFFXXX/accounts/USD/close", WHY, 404),
        (f"{ALPHA}/accounts/XAF/close", WHY, 404),
    ],
)
async def test_bad_acts_change_nothing(house: House, path: str, body: dict[str, str], status: int) -> None:
    assert (await house["admin"].post(f"{BANKS}/{path}", json=body)).status_code == status
