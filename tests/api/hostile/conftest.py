"""A house of its own for those who mean ill, with one of everything in it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from temporalio.client import Client

from api.app import create_app
from domain.ids import Uetr, new_id
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from tests.api.conftest import fund, opened, working
from tests.api.hostile.described import Description
from tests.api.house import ALPHA, BETA, LISTED, NEWCOMER, SETTINGS, House, eventually, order
from tests.api.test_circle import mt103
from tests.schema.tables.databases import fresh_database, migrated_template
from workflows.plugin import plugin

Things = dict[str, list[str]]


@pytest_asyncio.fixture(scope="package")
async def besieged(postgres_url: str, temporal_address: str) -> AsyncIterator[House]:
    """A house nobody else depends on, with a worker behind it: its currencies may be paused, its calendars spoilt.

    Whoever leaves it so comes last: `test_whatever_is_sent`.
    """
    async with migrated_template(postgres_url) as template, fresh_database(postgres_url, template=template) as url:
        settings = Settings(
            database_url=url, temporal_address=temporal_address, task_queue="hostile", window_s=0.3, **SETTINGS
        )
        db = Database(create_engine(url, 12))
        app = create_app(settings, db, await Client.connect(temporal_address, plugins=[plugin()]))
        async with opened(app) as house:
            with working(settings):
                await fund(house)
                yield house
        await db.close()


@pytest_asyncio.fixture(scope="package")
async def described(besieged: House) -> Description:
    """What the API says of itself."""
    return Description((await besieged["nobody"].get("/openapi.json")).json())


@pytest_asyncio.fixture(scope="package")
async def things(besieged: House) -> Things:
    """One of everything, by the word before it in an address."""
    done, netted = await besieged.submit("alpha"), await besieged.submit("alpha", settlement_method="net")
    held = [await besieged.submit("alpha", receiver_name=LISTED) for _ in range(2)]
    parked = await besieged.submit("alpha", receiver_bic=NEWCOMER)
    reviews = [await besieged.held(payment) for payment in held]
    await besieged.parked(parked)
    await besieged.reaches(done, "completed")
    await besieged.reaches(netted, "completed")
    case = await _get(besieged, "compliance", f"reviews/{reviews[0]['id']}")
    hit = reviews[0]["hits"][0]
    quote = {"sold": "USD", "bought": "JPY", "rate": "150", "amount": "1000.00", "expires_in_s": 3600}
    given = await besieged["beta"].post("/api/v1/fx/quotes", json=quote)
    word = {"payment_id": held[0], "role": hit["role"], "list_name": hit["list_name"], "entity_id": hit["entity_id"]}
    cleared = await besieged["compliance"].post("/api/v1/good-guys", json=word | {"reason": "another person"})
    part = {"reference": new_id("deal")[-20:], "wants": {"currency": "JPY", "amount": "15000"}}
    leg = await besieged["alpha"].post("/api/v1/payments", json=order(settlement_method="pvp", exchange=part))
    await besieged.reaches(leg.json()["id"], "queued")
    recall = await besieged["alpha"].post(f"/api/v1/payments/{done}/recall", json={"reason": "DUPL"})
    assert recall.status_code == 200, recall.text
    messages = await eventually(lambda: _messages(besieged, done))
    windows = await _get(besieged, "operator", "settlement/windows")
    batches = await _get(besieged, "operator", "settlement/batches")
    exchanges = await _get(besieged, "operator", "exchanges")
    payments = [done, netted, *held, parked, leg.json()["id"]]
    return {
        "payments": payments,
        "payment_id": payments,
        "messages": messages,
        "reviews": [review["id"] for review in reviews],
        "checks": [case["checks"][0]["id"]],
        "hits": ["1"],
        "rules": ["0", "1"],
        "lists": [hit["list_name"]],
        "good-guys": [cleared.json()["id"]],
        "quotes": [given.json()["id"]],
        "windows": [each["id"] for each in windows["windows"]],
        "batches": [each["id"] for each in batches["batches"]],
        "exchanges": [each["id"] for each in exchanges["exchanges"]],
        "participants": [ALPHA, BETA, NEWCOMER],
        "accounts": ["USD", "JPY"],
        "calendars": ["EUR", "USD", "JPY"],
        "schedules": ["EUR", "JPY"],
        "queues": ["EUR", "JPY"],
        "currencies": ["JPY", "EUR"],
        "entries": ["1", "2", "4"],
        "date": [f"{datetime.now(UTC):%Y-%m-%d}"],
        "status": ["completed"],
        "from": ["1", "2026-10-13T00:00:00Z", "2026-10-13"],
        "to": ["2", "2026-11-13T00:00:00Z", "2026-11-13"],
        "amount": ["1.00"],
        "application/xml": [text for each in messages if (text := await _content(besieged, done, each)).startswith("<")],
        "text/plain": [mt103(Uetr.new(), reference="HOSTILE").decode()],
        "for": [
            "CHASUS33", ALPHA, "HSBCGB2LXXX", BETA, "DEUTDEFF", "DEUTDEFFXXX", "pay_01JABCDEFGHJKMNPQRSTVWXYZ0", held[1],
            "chk_01JABCDEFGHJKMNPQRSTVWXYZ1", reviews[1]["screening_id"], "125000.50", "1.50", "GBP", "JPY", "OFAC", hit["list_name"],
        ],
    }  # fmt: skip


async def _get(house: House, caller: str, path: str) -> dict[str, Any]:
    answer = await house[caller].get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _content(house: House, payment_id: str, message_id: str) -> str:
    return (await house["operator"].get(f"/api/v1/payments/{payment_id}/messages/{message_id}")).text


async def _messages(house: House, payment_id: str) -> list[str] | None:
    found = (await _get(house, "operator", f"payments/{payment_id}/messages"))["messages"]
    return [each["id"] for each in found] or None
