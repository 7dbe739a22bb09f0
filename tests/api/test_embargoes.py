"""The embargo table changes by two people's word, and payments on their way are held against it."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio
from temporalio.client import Client

from api.app import create_app
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from screening.embargo import Embargoes
from tests.api.conftest import fund, opened, working
from tests.api.house import GAMMA, SETTINGS, House, eventually
from tests.api.test_bad_input import refused
from tests.embargoes import VENEZUELA, table
from tests.schema.tables.databases import fresh_database, migrated_template
from workflows.plugin import plugin

URL: Final = "/api/v1/embargoes"
FRANCE: Final = "FR\trestricted\tan invented decree\tparis"


@pytest_asyncio.fixture(scope="module")
async def own_house(postgres_url: str, temporal_address: str) -> AsyncIterator[House]:
    """A house whose embargo table a test may change."""
    async with migrated_template(postgres_url) as template, fresh_database(postgres_url, template=template) as url:
        settings = Settings(
            **SETTINGS, database_url=url, temporal_address=temporal_address, window_s=3600, task_queue="embargoes"
        )
        db = Database(create_engine(url, 12))
        app = create_app(settings, db, await Client.connect(temporal_address, plugins=[plugin()]))
        async with opened(app) as house:
            with working(settings):
                await fund(house)
                yield house
        await db.close()


async def proposed(house: House, data: bytes, caller: str = "compliance", *, acknowledged: bool = False) -> str:
    """Propose a table; the proposal's path."""
    body = {"table": data.decode(), "note": "board decision 7", "acknowledged": acknowledged}
    answer = await house[caller].post(URL, json=body)
    assert answer.status_code == 201, answer.text
    return f"{URL}/{answer.json()['id']}"


async def embargoes(house: House) -> dict[str, Any]:
    """The table as it is shown."""
    shown: dict[str, Any] = (await house["compliance"].get("/api/v1/lists")).json()["embargoes"]
    return shown


async def test_two_people_change_the_table_and_payments_on_their_way_are_pulled_back(own_house: House) -> None:
    house = own_house
    payment = await house.submit("alpha", receiver_bic=GAMMA, settlement_method="net")
    await house.reaches(payment, "queued")
    paths = f"/api/v1/payments/{payment}", f"/api/v1/payments/{payment}/events"
    seen = (await house["alpha"].get(paths[0])).json()
    before = (await embargoes(house))["version"]

    path = await proposed(house, table(FRANCE))
    refused(await house["compliance"].post(f"{path}/approve"), 403, "self_approval")
    assert (await embargoes(house))["version"] == before
    read = (await house["senior"].get(path)).json()
    assert (read["added"], read["removed"], read["table"].encode()) == (["FR"], [], table(FRANCE))
    agreed = await house["senior"].post(f"{path}/approve")
    assert (agreed.status_code, agreed.json()["state"]) == (200, "approved"), agreed.text

    async def pulled() -> dict[str, Any] | None:
        answer = await house["compliance"].get(f"/api/v1/reviews/{payment}")
        case: dict[str, Any] = answer.json()
        return case if answer.status_code == 200 and len(case["checks"]) == 2 and case["approvals_needed"] else None

    case = await eventually(pulled, within_s=60)
    (hit,) = case["checks"][-1]["hits"]
    ours = Embargoes.read(table(FRANCE))
    assert (hit["list_name"], hit["entity_id"], hit["evidence"]["list_version"]) == ("GEO", "FR", ours.version)
    assert hit["evidence"]["entity_hash"] == ours.regions["FR"].content_hash

    async def followed_up() -> dict[str, Any] | None:
        shown = await embargoes(house)
        return shown if shown["rescreening"]["state"] == "done" else None

    shown = await eventually(followed_up, within_s=60)
    assert (shown["version"], shown["sha256"]) == (ours.version, ours.named.sha256)
    assert shown["imported_by"] == agreed.json()["decided_by"]
    assert (shown["rescreening"]["pulled_back"], shown["age_s"] >= 0) == (1, True)
    changes = (await house["compliance"].get("/api/v1/lists/GEO/rescreenings")).json()["rescreenings"]
    assert (changes[0]["added"], changes[0]["pulled_back"]) == (1, 1)

    acts = (await house["admin"].get("/api/v1/audit", params={"subject": path.rpartition("/")[2]})).json()["entries"]
    assert [(line["action"], line["detail"]["added"]) for line in acts] == [
        ("embargoes.approve", ["FR"]),
        ("embargoes.propose", ["FR"]),
    ]
    explanation = f"/api/v1/payments/{payment}/checks/{case['checks'][-1]['id']}/hits/1/explanation"
    told = (await house["compliance"].get(explanation)).json()
    assert (told["same"], told["entity_unchanged"], told["lines"]) == (True, True, [])

    # The bank that pays learns that its payment is under review, and nothing of why.
    events = (await house["alpha"].get(paths[1])).json()["events"]
    assert [event["kind"] for event in events if event["kind"] not in ("status", "redated")] == ["review_progressed"]
    assert not [word for word in ("GEO", "embargo", "rescreen", ours.version) if word in str(events)]
    now = (await house["alpha"].get(paths[0])).json()
    assert (now["status"], set(now)) == (seen["status"], set(seen))
    assert "GEO" not in str(now)


async def test_a_table_that_others_have_overtaken_is_proposed_anew(own_house: House) -> None:
    house = own_house
    first = await proposed(house, table(VENEZUELA, label="ours-2"), acknowledged=True)
    second = await proposed(house, table(FRANCE, VENEZUELA, label="ours-3"))
    assert (await house["senior"].post(f"{first}/approve")).status_code == 200
    refused(await house["senior"].post(f"{second}/approve"), 409, "rules_not_ready")
    refused(await house["senior"].post(f"{first}/approve"), 409, "rules_not_ready")
    assert (await house["senior"].post(f"{second}/withdraw")).json()["state"] == "withdrawn"
    refused(await house["senior"].post(f"{second}/withdraw"), 409, "rules_not_ready")
    listed = (await house["compliance"].get(URL)).json()["proposals"]
    assert [each["state"] for each in listed][:2] == ["withdrawn", "approved"]
    assert [region["region"] for region in (await embargoes(house))["regions"]][-1] == "VE"


@pytest.mark.parametrize(
    ("data", "acknowledged", "reason"),
    [
        (b"", True, "unreadable"),
        (b"# version 1\nXX\tblocking\tlaw\tatlantis\n", True, "unreadable"),
        (b"# version 1\nVE\tblocking\tl\x00w\tcaracas\n", True, "unreadable"),
        (table(VENEZUELA, VENEZUELA), True, "tampered"),
        (b"# version 1\n", True, "empty"),
        (table(without="KP"), False, "dropped"),
        (b"# version 1\nVE\tblocking\tlaw\tcaracas\n", False, "shrunk"),
    ],
)
async def test_a_table_that_must_not_come_into_force_is_not_even_proposed(
    served: House, data: bytes, acknowledged: bool, reason: str
) -> None:
    body = {"table": data.decode(), "note": "a test", "acknowledged": acknowledged}
    problem = refused(await served["compliance"].post(URL, json=body), 422, "list_refused")
    assert problem["reason"] == reason


async def test_a_letter_that_is_none_is_refused(served: House) -> None:
    body = b'{"table": "# version 1\\nVE\\tblocking\\t\\ud800\\tcaracas", "note": "a test"}'
    answer = await served["compliance"].post(URL, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text


async def test_what_nobody_has_proposed_is_not_found(served: House) -> None:
    for answer in (
        await served["compliance"].get(f"{URL}/none"),
        await served["compliance"].post(f"{URL}/none/approve"),
        await served["compliance"].post(f"{URL}/none/withdraw"),
    ):
        refused(answer, 404, "not_found")
