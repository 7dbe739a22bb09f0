"""What was found once by sending anything anywhere, each as its smallest request."""

from typing import Any

import pytest

from tests.api.hostile.described import Description
from tests.api.house import House
from tests.api.test_bad_input import refused

PAYMENTS = "/api/v1/payments"
NONE = f"{PAYMENTS}/pay_00000000000000000000000000"


async def test_a_length_of_more_digits_than_python_reads_is_too_long(house: House) -> None:
    headers = {"Content-Length": "9" * 5000, "Content-Type": "application/json"}
    refused(await house["operator"].post(PAYMENTS, content=b"{}", headers=headers), 413, "body_too_large")


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        (PAYMENTS, [], ""),
        (f"{NONE}/cancel", 1, ""),
        ("/api/v1/fx/quotes", "x", ""),
        (PAYMENTS, {"exchange": []}, "/exchange"),
        (PAYMENTS, {"fx": 1}, "/fx"),
    ],
)
async def test_no_finding_names_a_class(house: House, path: str, body: Any, place: str) -> None:
    problem = refused(await house["operator"].post(path, json=body), 422, "validation_failed")
    (found,) = [each for each in problem["findings"] if each["path"] == place]
    assert found["message"] == "Input should be an object"


@pytest.mark.parametrize(
    ("path", "instance"),
    [
        ("payments/%00", "payments/%00"),
        ("payments/%0d%0aX:%20y", "payments/%0D%0AX:%20y"),
        ("payments/%F0%9F%98%80", "payments/%F0%9F%98%80"),
        ("payments/%25s", "payments/%25s"),
    ],
)
async def test_an_instance_is_an_address(house: House, path: str, instance: str) -> None:
    problem = refused(await house["operator"].get(f"/api/v1/{path}"), 404, "not_found")
    assert problem["instance"] == f"/api/v1/{instance}"


@pytest.mark.parametrize("query", ["from=9999-12-31T23:59:59-14:00", "to=0001-01-01T00:00:00%2B14:00"])
async def test_the_audit_log_is_searched_within_the_years_there_are(house: House, query: str) -> None:
    refused(await house["admin"].get(f"/api/v1/audit?{query}"), 422, "invalid_value")


async def test_whatever_takes_a_document_says_how_it_refuses_one(house: House) -> None:
    for operation in Description((await house["nobody"].get("/openapi.json")).json()).operations:
        if operation.bodies:
            assert {"400", "413", "415", "422"} <= operation.spec["responses"].keys(), operation
