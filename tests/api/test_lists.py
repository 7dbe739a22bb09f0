"""Lists in force, and parties that two people have cleared."""

from tests.api.house import LISTED, House
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
