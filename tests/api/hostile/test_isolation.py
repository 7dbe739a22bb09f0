"""What is another bank's looks like nothing: whatever is asked of it is answered as if it did not exist."""

import re
from collections.abc import Mapping
from typing import Any, Final

import httpx
import pytest_asyncio

from domain.ids import Uetr, new_id
from tests.api.hostile.described import Description, Operation
from tests.api.hostile.test_whatever_is_sent import allowed
from tests.api.house import ALPHA, BETA, GAMMA, House, eventually, order
from tests.api.test_bad_input import refused

SECRET: Final = "Geheimrat Zwolf"
"""A name in Alpha's payments to Gamma; nothing that Beta is told may hold it."""
PUBLIC: Final = re.compile(r"/api/v1/(participants/\{bic\}$|settlement/(calendars|queues)/|lists/|risk/)")
"""What is of no bank: the banks of the network, its rule book; of a queue everybody sees its own part."""

Pair = tuple[str, str]


@pytest_asyncio.fixture(scope="module")
async def theirs(besieged: House) -> Mapping[str, Pair]:
    """What is between Alpha and Gamma, by the word before it in an address, with the same that does not exist."""
    paid, netted = [
        await besieged.submit("alpha", receiver_bic=GAMMA, sender_name=SECRET, settlement_method=method)
        for method in ("gross", "net")
    ]
    part = {"reference": new_id("deal")[-20:], "wants": {"currency": "JPY", "amount": "15000"}}
    leg = order(receiver_bic=GAMMA, sender_name=SECRET, settlement_method="pvp", exchange=part)
    waiting = (await besieged["alpha"].post("/api/v1/payments", json=leg)).json()["id"]
    for payment, status in ((paid, "completed"), (netted, "completed"), (waiting, "queued")):
        await besieged.reaches(payment, status)
    quote = {
        "sold": "USD",
        "bought": "JPY",
        "rate": "150",
        "amount": "10.00",
        "expires_in_s": 3600,
        "offered_to": [GAMMA],
    }
    given = await besieged["alpha"].post("/api/v1/fx/quotes", json=quote)
    assert given.status_code == 201, given.text
    entries = await eventually(lambda: _listed(besieged, f"ledger/entries?payment_id={paid}", "entries", "sequence"))
    messages = await eventually(lambda: _listed(besieged, f"payments/{paid}/messages", "messages", "id"))
    exchanges = await eventually(
        lambda: _listed(besieged, f"exchanges?reference={part['reference']}", "exchanges", "id")
    )
    return {
        "payments": (paid, "pay_0000000000000000000000000X"),
        "payment_id": (paid, "pay_0000000000000000000000000X"),
        "messages": (messages[0], "msg_0000000000000000000000000X"),
        "quotes": (given.json()["id"], "quo_0000000000000000000000000X"),
        "exchanges": (exchanges[0], "exc_0000000000000000000000000X"),
        "entries": (entries[0], str(2**50)),
        "participants": (ALPHA, "NOBODEFFXXX"),
        "currency": ("USD", "USD"),
        "accounts": ("USD", "USD"),
        "uetr": (leg["uetr"], Uetr.new()),
    }


@pytest_asyncio.fixture(scope="module")
async def operations(besieged: House) -> list[Operation]:
    """What Beta may ask for."""
    description = Description((await besieged["nobody"].get("/openapi.json")).json())
    return [each for each in description.operations if "alpha" in allowed(each)]


async def test_nobody_learns_whether_it_exists(
    besieged: House, operations: list[Operation], theirs: Mapping[str, Pair]
) -> None:
    asked = [each for each in operations if "{" in each.path and not PUBLIC.match(each.path)]
    assert len(asked) > 15
    description = Description((await besieged["nobody"].get("/openapi.json")).json())
    for operation in asked:
        there, nowhere = [await ask(besieged, description, operation, theirs, side) for side in (0, 1)]
        assert there.status_code == nowhere.status_code == 404, (str(operation), there.text, nowhere.text)
        assert without_names(there, theirs) == without_names(nowhere, theirs), operation
        assert {*there.headers} == {*nowhere.headers}, operation


async def test_no_list_shows_it(besieged: House, operations: list[Operation], theirs: Mapping[str, Pair]) -> None:
    asked = [each for each in operations if each.method == "GET" and "{id}" not in each.path]
    kept = [theirs[name][0] for name in ("payments", "messages", "quotes", "exchanges", "uetr")]
    for operation in asked:
        answer = await ask(besieged, None, operation, theirs, 0)
        assert answer.status_code in {200, 404, 422}, (str(operation), answer.text)
        leaks = [each for each in (*kept, SECRET) if each in answer.text and each not in str(answer.request.url)]
        assert not leaks, (str(operation), leaks)
    entries = (await besieged["beta"].get("/api/v1/ledger/entries", params={"payment_id": kept[0]})).json()
    assert entries == {"entries": []}


async def test_a_payment_under_anothers_uetr_is_refused_without_its_name(
    besieged: House, theirs: Mapping[str, Pair]
) -> None:
    again = order(sender_bic=BETA, receiver_bic=GAMMA, uetr=theirs["uetr"][0])
    answer = await besieged["beta"].post("/api/v1/payments", json=again)
    assert "payment_id" not in refused(answer, 409, "duplicate_payment")
    batch = (await besieged["beta"].post("/api/v1/payments/batch", json={"payments": [again]})).json()
    assert "payment_id" not in batch["items"][0]["problem"]


async def test_a_payment_under_its_own_uetr_is_told_which(besieged: House) -> None:
    first = await besieged.submit("alpha", uetr=(uetr := Uetr.new()))
    answer = await besieged["alpha"].post("/api/v1/payments", json=order(uetr=uetr, amount="2.00"))
    assert refused(answer, 409, "duplicate_payment")["payment_id"] == first


async def test_keys_are_each_banks_own(besieged: House) -> None:
    headers = {"Idempotency-Key": new_id("key")}
    mine = await besieged["alpha"].post("/api/v1/payments", json=order(receiver_bic=GAMMA), headers=headers)
    other = order(sender_bic=BETA, receiver_bic=GAMMA)
    yours = await besieged["beta"].post("/api/v1/payments", json=other, headers=headers)
    assert (mine.status_code, yours.status_code) == (202, 202)
    assert mine.json()["id"] != yours.json()["id"]
    assert "idempotent-replayed" not in yours.headers


async def _listed(house: House, path: str, of: str, name: str) -> list[str] | None:
    """The names of what the house lists."""
    answer = await house["operator"].get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return [str(each[name]) for each in answer.json()[of]] or None


async def ask(
    house: House, description: Description | None, operation: Operation, theirs: Mapping[str, Pair], side: int
) -> httpx.Response:
    """Ask as Beta, of what is there (0) or of what is not (1)."""
    path = operation.path
    for name in re.findall(r"\{(\w+)\}", path):
        noun = path.split(f"/{{{name}}}")[0].rpartition("/")[2]
        path = path.replace(f"{{{name}}}", theirs[noun if noun in theirs else name][side])
    wanted = {
        "date": "2026-10-13", "position": "1", "payment_id": theirs["payments"][side], "from": "1", "to": "2", "limit": "500",
    }  # fmt: skip
    params = {each["name"]: wanted[each["name"]] for each in operation.parameters("query") if each["name"] in wanted}
    if "days" in path:
        params = {}
    schema = operation.bodies.get("application/json")
    body = description.resolved(schema).get("example") if description and schema else None
    return await house["beta"].request(operation.method, path, params=params, json=body)


def without_names(answer: httpx.Response, theirs: Mapping[str, Pair]) -> Any:
    """An answer in which what was asked for has no name."""
    names = {name for pair in theirs.values() for name in pair}
    document = answer.json() | {"instance": ""}
    return {fact: "@" if str(told) in names else told for fact, told in document.items()}
