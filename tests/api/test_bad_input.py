import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.house import ALPHA, House, order

XML = "application/xml"
PAST = f"/api/v1/participants/{ALPHA}/balances/past"
DEEP_XML = b"<a>" * 20_000
ENTITIES = b'<!DOCTYPE a [<!ENTITY b "c">]><Document>&b;</Document>'


def raw(**changes: Any) -> bytes:
    return json.dumps(order(**changes)).encode()


def with_amount(literal: str) -> bytes:
    return raw(amount="@").replace(b'"@"', literal.encode())


# What is sent; the status; the code; of each finding its path and rule.
BAD_JSON: list[tuple[str, bytes, int, str, list[tuple[str, str]]]] = [
    ("unknown field", raw(colour="red"), 422, "validation_failed", [("/colour", "JS-01")]),
    ("missing field", raw(receiver_bic=None), 422, "validation_failed", [("/receiver_bic", "JS-02")]),
    ("number for a text", raw(sender_name=5), 422, "validation_failed", [("/sender_name", "JS-03")]),
    ("decimal for a text", raw(sender_name=5.5), 422, "validation_failed", [("/sender_name", "JS-03")]),
    ("list for a text", raw(sender_bic=["A"]), 422, "validation_failed", [("/sender_bic", "JS-03")]),
    ("truth for an amount", raw(amount=True), 422, "validation_failed", [("/amount", "JS-03")]),
    ("list for a document", b"[]", 422, "validation_failed", [("", "JS-03")]),
    ("text for a document", b'"x"', 422, "validation_failed", [("", "JS-03")]),
    ("negative", raw(amount="-5.00"), 422, "validation_failed", [("/amount", "AM-06")]),
    ("negative number", raw(amount=-5), 422, "validation_failed", [("/amount", "AM-06")]),
    ("zero", raw(amount="0.00"), 422, "validation_failed", [("/amount", "AM-01")]),
    ("three decimals of USD", raw(amount="1.234"), 422, "validation_failed", [("/amount", "AM-04")]),
    ("decimals of JPY", raw(amount="12.5", currency="JPY"), 422, "validation_failed", [("/amount", "AM-04")]),
    ("too many digits", raw(amount="9" * 17 + ".00"), 422, "validation_failed", [("/amount", "AM-05")]),
    ("exponent", with_amount("1e5"), 422, "validation_failed", [("/amount", "AM-06")]),
    ("exponent as text", raw(amount="1e5"), 422, "validation_failed", [("/amount", "AM-06")]),
    ("separators", raw(amount="1,000.00"), 422, "validation_failed", [("/amount", "AM-06")]),
    ("other digits", raw(amount="١٠"), 422, "validation_failed", [("/amount", "AM-06")]),
    ("a flood of digits", with_amount("1" * 5000), 400, "malformed_request", []),
    ("NaN", with_amount("NaN"), 400, "malformed_request", []),
    ("Infinity", with_amount("-Infinity"), 400, "malformed_request", []),
    ("no currency", raw(currency="ABC"), 422, "validation_failed", [("/currency", "AM-02")]),
    ("gold", raw(currency="XAU"), 422, "validation_failed", [("/currency", "AM-02")]),
    ("malformed BIC", raw(receiver_bic="DEUT"), 422, "validation_failed", [("/receiver_bic", "AG-06")]),
    ("BIC in lower case", raw(receiver_bic="deutdeff"), 422, "validation_failed", [("/receiver_bic", "AG-06")]),
    (
        "UETR of version 1",
        raw(uetr="eb6305c9-1f7f-19de-aed0-16487c27b42d"),
        422,
        "validation_failed",
        [("/uetr", "TX-04")],
    ),
    ("impossible date", raw(value_date="2026-02-30"), 422, "validation_failed", [("/value_date", "DT-02")]),
    ("another method", raw(settlement_method="fast"), 422, "validation_failed", [("/settlement_method", "JS-03")]),
    ("long remittance", raw(remittance_info="x" * 141), 422, "validation_failed", [("/remittance_info", "JS-04")]),
    ("blank name", raw(sender_name="  "), 422, "validation_failed", [("/sender_name", "JS-04")]),
    ("control character", raw(sender_name="a\x00b"), 422, "validation_failed", [("/sender_name", "JS-05")]),
    ("half a character", raw(sender_name="\ud800"), 422, "validation_failed", [("/sender_name", "JS-03")]),
    ("not JSON", b"{", 400, "malformed_request", []),
    ("nothing", b"", 400, "malformed_request", []),
    ("not UTF-8", b'{"sender_name": "\xff"}', 400, "malformed_request", []),
    ("a key twice", b'{"amount": "1.00", "amount": "2.00"}', 400, "malformed_request", []),
    ("deep", b"[" * 100_000, 400, "malformed_request", []),
    ("ten megabytes deep", b"[" * 10_000_000, 413, "body_too_large", []),
    ("huge", raw(remittance_info="x" * 300_000), 413, "body_too_large", []),
    (
        "everything at once",
        raw(sender_bic="x", currency="ABC", amount="-1", sender_name=None, colour=1),
        422,
        "validation_failed",
        [
            ("/sender_bic", "AG-06"),
            ("/sender_name", "JS-02"),
            ("/currency", "AM-02"),
            ("/amount", "AM-06"),
            ("/colour", "JS-01"),
        ],
    ),
]
BAD_XML: list[tuple[str, bytes, int, str]] = [
    ("not XML", b"hello", 422, "message_refused"),
    ("cut off", b"<Document>", 422, "message_refused"),
    ("entities", ENTITIES, 422, "message_refused"),
    ("another message", b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.009.001.08"/>', 422, "message_refused"),
    ("deep", DEEP_XML, 422, "message_refused"),
    ("ten megabytes deep", b"<a>" * 3_500_000, 413, "body_too_large"),
    ("nothing", b"", 422, "message_refused"),
]
BAD_HEADERS: list[tuple[dict[str, str], str]] = [
    ({"Prefer": "wait=soon"}, "HD-02"),
    ({"Prefer": "wait"}, "HD-02"),
    ({"Prefer": "wait=0"}, "HD-02"),
    ({"Prefer": "respond-async, wait=31"}, "HD-02"),
    ({"Idempotency-Key": "k" * 201}, "HD-01"),
    ({"Idempotency-Key": " "}, "HD-01"),
    ({"Idempotency-Key": "schl\xfcssel"}, "HD-01"),
]


@pytest.fixture(autouse=True)
async def nothing_stored(house: House) -> AsyncIterator[None]:
    before = await house.count(), await house.count("idempotency_keys"), await house.count("workflow_starts")
    yield
    assert before == (await house.count(), await house.count("idempotency_keys"), await house.count("workflow_starts"))
    assert (await house["nobody"].get("/health")).json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("body", "status", "code", "findings"), [case[1:] for case in BAD_JSON], ids=[c[0] for c in BAD_JSON]
)
async def test_bad_json(house: House, body: bytes, status: int, code: str, findings: list[tuple[str, str]]) -> None:
    answer = await post(house, body, "application/json", {"Idempotency-Key": "bad"})
    problem = refused(answer, status, code)
    assert [(found["path"], found["rule"]) for found in problem.get("findings", [])] == findings


@pytest.mark.parametrize(("body", "status", "code"), [case[1:] for case in BAD_XML], ids=[c[0] for c in BAD_XML])
async def test_bad_xml(house: House, body: bytes, status: int, code: str) -> None:
    problem = refused(await post(house, body, XML), status, code)
    assert problem.get("findings") or status == 413


@pytest.mark.parametrize(("headers", "rule"), BAD_HEADERS)
async def test_bad_headers(house: House, headers: dict[str, str], rule: str) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    problem = refused(await post(house, raw(), "application/json", encoded), 400, "malformed_request")
    assert [found["rule"] for found in problem["findings"]] == [rule]


@pytest.mark.parametrize("kind", ["text/csv", "application/x-www-form-urlencoded", "", "application/json5"])
async def test_another_media_type(house: House, kind: str) -> None:
    problem = refused(await post(house, raw(), kind), 415, "unsupported_media_type")
    assert problem["accepted"] == ["application/json", "application/xml", "text/plain"]


async def test_a_body_that_never_ends(house: House) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 65536

    answer = await house["operator"].post(
        "/api/v1/payments", content=endless(), headers={"Content-Type": "application/json"}
    )
    refused(answer, 413, "body_too_large")
    assert sent < 10


async def test_nothing_personal_is_quoted(house: House) -> None:
    secret = "Geheimrat"
    answer = await post(
        house, raw(sender_name=f"{secret}\x01", uetr=secret, value_date=secret, amount=secret), "application/json"
    )
    assert refused(answer, 422, "validation_failed")["findings"]
    assert secret not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("PUT", "/api/v1/payments", 405, "method_not_allowed"),
        ("GET", "/api/v1/payments?page=0", 422, "validation_failed"),
        ("GET", "/api/v1/payments?limit=501", 422, "validation_failed"),
        ("GET", "/api/v1/payments?page=99999999999999999999", 422, "validation_failed"),
        ("GET", "/api/v1/payments?status=odd", 422, "validation_failed"),
        ("GET", "/api/v1/payments/42", 404, "not_found"),
        ("GET", "/api/v1/payments/pay_00000000000000000000000000", 404, "not_found"),
        ("GET", "/api/v1/payments/pay_00000000000000000000000000/events", 404, "not_found"),
        ("GET", "/api/v1/payments/pay_00000000000000000000000000/workflow", 404, "not_found"),
        ("GET", "/api/v1/participants/nobody", 404, "not_found"),
        ("GET", "/api/v1/participants/NOBODEFF/balances", 404, "not_found"),
        ("GET", "/api/v1/payments/%00", 404, "not_found"),
        ("GET", "/api/v1/participants/%00", 404, "not_found"),
        ("GET", "/api/v1/exchanges?reference=a%00b", 422, "validation_failed"),
        ("GET", f"{PAST}?at=0001-01-01T00:00:00%2B14:00", 422, "invalid_value"),
        ("GET", f"{PAST}?at=9999-12-31T23:59:59-14:00", 422, "invalid_value"),
        ("GET", "/api/v1/settlement/batches/none", 404, "not_found"),
        ("GET", "/api/v1/settlement/batches/%00", 422, "validation_failed"),
        ("POST", "/api/v1/payments/pay_00000000000000000000000000/cancel", 404, "not_found"),
        ("POST", "/api/v1/payments/pay_00000000000000000000000000/redrive", 404, "not_found"),
        ("POST", "/api/v1/payments/pay_00000000000000000000000000/abandon", 422, "validation_failed"),
    ],
)
async def test_bad_addresses(house: House, method: str, path: str, status: int, code: str) -> None:
    refused(await house["operator"].request(method, path), status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "audit?actor=a%00b"),
        ("GET", "audit?action=%00"),
        ("GET", "audit?subject=%00"),
        ("GET", "reviews?assignee=%00"),
        ("GET", "exchanges?reference=%00"),
        ("GET", "lists/%00/rescreenings"),
        ("POST", "good-guys/%00/approve"),
        ("POST", "good-guys/a%00b/revoke"),
    ],
)
async def test_what_could_be_no_name_reaches_no_table(house: House, method: str, path: str) -> None:
    refused(await house["compliance"].request(method, f"/api/v1/{path}"), 422, "validation_failed")


@pytest.mark.parametrize(
    ("caller", "path", "body", "finding"),
    [
        ("operator", "cancel", {"comment": "a\x00b"}, ("/comment", "JS-05")),
        ("operator", "cancel", {"comment": "x" * 1001}, ("/comment", "JS-04")),
        ("operator", "cancel", {"why": "x"}, ("/why", "JS-01")),
        ("operator", "redrive", {"comment": 1}, ("/comment", "JS-03")),
        ("operator", "abandon", {"comment": ""}, ("/comment", "JS-04")),
        ("compliance", "decision", {"verdict": "approve"}, ("/screening_id", "JS-02")),
        ("compliance", "decision", {"verdict": "maybe", "screening_id": "chk_1"}, ("/verdict", "JS-03")),
        ("compliance", "decision", {"verdict": "reject", "screening_id": "\x00"}, ("/screening_id", "JS-03")),
    ],
)
async def test_bad_acts(house: House, caller: str, path: str, body: dict[str, Any], finding: tuple[str, str]) -> None:
    answer = await house[caller].post(f"/api/v1/payments/pay_00000000000000000000000000/{path}", json=body)
    problem = refused(answer, 422, "validation_failed")
    assert [(found["path"], found["rule"]) for found in problem["findings"]] == [finding]


@pytest.mark.parametrize(
    ("path", "body", "finding"),
    [
        ("", {"bic": "x", "name": "A", "country": "DE"}, ("/bic", "AG-06")),
        ("", {"bic": "DEUTDEFF", "name": "A", "country": "Germany"}, ("/country", "JS-03")),
        (
            "",
            {"bic": "DEUTDEFF", "name": "A", "country": "DE", "accounts": [{"currency": "JPY", "floor": "-0.5"}]},
            ("/accounts/0/floor", "AM-04"),
        ),
        (
            "",
            {"bic": "DEUTDEFF", "name": "A", "country": "DE", "accounts": [{"currency": "EUR", "floor": "500.00"}]},
            ("/accounts/0/floor", "PT-02"),
        ),
        (f"/{ALPHA}/accounts", {"currency": "GBP", "floor": "0.01"}, ("/floor", "PT-02")),
        (f"/{ALPHA}/accounts/USD/funding", {"amount": "-1", "reference": "r"}, ("/amount", "AM-06")),
        (f"/{ALPHA}/accounts/USD/funding", {"amount": "1", "reference": "a/b"}, ("/reference", "JS-03")),
    ],
)
async def test_bad_participants(house: House, path: str, body: dict[str, Any], finding: tuple[str, str]) -> None:
    answer = await house["admin"].post(f"/api/v1/participants{path}", json=body)
    problem = refused(answer, 422, "validation_failed")
    assert [(found["path"], found["rule"]) for found in problem["findings"]] == [finding]


async def test_other_particulars_of_a_participant_are_a_conflict(house: House) -> None:
    other = {"bic": ALPHA, "name": "Another Bank", "country": "DE"}
    refused(await house["admin"].post("/api/v1/participants", json=other), 409, "already_exists")
    path = f"/api/v1/participants/{ALPHA}/accounts"
    funding = {"amount": "1.234", "reference": "r"}
    refused(await house["admin"].post(f"{path}/USD/funding", json=funding), 422, "invalid_value")
    refused(await house["admin"].post(f"{path}/GBP/funding", json={**funding, "amount": "1"}), 404, "not_found")


async def post(house: House, body: bytes, kind: str, headers: dict[str, Any] | None = None) -> Any:
    sent = {"Content-Type": kind, **(headers or {})}
    return await house["operator"].post("/api/v1/payments", content=body, headers=sent)


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert problem["type"] == f"urn:deltran:problem:{code}"
    assert {"title", "detail", "instance", "status"} <= problem.keys()
    return problem
