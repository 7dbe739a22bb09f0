"""Exchanged payments on the real stack: what moves, what rounding leaves, and what every bank is told."""

import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from tests.api.house import ALPHA, BETA, GAMMA, House, eventually
from tests.api.test_circle import assert_sound, closing, content, messages, posted, statement, texts
from tests.api.test_fx import exchange, quote

URL = "/api/v1/payments"
WAIT = {"Prefer": "wait=20"}


@pytest_asyncio.fixture(scope="session")
async def trading(served: House) -> House:
    """The served house, in which Beta and Gamma settle Kuwaiti dinars as well."""
    for bic in (BETA, GAMMA):
        bank = {"bic": bic, "name": f"{bic[:4].title()} Bank", "country": bic[4:6], "accounts": [{"currency": "KWD"}]}
        assert (await served["admin"].post("/api/v1/participants", json=bank)).status_code == 200
        path = f"/api/v1/participants/{bic}/accounts/KWD/funding"
        answer = await served["admin"].post(path, json={"amount": "1000.000", "reference": "opening"})
        assert answer.status_code == 200, answer.text

    async def shown() -> bool | None:
        return await posted(served["operator"], GAMMA, "KWD") == 1000 or None

    await eventually(shown)
    return served


async def exchanged(house: House, **changes: Any) -> dict[str, Any]:
    """A payment that was exchanged and is complete, and whose movements SQL shows."""
    answer = await house["alpha"].post(URL, json=exchange(**changes), headers=WAIT)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "accepted"), answer.text
    payment_id = answer.json()["id"]
    await eventually(lambda: entries(house, "operator", payment_id))
    return await house.reaches(payment_id, "completed")


async def entries(house: House, caller: str, payment_id: str) -> list[tuple[str, str]] | None:
    """What a caller sees of a payment in the journal, once its last entry is there."""
    answer = await house[caller].get("/api/v1/ledger/entries", params={"payment_id": payment_id})
    found = answer.json()["entries"]
    done = any(each["operation_id"] == f"{payment_id}/post" for each in found)
    return [(each["kind"], each["asset"]) for each in found] if done else None


async def moves(house: House, before: dict[tuple[str, str], Decimal], expected: dict[tuple[str, str], str]) -> None:
    """Wait until SQL shows that these accounts, and no others of these, have moved by so much."""

    async def moved() -> bool | None:
        now = {each: await posted(house["operator"], *each) for each in before}
        return {each: now[each] - before[each] for each in before} == {
            each: Decimal(expected.get(each, "0")) for each in before
        } or None

    await eventually(moved)


async def balances(house: House, *currencies: str) -> dict[tuple[str, str], Decimal]:
    found = {}
    for bic in (ALPHA, BETA, GAMMA):
        for currency in currencies:
            if (bic, currency) != (ALPHA, "KWD"):
                found[bic, currency] = await posted(house["operator"], bic, currency)
    return found


async def test_a_payment_is_exchanged_and_everybody_is_told_the_truth(trading: House) -> None:
    made = await quote(trading, rate="0.91333")
    before = await balances(trading, "USD", "EUR")
    payment = await exchanged(trading, quote_id=made["id"], amount="250.00", remittance_info="Invoice 4711")
    assert (payment["fx"]["state"], payment["fx"]["bought"], payment["fx"]["residue"]) == ("paid", "228.33", "1/4")
    await moves(
        trading,
        before,
        {(ALPHA, "USD"): "-250", (BETA, "USD"): "250", (BETA, "EUR"): "-228.33", (GAMMA, "EUR"): "228.33"},
    )
    told = {each["identity"]: each for each in await messages(trading, "operator", payment["id"])}
    forwarded = await content(trading, "operator", told["payment"])
    assert_sound(forwarded)
    assert [texts(forwarded, name) for name in ("IntrBkSttlmAmt", "InstdAmt", "XchgRate")] == [
        ["228.33"],
        ["250.00"],
        ["0.91333"],
    ]
    amounts = {}
    for identity, each in told.items():
        if identity.startswith("camt.054"):
            raw = await content(trading, "operator", each)
            assert_sound(raw)
            amounts[identity] = (each["audience"], texts(raw, "Amt")[0])
    assert amounts == {
        "camt.054/debit": (ALPHA, "250.00"),
        "camt.054/credit": (GAMMA, "228.33"),
        "camt.054/dealer/credit": (BETA, "250.00"),
        "camt.054/dealer/debit": (BETA, "228.33"),
    }
    own = await messages(trading, "beta", payment["id"])
    assert {each["identity"] for each in own} == {"camt.054/dealer/credit", "camt.054/dealer/debit"}
    assert (await trading["beta"].get(f"{URL}/{payment['id']}")).status_code == 404, "whose customers pay is not told"


async def test_the_statements_of_all_three_banks_add_up(trading: House) -> None:
    made = await quote(trading, rate="0.5")
    payment = await exchanged(trading, quote_id=made["id"], amount="0.05")
    for bic, currency in ((ALPHA, "USD"), (BETA, "USD"), (BETA, "EUR"), (GAMMA, "EUR")):

        async def agreeing(bic: str = bic, currency: str = currency) -> bytes | None:
            raw = await statement(trading["operator"], bic, currency)
            same = closing(raw) == await posted(trading["operator"], bic, currency)
            return raw if same and payment["uetr"] in texts(raw, "UETR") else None

        assert_sound(await eventually(agreeing))
    for bic, currency in ((ALPHA, "EUR"), (GAMMA, "USD")):
        assert payment["uetr"] not in texts(await statement(trading["operator"], bic, currency), "UETR")


async def test_fractions_come_together_to_whole_units_on_the_rounding_account(trading: House) -> None:
    """0.05 dollars at 0.5 are 2.5 cents: 2 are paid. Twice, and the dealer owes the network one."""
    before = await _rounding(trading)
    made = await quote(trading, rate="0.5")
    for _ in range(2):
        await exchanged(trading, quote_id=made["id"], amount="0.05")

    async def moved() -> dict[str, Any] | None:
        now = await _rounding(trading)
        return now if Decimal(now["posted"]) - Decimal(before["posted"]) == Decimal("0.01") else None

    after = await eventually(moved)
    assert after["account_id"] == "NETWORK/EUR/rounding"
    assert after["dealers"][0]["residue"] == before["dealers"][0]["residue"]
    listed = (await trading["beta"].get("/api/v1/fx/conversions", params={"limit": 2})).json()["conversions"]
    assert sorted(each["rounding"] for each in listed) == ["0.00", "0.01"]


async def test_yen_are_exchanged_for_dinars(trading: House) -> None:
    made = await quote(trading, sold="JPY", bought="KWD", rate="0.0021", amount="100000")
    before = await balances(trading, "JPY", "KWD")
    payment = await exchanged(trading, quote_id=made["id"], currency="JPY", amount="1001")
    assert (payment["fx"]["bought"], payment["fx"]["residue"]) == ("2.102", "1/10")
    await moves(
        trading,
        before,
        {(ALPHA, "JPY"): "-1001", (BETA, "JPY"): "1001", (BETA, "KWD"): "-2.102", (GAMMA, "KWD"): "2.102"},
    )


async def test_a_dealer_without_funds_refuses_nobody_else(trading: House) -> None:
    made = await quote(trading, sold="JPY", bought="KWD", rate="1000", amount="10")
    answer = await trading["alpha"].post(
        URL, json=exchange(quote_id=made["id"], currency="JPY", amount="10"), headers=WAIT
    )
    assert (answer.json()["verdict"], answer.json()["reason_codes"]) == ("rejected", ["ED05"])
    shown = (await trading["alpha"].get(answer.headers["location"])).json()
    assert shown["fx"]["state"] == "released"
    assert (await trading["beta"].get(f"/api/v1/fx/quotes/{made['id']}")).json()["left"] == "10"


async def test_a_receiver_without_an_account_in_the_currency_is_told_at_the_door_of_the_network(trading: House) -> None:
    made = await quote(trading, sold="JPY", bought="KWD", rate="0.0021", amount="100000", offered_to=[GAMMA])
    body = exchange(quote_id=made["id"], currency="JPY", amount="1000", sender_bic=GAMMA, receiver_bic=ALPHA)
    answer = await trading["operator"].post(URL, json=body, headers=WAIT)
    assert (answer.json()["verdict"], answer.json()["reason_codes"]) == ("rejected", ["AC03"])


@pytest.mark.parametrize("amount", [None, "10.00"])
async def test_what_was_bought_goes_back_as_it_came(trading: House, amount: str | None) -> None:
    made = await quote(trading, rate="0.9")
    payment = await exchanged(trading, quote_id=made["id"], amount="100.00")
    before = await balances(trading, "USD", "EUR")
    body = {"reason": "AC04", "settlement_method": "gross"} | ({"amount": amount} if amount else {})
    answer = await trading["operator"].post(f"{URL}/{payment['id']}/return", json=body, headers=WAIT)
    assert answer.json()["verdict"] == "accepted", answer.text
    returned = await trading.reaches(answer.json()["id"], "completed")
    back = amount or "90.00"
    assert (returned["amount"], returned["currency"], returned["fx"]) == (back, "EUR", None)
    await moves(trading, before, {(GAMMA, "EUR"): f"-{back}", (ALPHA, "EUR"): back})
    told = {each["identity"]: each for each in await messages(trading, "operator", returned["id"])}
    raw = await content(trading, "operator", told["payment"])
    assert_sound(raw)
    assert [texts(raw, name) for name in ("OrgnlIntrBkSttlmAmt", "RtrdIntrBkSttlmAmt")] == [["90.00"], [back]]


async def test_a_bank_sees_its_own_side_of_the_journal(trading: House) -> None:
    made = await quote(trading, rate="0.9")
    payment = await exchanged(trading, quote_id=made["id"], amount="100.00")
    assert await entries(trading, "alpha", payment["id"]) == [("reserve", "USD"), ("post", "USD")]
    both = [("reserve", "USD"), ("reserve", "EUR"), ("post", "EUR"), ("post", "USD")]
    assert await entries(trading, "beta", payment["id"]) == both
    evidence = await trading["operator"].get(f"{URL}/{payment['id']}/evidence")
    with zipfile.ZipFile(io.BytesIO(evidence.content)) as packed:
        kept = json.loads(packed.read("fx.json"))
        assert (kept["state"], kept["bought_minor"], kept["residue"]) == ("paid", 9_000, "0")
        assert len([name for name in packed.namelist() if name.startswith("ledger/")]) <= 4


async def _rounding(house: House) -> dict[str, Any]:
    found = (await house["operator"].get("/api/v1/fx/rounding")).json()["currencies"]
    return next(each for each in found if each["currency"] == "EUR")
