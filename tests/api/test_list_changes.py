"""A list changes while payments wait in every state: by HTTP, with a worker of its own and a list of its own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest_asyncio
from sqlalchemy import text
from temporalio.client import Client

from activities.list_files import bring_in
from api.app import create_app
from domain.ids import PaymentId, Uetr, new_id
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from schema.tables.payment import events, payments
from schema.tables.payment.payments import NewPayment
from tests.api.conftest import fund, opened, working
from tests.api.house import ALPHA, BETA, GAMMA, NEWCOMER, SETTINGS, House, eventually
from tests.api.test_bad_input import refused
from tests.lists import LIST, version
from tests.schema.tables.databases import fresh_database, migrated_template
from workflows.payloads import PaymentInput, Terms
from workflows.plugin import plugin

LATELY, LONG_AGO, NEXT, NOBODY = "Oskar Umbrinov", "Viktor Zarubin", "Leontine Askarova", "Bert Example"
BEFORE: Final = {1: LONG_AGO}
AFTER: Final = {**BEFORE, 2: LATELY}
URL = "/api/v1/payments"
DAY = f"{datetime.now(UTC) + timedelta(days=90):%Y-%m-%d}"
DOLLARS, YEN = {"currency": "USD", "amount": "100.00"}, {"currency": "JPY", "amount": "15000"}
MUCH = "2000000.00"
"""More than any bank has."""


@pytest_asyncio.fixture(scope="module")
async def watching(postgres_url: str, temporal_address: str) -> AsyncIterator[House]:
    """A house that screens by a list of its own, with gross payments that queue, and windows that stay open."""
    async with migrated_template(postgres_url) as template, fresh_database(postgres_url, template=template) as url:
        settings = Settings(
            **{**SETTINGS, "lists": LIST}, database_url=url, temporal_address=temporal_address, window_s=3600,
            task_queue="list-changes", gross_queue_s=3600,
        )  # fmt: skip
        db = Database(create_engine(url, 12))
        app = create_app(settings, db, await Client.connect(temporal_address, plugins=[plugin()]))
        async with opened(app) as house:
            with working(settings):
                await fund(house)
                yield house
        await db.close()


async def change(house: House, listed: dict[int, str]) -> None:
    await bring_in(house.db, version(listed), datetime.now(UTC))


async def rescreened(house: House) -> dict[str, Any]:
    """Wait until the last change has been followed up."""

    async def there() -> dict[str, Any] | None:
        (shown,) = (await house["compliance"].get("/api/v1/lists")).json()["lists"]
        last: dict[str, Any] = shown["rescreening"]
        return last if last["state"] == "done" else None

    return await eventually(there, within_s=60)


async def not_started(house: House, creditor: str) -> str:
    """A payment that is taken in, and whose workflow nobody has started yet."""
    new = PaymentId.new()
    paid = PaymentOrder(
        Money(10_000, "USD"), Party("Ada Sample", ALPHA), Party(creditor, BETA), f"E-{new[-9:]}", Uetr.new()
    )
    start = PaymentInput(new, ALPHA, BETA, "USD", 10_000, SettlementMethod.GROSS, "operator", Terms(gross_queue_s=3600))
    at = datetime.now(UTC)
    async with house.db.write() as session:
        taken = NewPayment(new, f"PAY-{new[-6:]}", paid, "operator", at)
        await payments.insert(session, taken, start=asdict(start), start_after=at + timedelta(hours=1))
    return new


async def start(house: House, *started: str) -> None:
    async with house.db.write() as session:
        await session.run(
            text("UPDATE workflow_starts SET not_before = now() WHERE subject = ANY(:ids)"), {"ids": list(started)}
        )


async def leg(house: House, creditor: str, reference: str) -> str:
    """A payment that waits for its partner."""
    part = {"reference": reference, "wants": YEN}
    return await house.submit("alpha", **DOLLARS, receiver_name=creditor, settlement_method="pvp", exchange=part)


async def partner(house: House, reference: str) -> str:
    part = {"reference": reference, "wants": DOLLARS}
    return await house.submit(
        "beta", **YEN, sender_bic=BETA, receiver_bic=ALPHA, settlement_method="pvp", exchange=part
    )


async def waiting(house: House, creditor: str) -> dict[str, str]:
    """Payments to somebody that wait in every state, by state; those being screened are sent by `under_screening`."""
    reference = new_id("deal")[-20:]
    to = {"receiver_name": creditor}
    made = {
        "initiated": await not_started(house, creditor),
        "under review": await house.submit(sender_name=LONG_AGO, **to),
        "queued net": await house.submit(settlement_method="net", **to),
        "parked": await house.submit(receiver_bic=NEWCOMER, currency="EUR", **to),
        "warehoused": await house.submit(value_date=DAY, **to),
        "gross queue": await house.submit(sender_bic=GAMMA, amount=MUCH, **to),
        "exchange": await leg(house, creditor, reference),
    }
    await house.held(made["under review"])
    for state in ("queued net", "gross queue", "exchange"):
        await house.reaches(made[state], "queued")
    await house.parked(made["parked"])
    await eventually(lambda: _stored(house, made["warehoused"]))
    return made | {"reference": reference}


async def _stored(house: House, payment: str) -> bool | None:
    return (await house["alpha"].get(f"{URL}/{payment}")).json()["warehoused"] or None


async def reviewed(house: House, payment: str, entity: str = "IV.2") -> dict[str, Any]:
    """Wait until people must decide because of the entity that was listed lately; the case."""

    async def there() -> dict[str, Any] | None:
        answer = await house["compliance"].get(f"/api/v1/reviews/{payment}")
        if answer.status_code != 200:
            return None
        case: dict[str, Any] = answer.json()
        concerned = entity in {hit["entity_id"] for hit in case["checks"][-1]["hits"]}
        waits = (
            case["state"] == "open" and case["approvals_needed"] and case["screening_id"] == case["checks"][-1]["id"]
        )
        return case if concerned and waits else None

    return await eventually(there, within_s=60)


async def test_a_list_that_changes_reaches_payments_in_every_state_before_they_settle(watching: House) -> None:
    house = watching
    await change(house, BEFORE)
    listed, innocent = await waiting(house, LATELY), await waiting(house, NOBODY)
    references = listed.pop("reference"), innocent.pop("reference")
    before = await house.held(innocent["under review"])

    # Two more stand in the middle of their screening step, by the old list, while the new one comes into force.
    async with house.db.write() as holding:
        await holding.run(text("LOCK TABLE compliance_checks IN SHARE ROW EXCLUSIVE MODE"))
        for made, creditor in ((listed, LATELY), (innocent, NOBODY)):
            made["being screened"] = await house.submit(receiver_name=creditor)
            await house.reaches(made["being screened"], "validated")
        await change(house, AFTER)
    done = await rescreened(house)
    assert (done["pulled_back"] >= 6, done["reopened"], done["too_late"]) == (True, 0, 0)

    await start(house, listed["initiated"], innocent["initiated"])
    await let_go(house, listed, innocent, references)
    for state, payment in innocent.items():
        if state != "warehoused":
            await house.reaches(payment, "completed")
    assert (await house["alpha"].get(f"{URL}/{innocent['warehoused']}")).json()["warehoused"]
    after = (await house["compliance"].get(f"/api/v1/reviews/{innocent['under review']}")).json()
    assert (after["screening_id"], after["pulled_back"]) == (before["screening_id"], [])

    for state, payment in listed.items():
        case = await reviewed(house, payment)
        if state != "being screened":
            pulled = state != "initiated"
            assert [pull["entities"] for pull in case["pulled_back"]] == ([["IV.2"]] if pulled else []), state
            assert case["checks"][-1]["turn"] == int(pulled), state
        told = {"verdict": "reject", "screening_id": case["screening_id"], "comment": "listed"}
        answer = await house["compliance"].post(f"{URL}/{payment}/decision", json=told)
        assert answer.status_code == 200, answer.text
    for payment in listed.values():
        ended = await house.reaches(payment, "rejected")
        assert ended["reason_codes"] == ["RR04"]


async def let_go(house: House, listed: dict[str, str], innocent: dict[str, str], references: tuple[str, str]) -> None:
    """Whatever the payments waited for comes now, for the listed ones just as well."""
    operator, admin = house["operator"], house["admin"]
    decision = {"verdict": "approve", "comment": "not him"}
    for reviewer in ("compliance", "senior"):
        case = (await house[reviewer].get(f"/api/v1/reviews/{innocent['under review']}")).json()
        said = decision | {"screening_id": case["screening_id"]}
        answer = await house[reviewer].post(f"{URL}/{innocent['under review']}/decision", json=said)
        assert answer.status_code == 200, answer.text
    opening = f"/api/v1/participants/{NEWCOMER}/accounts/EUR/funding"
    assert (await admin.post(opening, json={"amount": "1", "reference": "opening"})).status_code == 200
    for made in (listed, innocent):
        assert (await operator.post(f"{URL}/{made['parked']}/redrive", json={"comment": "open now"})).status_code == 200
    more = f"/api/v1/participants/{GAMMA}/accounts/USD/funding"
    assert (await admin.post(more, json={"amount": "9000000", "reference": "more"})).status_code == 200
    await asyncio.gather(*(partner(house, reference) for reference in references))
    windows = (await operator.get("/api/v1/settlement/windows", params={"currency": "USD"})).json()["windows"]
    for window in windows:
        if window["state"] == "open":
            body = {"comment": "a test"}
            answer = await operator.post(f"/api/v1/settlement/windows/{window['id']}/close", json=body)
            assert answer.status_code in (200, 202), answer.text


async def test_what_a_change_led_to_is_told(watching: House) -> None:
    house = watching
    await change(house, AFTER)
    payment = await house.submit(settlement_method="net", currency="EUR", receiver_name=NEXT)
    await house.reaches(payment, "queued")
    await change(house, {**AFTER, 3: NEXT})
    case = await reviewed(house, payment, "IV.3")
    assert (case["payment_status"], len(case["checks"])) == ("queued", 2)
    stale = {"verdict": "approve", "screening_id": case["checks"][0]["id"], "comment": "late"}
    refused(await house["compliance"].post(f"{URL}/{payment}/decision", json=stale), 409, "stale_screening")

    await rescreened(house)
    listed = (await house["admin"].get(f"/api/v1/lists/{LIST}/rescreenings")).json()["rescreenings"]
    assert (listed[0]["added"], listed[0]["pulled_back"], listed[-1]["added"]) == (1, 1, 41)
    acts = (await house["admin"].get("/api/v1/audit", params={"action": "list.rescreen"})).json()["entries"]
    assert acts[0]["detail"]["pulled_back"] == 1
    told = (await house["alpha"].get(f"{URL}/{payment}/events")).json()["events"]
    kinds = [event["kind"] for event in told if event["kind"] not in ("status", "redated")]
    assert kinds == ["review_progressed"]
    assert not [event for event in told if LIST in str(event)]
    assert [event["number"] for event in told] == list(range(1, len(told) + 1))


async def test_no_bank_learns_that_what_it_paid_was_listed_afterwards(watching: House) -> None:
    """Neither by an event, nor by its number, nor by the moment at which something was noted."""
    house = watching
    payment = await house.submit(receiver_name=NOBODY)
    await house.reaches(payment, "completed")

    async def seen(caller: str) -> tuple[Any, Any]:
        paths = f"{URL}/{payment}", f"{URL}/{payment}/events"
        return (await house[caller].get(paths[0])).json(), (await house[caller].get(paths[1])).json()["events"]

    before = {caller: await seen(caller) for caller in ("alpha", "beta", "compliance")}
    at = datetime.now(UTC) + timedelta(hours=1)
    for kind in ("list_hit_after_close", "recall_refused"):
        async with house.db.write() as session:
            told = {"list_name": LIST, "version": "1", "entities": ["IV.2"]}
            await events.append(session, payment, kind=kind, at=at, actor="network", detail=told, dedupe_key=kind)
        if kind == "list_hit_after_close":
            assert [await seen(caller) for caller in ("alpha", "beta")] == [before["alpha"], before["beta"]]
    for caller, hidden in (("alpha", 1), ("beta", 1), ("compliance", 0)):
        _, known = await seen(caller)
        assert [event["number"] for event in known] == list(range(1, len(before[caller][1]) + 3 - hidden))


async def test_a_bank_that_withdraws_a_payment_is_told_nothing_of_its_inner_course(watching: House) -> None:
    house = watching
    payment = await house.submit("alpha", sender_name=LONG_AGO, receiver_name=NOBODY)
    await house.held(payment)
    told = (await house["alpha"].post(f"{URL}/{payment}/cancel", json={"comment": "a mistake"})).json()
    assert told.pop("status") == "cancelled"
    assert not any(told.values()), told


async def test_a_party_is_cleared_of_the_entity_as_it_is_listed_now(watching: House) -> None:
    """The payment was held, then the entity was listed otherwise: people speak of what they see last."""
    house, party = watching, {"receiver_name": LONG_AGO, "receiver_account_id": "CLEARED-1"}
    await change(house, AFTER)
    held = await house.submit("alpha", **party)
    before = await house.held(held)
    await change(house, {**AFTER, 1: f"{LONG_AGO}, Ivanovich"})

    async def again() -> bool | None:
        case = (await house["compliance"].get(f"/api/v1/reviews/{held}")).json()
        return (case["screening_id"] != before["screening_id"] and case["approvals_needed"]) or None

    await eventually(again, within_s=60)
    body = {"payment_id": held, "role": "creditor", "list_name": LIST, "entity_id": "IV.1", "reason": "born later"}
    word = (await house["compliance"].post("/api/v1/good-guys", json=body)).json()
    assert (await house["senior"].post(f"/api/v1/good-guys/{word['id']}/approve")).status_code == 200
    await house.reaches(await house.submit("alpha", **party), "completed")
