import asyncio
import json
from datetime import UTC, datetime

from sqlalchemy import text

from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from schema.iso20022.codecs import pacs008
from schema.iso20022.codecs.identity import Identity
from tests.api.house import ALPHA, BETA, STRANGER, House, order
from tests.api.test_bad_input import refused

URL = "/api/v1/payments"


async def test_one_transaction_stores_all_there_is(house: House) -> None:
    body = json.dumps(order(amount=0)).replace(": 0,", ": 125000.50,")  # a JSON number, taken by its digits
    sent = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": "all-there-is"}
    answer = await house["alpha"].post(URL, content=body, headers=sent)
    assert answer.status_code == 202
    receipt = answer.json()
    assert answer.headers["location"] == receipt["links"]["self"] == f"{URL}/{receipt['id']}"
    assert receipt["status"] == "initiated"
    assert receipt["payment_reference"].startswith(f"PAY-{datetime.now(UTC).year}-")
    payment = (await house["operator"].get(answer.headers["location"])).json()
    assert (payment["amount"], payment["end_to_end_id"]) == ("125000.50", "NOTPROVIDED")
    assert payment["idempotency_key"] == "all-there-is"
    async with house.db.read() as session:
        facts = {"id": receipt["id"]}
        message = await session.one(
            text("SELECT message_type, raw FROM payment_messages WHERE payment_id = :id"), facts
        )
        events = await session.all(
            text("SELECT number, status FROM payment_events WHERE payment_id = :id ORDER BY number"), facts
        )
    assert (message.message_type, bytes(message.raw)) == ("json", body.encode())
    assert tuple(events[0]) == (1, "initiated")


async def test_the_detail_has_exactly_the_documented_fields(house: House) -> None:
    payment = (await house["operator"].get(f"{URL}/{await house.submit()}")).json()
    assert payment.keys() == {
        "id",
        "payment_reference",
        "sender_bic",
        "sender_name",
        "sender_account_id",
        "receiver_bic",
        "receiver_name",
        "receiver_account_id",
        "amount",
        "currency",
        "status",
        "risk_score",
        "risk",
        "created_at",
        "processed_at",
        "settled_at",
        "updated_at",
        "batch_id",
        "kind",
        "original_payment_id",
        "findings",
        "swift_message_type",
        "swift_message_id",
        "idempotency_key",
        "remittance_info",
        "uetr",
        "end_to_end_id",
        "compliance_check",
        "reason_codes",
        "value_date",
        "settlement_date",
        "date_moved",
        "release_at",
        "warehoused",
        "exchange",
        "fx",
        "waiting",
    }


async def test_a_bank_we_do_not_know_is_the_workflows_to_refuse(house: House) -> None:
    answer = await house["operator"].post(URL, json=order(receiver_bic=STRANGER[:8]))
    assert answer.status_code == 202
    assert (await house["operator"].get(f"{URL}/{answer.json()['id']}")).json()["receiver_bic"] == STRANGER


async def test_a_message_is_a_payment_too_and_its_original_is_kept(house: House) -> None:
    message = pacs008_of(Money.parse("12.345", "KWD"))
    answer = await house["alpha"].post(URL, content=message, headers={"Content-Type": "application/xml"})
    assert answer.status_code == 202, answer.text
    payment = (await house["alpha"].get(answer.headers["location"])).json()
    assert (payment["amount"], payment["swift_message_type"]) == ("12.345", "pacs.008.001.08")
    assert payment["swift_message_id"] == "MSG-1"
    async with house.db.read() as session:
        query = text("SELECT raw FROM payment_messages WHERE payment_id = :id")
        assert bytes((await session.one(query, {"id": payment["id"]})).raw) == message


async def test_the_same_key_and_body_get_the_same_answer(house: House) -> None:
    body = json.dumps(order())
    sent = {"Content-Type": "application/json", "Idempotency-Key": "same"}
    first = await house["alpha"].post(URL, content=body, headers=sent)
    again = await house["alpha"].post(URL, content=body, headers=sent)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


async def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    headers = {"Idempotency-Key": "other"}
    first = await house["alpha"].post(URL, json=order(), headers=headers)
    before = await house.count()
    problem = refused(await house["alpha"].post(URL, json=order(), headers=headers), 409, "idempotency_key_reused")
    assert problem["payment_id"] == first.json()["id"]
    assert await house.count() == before


async def test_a_key_belongs_to_one_participant(house: House) -> None:
    headers = {"Idempotency-Key": "shared"}
    answers = [
        await house[name].post(URL, json=order(sender_bic=bic, receiver_bic=other), headers=headers)
        for name, bic, other in (("alpha", ALPHA, BETA), ("beta", BETA, ALPHA))
    ]
    assert [answer.status_code for answer in answers] == [202, 202]


async def test_twenty_at_once_are_one_payment(house: House) -> None:
    body = json.dumps(order())
    before = await house.count()
    sent = {"Content-Type": "application/json", "Idempotency-Key": "race"}
    answers = await asyncio.gather(*(house["alpha"].post(URL, content=body, headers=sent) for _ in range(20)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert await house.count() == before + 1


async def test_a_reference_belongs_to_one_payment(house: House) -> None:
    uetr = Uetr.new()
    first = await house.submit(uetr=uetr)
    answer = await house["operator"].post(URL, json=order(uetr=uetr), headers={"Idempotency-Key": "fresh"})
    assert refused(answer, 409, "duplicate_payment")["payment_id"] == first
    retried = await house["operator"].post(URL, json=order(), headers={"Idempotency-Key": "fresh"})
    assert retried.status_code == 202, "a refused request does not use its key up"


async def test_pages(house: House) -> None:
    ids = [await house.submit() for _ in range(3)]
    pages = [(await house["operator"].get(URL, params={"page": page, "limit": 2})).json() for page in (1, 2)]
    assert [(page["page"], page["limit"], len(page["payments"])) for page in pages] == [(1, 2, 2), (2, 2, 2)]
    assert pages[0]["total"] == pages[1]["total"] >= 3
    failed = (await house["operator"].get(URL, params={"status": "failed", "limit": 500})).json()["payments"]
    assert {payment["status"] for payment in failed} <= {"failed"}
    listed = [payment["id"] for page in pages for payment in page["payments"]]
    assert listed[:3] == ids[::-1]
    assert pages[0]["payments"][0].keys() == {
        "id",
        "payment_reference",
        "sender_bic",
        "sender_name",
        "receiver_bic",
        "receiver_name",
        "amount",
        "currency",
        "status",
        "created_at",
        "settled_at",
    }


def pacs008_of(amount: Money) -> bytes:
    wanted = PaymentOrder(
        amount=amount,
        debtor=Party("Ada Sample", ALPHA, "4711"),
        creditor=Party("Bert Example", BETA, "4712"),
        end_to_end_id="E2E-1",
        uetr=Uetr.new(),
        method=SettlementMethod.GROSS,
    )
    return pacs008.encode(wanted, Identity("MSG-1", datetime.now(UTC), ALPHA, BETA))
