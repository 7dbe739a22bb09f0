"""Quotes, and payments that take them, without a worker: what is promised, to whom, and what is refused at the door."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.api.house import ALPHA, BETA, GAMMA, House, order
from tests.api.test_bad_input import refused

QUOTES = "/api/v1/fx/quotes"
OFFER: dict[str, Any] = {"sold": "USD", "bought": "EUR", "rate": "0.9", "amount": "1000.00", "expires_in_s": 600}


@pytest.fixture
async def dealt(house: House) -> House:
    """The house, with open accounts in SQL: no ledger is asked at the door."""
    async with house.db.write() as session:
        await session.run(
            text("UPDATE accounts SET status = 'open' WHERE participant_bic IN (:alpha, :beta)"),
            {"alpha": ALPHA, "beta": BETA},
        )
    return house


async def quote(house: House, caller: str = "beta", **changes: Any) -> dict[str, Any]:
    """A quote that was given."""
    answer = await house[caller].post(QUOTES, json=OFFER | changes)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{QUOTES}/{answer.json()['id']}"
    found: dict[str, Any] = answer.json()
    return found


def exchange(quote_id: str, **changes: Any) -> dict[str, Any]:
    """A payment from Alpha to Gamma that takes a quote."""
    return order(**{"receiver_bic": GAMMA, "settlement_method": None, "fx": {"quote_id": quote_id}, **changes})


async def test_a_dealer_quotes_and_others_find_it(dealt: House) -> None:
    made = await quote(dealt, rate="0.90000", at_least="10.00")
    assert (made["dealer_bic"], made["rate"], made["left"], made["state"]) == (BETA, "0.9", "1000.00", "live")
    better = await quote(dealt, rate="0.91", offered_to=[ALPHA[:8]])
    listed = (await dealt["alpha"].get(QUOTES, params={"sold": "USD", "bought": "EUR"})).json()["quotes"]
    places = [[one["id"] for one in listed].index(one["id"]) for one in (better, made)]
    assert places == sorted(places), "the best rate comes first"
    assert next(one for one in listed if one["id"] == better["id"])["offered_to"] is None
    own = (await dealt["beta"].get(QUOTES, params={"own": True, "limit": 2})).json()["quotes"]
    assert [(one["id"], one["offered_to"]) for one in own] == [(better["id"], [ALPHA]), (made["id"], None)]
    seen = await dealt["alpha"].get(f"{QUOTES}/{made['id']}", params={"amount": "125.55"})
    assert seen.json()["buys"] == "113.00"  # 112.995: halves go to the even unit
    refused(await dealt["alpha"].get(f"{QUOTES}/{made['id']}", params={"amount": "1.234"}), 422, "invalid_value")
    audited = (await dealt["admin"].get("/api/v1/audit", params={"subject": made["id"]})).json()["entries"]
    assert [(entry["action"], entry["detail"]["dealer"]) for entry in audited] == [("fx.quote", BETA)]


async def test_the_same_key_is_the_same_quote(dealt: House) -> None:
    key = {"Idempotency-Key": "at noon"}
    answers = [await dealt["beta"].post(QUOTES, json=OFFER, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    other = await dealt["beta"].post(QUOTES, json=OFFER | {"rate": "0.8"}, headers=key)
    refused(other, 409, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"rate": "0"}, {"FX-01"}),
        ({"rate": "1e3"}, {"FX-01"}),
        ({"rate": "-1"}, {"FX-01"}),
        ({"rate": "1.12345678901"}, {"FX-01"}),
        ({"rate": "123456789012"}, {"FX-01"}),
        ({"bought": "USD"}, {"FX-02"}),
        ({"bought": "XXX", "amount": "0.00"}, {"AM-02", "AM-01"}),
        ({"at_least": "1000.01"}, {"FX-04"}),
        ({"bought": "CHF"}, {"FX-07"}),
        ({"expires_in_s": 90_000}, {"JS-03"}),
        ({"offered_to": []}, {"JS-04"}),
    ],
)
async def test_a_quote_that_makes_no_sense_is_refused(dealt: House, changes: dict[str, Any], rules: set[str]) -> None:
    problem = refused(await dealt["beta"].post(QUOTES, json=OFFER | changes), 422, "validation_failed")
    assert {finding["rule"] for finding in problem["findings"]} == rules


async def test_only_a_bank_quotes_and_only_the_dealer_or_an_operator_withdraws(dealt: House) -> None:
    refused(await dealt["operator"].post(QUOTES, json=OFFER), 403, "not_permitted")
    made = [await quote(dealt) for _ in range(2)]
    path = f"{QUOTES}/{made[0]['id']}/withdraw"
    refused(await dealt["alpha"].post(path), 403, "not_permitted")
    assert (await dealt["beta"].post(path)).json()["state"] == "withdrawn"
    refused(await dealt["beta"].post(path), 409, "quote_expired")
    assert (await dealt["operator"].post(f"{QUOTES}/{made[1]['id']}/withdraw")).status_code == 200
    refused(await dealt["alpha"].post("/api/v1/payments", json=exchange(made[0]["id"])), 409, "quote_expired")


async def test_a_payment_takes_its_quote_where_it_is_taken_in(dealt: House) -> None:
    made = await quote(dealt, amount="200.00")
    answer = await dealt["alpha"].post("/api/v1/payments", json=exchange(made["id"], amount="100.55"))
    assert answer.status_code == 202, answer.text
    shown = (await dealt["alpha"].get(answer.headers["location"])).json()
    assert (shown["amount"], shown["currency"]) == ("100.55", "USD")
    assert shown["fx"]["state"] in {"locked", "reserving", "settling", "paid"}  # it goes on by itself
    assert (
        shown["fx"].items()
        >= {
            "quote_id": made["id"],
            "dealer_bic": BETA,
            "rate": "0.9",
            "sold": "100.55",
            "sold_currency": "USD",
            "bought": "90.50",  # 90.495: halves go to the even unit
            "bought_currency": "EUR",
        }.items()
    )
    dealer = (await dealt["beta"].get("/api/v1/fx/conversions")).json()["conversions"][0]
    assert (dealer["payment_id"], dealer["residue"], dealer["sender_bic"]) == (shown["id"], "-1/2", ALPHA)
    refused(await dealt["beta"].get(answer.headers["location"]), 404, "not_found")
    again = await dealt["alpha"].post("/api/v1/payments", json=exchange(made["id"]))
    assert refused(again, 409, "quote_exhausted")["left"] == "99.45"
    assert (await dealt["beta"].get(f"{QUOTES}/{made['id']}")).json()["left"] == "99.45"


@pytest.mark.parametrize(
    ("changes", "findings"),
    [
        ({"currency": "EUR"}, {("/currency", "FX-02")}),
        ({"amount": "1.00"}, {("/amount", "FX-04")}),
        ({"receiver_bic": BETA}, {("/fx/quote_id", "FX-03")}),
        ({"value_date": "2099-01-01"}, {("/value_date", "FX-08")}),
        ({"settlement_method": "net"}, {("", "FX-06")}),
        ({"fx": {"quote_id": ""}}, {("/fx/quote_id", "JS-03")}),
    ],
)
async def test_a_payment_that_does_not_fit_its_quote_takes_nothing(
    dealt: House, changes: dict[str, Any], findings: set[tuple[str, str]]
) -> None:
    made = await quote(dealt, at_least="50.00")
    before = await dealt.count()
    answer = await dealt["alpha"].post("/api/v1/payments", json=exchange(made["id"]) | changes)
    problem = refused(answer, 422, "validation_failed")
    assert {(finding["path"], finding["rule"]) for finding in problem["findings"]} == findings
    assert await dealt.count() == before
    assert (await dealt["beta"].get(f"{QUOTES}/{made['id']}")).json()["left"] == "1000.00"


async def test_an_expired_quote_is_over(dealt: House) -> None:
    made = await quote(dealt)
    async with dealt.db.write() as session:
        await session.run(text("UPDATE fx_quotes SET expires_at = now() WHERE id = :id"), {"id": made["id"]})
    refused(await dealt["alpha"].post("/api/v1/payments", json=exchange(made["id"])), 409, "quote_expired")
    refused(await dealt["alpha"].get(f"{QUOTES}/{made['id']}", params={"amount": "1.00"}), 409, "quote_expired")
    assert (await dealt["beta"].get(f"{QUOTES}/{made['id']}")).json()["state"] == "expired"
    assert made["id"] not in (await dealt["alpha"].get(QUOTES)).text


async def test_a_quote_for_another_bank_is_not_there(dealt: House) -> None:
    made = await quote(dealt, offered_to=[GAMMA])
    refused(await dealt["alpha"].get(f"{QUOTES}/{made['id']}"), 404, "not_found")
    refused(await dealt["alpha"].post("/api/v1/payments", json=exchange(made["id"])), 404, "not_found")
    refused(await dealt["operator"].post("/api/v1/payments", json=exchange(made["id"])), 404, "not_found")


async def test_an_amount_that_buys_nothing_is_refused(dealt: House) -> None:
    made = await quote(dealt, sold="JPY", bought="USD", rate="0.0049", amount="1000")
    answer = await dealt["alpha"].post("/api/v1/payments", json=exchange(made["id"], currency="JPY", amount="1"))
    (finding,) = refused(answer, 422, "validation_failed")["findings"]
    assert (finding["path"], finding["rule"]) == ("/amount", "FX-05")


async def test_a_repeat_under_its_key_takes_the_quote_once(dealt: House) -> None:
    made = await quote(dealt, amount="100.00")
    body, key = exchange(made["id"]), {"Idempotency-Key": made["id"]}
    answers = [await dealt["alpha"].post("/api/v1/payments", json=body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert (await dealt["beta"].get(f"{QUOTES}/{made['id']}")).json()["state"] == "taken"
