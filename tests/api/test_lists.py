"""Lists in force, and parties that two people have cleared."""

from datetime import UTC, datetime

import pytest

from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from schema.iso20022.codecs import pacs008
from schema.iso20022.codecs.identity import Identity
from screening.embargo import packaged
from tests.api.house import ALIKE, ALPHA, BETA, LISTED, House
from tests.api.test_bad_input import refused

ACCOUNT = "CLEARED-4711"


async def proposal(house: House, payment_id: str) -> dict[str, object]:
    review = await house.held(payment_id)
    hit = next(each for each in review["hits"] if each["role"] == "creditor")
    return {
        "payment_id": payment_id,
        "role": "creditor",
        "list_name": hit["list_name"],
        "entity_id": hit["entity_id"],
        "reason": "another date of birth",
    }


async def test_a_party_cleared_by_two_people_is_not_held_again(served: House) -> None:
    held = await served.submit("alpha", receiver_name=LISTED, receiver_account_id=ACCOUNT)
    body = await proposal(served, held)
    word = await served["compliance"].post("/api/v1/good-guys", json=body)
    assert word.status_code == 201, word.text
    path = f"/api/v1/good-guys/{word.json()['id']}"
    refused(await served["compliance"].post(f"{path}/approve"), 403, "self_approval")

    again = await served.submit("alpha", receiver_name=LISTED, receiver_account_id=ACCOUNT)
    await served.held(again)  # one word is not enough

    agreed = await served["senior"].post(f"{path}/approve")
    assert (agreed.status_code, agreed.json()["state"]) == (200, "active")
    cleared = await served.submit("alpha", receiver_name=LISTED, receiver_account_id=ACCOUNT)
    await served.reaches(cleared, "completed")

    other = await served.submit("alpha", receiver_name=LISTED, receiver_account_id="ANOTHER-1")
    await served.held(other)  # another account is another party

    assert (await served["compliance"].post(f"{path}/revoke")).json()["state"] == "revoked"
    after = await served.submit("alpha", receiver_name=LISTED, receiver_account_id=ACCOUNT)
    await served.held(after)
    acts = (await served["admin"].get("/api/v1/audit", params={"subject": word.json()["id"]})).json()["entries"]
    assert {line["action"] for line in acts} == {"good_guy.propose", "good_guy.approve", "good_guy.revoke"}


async def test_only_a_hit_can_be_cleared(served: House) -> None:
    payment_id = await served.submit("alpha")
    await served.reaches(payment_id, "completed")
    body = {"payment_id": payment_id, "role": "creditor", "list_name": "X", "entity_id": "1", "reason": "none"}
    refused(await served["compliance"].post("/api/v1/good-guys", json=body), 404, "not_found")


async def test_the_lists_in_force_are_shown(served: House) -> None:
    shown = (await served["compliance"].get("/api/v1/lists")).json()
    assert (shown["wanted"], shown["lists"]) == (["NETWORK"], [])
    table = shown["embargoes"]
    assert (table["version"], table["sha256"]) == (packaged().version, packaged().named.sha256)
    assert (table["source"], table["imported_by"], table["rescreening"]) == ("packaged", "network/lists", None)
    assert table["age_s"] >= 0
    (look,) = [each for each in shown["looks"] if each["list_name"] == "GEO"]
    assert (look["outcome"], look["reason"], look["source"]) == ("updated", None, "packaged")
    scopes = {each["region"]: each["scope"] for each in shown["embargoes"]["regions"] if each["basis"]}
    assert (scopes["IR"], scopes["SY"], scopes["UA-CRIMEA"]) == ("blocking", "restricted", "blocking")


async def test_a_hit_is_computed_again_and_comes_out_the_same(served: House) -> None:
    held = await served.submit("alpha", receiver_name=ALIKE)
    review = await served.held(held)
    case = (await served["compliance"].get(f"/api/v1/reviews/{review['id']}")).json()
    (check,) = case["checks"]
    assert check["milliseconds"] > 0
    path = f"/api/v1/payments/{held}/checks/{check['id']}/hits"
    answer = await served["compliance"].get(f"{path}/1/explanation")
    assert answer.status_code == 200, answer.text
    told, stored = answer.json(), check["hits"][0]
    assert (told["same"], told["entity_unchanged"], told["engine_version"]) == (True, True, told["stored_by"])
    assert (told["points"], told["stored_score"]) == (stored["evidence"]["points"], stored["score"])
    assert sum(line["points"] for line in told["lines"]) + told["bias"] == pytest.approx(told["points"])
    assert all(line["meaning"] for line in told["lines"])
    refused(await served["compliance"].get(f"{path}/{len(check['hits']) + 1}/explanation"), 404, "not_found")
    refused(await served["compliance"].get(f"{path}/0/explanation"), 422, "validation_failed")
    refused(await served["alpha"].get(f"{path}/1/explanation"), 403, "not_permitted")


async def test_a_word_that_was_taken_back_is_not_agreed_to(served: House) -> None:
    held = await served.submit("alpha", receiver_name=LISTED, receiver_account_id="CLEARED-4712")
    word = await served["compliance"].post("/api/v1/good-guys", json=await proposal(served, held))
    path = f"/api/v1/good-guys/{word.json()['id']}"
    assert (await served["compliance"].post(f"{path}/revoke")).json()["state"] == "revoked"
    refused(await served["senior"].post(f"{path}/approve"), 409, "already_decided")
    refused(await served["senior"].post(f"{path}/revoke"), 409, "already_decided")
    acts = (await served["admin"].get("/api/v1/audit", params={"subject": word.json()["id"]})).json()["entries"]
    assert [line["action"] for line in acts] == ["good_guy.revoke", "good_guy.propose"]


async def test_a_country_is_cleared_by_nobody_and_computed_again(served: House) -> None:
    held = await submit_to(served, "KP")
    review = await served.held(held)
    assert (review["level"], review["approvals_needed"]) == ("HIGH", 2)
    case = (await served["compliance"].get(f"/api/v1/reviews/{review['id']}")).json()
    (check,) = case["checks"]
    number, hit = next((n, each) for n, each in enumerate(check["hits"], start=1) if each["list_name"] == "GEO")
    assert (hit["entity_id"], hit["evidence"]["scope"]) == ("KP", "blocking")
    body = {"payment_id": held, "role": hit["role"], "list_name": "GEO", "entity_id": "KP", "reason": "known to us"}
    refused(await served["compliance"].post("/api/v1/good-guys", json=body), 409, "not_clearable")
    path = f"/api/v1/payments/{held}/checks/{check['id']}/hits/{number}/explanation"
    told = (await served["compliance"].get(path)).json()
    assert (told["same"], told["points"], told["lines"]) == (True, None, [])


async def submit_to(house: House, country: str) -> str:
    """A payment whose creditor lives in a country."""
    creditor = Party("Anna Beispiel", BETA, account="4711", country=country, town="Beispielstadt")
    order = PaymentOrder(
        amount=Money(12_345, "USD"),
        debtor=Party("Bert Beispiel", ALPHA, account="4712"),
        creditor=creditor,
        end_to_end_id="NOTPROVIDED",
        reference="TO-A-COUNTRY",
        uetr=Uetr.new(),
        method=SettlementMethod.GROSS,
    )
    created = datetime(2026, 10, 13, 10, 30, tzinfo=UTC)
    xml = pacs008.encode(order, Identity("TO-A-COUNTRY", created, ALPHA, BETA))
    headers = {"Content-Type": "application/xml"}
    answer = await house["alpha"].post("/api/v1/payments", content=xml, headers=headers)
    assert answer.status_code in {201, 202}, answer.text
    return str(answer.json()["id"])
