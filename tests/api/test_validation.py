"""Validation without creating anything, the published rules, duplicates, and what is measured."""

import asyncio
from typing import Any

import pytest

from domain.ids import Uetr
from tests.api.house import ALPHA, House, order
from tests.api.test_bad_input import refused
from tests.api.test_batch import xml_payment
from tests.api.test_circle import mt103

URL = "/api/v1/payments"


async def judged(house: House, raw: bytes, kind: str, **params: Any) -> dict[str, Any]:
    answer = await house["alpha"].post("/api/v1/validation", content=raw, headers={"Content-Type": kind}, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_good_message_is_valid_and_creates_nothing(house: House) -> None:
    before = await house.count()
    found = await judged(house, xml_payment(900), "application/xml", profile="cbpr-2025", strict=True)
    assert (found["valid"], found["message_type"], found["findings"]) == (True, "pacs.008.001.08", [])
    assert (await judged(house, mt103(Uetr.new(), reference="VALID"), "text/plain"))["valid"]
    assert await house.count() == before


async def test_every_defect_is_found_at_once(house: House) -> None:
    raw = xml_payment(901).replace(b'Ccy="USD"', b'Ccy="XAU"').replace(b"<Ctry>GB</Ctry>", b"<Ctry>UK</Ctry>")
    found = await judged(house, raw, "application/xml", profile="cbpr-2025")
    assert {"AM-03", "PA-06"} <= {each["rule"] for each in found["findings"]}
    assert not found["valid"]
    assert all(each["path"].startswith("/") and each["reason"] and each["line"] for each in found["findings"])
    assert "Bert" not in str(found), "names are never repeated"


async def test_strict_makes_errors_of_warnings(house: House) -> None:
    raw = mt103(Uetr.new(), reference="WARN").replace(b":71A:SHA", b":71A:SHA\r\n:72:/BNF/CALL THEM")
    loose = await judged(house, raw, "text/plain")
    assert loose["valid"]
    assert loose["errors"] == 0


async def test_json_is_validated_too(house: House) -> None:
    body = order(amount="1.001")
    answer = await house["alpha"].post("/api/v1/validation", json=body)
    assert (answer.json()["valid"], answer.json()["findings"][0]["rule"]) == (False, "AM-04")


async def test_the_rules_are_published(house: House) -> None:
    rules = (await house["alpha"].get("/api/v1/validation/rules")).json()["rules"]
    ids = {rule["id"] for rule in rules}
    assert {"BH-01", "TX-04", "AM-04", "PA-04", "MT-10", "NW-01"} <= ids
    assert all(rule["text"] and rule["reason"] and rule["source"] for rule in rules)


async def test_what_is_measured_is_exposed(house: House) -> None:
    await judged(house, xml_payment(902).replace(b'Ccy="USD"', b'Ccy="XAU"'), "application/xml")
    text = (await house["nobody"].get("/metrics")).text
    assert 'iso20022_validation_total{result="invalid"}' in text
    assert 'iso20022_field_errors_total{rule="AM-03"}' in text
    assert "iso20022_validation_duration_seconds_bucket" in text


async def test_the_same_uetr_is_a_duplicate(house: House) -> None:
    raw = xml_payment(903)
    headers = {"Content-Type": "application/xml"}
    first = await house["alpha"].post(URL, content=raw, headers=headers)
    again = await house["alpha"].post(URL, content=raw, headers=headers)
    problem = refused(again, 409, "duplicate_payment")
    assert (problem["payment_id"], problem["reasons"]) == (first.json()["id"], ["DUPL"])


async def test_the_same_content_under_another_uetr_is_a_duplicate(house: House) -> None:
    body = order(payment_reference="SAME-1", end_to_end_id="SAME-1")
    first = await house["alpha"].post(URL, json=body)
    again = await house["alpha"].post(URL, json=body | {"uetr": Uetr.new()})
    problem = refused(again, 409, "duplicate_payment")
    assert (problem["payment_id"], problem["reasons"]) == (first.json()["id"], ["AM05"])
    other = await house["alpha"].post(URL, json=body | {"uetr": Uetr.new(), "amount": "100.01"})
    assert other.status_code == 202


async def test_of_many_at_once_one_is_taken_in(house: House) -> None:
    body = order(payment_reference="RACE-1", end_to_end_id="RACE-1")
    tries = [house["alpha"].post(URL, json=body | {"uetr": Uetr.new()}) for _ in range(10)]
    answers = await asyncio.gather(*tries)
    assert sorted(answer.status_code for answer in answers) == [202, *[409] * 9]


async def test_payments_without_a_name_of_their_own_are_no_duplicates(house: House) -> None:
    body = order(uetr=None)
    answers = [await house["alpha"].post(URL, json=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]


async def test_what_was_refused_may_be_sent_again(served: House) -> None:
    body = order(payment_reference="AGAIN-1", receiver_bic="NOBODEFFXXX", uetr=None)
    first = await served["alpha"].post(URL, json=body, headers={"Prefer": "wait=20"})
    assert first.json()["verdict"] == "rejected"
    second = await served["alpha"].post(URL, json=body, headers={"Prefer": "wait=20"})
    assert second.json()["verdict"] == "rejected"


async def test_the_validation_step_stores_every_finding(served: House) -> None:
    body = order(sender_bic=ALPHA, receiver_bic="NOBODEFFXXX", currency="CHF")
    answer = await served["alpha"].post(URL, json=body, headers={"Prefer": "wait=20"})
    assert set(answer.json()["reason_codes"]) == {"RC04", "AM03"}
    payment = (await served["alpha"].get(answer.headers["location"])).json()
    assert [each["rule"] for each in payment["findings"]] == ["NW-01", "NW-04"]


@pytest.mark.parametrize("kind", ["text/csv", "application/octet-stream"])
async def test_another_kind_of_body_is_refused(house: House, kind: str) -> None:
    answer = await house["alpha"].post("/api/v1/validation", content=b"x", headers={"Content-Type": kind})
    refused(answer, 415, "unsupported_media_type")
