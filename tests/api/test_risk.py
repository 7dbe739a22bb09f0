"""The risk engine's rules by two people, tried before they count; and what a payment's risk is told to whom."""

from typing import Any

import pytest
from sqlalchemy import text

from schema.tables.common import audit
from tests.api.house import House, eventually, order
from tests.api.test_bad_input import refused

RULES = "/api/v1/risk/rules"
PAYMENTS = "/api/v1/payments"
WAIT = {"Prefer": "wait=20"}


def rule(**changes: Any) -> dict[str, Any]:
    """A rule that meets a payment of 777.77 dollars and no other."""
    condition = {"feature": "amount", "operator": "equals", "value": 77_777}
    return {"id": "XX-01", "text": "a conspicuous amount", "points": 90, "conditions": [condition], **changes}


SHADOW = rule(
    id="XX-02", shadow=True, text="any payment", conditions=[{"feature": "amount", "operator": "at_least", "value": 1}]
)
PROPOSAL: dict[str, Any] = {"rules": [rule(), SHADOW], "note": "seen in a typology report"}


async def proposed(house: House, caller: str = "compliance", **changes: Any) -> str:
    """A new draft; its address."""
    answer = await house[caller].post(RULES, json=PROPOSAL | changes)
    assert answer.status_code == 201, answer.text
    return f"{RULES}/{answer.json()['version']}"


async def done(house: House, caller: str, path: str, **body: Any) -> dict[str, Any]:
    answer = await house[caller].post(path, json=body) if body else await house[caller].post(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_rules_need_two_people_and_a_dry_run(house: House) -> None:
    path = await proposed(house)
    refused(await house["admin"].post(f"{path}/activate"), 409, "rules_not_ready")
    refused(await house["compliance"].post(f"{path}/approve"), 403, "self_approval")
    assert (await house["admin"].get(path)).json()["state"] == "draft"
    approved = await done(house, "admin", f"{path}/approve")
    assert (approved["state"], approved["proposed_by"], approved["approved_by"]) == ("approved", "compliance", "admin")
    refused(await house["admin"].post(f"{path}/approve"), 409, "rules_not_ready")
    refused(await house["compliance"].post(f"{path}/activate"), 409, "rules_not_ready")
    retired = await done(house, "compliance", f"{path}/retire")
    assert (retired["state"], retired["retired_by"]) == ("retired", "compliance")
    refused(await house["admin"].post(f"{path}/retire"), 409, "rules_not_ready")
    listed = (await house["admin"].get(RULES)).json()
    assert [each["version"] for each in listed["versions"]][-1] == listed["in_force"] == 0
    assert listed["versions"][0]["note"] == PROPOSAL["note"]
    for act in ("approve", "activate", "retire", "dry-run"):
        refused(await house["admin"].post(f"{RULES}/0/{act}"), 404, "not_found")


@pytest.mark.parametrize(
    "rules",
    [
        [rule(), rule()],
        [rule(id="nonsense")],
        [rule(points=101)],
        [rule(points=-1)],
        [rule(points="5")],
        [rule(conditions=[])],
        [rule(conditions=[{"feature": "colour", "operator": "equals", "value": 1}])],
        [rule(conditions=[{"feature": "amount", "operator": "like", "value": 1}])],
        [rule(conditions=[{"feature": "amount", "operator": "equals", "value": 1.5}])],
        [rule(colour="red")],
    ],
)
async def test_rules_that_cannot_be_are_refused(house: House, rules: list[dict[str, Any]]) -> None:
    answer = await house["compliance"].post(RULES, json={"rules": rules})
    assert answer.status_code == 422, answer.text


async def test_rules_in_force_hold_what_they_meet_and_tell_reviewers_why(served: House) -> None:
    before = (await served["alpha"].post(PAYMENTS, json=order(amount="777.77"), headers=WAIT)).json()
    assert before["verdict"] == "accepted"
    path = await proposed(served)
    trial = await done(served, "compliance", f"{path}/dry-run", last=5000)
    assert before["id"] in trial["newly_held"]
    assert (trial["newly_held_count"], trial["met"]["XX-01"]) == (1, 1)
    assert trial["met"]["XX-02"] == trial["assessed"] == sum(trial["deltas"].values())
    assert trial["mean_score_after"] == round(90 / trial["assessed"], 2)
    await done(served, "admin", f"{path}/approve")
    active = await done(served, "compliance", f"{path}/activate")
    assert (active["state"], active["trial"]["newly_held_count"]) == ("active", 1)
    try:
        await in_force(served, active["version"])
        await held_with_reasons(served, active["version"])
    finally:
        await done(served, "compliance", f"{path}/retire")
    await in_force(served, 0)
    async with served.db.read() as session:
        rows = await session.all(
            text("SELECT action, actor_id FROM audit_log WHERE subject = :subject ORDER BY id"),
            {"subject": f"risk_rules/{active['version']}"},
        )
        assert (await audit.verify(session)).ok
    assert [(row.action, row.actor_id) for row in rows] == [
        ("risk_rules.propose", "compliance"),
        ("risk_rules.dry_run", "compliance"),
        ("risk_rules.approve", "admin"),
        ("risk_rules.activate", "compliance"),
        ("risk_rules.retire", "compliance"),
    ]


async def held_with_reasons(house: House, version: int) -> None:
    """The payment that the rules meet is held; reviewers see why, the banks do not."""
    answer = (await house["alpha"].post(PAYMENTS, json=order(amount="777.77"), headers=WAIT)).json()
    assert answer["verdict"] == "held"
    path = f"{PAYMENTS}/{answer['id']}"
    seen = {caller: (await house[caller].get(path)).json()["risk"] for caller in ("alpha", "beta", "compliance")}
    assert seen["alpha"] is seen["beta"] is None
    risk = seen["compliance"]
    assert (risk["score"], risk["hold_at"], risk["holds"], risk["rules_version"]) == (90, 80, True, version)
    assert [(each["rule"], each["points"], each["because"]) for each in risk["contributions"]] == [
        ("XX-01", 90, {"amount": 77_777})
    ]
    assert [each["rule"] for each in risk["shadows"]] == ["XX-02"]
    refused(await house["alpha"].get(f"{path}/risk"), 403, "not_permitted")
    (full,) = (await house["compliance"].get(f"{path}/risk")).json()["assessments"]
    assert full == risk
    review = await house.held(answer["id"])
    word = {"verdict": "approve", "screening_id": review["screening_id"], "comment": "known to us"}
    assert (await house["compliance"].post(f"{path}/decision", json=word)).status_code == 200
    await house.reaches(answer["id"], "completed")


async def in_force(house: House, version: int) -> None:
    """Wait until the worker goes by that version."""

    async def weighed_by() -> bool | None:
        answer = (await house["alpha"].post(PAYMENTS, json=order(amount="1.00"), headers=WAIT)).json()
        found = (await house["compliance"].get(f"{PAYMENTS}/{answer['id']}")).json()["risk"]
        return found["rules_version"] == version or None

    await eventually(weighed_by)
